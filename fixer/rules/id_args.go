package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

var idArgs = &fixer.Rule{
	ID:       "id-args",
	Title:    "The image's ids are numbers, and the project keeps its ids in .env",
	Severity: "warning",
	Safety:   "unsafe",
	Doc: `In a project whose services share data with the host, or that has APP_USER_ID and
APP_GROUP_ID already, the ids come from .env, go through compose's build args into each
Dockerfile, and decide who owns the data. An image with ids of its own does not follow.

The fix declares ` + "`ARG USER_ID=1000`" + ` and ` + "`ARG GROUP_ID=1000`" + ` in the stage that runs (or takes
the names that it has), creates the user from them, and runs as it:

    RUN groupadd -g ${GROUP_ID} appgroup && \
        useradd -m -u ${USER_ID} -g appgroup appuser

Ids from outside collide: macOS' group 20 is Debian's dialout, node images have a user
1000. Where the base has an account in the way, or the ids in force are not 1000, the step
takes what is there, refuses 0, and everything names ` + "`${USER_ID}:${GROUP_ID}`" + `:

    RUN test ${USER_ID} -gt 0 && test ${GROUP_ID} -gt 0 && \
        (getent group ${GROUP_ID} || groupadd -g ${GROUP_ID} appgroup) && \
        (getent passwd ${USER_ID} || useradd -l -m -u ${USER_ID} -g ${GROUP_ID} appuser)

Alpine has addgroup and adduser for it; ubi-minimal, distroless and scratch can have no
accounts, and get the numbers alone. An image that runs as root gets the same from
run-as-root. A Dockerfile that makes its account by itself is left alone unless ` + "`ids: args`" + `
is set, and then refused: write ` + "`useradd -u ${USER_ID}`" + ` there. ` + "`ids: fixed`" + ` switches all of
this off.`,
	Check: checkIDArgs,
}

func checkIDArgs(p *fixer.Project) []fixer.Finding {
	if !p.IDs().Args {
		return nil
	}
	var out []fixer.Finding
	for _, t := range p.Targets {
		user := t.Stage.End().User()
		if t.Unclear != "" || len(t.Services) == 0 {
			continue
		}
		if f, ok := takenID(p.IDs(), t); ok {
			out = append(out, f)
		}
		if user.IsRoot() != rootfs.No || followsArgs(t) || !takesArgs(p, t) || runsByNumber(t) {
			continue
		}
		made := madeAccount(t, user)
		if made && !p.IDs().Asked {
			continue
		}
		at := t.Stage.Syntax.From.Range
		if user.In != nil {
			at = user.In.Range
		}
		f := fixer.Finding{
			Severity: fixer.Warning, At: at,
			Subject: fmt.Sprintf("%s stage %d ids", t.File.Src.Path, t.Stage.Syntax.Index),
			Message: fmt.Sprintf("runs as %s:%s whatever .env says, and the ids of the project come from there", user.UID, user.GID),
		}
		if made {
			f.Refused = errOwnAccount
		} else {
			f.Plan = func() (*fixer.Fix, error) { return idArgsFix(p, t, user) }
		}
		out = append(out, f)
	}
	return out
}

// runsByNumber reports whether every service of the target sets a user: without
// variables: what the image says counts for none.
func runsByNumber(t *fixer.Target) bool {
	return !slices.ContainsFunc(t.Services, func(s *fixer.Service) bool {
		return s.User() == nil || strings.Contains(s.User().Text, "$")
	})
}

// takenID finds the step that makes a group or user with an id from .env which
// the image has already: that build fails.
func takenID(ids fixer.IDs, t *fixer.Target) (fixer.Finding, bool) {
	run, what, ok := collision(ids, t, func(w shell.Word, _ string, id int) bool { return w.Text == fmt.Sprint(id) })
	if !ok {
		return fixer.Finding{}, false
	}
	return fixer.Finding{
		Severity: fixer.Error, At: run.In.Range,
		Subject: fmt.Sprintf("%s stage %d taken id", t.File.Src.Path, t.Stage.Syntax.Index),
		Message: "the build fails: " + what,
		Refused: fmt.Errorf("take another id, or look it up first, as nonroot explain id-args shows, and write the numbers in USER and --chown"),
	}, true
}

// collides says why a build would fail if the stages of one Dockerfile got the
// ids of .env.
func collides(ids fixer.IDs, targets ...*fixer.Target) error {
	if ids.Wrong != nil {
		return ids.Wrong
	}
	for _, t := range targets {
		if _, what, ok := collision(ids, t, func(_ shell.Word, option string, _ int) bool { return t.ArgOf(option) != "" }); ok {
			return fmt.Errorf("the build would fail: %s: take another id, or look it up first, as nonroot explain id-args shows", what)
		}
	}
	return nil
}

// taker says whether a step that makes an account gets an id: by the id that it
// gives, and by the option as it is written.
type taker func(id shell.Word, option string, wanted int) bool

// collision is the first step of a target's stages that makes a group or user
// which the image has already under the id of .env, without looking first.
func collision(ids fixer.IDs, t *fixer.Target, gets taker) (run *rootfs.Run, what string, ok bool) {
	for _, s := range t.Chain() {
		for _, run := range s.Runs {
			if what, ok := collisionIn(ids, s.Before(run.In), run, gets); ok {
				return run, what, true
			}
		}
	}
	return nil, "", false
}

