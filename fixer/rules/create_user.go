package rules

import (
	"errors"
	"fmt"
	"slices"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

var createUser = &fixer.Rule{
	ID:       "create-user",
	Title:    "The image runs as a number that no account stands for",
	Severity: "warning",
	Safety:   "safe where USER gives a group too, else unsafe",
	Doc: `A ` + "`USER 1000:1000`" + ` without an account in /etc/passwd runs, but the process has no
name and no home: ` + "`HOME`" + ` is ` + "`/`" + `, so that npm, pip, Maven and others fail on ` + "`/.npm`" + ` or
` + "`/.cache`" + `, and programs that ask who they are (ssh, git, postgres tools) stop.

The fix creates a group and a user with exactly these ids, in one RUN before they are
first needed, gives them the work directory as home, and writes ` + "`USER appuser`" + `. With
Debian and RHEL images it uses groupadd and useradd, with Alpine and busybox addgroup
and adduser. Where the repository has Kubernetes or Helm manifests, or ` + "`numeric: true`" + `
is set, USER stays a number, because ` + "`runAsNonRoot`" + ` refuses a name; the account is
made all the same.

` + "`USER 1000`" + ` without a group runs with group 0 as long as there is no account. With one it
gets the account's group, which may take away access that group 0 had: that fix is
unsafe, and is written on request only. Where a RUN gives files to group 0, as images for
OpenShift do, it is refused.

It is silent where an account has the uid already (node and ubuntu images have one with
1000) and where the image cannot have accounts made (scratch, distroless, ubi-minimal):
a number is the right form there.`,
	Check: checkCreateUser,
}

func checkCreateUser(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	for _, t := range p.Targets {
		user := t.Stage.End().User()
		stage := stageOf(t, user.In)
		if takesArgs(p, t) {
			continue // id-args makes the account
		}
		if t.Unclear != "" || stage == nil || !user.Numeric || user.UID.Is(0) != rootfs.No || user.Account == rootfs.Yes {
			continue
		}
		f := fixer.Finding{
			Severity: fixer.Warning, At: user.In.Range,
			Subject: fmt.Sprintf("%s stage %d user", t.File.Src.Path, stage.Syntax.Index),
			Message: fmt.Sprintf("runs as %s, a number that no account stands for: it has no name, and its HOME is /", user.Text),
		}
		fix, err := createUserFix(p, t, stage, user)
		if errors.Is(err, errNoTools) {
			continue
		}
		f.Fix, f.Refused = fix, err
		out = append(out, f)
	}
	return out
}

// stageOf is the stage of the target's chain that an instruction belongs to.
func stageOf(t *fixer.Target, in *dockerfile.Instruction) *rootfs.Stage {
	if in == nil {
		return nil
	}
	for _, s := range t.Chain() {
		if s.Syntax == in.Stage {
			return s
		}
	}
	return nil
}

func createUserFix(p *fixer.Project, t *fixer.Target, stage *rootfs.Stage, user rootfs.User) (*fixer.Fix, error) {
	if tools, known := stage.Before(user.In).Tools(); known && tools == base.NoTools {
		return nil, errNoTools
	}
	if user.Account == rootfs.Unknown {
		if stage.Base == nil {
			return nil, fmt.Errorf("%s: %s", stage.Why, settlesBase(stage))
		}
		return nil, fmt.Errorf("whether an account has the uid %s is not known", user.UID)
	}
	if arg := t.ImageProcess().Arg; arg != "" {
		return nil, fmt.Errorf("USER comes from the build argument %s, which a build may give another value: create an account with that id in a RUN, or write the id itself", arg)
	}
	if user.Group && !user.GID.Known {
		return nil, fmt.Errorf("the group of USER %s is not known: give its number", user.Text)
	}
	w, err := wishOf(t)
	if err != nil {
		return nil, err
	}
	gid := user.GID.N
	if !user.Group {
		gid = user.UID.N
		if run, command := givesToGroupZero(t); run != nil {
			return nil, fmt.Errorf("line %d: %q gives access to group 0, which %s has as long as it has no account: write USER %s:0, or make an account with group 0 there", run.In.Line, clip(command), user.Text, user.Text)
		}
	}
	workdir, _ := t.Stage.End().Dir()
	at, err := firstNeed(stage, user, []string{w.home, workdir})
	if err != nil {
		return nil, err
	}
	before := stage.Before(at)
	id, err := newAccount(before, stage, user.UID.N, gid, w, workdir)
	if err != nil {
		return nil, err
	}
	if err := accountsBehind(t.Analysis, stage, at, id); err != nil {
		return nil, err
	}
	if err := repositoryMinds(t, stage, at, nil, user.UID); err != nil && id.home == workdir {
		return nil, err
	}
	edits, err := accountEdits(before, at, id, nil)
	if err != nil {
		return nil, err
	}
	numeric := p.Numeric(t)
	if !numeric {
		e, err := user.In.SetArgs(id.user)
		if err != nil {
			return nil, err
		}
		edits = append(edits, e)
	}
	safety, guard := fixer.Safe, []edit.Range{wholeStage(stage)}
	if !user.Group {
		safety, guard = fixer.Unsafe, append(guard, composeFiles(p)...) // the group changes, and with it what they should say
	}
	return &fixer.Fix{
		Message: fmt.Sprintf("create %s with %d:%d and home %s", id.owner(), id.uid, id.gid, id.home),
		Safety:  safety,
		Edits:   edits,
		Guard:   guard,
	}, nil
}

// givesToGroupZero is a RUN that gives files to group 0, for whatever uid runs there,
// as images for OpenShift do, and its command.
func givesToGroupZero(t *fixer.Target) (*rootfs.Run, string) {
	for _, s := range t.Chain() {
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				if e.Kind == shell.Chown && (e.Group.Text == "0" || e.Group.Text == "root") && !e.Owner.Given() {
					return run, e.Command
				}
			}
		}
	}
	return nil, ""
}

