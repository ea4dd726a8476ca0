package rootfs

import (
	"path"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/shell"
)

var rootOwned = owning{uid: ID{0, true}, gid: ID{0, true}, mode: Mode{0o755, true}}

// runner applies what a RUN does to the snapshot of its stage.
type runner struct {
	*walker
	in     *dockerfile.Instruction
	who    User     // who runs the command at hand
	mounts []string // directories of the RUN that are not the image's
}

func (r *runner) add(e event) {
	for _, m := range r.mounts {
		if _, under := relative(e.path, m); under {
			return
		}
	}
	r.walker.add(e)
}

// doubt says that anything may have happened at a path, and below it.
func (r *runner) doubt(p string) {
	r.add(event{kind: unknown, in: r.in, path: canonical(p)})
}

func (w *walker) run(in *dockerfile.Instruction) {
	run := &Run{In: in, User: w.user()}
	r := &runner{walker: w, in: in}
	r.mountpoints()
	run.Effects = r.effects(run.User)
	run.sum()
	for i := range run.Effects {
		e := run.Effects[i]
		r.who = r.as(run.User, &e)
		if e.Tolerated && r.who.UID.Is(0) != Yes {
			e.Conditional = true // it may lack the rights
		}
		r.apply(&e)
	}
	w.stage.Runs = append(w.stage.Runs, run)
	w.now.ran = w.now.ran || !in.JSON
}

// mountpoints notes the directories that --mount lays over the image. Versions
// of BuildKit differ on whether an empty directory is left behind.
func (r *runner) mountpoints() {
	for _, f := range r.in.Flags {
		if f.Name != "mount" {
			continue
		}
		for _, part := range strings.Split(f.Value, ",") {
			name, value, _ := strings.Cut(part, "=")
			if name != "target" && name != "dst" && name != "destination" {
				continue
			}
			p, known := r.expandPath(value)
			if !known {
				continue
			}
			r.walker.add(event{kind: makeDir, in: r.in, path: p, own: rootOwned, parents: true, parentOwn: rootOwned, explicit: true, perhaps: true})
			r.mounts = append(r.mounts, p)
		}
	}
}

// effects reads what the RUN does.
func (r *runner) effects(u User) []shell.Effect {
	argv, dialect := r.now.shellOf()
	opt := shell.Options{Dialect: dialect, Lookup: r.lookup, Adduser: r.now.adduser}
	for _, a := range argv[1:] {
		if strings.HasPrefix(a, "-") && strings.Contains(a, "e") {
			opt.ExitOnError = true
		}
	}
	if r.now.dirKnown {
		opt.Dir = r.now.dir
	}
	if home, known := r.now.homeOf(u); known {
		opt.Home = home
	}
	if r.in.JSON {
		words := make([]string, len(r.in.Words))
		for i, word := range r.in.Words {
			words[i] = word.Value
		}
		opt.ExitOnError = false
		return shell.AnalyzeArgv(words, opt)
	}
	return shell.Analyze(scriptOf(r.in), opt)
}

// scriptOf is the script of a RUN: its here-document, where that is all there
// is, else the command with its here-documents behind it.
func scriptOf(in *dockerfile.Instruction) string {
	if len(in.Heredocs) == 0 {
		return in.Command
	}
	if c := strings.TrimSpace(in.Command); len(in.Heredocs) == 1 && strings.HasPrefix(c, "<<") && !strings.ContainsAny(c, " \t;&|>") {
		return in.Heredocs[0].Content
	}
	var b strings.Builder
	b.WriteString(in.Command)
	for _, h := range in.Heredocs {
		b.WriteString("\n" + h.Content + h.Name)
	}
	b.WriteString("\n")
	return b.String()
}

// lookup is the value of a variable in a RUN.
func (r *runner) lookup(name string) (string, bool) {
	b := r.now.vars.find(name)
	if b == nil {
		return "", r.now.closed()
	}
	return b.value, b.known
}

