package rootfs

import (
	"path"
	"strings"

	"nonroot/dockerfile"
)

// eventKind is what an instruction does to paths.
type eventKind int8

const (
	makeDir  eventKind = iota // a directory, where there is none; parents too, where parents says
	homeDir                   // makeDir, which takes over a directory that is there
	makeFile                  // a file, where there is none
	putFile                   // a file, also in the place of another
	putTree                   // what lies in a directory, of unknown names, into path
	fillDir                   // files and directories of unknown names, made by a program below path
	moved                     // what from names, with all that is below it
	putLink                   // a symbolic link
	system                    // packages were installed: new files in the system's directories
	chown                     // own.uid, own.gid where given
	chmod                     // modeWord
	remove                    // path and what is below
	unknown                   // anything may happen at path and below
)

// owning is the owner and mode that an event gives.
type owning struct {
	uid, gid    ID
	mode        Mode
	user, group string // the names by which they were given
}

// made is what an instruction makes with that owner and mode.
func (o *owning) made(kind Kind, by *dockerfile.Instruction) Owner {
	return Owner{Exists: Yes, Kind: kind, UID: o.uid, GID: o.gid, Mode: o.mode, User: o.user, Group: o.group, By: by}
}

// event is one thing that happened to a path. It never changes.
type event struct {
	in       *dockerfile.Instruction
	path     string // absolute and clean
	own      owning
	top      *owning // putTree: the directory at path, where it is made
	above    *owning // the missing parents, where they are made; nil: they are not
	modeWord string  // chmod
	mask     Mode    // chmod: the umask
	from     *source

	kind      eventKind
	explicit  bool // the owner is set, not only inherited from who makes it
	link      bool // COPY --link
	fresh     bool // it fails where the path is there
	tolerated bool // the build goes on where it fails
	file      Kind // putTree: what is at path, where it is made: Dir, or not known
	setUID    bool // chown
	setGID    bool
	recursive bool // chown, chmod, remove: what is below too
	below     bool // chown, chmod, remove, unknown: only what is below, and not known which of it
	self      bool // with below: path itself as well
	perhaps   bool // it may not have happened
	tools     fileTools
}

// source is where putFile and putTree take their owners from, if not from own:
// another stage, or an earlier state of the same one.
type source struct {
	stage  *Stage
	path   string
	events int
}

// apply is what is known of p behind an event, from what was known before.
func (v *view) apply(i int, o Owner) Owner {
	p := v.path
	e := &v.stage.events[i]
	var next Owner
	switch rel, under := relative(p, e.path); {
	case under && rel == "":
		next = v.at(i, o)
	case under:
		next = v.underneath(i, rel, o)
	case isAncestor(p, e.path):
		next = v.ancestor(i, o)
	default:
		return o
	}
	if e.perhaps && next != o {
		return e.either(o, next)
	}
	return next
}

// concerns reports whether the event may change what is known of p.
func (e *event) concerns(p string) bool {
	_, under := relative(p, e.path)
	return under || isAncestor(p, e.path)
}

// relative is p as seen from dir; under says whether it is dir or below it.
func relative(p, dir string) (rel string, under bool) {
	if dir == "/" {
		return strings.TrimPrefix(p, "/"), true
	}
	if !strings.HasPrefix(p, dir) {
		return "", false
	}
	if len(p) == len(dir) {
		return "", true
	}
	return p[len(dir)+1:], p[len(dir)] == '/'
}

func isAncestor(p, of string) bool {
	_, under := relative(of, p)
	return under && p != of
}

// at is what the event does to its own path.
func (v *view) at(i int, o Owner) Owner {
	e := &v.stage.events[i]
	switch e.kind {
	case makeDir, makeFile:
		return v.made(i, o, e.kindOf())
	case homeDir:
		return e.given(Dir)
	case putFile:
		return v.put(i, "", e.kindOf())
	case fillDir:
		return v.filled(i, o)
	case putTree:
		return v.putTop(i, o)
	case moved:
		return v.put(i, "", UnknownKind)
	case system:
		return v.packaged(o)
	case putLink:
		return e.given(Other)
	case chown, chmod:
		switch {
		case e.below && e.self:
			return e.either(o, e.changed(o))
		case e.below:
			return o
		}
		if v.path == "/" {
			return e.doubted(o) // seen: a layer's own root does not always keep it
		}
		if o.Exists == Unknown && !e.tolerated {
			o.Exists = Yes // or the command fails
		}
		return e.changed(o)
	case remove:
		switch {
		case e.below && e.self:
			return e.either(o, Owner{Exists: No, By: e.in})
		case e.below:
			return o
		}
		return Owner{Exists: No, By: e.in}
	}
	if e.below {
		return o
	}
	return e.doubted(o)
}