// composeFiles are the texts of the compose files of a project's services.
func composeFiles(p *fixer.Project) []edit.Range {
	var out []edit.Range
	for _, s := range p.Services {
		for _, part := range s.Parts() {
			r := edit.Range{Src: part.File.Src, End: len(part.File.Src.Text)}
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// wholeStage is the text from a stage's FROM to its last instruction.
func wholeStage(s *rootfs.Stage) edit.Range {
	r := s.Syntax.From.Range
	if n := len(s.Syntax.Instructions); n > 0 {
		r.End = s.Syntax.Instructions[n-1].End
	}
	return r
}

// firstNeed is the instruction before which the account must stand: the first
// that makes or fills its home or the work directory or names its ids, behind
// whatever installs the tools.
func firstNeed(stage *rootfs.Stage, user rootfs.User, dirs []string) (*dockerfile.Instruction, error) {
	var needed bool
	for _, in := range stage.Syntax.Instructions {
		needed = needed || in == user.In || needs(stage, in, user, dirs)
		if !needed {
			continue
		}
		before := stage.Before(in)
		if tools, known := before.Tools(); known && tools == base.NoTools && in != user.In {
			continue
		}
		if before.User().IsRoot() != rootfs.Yes {
			return nil, fmt.Errorf("where the account is needed first (line %d) the stage no longer runs as root: create it before USER", in.Line)
		}
		return in, nil
	}
	return nil, fmt.Errorf("the USER is not in the stage that is edited")
}

// needs reports whether an instruction makes or fills one of the directories, or
// names the user's ids.
func needs(stage *rootfs.Stage, in *dockerfile.Instruction, user rootfs.User, dirs []string) bool {
	before := stage.Before(in)
	switch in.Name {
	case "workdir":
		dir, known := stage.After(in).Dir()
		return known && fixer.Ownable(dir) && inAny(dir, given(dirs))
	case "copy", "add":
		if f, ok := flag(in, "chown"); ok {
			value, known := before.Expand(f.Value)
			return known && resolveOwner(before, value).Same(user.UID) == rootfs.Yes
		}
		dest, known := destination(before, in)
		return known && fixer.Ownable(dest) && inAny(dest, given(dirs))
	}
	return false
}

// given are the directories that are not empty.
func given(dirs []string) []string {
	return slices.DeleteFunc(slices.Clone(dirs), func(d string) bool { return d == "" })
}
