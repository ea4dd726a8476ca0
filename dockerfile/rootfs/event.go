package rootfs

import (
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
