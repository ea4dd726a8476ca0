package rootfs

import (
	"slices"
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
	as     User         // who runs the command at hand
	effect shell.Effect // what it does, with what is known of its place
	mounts []string     // directories of the RUN that are not the image's
	broken map[int]bool // the chains of which a command may have failed; nil: there are none
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
	r := &w.runner
	*r = runner{walker: w, in: in}
	r.mountpoints(run)
	run.Effects = r.effects()
	run.sum()
	for i := range run.Effects {
		r.effect = run.Effects[i]
		e := &r.effect
		r.as = r.userOf(run.User, e)
		if e.Tolerated && r.as.UID.Is(0) != Yes {
			e.Conditional = true // it may lack the rights
		}
		if slices.ContainsFunc(e.Chains, func(c int) bool { return r.broken[c] }) {
			e.Conditional = true // it stands behind && of what may have failed
		}
		r.mayFail(e)
		r.apply(e)
	}
	w.stage.Runs = append(w.stage.Runs, run)
	w.now.ran = w.now.ran || !in.JSON
}

// mountpoints notes the directories that --mount lays over the image. Versions
// of BuildKit differ on whether an empty directory is left behind.
func (r *runner) mountpoints(run *Run) {
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
				run.Mounts = append(run.Mounts, "")
				continue
			}
			r.walker.add(event{kind: makeDir, in: r.in, path: p, own: rootOwned, above: &rootOwned, explicit: true, perhaps: true})
			r.mounts = append(r.mounts, p)
			run.Mounts = append(run.Mounts, p)
		}
	}
}

// effects reads what the RUN does.
func (r *runner) effects() []shell.Effect {
	argv, dialect := r.now.shellOf()
	opt := shell.Options{Dialect: dialect, Lookup: r.lookup, Adduser: r.now.adduser, Left: &r.analysis.left}
	for i, a := range argv {
		short := strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.Contains(a, "e")
		if short || a == "errexit" && i > 0 && strings.HasSuffix(argv[i-1], "o") {
			opt.ExitOnError = true
		}
	}
	if r.now.dirKnown {
		opt.Dir = r.now.dir
	}
	if home, known := r.now.homeElse(r.who.home, r.who.homeKnown); known {
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
	if sc := r.scope(); !sc.takes(len(b.value)) {
		return "", false
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

// userOf is the user that a command runs as.
func (r *runner) userOf(u User, e *shell.Effect) User {
	if e.As == "" {
		return u
	}
	return r.now.resolveUser(e.As)
}

// powerless reports whether a command certainly has no rights of root.
func (r *runner) powerless() bool { return r.as.UID.Is(0) == No }

func (r *runner) own(mode Mode) owning {
	return owning{uid: r.as.UID, gid: r.as.GID, mode: mode}
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

// maxPrivileges bounds those that are told apart; each RUN that adds one copies the others.
const maxPrivileges = 1000

func (r *runner) privilege(what string) {
	for _, p := range r.now.privileges {
		if p.What == what {
			return
		}
	}
	if len(r.now.privileges) >= maxPrivileges {
		r.now.hidden = true
		return
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
	r.add(event{kind: unknown, in: r.in, path: "/", own: owning{uid: r.as.UID}})
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
	if a.full() {
		a = accounts{}
	}
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
