package rules

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// userPlan is where a stage that runs as root gets what it needs.
type userPlan struct {
	t       *fixer.Target
	stage   *rootfs.Stage
	id      identity
	dirs    []string                // to make and give away, the home among them
	step    *dockerfile.Instruction // the account step goes before it; nil: none is needed
	user    *dockerfile.Instruction // USER goes before it; nil: behind the last instruction
	numeric bool
	setHome bool // ENV HOME, where no account says it
}

// planUser decides identity and places.
func planUser(p *fixer.Project, t *fixer.Target) (*userPlan, error) {
	w, err := wishOf(t)
	if err != nil {
		return nil, err
	}
	plan := &userPlan{t: t, stage: t.Stage, numeric: p.Numeric(t)}
	if len(t.Stage.Syntax.Instructions) == 0 {
		return nil, fmt.Errorf("the stage has no instruction besides FROM")
	}
	if err := plan.identify(w); err != nil {
		return nil, err
	}
	plan.place()
	if err := plan.check(); err != nil {
		return nil, err
	}
	return plan, nil
}

// identify chooses the identity, in the order of the rule's page.
func (u *userPlan) identify(w wish) error {
	end := u.stage.End()
	workdir, _ := end.Dir()
	if !fixer.Ownable(workdir) {
		workdir = ""
	}
	switch account, ok, err := u.existing(end, w); {
	case err != nil:
		return err
	case ok:
		u.id = identity{uid: account.UID.N, gid: account.GID.N, user: account.Name, home: account.Home}
		group, found := end.GroupByGID(u.id.gid)
		if found != rootfs.Yes {
			u.id.user, u.numeric = "", true
		} else {
			u.id.group = group.Name
		}
		u.dirs = own(u.t)
		u.dirs = slices.DeleteFunc(u.dirs, func(d string) bool { return d == u.id.home && end.Owner(d).OwnedBy(u.id.uid) != rootfs.No })
		u.addDirs()
		if end.HasShell() != rootfs.Yes {
			u.id.user, u.id.group, u.dirs = "", "", nil
			return u.unshelled()
		}
		u.step = u.firstUse(account.By)
		return nil
	}
	uid, gid := orInt(w.uid, 1000), orInt(w.gid, orInt(w.uid, 1000))
	if end.HasShell() == rootfs.No {
		u.id = identity{uid: uid, gid: gid, home: workdir}
		return u.unshelled()
	}
	u.addDirs()
	u.step = u.firstUse(nil)
	before := u.stage.Before(u.step)
	id, err := newAccount(before, u.stage, uid, gid, w, workdir)
	if errors.Is(err, errNoTools) {
		u.id, u.setHome = identity{uid: uid, gid: gid, home: workdir}, workdir != ""
		if workdir != "" {
			u.dirs = append([]string{workdir}, slices.DeleteFunc(u.dirs, func(d string) bool { return d == workdir })...)
		}
		return nil
	}
	u.id = id
	if workdir != "" && workdir != id.home {
		u.dirs = append([]string{workdir}, u.dirs...)
	}
	return err
}

// unshelled refuses a directory that must be the process's in an image without a
// shell to give it away in: only a COPY can make it.
func (u *userPlan) unshelled() error {
	need := &userPlan{t: u.t, stage: u.stage}
	need.addDirs()
	for _, dir := range need.dirs {
		if u.stage.End().Owner(dir).OwnedBy(u.id.uid) != rootfs.Yes && !u.copiedTo(dir) {
			return fmt.Errorf("%s must be writable for uid %d, and the image has no shell to give it away in: bring it as an empty directory by COPY --from=a-stage --chown=%s", dir, u.id.uid, u.id.owner())
		}
	}
	return nil
}

// copiedTo reports whether a COPY of the stage, which the plan gives an owner,
// makes a directory.
func (u *userPlan) copiedTo(dir string) bool {
	for _, in := range u.stage.Syntax.Instructions {
		if in.Name == "copy" && !has(in, "chown") {
			if dest, known := destination(u.stage.Before(in), in); known && dest == dir && inAny(dest, own(u.t)) {
				return true
			}
		}
	}
	return false
}

