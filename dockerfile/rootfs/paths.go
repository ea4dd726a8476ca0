package rootfs

import (
	"path"
	"strconv"
	"strings"

	"nonroot/dockerfile/shell"
)

// target is a path of an effect as an event has it: below says that it is not
// known which paths below it are meant.
func target(w shell.Word) (p string, below bool) {
	switch {
	case w.Known && strings.HasPrefix(w.Text, "/"):
		return canonical(w.Text), false
	case strings.HasPrefix(w.Prefix, "/"):
		if strings.HasSuffix(w.Prefix, "/") {
			return canonical(w.Prefix), true
		}
		return canonical(path.Dir(w.Prefix)), true
	}
	return "/", true
}

// paths applies an effect on paths.
func (r *runner) paths(e *shell.Effect) {
	if e.Kind == shell.Move {
		defer func() {
			for _, s := range e.Sources {
				p, below := target(s)
				r.add(event{kind: remove, in: r.in, path: p, below: below, recursive: true, perhaps: e.Conditional})
			}
		}()
	}
	for _, w := range e.Paths {
		p, below := target(w)
		ev := event{in: r.in, path: p, below: below, perhaps: e.Conditional, tolerated: e.Tolerated, recursive: e.Recursive, self: e.Self}
		switch e.Kind {
		case shell.Mkdir:
			r.mkdir(e, ev)
		case shell.Touch, shell.Write:
			r.write(e, ev)
		case shell.Fill:
			r.fill(e, ev)
		case shell.Copy, shell.Move:
			r.copied(e, ev)
		case shell.Link:
			r.linked(e, ev)
		case shell.Remove:
			ev.kind = remove
			r.add(ev)
		case shell.Chown:
			r.chown(e, ev)
		case shell.Chmod:
			r.chmod(e, ev)
		}
	}
}

// umask is the mask that holds for a command.
func umask(e *shell.Effect) Mode {
	switch {
	case e.Umask == nil || !e.Umask.Given():
		return Mode{0o022, true}
	case e.Umask.Known:
		if n, err := strconv.ParseUint(e.Umask.Text, 8, 32); err == nil {
			return Mode{uint32(n) & 0o777, true}
		}
	}
	return Mode{}
}

// masked is the mode of what a command makes that asks for all of these bits.
func masked(bits uint32, e *shell.Effect) Mode {
	mask := umask(e)
	return Mode{bits &^ mask.Bits, mask.Known}
}

// installMode is the mode that install -m gives. Symbols say how it differs from
// none of the bits with GNU, from 755 with busybox.
func installMode(e *shell.Effect, kind Kind, tools fileTools) Mode {
	if !e.Mode.Known {
		return Mode{}
	}
	gnu := applyMode(e.Mode.Text, Mode{0, true}, kind, gnuTools, umask(e))
	busybox := applyMode(e.Mode.Text, Mode{0o755, true}, kind, busyboxTools, umask(e))
	switch {
	case tools == gnuTools, gnu == busybox:
		return gnu
	case tools == busyboxTools:
		return busybox
	}
	return Mode{}
}

// installOwner is what -o and -g of install do: with either of them busybox gives
// the other one, too, that of who runs it.
func (r *runner) installOwner(e *shell.Effect, ev event) {
	if !e.Owner.Given() && !e.Group.Given() {
		return
	}
	ev.kind = chown
	r.give(e, &ev)
	if tools := r.now.fileTools(); tools != gnuTools {
		who := User{}
		if tools == busyboxTools {
			who = r.as
		}
		if !ev.setUID {
			ev.setUID, ev.own.uid, ev.own.user = true, who.UID, ""
		}
		if !ev.setGID {
			ev.setGID, ev.own.gid, ev.own.group = true, who.GID, ""
		}
	}
	r.add(ev)
}

