package rootfs

import (
	"sync/atomic"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/shell"
)

// State is what a stage holds at one point. The zero State knows nothing.
type State struct {
	stage *Stage
	step  int
}

// OfImage is what an image holds that nothing is built on.
func OfImage(m *base.Image) State { return imageStage(m).Start() }

func imageStage(m *base.Image) *Stage {
	s := startOf(m)
	return &Stage{Base: m, image: s, work: new(atomic.Int64), steps: []snapshot{s.snapshot}}
}

// Start is the state behind FROM.
func (s *Stage) Start() State { return State{s, 0} }

// End is the state of the finished stage, as an image of it starts.
func (s *Stage) End() State { return State{s, len(s.steps) - 1} }

// Before is the state that an instruction of the stage meets. For an
// instruction of another stage it is Start.
func (s *Stage) Before(in *dockerfile.Instruction) State {
	if i, ok := s.index(in); ok {
		return State{s, i}
	}
	return s.Start()
}

// After is the state that an instruction of the stage leaves. For an
// instruction of another stage it is Start.
func (s *Stage) After(in *dockerfile.Instruction) State {
	if i, ok := s.index(in); ok {
		return State{s, i + 1}
	}
	return s.Start()
}

// index is the place of an instruction behind the FROM of its stage.
func (s *Stage) index(in *dockerfile.Instruction) (int, bool) {
	if in == nil || in.Stage != s.Syntax {
		return 0, false
	}
	i := in.Index - s.Syntax.From.Index - 1
	return i, i >= 0 && i < len(s.Syntax.Instructions) && s.Syntax.Instructions[i] == in
}

// now is the snapshot of the state; the zero State knows nothing.
func (st State) now() *snapshot {
	if st.stage == nil {
		return &startOf(nil).snapshot
	}
	return &st.stage.steps[st.step]
}

// User is who runs: a RUN behind that point, or the program that an image starts.
type User struct {
	// Text is the value of USER, as written; the base image's own where In is
	// nil, which is empty for root by default.
	Text string
	In   *dockerfile.Instruction
	// Known says that it is known which USER is in force: false with an unknown
	// base and no USER yet.
	Known bool
	Name  string // the account's name, where it is known
	UID   ID
	GID   ID
	// Numeric says that the user part was given by number, Group that a group
	// was given too, which drops the supplementary groups.
	Numeric, Group bool
	// Account says whether /etc/passwd has an entry for it.
	Account Tri
	// Groups are the supplementary groups; nil and false where they are not known.
	Groups      []int
	GroupsKnown bool
}

// IsRoot reports whether it is uid 0.
func (u User) IsRoot() Tri { return u.UID.Is(0) }

// User is the user in force.
func (st State) User() User {
	if st.stage == nil || st != st.stage.End() {
		return st.now().currentUser()
	}
	// Every rule asks as whom the image runs.
	st.stage.runs.Do(func() { st.stage.user = st.now().currentUser() })
	return st.stage.user
}

// Dir is the work directory, and whether it is known; it is absolute.
func (st State) Dir() (dir string, known bool) { return st.now().dir, st.now().dirKnown }

// Home is the HOME that the user in force gets, and whether it is known: ENV
// HOME, else that of its passwd entry, else "/".
func (st State) Home() (dir string, known bool) {
	return st.now().homeOf(st.User())
}

// Env is the value of an ENV or of an ARG that is declared in the stage, as a
// RUN sees it. set is No where it is known to have none.
func (st State) Env(name string) (value string, set Tri) {
	s := st.now()
	switch b := s.vars.find(name); {
	case b == nil && s.closed(), b != nil && b.unset && b.known:
		return "", No
	case b == nil || !b.known:
		return "", Unknown
	default:
		return b.value, Yes
	}
}

// Expand expands the variables of a word as BuildKit does; known is false
// where a value is not known or the word is malformed.
func (st State) Expand(word string) (value string, known bool) { return st.expand(word, false) }

// ExpandEnv is Expand with ENV alone, which is what the image's program sees.
func (st State) ExpandEnv(word string) (value string, known bool) { return st.expand(word, true) }

func (st State) expand(word string, envOnly bool) (string, bool) {
	if st.stage == nil {
		return "", false
	}
	s := st.now()
	return scope{vars: s.vars, closed: s.closed(), envOnly: envOnly}.expand(word, st.stage.Syntax.File.Escape)
}

// Shell is the SHELL in force, and its language.
func (st State) Shell() (argv []string, dialect shell.Dialect) { return st.now().shellOf() }