func collisionIn(ids fixer.IDs, before rootfs.State, run *rootfs.Run, gets taker) (what string, ok bool) {
	for _, e := range run.Effects {
		if e.Account == nil || e.Guard != nil || e.Tolerated || e.Account.NonUnique {
			continue
		}
		if g, has := before.GroupByGID(ids.GID); e.Kind == shell.AddGroup && has == rootfs.Yes && gets(e.Account.GID, optionOf(e.Command, 'g', "--gid"), ids.GID) {
			return fmt.Sprintf("%s is %d, and the image has a group %s with that id", ids.GroupVar, ids.GID, g.Name), true
		}
		if a, has := before.AccountByUID(ids.UID); e.Kind == shell.AddUser && has == rootfs.Yes && gets(e.Account.UID, optionOf(e.Command, 'u', "--uid"), ids.UID) {
			return fmt.Sprintf("%s is %d, and the image has a user %s with that id", ids.UserVar, ids.UID, a.Name), true
		}
	}
	return "", false
}

// followsArgs reports whether the ids of the target come from build arguments: in
// its USER, or in the step that makes its account. Other variables do not count:
// USER $APP_UID of a .NET image is a number that the image brings.
func followsArgs(t *fixer.Target) bool { return usedArgs(t).user != "" }

// takesArgs reports whether a target's ids are those of .env: it has services to
// hand them on, and the settings give these none of their own, unless ids: args says
// that .env decides.
func takesArgs(p *fixer.Project, t *fixer.Target) bool {
	own := slices.ContainsFunc(t.Services, func(s *fixer.Service) bool { return s.Settings.UID != 0 || s.Settings.GID != 0 })
	return p.IDs().Args && len(t.Services) > 0 && (!own || p.IDs().Asked)
}

// errOwnAccount is why an account with ids of its own is not made to follow .env.
var errOwnAccount = fmt.Errorf("the Dockerfile makes the account by itself: give it useradd -u ${USER_ID} with ARG USER_ID=%d above it, or set ids: fixed", fixer.DefaultID)

// madeAccount reports whether the Dockerfile makes the account that runs.
func madeAccount(t *fixer.Target, user rootfs.User) bool {
	account, ok := t.Stage.End().Account(user.Name)
	return ok == rootfs.Yes && account.By != nil
}

// idArgsFix replaces the fixed user of a stage.
func idArgsFix(p *fixer.Project, t *fixer.Target, user rootfs.User) (*fixer.Fix, error) {
	if user.In == nil || user.In.Stage != t.Stage.Syntax {
		return nil, fmt.Errorf("the stage that runs has no USER of its own: add USER to it")
	}
	for _, reason := range []func(*fixer.Target) error{hiddenPath, buildUnclear, rootsHome} {
		if err := reason(t); err != nil {
			return nil, err
		}
	}
	if err := givesToOld(t, user); err != nil {
		return nil, err
	}
	plan, err := planArgs(p, t, user)
	if err != nil {
		return nil, err
	}
	edits, err := plan.edits()
	if err != nil {
		return nil, err
	}
	fix := &fixer.Fix{
		Message: "take the ids from " + plan.id.raw, Safety: fixer.Unsafe, Edits: edits,
		Guard: []edit.Range{wholeStage(t.Stage)},
		// What starts from the stage gets the arguments, too.
		Leads: []string{tmpfsOwner.ID, buildArgs.ID},
	}
	return fix, passArgs(p, t, plan.names, fix)
}

// planArgs is planUser for a stage that has a USER, which is replaced.
func planArgs(p *fixer.Project, t *fixer.Target, user rootfs.User) (*userPlan, error) {
	w, err := wishOf(t)
	if err != nil {
		return nil, err
	}
	u := &userPlan{t: t, stage: t.Stage, numeric: p.Numeric(t), ids: p.IDs(), fromArgs: true, user: user.In, replace: user.In}
	workdir, _ := t.Stage.End().Dir()
	if !fixer.Ownable(workdir) {
		workdir = ""
	}
	if err := u.identifyArgs(u.ids, w, workdir); err != nil {
		return nil, err
	}
	return u, u.check()
}

// takesOver reports whether an instruction's owner is for the plan to set: it
// names none, or the user that is replaced.
func (u *userPlan) takesOver(in *dockerfile.Instruction) (bool, error) {
	chown, given := flag(in, "chown")
	if !given || u.replace == nil {
		return !given, nil
	}
	before := u.stage.Before(in)
	value, known := before.Expand(chown.Value)
	if !known {
		return false, fmt.Errorf("line %d: whom --chown=%s means is not known", in.Line, chown.Value)
	}
	return resolveOwner(before, value).Same(u.stage.After(u.replace).User().UID) == rootfs.Yes, nil
}

// givesToOld says which RUN of the stage gives files to the user that is
// replaced, by a name or number that would be left behind.
func givesToOld(t *fixer.Target, user rootfs.User) error {
	for _, run := range t.Stage.Runs {
		for _, e := range run.Effects {
			if e.Kind == shell.Chown && resolveOwner(t.Stage.Before(run.In), e.Owner.Text).Same(user.UID) != rootfs.No {
				return fmt.Errorf("line %d: %q names the old user: write the ids of .env there", run.In.Line, clip(e.Command))
			}
		}
	}
	return nil
}