// mkdir makes a directory, and then gives it the mode of -m, which is why the
// two kinds of tools differ below a setgid directory.
func (r *runner) mkdir(e *shell.Effect, ev event) {
	ev.own = r.own(masked(0o777, e))
	if e.Parents {
		above := ev.own
		ev.above = &above
	}
	ev.kind, ev.fresh = makeDir, !e.Parents && !e.Tolerated
	if ev.below {
		ev.kind, ev.own.mode = fillDir, Mode{}
		r.add(ev)
		return
	}
	if e.Force {
		r.installDir(e, ev)
		return
	}
	if e.Mode.Given() {
		ev.own.mode = applyMode(word(e.Mode), Mode{0o777, true}, Dir, unknownTools, umask(e))
		ev.modeWord, ev.tools = word(e.Mode), r.now.fileTools()
	}
	r.add(ev)
}

// installDir is install -d, which sets owner and mode where the directory is
// there, too. Seen: GNU makes the parents with mode 755 whatever the umask is.
func (r *runner) installDir(e *shell.Effect, ev event) {
	switch ev.tools = r.now.fileTools(); {
	case ev.above == nil:
	case ev.tools == gnuTools:
		ev.above.mode = Mode{0o755, true}
	case ev.tools == unknownTools && ev.above.mode.Bits != 0o755:
		ev.above.mode = Mode{}
	}
	r.add(ev)
	ev.above, ev.fresh = nil, false
	r.installOwner(e, ev)
	ev.kind, ev.modeWord, ev.mask = chmod, "00755", umask(e)
	if e.Mode.Given() {
		ev.modeWord = word(e.Mode)
		if _, err := strconv.ParseUint(ev.modeWord, 8, 32); err != nil {
			m := installMode(e, Dir, ev.tools)
			if ev.modeWord = "?"; m.Known && ev.tools == busyboxTools { // seen: GNU leaves what the word does not name
				ev.modeWord = strconv.FormatUint(uint64(m.Bits), 8)
			}
		}
	}
	r.add(ev)
}

// word is the mode as a command gets it, "?" where it is not known.
func word(w shell.Word) string {
	if !w.Known {
		return "?"
	}
	return w.Text
}

// give puts the owner that an effect names into an event.
func (r *runner) give(e *shell.Effect, ev *event) {
	if e.Owner.Given() {
		ev.setUID = true
		ev.own.uid, ev.own.user = r.uidOf(e.Owner)
	}
	switch {
	case e.Group.Given():
		ev.setGID = true
		ev.own.gid, ev.own.group = r.gidOf(e.Group)
	case e.Login:
		ev.setGID = true
		ev.own.gid = ID{}
		if a, ok := r.now.accounts.user(e.Owner.Text); ok == Yes && e.Owner.Known {
			ev.own.gid = a.GID
		}
	}
}

func (r *runner) uidOf(w shell.Word) (ID, string) {
	if id := number(w); id.Known || !w.Known {
		return id, ""
	}
	a, _ := r.now.accounts.user(w.Text)
	return a.UID, w.Text
}

func (r *runner) gidOf(w shell.Word) (ID, string) {
	if id := number(w); id.Known || !w.Known {
		return id, ""
	}
	g, _ := r.now.accounts.group(w.Text)
	return g.GID, w.Text
}

func (r *runner) write(e *shell.Effect, ev event) {
	ev.own = r.own(masked(0o666, e))
	if ev.kind = makeFile; ev.below {
		ev.kind = fillDir
	}
	r.add(ev)
	if ev.path == "/etc/passwd" || ev.path == "/etc/group" {
		r.now.accounts = r.now.accounts.opened()
		if !e.Appends && !r.powerless() {
			r.now.accounts = r.now.accounts.rewritten(ev.path)
		}
	}
}

// fill: what is made belongs to who runs the program, where that is who owns the
// directory too: npm up to 8 as root gives files to the owner of the directory,
// and tar as root keeps the owners of the archive.
func (r *runner) fill(e *shell.Effect, ev event) {
	ev.kind, ev.own = fillDir, r.own(Mode{})
	dir := r.look(ev.path)
	if e.Preserve && r.as.UID.Is(0) != No || dir.Exists != No && dir.UID.Same(r.as.UID) != Yes {
		ev.own = owning{}
	}
	r.add(ev)
}

func (r *runner) chown(e *shell.Effect, ev event) {
	ev.kind = chown
	r.give(e, &ev)
	r.add(ev)
}