func orInt(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// existing is the account to reuse.
func (u *userPlan) existing(end rootfs.State, w wish) (rootfs.Account, bool, error) {
	if w.name != "" {
		a, ok := end.Account(w.name)
		return a, ok == rootfs.Yes && a.UID.Known && a.GID.Known, nil
	}
	var made []rootfs.Account
	accounts, _ := end.Accounts()
	for _, a := range accounts {
		if a.By != nil && a.UID.Known && a.GID.Known && a.UID.N != 0 {
			made = append(made, a)
		}
	}
	if len(made) > 1 {
		return rootfs.Account{}, false, fmt.Errorf("the Dockerfile makes several accounts (%s and %s): name one under services in %s", made[0].Name, made[1].Name, fixer.SettingsFile)
	}
	if len(made) == 1 {
		return made[0], true, nil
	}
	for _, a := range accounts {
		if a.By != nil {
			return rootfs.Account{}, false, fmt.Errorf("the Dockerfile makes the account %s with an id that is not known: give it one with useradd -u", a.Name)
		}
	}
	if w.uid == 0 {
		if facts := u.stage.Base; facts != nil && facts.Service != "" {
			a, ok := end.Account(facts.Service)
			return a, ok == rootfs.Yes, nil
		}
	}
	a, ok := end.AccountByUID(orInt(w.uid, 1000))
	return a, ok == rootfs.Yes && a.GID.Known, nil
}

// addDirs adds what must be the process's besides its home: mountpoints of named
// volumes, VOLUMEs, and directories that the build makes to be written.
func (u *userPlan) addDirs() {
	end := u.stage.End()
	add := func(dir string) {
		dir = path.Clean(dir)
		if fixer.Ownable(dir) && !slices.Contains(u.dirs, dir) {
			u.dirs = append(u.dirs, dir)
		}
	}
	for _, v := range end.Volumes() {
		add(v)
	}
	for _, s := range u.t.Services {
		for _, m := range s.Volumes() {
			if target, known := s.Value(m.Target); known && m.Type == "volume" && !m.ReadOnly {
				add(target)
			}
		}
	}
	for _, dir := range madeToBeWritten(u.t) {
		add(dir)
	}
	for _, s := range u.t.Services {
		for _, w := range s.Settings.Writable {
			add(w.Path)
		}
	}
}

// firstUse is the instruction before which the account must stand: the first
// behind a RUN (nil: behind FROM) that makes or fills one of its directories, at
// the latest the one that USER is put before.
func (u *userPlan) firstUse(behind *dockerfile.Instruction) *dockerfile.Instruction {
	end := u.stage.End()
	dirs := slices.Clone(u.dirs)
	if dir, known := end.Dir(); known && fixer.Ownable(dir) {
		dirs = append(dirs, dir)
	}
	user := u.userPlace()
	for _, in := range u.stage.Syntax.Instructions {
		if behind != nil && in.Index <= behind.Index {
			continue
		}
		if in == user {
			return in
		}
		before := u.stage.Before(in)
		if tools, known := before.Tools(); behind == nil && known && tools == base.NoTools && u.toolsCome(in) {
			continue
		}
		switch in.Name {
		case "workdir":
			if dir, known := u.stage.After(in).Dir(); known && inAny(dir, dirs) {
				return in
			}
		case "copy", "add":
			if dest, known := destination(before, in); known && inAny(dest, dirs) {
				return in
			}
		case "volume":
			for _, w := range in.Words {
				if dir, known := before.Expand(w.Value); known && slices.Contains(dirs, path.Clean(dir)) {
					return in
				}
			}
		}
	}
	if user == nil {
		return u.last()
	}
	return user
}

// toolsCome reports whether a later RUN installs what makes accounts.
func (u *userPlan) toolsCome(in *dockerfile.Instruction) bool {
	tools, known := u.stage.End().Tools()
	return known && tools != base.NoTools
}

func (u *userPlan) last() *dockerfile.Instruction {
	return u.stage.Syntax.Instructions[len(u.stage.Syntax.Instructions)-1]
}

// place decides where USER goes.
func (u *userPlan) place() {
	u.user = u.userPlace()
	if u.step != nil && u.user != nil && u.step.Index > u.user.Index {
		u.user = u.step
	}
}

// userPlace is the instruction that USER goes before: the first RUN behind the
// last step that needs root, else the first of HEALTHCHECK, CMD and ENTRYPOINT
// behind it. Nil is the end of the stage.
func (u *userPlan) userPlace() *dockerfile.Instruction {
	if u.stage.End().HasShell() == rootfs.No {
		for _, in := range u.stage.Syntax.Instructions {
			if in.Name == "workdir" || starts(in) {
				return in
			}
		}
		return nil
	}
	last := u.lastRoot()
	for _, in := range u.stage.Syntax.Instructions {
		if last != nil && in.Index <= last.Index {
			continue
		}
		if in.Name == "run" || starts(in) {
			return in
		}
	}
	return nil
}

func starts(in *dockerfile.Instruction) bool {
	return in.Name == "healthcheck" || in.Name == "cmd" || in.Name == "entrypoint"
}

// lastRoot is the last instruction of the stage that must run as root, or that
// sets a user.
func (u *userPlan) lastRoot() *dockerfile.Instruction {
	var last *dockerfile.Instruction
	for _, in := range u.stage.Syntax.Instructions {
		switch in.Name {
		case "user":
			last = in
		case "run":
			if u.mustBeRoot(in) {
				last = in
			}
		}
	}
	return last
}

// mustBeRoot: a RUN needs root, or would meet what only root may write: a cache
// or secret mount, a directory that is not the process's, or files that a parent
// stage made as root.
func (u *userPlan) mustBeRoot(in *dockerfile.Instruction) bool {
	run := u.stage.Run(in)
	if run == nil || run.Need == shell.Root || run.Need == shell.Unknown {
		return true
	}
	for _, f := range in.Flags {
		if f.Name == "mount" && !strings.Contains(f.Value, "type=bind") {
			return true
		}
	}
	if run.Need == shell.None {
		return false
	}
	dir, known := u.stage.Before(in).Dir()
	if !known || !inAny(dir, own(u.t)) {
		return true
	}
	for s := u.stage.Parent; s != nil; s = s.Parent {
		if len(s.Runs) > 0 {
			return true
		}
	}
	return false
}

// check refuses a place where the stage does not run as root, and an account
// that is made again.
func (u *userPlan) check() error {
	if u.step != nil && u.stage.Before(u.step).User().IsRoot() != rootfs.Yes {
		return fmt.Errorf("line %d, where the account is needed first, does not run as root", u.step.Line)
	}
	if err := u.closedBefore(); err != nil {
		return err
	}
	first := u.stage.Syntax.Instructions[0]
	if err := repositoryMinds(u.t, u.stage, first, u.user, rootfs.KnownID(u.id.uid)); err != nil {
		return err
	}
	if u.step == nil {
		return nil
	}
	if len(u.id.create)+len(u.dirs) > 0 {
		if err := canRun(u.stage.Before(u.step)); err != nil {
			return err
		}
	}
	return accountsBehind(u.t.Analysis, u.stage, u.step, u.id)
}

// closedBefore refuses files that an earlier stage of the chain brings and that
// only root can read: the plan edits the target's own stage alone.
func (u *userPlan) closedBefore() error {
	for s := u.stage.Parent; s != nil; s = s.Parent {
		for _, in := range s.Syntax.Instructions {
			if in.Name != "copy" && in.Name != "add" {
				continue
			}
			if closed := unreadable(u.t, s, in); len(closed) > 0 {
				return fmt.Errorf("line %d (%s) copies %s with mode %03o, which only root can read: give it --chmod, or another mode in the repository", in.Line, stageName(s), closed[0].Path, closed[0].Mode.Perm())
			}
		}
	}
	return nil
}

// edits are the account step, the owners of what is copied, HOME and USER.
func (u *userPlan) edits() ([]edit.Edit, error) {
	var out []edit.Edit
	add := func(e edit.Edit, err error) error {
		out = append(out, e)
		return err
	}
	if u.step != nil && (len(u.id.create) > 0 || len(u.dirs) > 0) {
		step := accountStep(u.stage.Before(u.step), u.id, u.dirs)
		if u.id.create == nil && u.id.user != "" {
			id := u.id
			id.home = ""
			step = accountStep(u.stage.Before(u.step), id, u.dirs)
		}
		if err := add(u.step.InsertBefore(step)); err != nil {
			return nil, err
		}
	}
	for _, in := range u.stage.Syntax.Instructions {
		e, ok, err := u.chown(in)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, e)
		}
	}
	block := []dockerfile.New{{Name: "USER", Lines: []string{u.id.userArg(u.numeric)}}}
	if u.setHome {
		block = append([]dockerfile.New{{Name: "ENV", Lines: []string{"HOME=" + envValue(u.id.home)}}}, block...)
	}
	if u.user == nil {
		return out, add(u.last().InsertAfter(block...))
	}
	return out, add(u.user.InsertBefore(block...))
}

