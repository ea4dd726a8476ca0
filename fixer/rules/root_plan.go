package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

// userPlan is where a stage that runs as root gets what it needs.
type userPlan struct {
	t        *fixer.Target
	stage    *rootfs.Stage
	id       identity
	dirs     []string                // to make and give away, the home among them
	step     *dockerfile.Instruction // the account step goes before it; nil: none is needed
	atEnd    bool                    // the account step goes behind step, which is the last
	user     *dockerfile.Instruction // USER goes before it; nil: behind the last instruction
	numeric  bool
	setHome  bool // ENV HOME, where no account says it
	ids      fixer.IDs
	fromArgs bool                    // the stage's ids come from .env
	follows  bool                    // and so do those of the account that is there
	names    idNames                 // the arguments, where ids come from them
	replace  *dockerfile.Instruction // the USER that is replaced instead of one inserted
	builds   []string                // the command that builds when the container starts; none
	unpacked []unpacked              // what else is given away
}

// planUser decides identity and places.
func planUser(p *fixer.Project, t *fixer.Target) (*userPlan, error) {
	w, err := wishOf(t)
	if err != nil {
		return nil, err
	}
	plan := &userPlan{t: t, stage: t.Stage, numeric: p.Numeric(t), ids: p.IDs(), fromArgs: takesArgs(p, t), builds: buildsAtStart(t)}
	if len(t.Stage.Syntax.Instructions) == 0 {
		return nil, fmt.Errorf("the stage has no instruction besides FROM")
	}
	if err := plan.identify(w); err != nil {
		return nil, err
	}
	plan.place()
	if err := plan.buildsElsewhere(); err != nil {
		return nil, err
	}
	for _, reason := range []func() error{plan.managedPython, plan.closedByChmod} {
		if err := reason(); err != nil {
			return nil, err
		}
	}
	if err := plan.findUnpacked(); err != nil {
		return nil, err
	}
	if err := plan.check(); err != nil {
		return nil, err
	}
	return plan, nil
}

// check refuses a place where the stage does not run as root, and an account
// that is made again.
func (u *userPlan) check() error {
	if u.step != nil && len(u.id.create)+len(u.dirs) > 0 && u.at().User().IsRoot() != rootfs.Yes {
		return fmt.Errorf("line %d, where the account is needed first, does not run as root", u.step.Line)
	}
	if err := u.givenToOthers(); err != nil {
		return err
	}
	if err := u.closedBefore(); err != nil {
		return err
	}
	if err := baseForOthers(u.t); err != nil {
		return err
	}
	if err := documentedMount(u.stage.Syntax.Instructions[0].File.Src.Text); err != nil {
		return err
	}
	if err := u.startedFiles(); err != nil {
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
		if err := canRun(u.at()); err != nil {
			return err
		}
	}
	if u.atEnd {
		return accountsBehind(u.t.Analysis, u.stage, u.step, u.id)
	}
	if err := madeAgain(u.stage, u.step, append([]string{u.id.home}, u.dirs...)); err != nil {
		return err
	}
	return accountsBehind(u.t.Analysis, u.stage, u.step, u.id)
}

// givenToOthers refuses a work directory that a RUN behind the account step gives to
// another user than the plan's: it says as whom the image was meant to run.
func (u *userPlan) givenToOthers() error {
	end := u.stage.End()
	dir, known := end.Dir()
	o := end.Owner(dir)
	if !known || u.step == nil || u.atEnd || o.By == nil || o.By.Name != "run" || o.By.Stage != u.stage.Syntax || o.By.Index < u.step.Index {
		return nil
	}
	if !o.UID.Known || o.UID.N == 0 || o.UID.N == u.id.uid {
		return nil
	}
	who := o.User
	if who == "" {
		who = fmt.Sprint(o.UID.N)
	}
	return fmt.Errorf("line %d gives %s to %s: write USER %s if the image is to run as it, or name it under services in %s", o.By.Line, dir, who, who, fixer.SettingsFile)
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

func (u *userPlan) message() string {
	text := "run as " + u.id.userArg(u.numeric)
	if len(u.id.create) > 0 {
		text = fmt.Sprintf("create %s (%d:%d), own %s, run as it", u.id.user, u.id.uid, u.id.gid, u.id.home)
		if u.id.raw != "" {
			text = "create a user with the ids of " + u.id.raw + ", which come from .env, and run as it"
		}
	}
	if binds := u.mounted("bind"); len(binds) > 0 {
		text += fmt.Sprintf("; what is mounted on %s must be writable for uid %d on the host", strings.Join(binds, ", "), u.id.uid)
	}
	if slices.ContainsFunc(u.t.Services, func(s *fixer.Service) bool { return s.Raw("secrets") != nil }) {
		text += fmt.Sprintf("; secrets that are files must be readable for uid %d on the host", u.id.uid)
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

// composeOwner is how compose files name the process.
func (u *userPlan) composeOwner() owner {
	if u.fromArgs && u.id.raw != "" || u.follows {
		return owner{u.ids.UserText(), u.ids.GroupText()}
	}
	return owner{fmt.Sprint(u.id.uid), fmt.Sprint(u.id.gid)}
}