func (r *runner) chmod(e *shell.Effect, ev event) {
	ev.kind, ev.modeWord, ev.mask, ev.tools = chmod, word(e.Mode), umask(e), r.now.fileTools()
	r.add(ev)
	if setuid(ev.modeWord) {
		r.privilege("chmod " + e.Mode.Text + " " + ev.path)
	}
}

// Grants reports whether a command makes programs setuid or setgid, or gives them
// capabilities: what a chown behind it takes away again.
func Grants(e shell.Effect) bool {
	return e.Kind == shell.SetCapability || e.Kind != shell.Mkdir && setuid(word(e.Mode))
}

// setuid reports whether chmod with that mode makes a program setuid or setgid.
func setuid(mode string) bool {
	if len(mode) >= 4 && strings.Trim(mode, "01234567") == "" {
		return mode[len(mode)-4]&6 != 0
	}
	for _, clause := range strings.Split(mode, ",") {
		if at := strings.IndexAny(clause, "+="); at >= 0 && strings.Contains(clause[at:], "s") {
			return true
		}
	}
	return false
}

// copied is cp, mv or install.
func (r *runner) copied(e *shell.Effect, ev event) {
	if ev.below || len(e.Sources) == 0 {
		ev.kind = unknown
		r.add(ev)
		return
	}
	if e.Parents {
		above := r.own(masked(0o777, e))
		if above.mode.Bits != 0o755 {
			above.mode = Mode{} // install -D: GNU makes the parents with mode 755, busybox by the umask
		}
		ev.above = &above
	}
	dest := r.look(ev.path)
	into := e.IntoDir || dest.Exists == Yes && dest.Kind == Dir
	if !into && dest.Exists != No && dest.Kind != File {
		ev.kind = unknown // it may be a directory, into which the source goes
		r.add(ev)
		return
	}
	for _, s := range e.Sources {
		one := ev
		src, below := target(s)
		switch {
		case into && below:
			one.kind, one.own, one.path = fillDir, owning{}, ev.path
			r.add(one)
			continue
		case into:
			one.path = path.Join(ev.path, path.Base(src))
		}
		r.copyOne(e, one, src, below)
	}
}

func (r *runner) copyOne(e *shell.Effect, ev event, src string, below bool) {
	kind := r.look(src).Kind
	switch {
	case below:
		ev.kind = unknown
	case e.Kind == shell.Move:
		ev.kind, ev.from = moved, &source{stage: r.stage, path: src, events: r.now.events}
	case e.Mode.Given(): // install
		r.installed(e, ev)
		return
	case e.Preserve && r.as.UID.Is(0) == Yes && r.look(ev.path).Exists == No:
		ev.kind, ev.from = moved, &source{stage: r.stage, path: src, events: r.now.events}
	case e.Preserve:
		ev.kind = unknown
	case e.Recursive && kind != File:
		ev.kind, ev.own, ev.file = putTree, r.own(Mode{}), kind
		top := ev.own
		ev.top, ev.below = &top, false
	default:
		ev.kind, ev.own = makeFile, r.own(Mode{})
	}
	r.add(ev)
}

// installed is a file that install copies, which takes the place of one that is there.
func (r *runner) installed(e *shell.Effect, ev event) {
	ev.kind, ev.own = putFile, r.own(installMode(e, File, r.now.fileTools()))
	r.add(ev)
	if setuid(word(e.Mode)) {
		r.privilege("install -m " + e.Mode.Text + " " + ev.path)
	}
	r.installOwner(e, ev)
}

func (r *runner) linked(e *shell.Effect, ev event) {
	dest := r.look(ev.path)
	ev.kind, ev.own = putLink, r.own(Mode{0o777, true})
	switch {
	case ev.below:
		ev.kind = unknown
	case e.IntoDir || dest.Exists == Yes && dest.Kind == Dir:
		if len(e.Sources) != 1 || !e.Sources[0].Known {
			ev.kind = fillDir
			break
		}
		ev.path = path.Join(ev.path, path.Base(e.Sources[0].Text))
	case dest.Exists != No && dest.Kind == UnknownKind:
		ev.kind = unknown
	}
	r.add(ev)
}