// sum works out what the RUN needs as a whole.
func (run *Run) sum() {
	run.Need = shell.None
	for i := range run.Effects {
		e := &run.Effects[i]
		rank := func(n shell.Need) int {
			return [...]int{shell.None: 0, shell.User: 1, shell.Unknown: 2, shell.Root: 3}[n]
		}
		if rank(e.Need) > rank(run.Need) {
			run.Need, run.Command, run.Why = e.Need, e.Command, e.Why
		}
	}
}

// as is the user that a command runs as.
func (r *runner) as(u User, e *shell.Effect) User {
	if e.As == "" {
		return u
	}
	return r.now.resolveUser(e.As)
}

// powerless reports whether a command certainly has no rights of root.
func (r *runner) powerless() bool { return r.who.UID.Is(0) == No }

func (r *runner) own(mode Mode) owning {
	return owning{uid: r.who.UID, gid: r.who.GID, mode: mode}
}

// apply applies one effect.
func (r *runner) apply(e *shell.Effect) {
	if g := r.guarded(e.Guard); g == No {
		return
	} else if g == Unknown && e.Account == nil {
		e.Conditional = true
	}
	if family := familyOf(e.Manager); family != base.Other && e.Manager != "dpkg" && e.Manager != "rpm" {
		r.now.manager = e.Manager
		if !r.now.famKnown && !e.Conditional {
			r.now.family, r.now.famKnown = family, true
		}
	}
	switch e.Kind {
	case shell.AddUser, shell.AddGroup, shell.ModUser, shell.ModGroup, shell.AddMember, shell.DelUser, shell.DelGroup:
		if !r.powerless() {
			r.account(e)
		}
	case shell.InstallPackages:
		r.install(e)
	case shell.SetCapability:
		r.privilege("setcap " + texts(e.Paths))
	case shell.Run:
		r.opaque(e)
	default:
		r.paths(e)
		if e.Opaque {
			r.opaque(e)
		}
	}
}

func texts(words []shell.Word) string {
	var out []string
	for _, w := range words {
		out = append(out, w.Text)
	}
	return strings.Join(out, " ")
}

func (r *runner) privilege(what string) {
	for _, p := range r.now.privileges {
		if p.What == what {
			return
		}
	}
	r.now.privileges = append(r.now.privileges[:len(r.now.privileges):len(r.now.privileges)], Privilege{what, r.in})
}

// opaque is a command of which it is not known what it does.
func (r *runner) opaque(e *shell.Effect) {
	if !e.Opaque {
		if e.Need == shell.Root {
			r.add(event{kind: system, in: r.in, path: "/"})
		}
		return
	}
	r.add(event{kind: unknown, in: r.in, path: "/", own: owning{uid: r.who.UID}})
	if !r.powerless() {
		r.now.accounts = r.now.accounts.opened()
		r.now.hidden = true
	}
}

// install notes what packages bring: system accounts, account tools, sudo.
func (r *runner) install(e *shell.Effect) {
	r.add(event{kind: system, in: r.in, path: "/"})
	if familyOf(e.Manager) == base.Other {
		return // it installs no packages of the system
	}
	a := *r.now.accounts
	a.loose = true
	a.packages = append(a.packages[:len(a.packages):len(a.packages)], e.Packages...)
	r.now.accounts = &a
	for _, p := range e.Packages {
		switch p {
		case "shadow", "shadow-utils":
			if e.Conditional {
				continue
			}
			r.now.toolsKnown = true
			r.now.tools = max(r.now.tools, base.Useradd)
		case "passwd":
			r.now.tools, r.now.toolsKnown = base.Useradd, true
		case "sudo", "doas", "opendoas":
			r.privilege(p)
		}
	}
}