// underneath is what the event does to what lies below its path.
func (v *view) underneath(i int, rel string, o Owner) Owner {
	e := &v.stage.events[i]
	switch e.kind {
	case system:
		return v.packaged(o)
	case moved:
		return v.put(i, rel, UnknownKind)
	case putTree:
		return v.merged(o, v.put(i, rel, UnknownKind), e)
	case fillDir:
		return v.filled(i, o)
	case putFile, putLink:
		if e.kind == putLink || e.from != nil {
			return e.doubted(o)
		}
		return o
	case chown, chmod:
		switch {
		case e.below:
			return e.either(o, e.changed(o))
		case e.recursive:
			return e.changed(o)
		}
	case remove:
		if e.below {
			return e.either(o, Owner{Exists: No, By: e.in})
		}
		return Owner{Exists: No, By: e.in}
	case unknown:
		return e.doubted(o)
	}
	return o
}

// ancestor is what the event does to a directory above its path.
func (v *view) ancestor(i int, o Owner) Owner {
	e := &v.stage.events[i]
	if o.Exists == Yes && e.link {
		return e.relinked(o)
	}
	if o.Exists == Yes || e.kind == chown || e.kind == chmod || e.kind == remove || e.kind == unknown && e.above == nil || e.kind == fillDir {
		return o
	}
	if e.above == nil {
		if o.Exists == Unknown && !e.tolerated {
			o.Exists = Yes // or the command fails
		}
		return o
	}
	made := e.above.made(Dir, e.in)
	if !e.explicit {
		made = v.inherit(made)
	}
	if o.Exists == No {
		return made
	}
	return e.merge(o, made)
}

func (e *event) kindOf() Kind {
	switch e.kind {
	case makeDir, homeDir:
		return Dir
	case makeFile, putFile:
		return File
	}
	return UnknownKind
}

// given is the owner that the event itself gives.
func (e *event) given(kind Kind) Owner {
	return e.own.made(kind, e.in)
}

// putTop is the directory into which a tree is copied.
func (v *view) putTop(i int, o Owner) Owner {
	e := &v.stage.events[i]
	switch {
	case o.Exists == Yes && e.link:
		return e.relinked(o)
	case o.Exists == Yes && (o.Kind == Dir || e.file == Dir):
		return o
	}
	top := e.top.made(e.file, e.in)
	if !e.explicit {
		top = v.inherit(top)
	}
	if o.Exists == No {
		return top
	}
	next := e.merge(o, top)
	if next.Kind = e.file; o.Exists == Yes { // a file is replaced, by a file
		next.Kind = o.Kind
	}
	return next
}

// relinked is a directory that is there and that COPY --link may give to its
// own owner: with the containerd image store the link's layer has it too.
func (e *event) relinked(o Owner) Owner {
	if o.UID != e.own.uid || o.GID != e.own.gid {
		return e.doubted(o)
	}
	return o
}

// packaged is a path behind an installation of packages.
func (v *view) packaged(o Owner) Owner {
	top, _, _ := strings.Cut(v.path[1:], "/")
	if o.Exists == No && systemDir("/"+top) {
		return Owner{}
	}
	return o
}

// made is the path where the event makes what is not there.
func (v *view) made(i int, o Owner, kind Kind) Owner {
	if o.Exists == Yes {
		return o
	}
	e := &v.stage.events[i]
	next := e.given(kind)
	if !e.explicit {
		next = v.inherit(next)
		if next.Mode.Bits&^e.own.mode.Bits == 0o2000 {
			next.Mode = e.remade(next.Mode)
		}
	}
	if o.Exists == No || e.fresh {
		return next
	}
	next = e.merge(o, next)
	if kind == Dir && !e.tolerated {
		next.Kind = Dir // or the command fails
	}
	return next
}