func (s *snapshot) shellOf() ([]string, shell.Dialect) {
	switch {
	case s.shell != nil:
		return s.shell, shell.Interpreter(s.shell)
	case s.famKnown && s.family == base.Windows:
		return windowsShell, shell.OtherShell
	}
	return usualShell, shell.POSIX
}

var windowsShell, usualShell = []string{"cmd", "/S", "/C"}, []string{"/bin/sh", "-c"}

// Volumes are the paths of VOLUME, those of the base image and the parents too.
func (st State) Volumes() []string { return st.now().volumes }

// Account is a user of /etc/passwd.
type Account struct {
	Name     string
	UID, GID ID
	Home     string // empty: not known
	Shell    string
	By       *dockerfile.Instruction // the RUN that made it or last changed it; nil: the base image
	Picked   bool                    // the tool that made it picked the uid, or the gid of a group, by what was free
}

// Group is a group of /etc/group.
type Group struct {
	Name   string
	GID    ID
	By     *dockerfile.Instruction
	Picked bool // the tool that made it picked the gid by what was free
}

// Account finds a user by name.
func (st State) Account(name string) (Account, Tri) { return st.now().accounts.user(name) }

// AccountByUID finds a user by id.
func (st State) AccountByUID(uid int) (Account, Tri) { return st.now().accounts.userByID(uid) }

// Group finds a group by name.
func (st State) Group(name string) (Group, Tri) {
	a, ok := st.now().accounts.group(name)
	return Group{a.Name, a.GID, a.By, a.Picked}, ok
}

// GroupByGID finds a group by id.
func (st State) GroupByGID(gid int) (Group, Tri) {
	a, ok := st.now().accounts.groupByID(gid)
	return Group{a.Name, a.GID, a.By, a.Picked}, ok
}

// Made are the users that are known to exist and that a RUN made or changed.
func (st State) Made() []Account {
	var out []Account
	for _, list := range st.now().accounts.passwd().sure {
		for i := range list {
			if list[i].By != nil && !list[i].anonymous {
				out = append(out, list[i].Account)
			}
		}
	}
	return out
}

// Tools is what a RUN at that point can create accounts with: those of the base
// image and of packages that an earlier RUN installed. known is false where
// neither tells.
func (st State) Tools() (tools base.Tools, known bool) {
	s := st.now()
	switch {
	case s.toolsKnown:
		return s.tools, true
	case s.manager == "apt-get" || s.manager == "apt":
		return base.Useradd, true // the package passwd is essential
	case s.manager == "apk":
		return base.BusyboxAdduser, true
	}
	return base.NoTools, false
}

// HasShell reports whether RUN in shell form works.
func (st State) HasShell() Tri {
	switch {
	case st.stage == nil:
		return Unknown
	case st.now().ran || st.stage.Base != nil && st.stage.Base.Shell:
		return Yes
	case st.stage.Base == nil:
		return Unknown
	}
	if o := st.Owner("/bin/sh"); o.Exists == Yes && o.By != nil || o.Exists == Unknown && (o.By != nil || o.Doubt != nil) {
		return Unknown // something was put there
	}
	return No
}

// Family is the family of the base image; where that is unknown, the one that
// the package managers used by earlier RUNs tell.
func (st State) Family() (family base.Family, known bool) { return st.now().family, st.now().famKnown }

// Privilege is something in the image that gains privileges when a user runs
// it, which no-new-privileges stops.
type Privilege struct {
	What string                  // "sudo", "chmod u+s /bin/x", "setcap …"
	In   *dockerfile.Instruction // nil: the base image
}

// Privileges are those known; complete says that there are no others, but for
// those that every image of its family has (su, passwd, mount and the like).
func (st State) Privileges() (found []Privilege, complete bool) {
	return st.now().privileges, !st.now().hidden
}

// Exec is ENTRYPOINT or CMD.
type Exec struct {
	In    *dockerfile.Instruction // nil: the base image's, or none
	Argv  []string                // shell form: one string, which the SHELL gets
	Shell bool                    // shell form
	Known bool                    // false: an unknown base may have one
}

// Entrypoint is the ENTRYPOINT in force; with Known and no Argv there is none.
func (st State) Entrypoint() Exec { return *st.now().entry }

// Cmd is the CMD in force; an ENTRYPOINT set behind the base image's CMD resets it.
func (st State) Cmd() Exec { return *st.now().cmd }