// familyOf is the family that a package manager belongs to.
func familyOf(manager string) base.Family {
	switch manager {
	case "apt-get", "apt", "aptitude", "dpkg", "install_packages", "apt-fast":
		return base.Debian
	case "apk":
		return base.Alpine
	case "dnf", "yum", "microdnf", "tdnf", "rpm":
		return base.RHEL
	}
	return base.Other
}

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
		ev := event{in: r.in, path: p, below: below, perhaps: e.Conditional, tolerated: e.Tolerated, recursive: e.Recursive}
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

// modeOf is the mode that an option gives, or the usual one.
func modeOf(w shell.Word, usual uint32, kind Kind) Mode {
	switch {
	case !w.Given():
		return Mode{usual, true}
	case !w.Known:
		return Mode{}
	}
	return applyMode(w.Text, Mode{usual, true}, kind)
}

func (r *runner) mkdir(e *shell.Effect, ev event) {
	ev.own, ev.parents, ev.parentOwn = r.own(modeOf(e.Mode, 0o755, Dir)), e.Parents, r.own(Mode{0o755, true})
	ev.kind, ev.fresh = makeDir, !e.Parents && !e.Tolerated
	if e.Owner.Given() || e.Group.Given() {
		ev.kind, ev.explicit = homeDir, true // install -d: also where it is there
		r.give(e, &ev)
	}
	if ev.below {
		ev.kind = fillDir
	}
	r.add(ev)
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
	ev.own = r.own(modeOf(e.Mode, 0o644, File))
	if ev.kind = makeFile; ev.below {
		ev.kind = fillDir
	}
	r.add(ev)
	if ev.path == "/etc/passwd" || ev.path == "/etc/group" {
		r.now.accounts = r.now.accounts.opened()
	}
}

// fill: what is made belongs to who runs the program, where that is who owns the
// directory too: npm up to 8 as root gives files to the owner of the directory,
// and tar as root keeps the owners of the archive.
func (r *runner) fill(e *shell.Effect, ev event) {
	ev.kind, ev.own = fillDir, r.own(Mode{})
	dir := r.stage.owner(ev.path, r.now.events)
	if e.Preserve || dir.Exists != No && dir.UID.Same(r.who.UID) != Yes {
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
	ev.kind, ev.modeWord = chmod, e.Mode.Text
	if !e.Mode.Known {
		ev.modeWord = "?"
	}
	r.add(ev)
	if setuid(ev.modeWord) {
		r.privilege("chmod " + e.Mode.Text + " " + ev.path)
	}
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
	ev.parents, ev.parentOwn = e.Parents, r.own(Mode{0o755, true})
	dest := r.stage.owner(ev.path, r.now.events)
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
	kind := r.stage.owner(src, r.now.events).Kind
	switch {
	case below:
		ev.kind = unknown
	case e.Kind == shell.Move:
		ev.kind, ev.from = moved, &source{stage: r.stage, path: src, events: r.now.events}
	case e.Owner.Given() || e.Group.Given(): // install
		ev.kind, ev.own, ev.explicit = putFile, r.own(modeOf(e.Mode, 0o755, File)), true
		r.give(e, &ev)
	case e.Mode.Given():
		ev.kind, ev.own = putFile, r.own(modeOf(e.Mode, 0o755, File))
	case e.Preserve && r.who.UID.Is(0) == Yes && r.stage.owner(ev.path, r.now.events).Exists == No:
		ev.kind, ev.from = moved, &source{stage: r.stage, path: src, events: r.now.events}
	case e.Preserve:
		ev.kind = unknown
	case e.Recursive && kind != File:
		ev.kind, ev.own, ev.top, ev.file = putTree, r.own(Mode{}), r.own(Mode{}), kind
		ev.below = false
	default:
		ev.kind, ev.own = makeFile, r.own(Mode{})
	}
	r.add(ev)
}

func (r *runner) linked(e *shell.Effect, ev event) {
	dest := r.stage.owner(ev.path, r.now.events)
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