// envValue is a path as the value of an ENV.
func envValue(p string) string {
	if quoted(p) == p {
		return p
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(p) + `"`
}

// chown is the owner of what one COPY or ADD brings into the process's own
// directories.
func (u *userPlan) chown(in *dockerfile.Instruction) (edit.Edit, bool, error) {
	if in.Name != "copy" && in.Name != "add" || has(in, "chown") {
		return edit.Edit{}, false, nil
	}
	before := u.stage.Before(in)
	closed := unreadable(u.t, u.stage, in)
	dest, known := destination(before, in)
	if !known {
		return edit.Edit{}, false, fmt.Errorf("line %d: where it copies to is not known", in.Line)
	}
	if !inAny(dest, append(own(u.t), u.dirs...)) {
		if len(closed) > 0 {
			fix, err := chmodFix(in, dest, closed)
			if err != nil {
				return edit.Edit{}, false, fmt.Errorf("line %d: %w", in.Line, err)
			}
			return fix.Edits[0], true, nil
		}
		return edit.Edit{}, false, nil
	}
	if fixer.Ignored(copyChown.ID, in.Range) {
		if len(closed) > 0 {
			return edit.Edit{}, false, fmt.Errorf("line %d: %s has to be readable, and a comment keeps copy-chown off it", in.Line, closed[0].Path)
		}
		return edit.Edit{}, false, nil
	}
	if isArchive(in) {
		return edit.Edit{}, false, fmt.Errorf("line %d: ADD unpacks a tar, whose contents keep the owners of the archive", in.Line)
	}
	e, err := in.SetFlag("chown", u.copyOwner(before, in))
	return e, true, err
}

// copyOwner is the value of --chown: by name behind the step that makes the
// account, else as the image stands there.
func (u *userPlan) copyOwner(before rootfs.State, in *dockerfile.Instruction) string {
	if len(u.id.create) > 0 && in.Index >= u.step.Index && !has(in, "link") {
		return u.id.owner()
	}
	return copyOwner(before, in, u.proc())
}

// proc is the process as which the image will run.
func (u *userPlan) proc() fixer.Process {
	return fixer.Process{UID: rootfs.KnownID(u.id.uid), GID: rootfs.KnownID(u.id.gid)}
}

func (u *userPlan) message() string {
	text := "run as " + u.id.userArg(u.numeric)
	if len(u.id.create) > 0 {
		text = fmt.Sprintf("create %s (%d:%d), own %s, run as it", u.id.user, u.id.uid, u.id.gid, u.id.home)
	}
	if binds := u.mounted("bind"); len(binds) > 0 {
		text += fmt.Sprintf("; what is mounted on %s must be writable for uid %d on the host", strings.Join(binds, ", "), u.id.uid)
	}
	if volumes := u.mounted("volume"); len(volumes) > 0 {
		mend := fmt.Sprintf("docker compose run --rm --user root --entrypoint chown %s -R %d:%d %s mends them", u.t.Services[0].Name, u.id.uid, u.id.gid, strings.Join(volumes, " "))
		if u.stage.End().HasShell() == rootfs.No {
			mend = fmt.Sprintf("chown -R %d:%d in a container of another image mends them", u.id.uid, u.id.gid)
		}
		text += "; volumes that exist already keep their owner: " + mend
	}
	return text
}

// mounted are the writable mounts of a type of the target's services.
func (u *userPlan) mounted(kind string) []string {
	var out []string
	for _, s := range u.t.Services {
		for _, m := range s.Volumes() {
			if m.Type == kind && !m.ReadOnly && m.Source != "" {
				out = append(out, m.Target)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// madeToBeWritten are the directories that the build makes under a name that
// says that a program writes there: logs, caches, temporary and run files.
func madeToBeWritten(t *fixer.Target) []string {
	var out []string
	for _, s := range t.Chain() {
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				if e.Kind != shell.Mkdir || e.Conditional {
					continue
				}
				for _, p := range e.Paths {
					if p.Known && writtenName(path.Base(p.Text)) && fixer.Ownable(p.Text) && !slices.Contains(out, p.Text) {
						out = append(out, p.Text)
					}
				}
			}
		}
	}
	return out
}

func writtenName(name string) bool {
	switch strings.ToLower(strings.TrimPrefix(name, ".")) {
	case "log", "logs", "cache", "caches", "tmp", "temp", "run", "pid", "pids", "sessions", "uploads", "upload":
		return true
	}
	return false
}