// inherit gives what a command makes the group of the nearest directory that is
// there, where that is setgid.
func (v *view) inherit(next Owner) Owner {
	for k := len(v.above) - 1; k >= 0; k-- {
		dir := &v.above[k]
		if dir.Exists == No && k > 0 {
			continue
		}
		setgid := dir.Mode.Known && dir.Mode.Bits&0o2000 != 0
		switch {
		case dir.Doubt != nil, !dir.Mode.Known, setgid && dir.Exists == Unknown: // it may be setgid
			if next.GID, next.Group = (ID{}), ""; next.Kind == Dir {
				next.Mode = Mode{}
			}
			return next
		case !setgid:
			return next
		}
		next.GID, next.Group = dir.GID, dir.Group
		if next.Kind == Dir && next.Mode.Known {
			next.Mode.Bits |= 0o2000
		}
		return next
	}
	return next
}

// remade is the mode of a directory that inherited setgid, behind the chmod with
// which mkdir -m ends: busybox takes setgid away, GNU where the mode has five digits.
func (e *event) remade(m Mode) Mode {
	switch {
	case e.modeWord == "", e.tools == gnuTools && len(e.modeWord) < 5, e.tools == gnuTools && strings.Trim(e.modeWord, "01234567") != "":
		return m
	case e.tools == unknownTools:
		return Mode{}
	}
	return e.own.mode
}

// setgid reports whether the event may make a directory setgid.
func (e *event) setgid() bool {
	switch e.kind {
	case makeDir, homeDir:
		return e.own.mode.Bits&0o2000 != 0
	case chmod:
		return setuid(e.modeWord)
	}
	return e.from != nil
}

// put is a file or tree that is copied; rel is the path within the tree.
func (v *view) put(i int, rel string, kind Kind) Owner {
	e := &v.stage.events[i]
	if e.from == nil {
		next := e.given(kind)
		if kind == UnknownKind {
			next.Mode = Mode{} // it may be a link
		}
		if !e.explicit {
			next = v.inherit(next)
		}
		return next
	}
	events := e.from.events
	src := v.query.owner(e.from.stage, path.Join(e.from.path, rel), events)
	next := Owner{Exists: src.Exists, Kind: src.Kind, UID: src.UID, GID: src.GID, Mode: src.Mode, By: e.in}
	if src.Doubt != nil {
		next.UID, next.GID, next.Mode = ID{}, ID{}, Mode{}
		next.Exists = Unknown
	}
	if e.setUID {
		next.UID, next.User = e.own.uid, e.own.user
	}
	if e.setGID {
		next.GID, next.Group = e.own.gid, e.own.group
	}
	switch {
	case !e.own.mode.Known || next.Kind == Other: // seen: a link keeps 777
	case next.Kind == UnknownKind && next.Mode != e.own.mode:
		next.Mode = Mode{}
	default:
		next.Mode = e.own.mode
	}
	if rel == "" && kind == File {
		next.Exists = Yes // or the build fails
	}
	return next
}

// merged is a path into which a tree is copied that may hold it.
func (v *view) merged(o, put Owner, e *event) Owner {
	if e.from == nil {
		put.Exists = Unknown // the names in the tree are not known
	}
	switch put.Exists {
	case No:
		return o
	case Yes:
		return put
	}
	if o.Exists == No {
		return put
	}
	next := e.merge(o, put)
	next.Exists = o.Exists
	return next
}

// filled is a path below a directory that a program writes to: what is there
// stays, and what is made belongs to who ran it.
func (v *view) filled(i int, o Owner) Owner {
	if o.Exists == Yes {
		return o
	}
	next := v.stage.events[i].given(UnknownKind)
	if !v.stage.events[i].explicit {
		next = v.inherit(next)
	}
	next.Mode = Mode{}
	next.Exists = Unknown
	if o.Exists == No {
		return next
	}
	next = v.stage.events[i].merge(o, next)
	next.Exists = Unknown
	return next
}
