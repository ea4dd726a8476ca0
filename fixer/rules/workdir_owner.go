package rules

import (
	"fmt"
	"path"
	"slices"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

var workdirOwner = &fixer.Rule{
	ID:       "workdir-owner",
	Title:    "The work directory is not the process's own",
	Severity: "warning",
	Safety:   "safe",
	Doc: `WORKDIR before USER makes the directory for root; a process that runs as another user
cannot create logs, caches or uploads there.

The fix makes the directory and gives it to the user: in the step that creates the
user where there is one, else in a RUN of its own before WORKDIR. Only the directory
itself is given away when something is in it already: a recursive chown would store
every file a second time.

It is silent where every service mounts something over the directory, for system
directories such as ` + "`/usr/share/nginx/html`" + `, which should stay root's, and where group or
mode let the process write. Images without a shell cannot run chown; there WORKDIR
behind USER does it (with BuildKit).`,
	Check: checkWorkdirOwner,
}

func checkWorkdirOwner(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	for _, t := range p.Targets {
		proc := t.Process()
		if t.Unclear != "" || t.Hidden != "" || !proc.NonRoot() {
			continue
		}
		dir, known := t.Stage.End().Dir()
		if !known || !fixer.Ownable(dir) || mountedOver(t, dir) {
			continue
		}
		owner := t.Stage.End().Owner(dir)
		if owner.Writable(as(proc)) != rootfs.No {
			continue
		}
		at := workdirInstruction(t, dir)
		if at == nil {
			at = t.Stage.Syntax.From
		}
		f := fixer.Finding{
			Severity: fixer.Warning, At: at.Range,
			Subject: fmt.Sprintf("%s stage %d %s", t.File.Src.Path, t.Stage.Syntax.Index, dir),
			Message: fmt.Sprintf("the work directory %s belongs to %s, and the process is uid %s: it cannot create files there", dir, whose(owner), proc.UID),
		}
		f.Fix, f.Refused = ownDirFix(t, at, dir, proc)
		out = append(out, f)
	}
	return out
}

func whose(o rootfs.Owner) string {
	switch {
	case o.UID.Is(0) == rootfs.Yes:
		return "root"
	case o.User != "":
		return o.User
	}
	return "uid " + o.UID.String()
}

// mountedOver reports whether every service mounts something over a directory,
// so that what the image has there is hidden.
func mountedOver(t *fixer.Target, dir string) bool {
	for _, s := range t.Services {
		if !s.Mounts(dir) {
			return false
		}
	}
	return len(t.Services) > 0
}

// workdirInstruction is the WORKDIR that makes dir the work directory.
func workdirInstruction(t *fixer.Target, dir string) *dockerfile.Instruction {
	var found *dockerfile.Instruction
	for _, s := range t.Chain() {
		for _, in := range s.Syntax.Instructions {
			if in.Name != "workdir" {
				continue
			}
			if now, known := s.After(in).Dir(); known && now == dir {
				if found == nil {
					found = in
				}
			}
		}
	}
	return found
}

// ownDirFix makes a directory and gives it to a process: in the step that makes
// its account where there is one, else in a RUN before the instruction at.
func ownDirFix(t *fixer.Target, at *dockerfile.Instruction, dir string, proc fixer.Process) (*fixer.Fix, error) {
	message := fmt.Sprintf("make %s and give it to the process", dir)
	if stage := stageOf(t, at); stage != nil {
		if err := repositoryMinds(t, stage, at, nil, proc.UID); err != nil {
			return nil, err
		}
	}
	if v := volumeOver(t, dir); v != nil && v.Index < at.Index && at.Stage == v.Stage {
		at = v
	}
	if run := accountRun(t, proc); run != nil && ownsThere(t, run, dir) {
		st := t.Stage.After(run.In)
		id, err := behind(t, t.Stage, run.In, proc)
		if err == nil {
			err = madeAgain(t.Stage, run.In, []string{dir})
		}
		if err == nil && stageOf(t, run.In) == t.Stage {
			err = givenAway(t.Stage, run.In, dir, proc)
		}
		if err == nil && stageOf(t, run.In) == t.Stage && st.User().IsRoot() == rootfs.Yes {
			e, err := run.In.AppendCommands(ownDirs(t.Stage.Before(run.In), id, belowOwn(t, dir, proc))...)
			if err == nil {
				return &fixer.Fix{Message: message, Safety: fixer.Safe, Edits: []edit.Edit{e}, Guard: []edit.Range{at.Range}}, nil
			}
		}
	}
	if t.Stage.Start().HasShell() != rootfs.Yes {
		return nil, fmt.Errorf("the image has no shell to run chown in: put WORKDIR %s behind USER, where it belongs to that user (with BuildKit)", dir)
	}
	if at.Stage != t.Stage.Syntax || at == t.Stage.Syntax.From {
		if len(t.Stage.Syntax.Instructions) == 0 {
			return nil, fmt.Errorf("the stage has no instruction of its own to put the chown before")
		}
		at = t.Stage.Syntax.Instructions[0]
	}
	before := t.Stage.Before(at)
	if before.User().IsRoot() != rootfs.Yes {
		return nil, fmt.Errorf("line %d no longer runs as root: chown %s before USER", at.Line, dir)
	}
	if err := canRun(before); err != nil {
		return nil, err
	}
	if err := madeAgain(t.Stage, at, []string{dir}); err != nil {
		return nil, err
	}
	if err := givenAway(t.Stage, at, dir, proc); err != nil {
		return nil, err
	}
	id, err := ownerAt(t, t.Stage, at, proc)
	if err != nil {
		return nil, err
	}
	step := dockerfile.New{Name: "RUN", Lines: oneLine(ownDirs(before, id, belowOwn(t, dir, proc)))}
	e, err := at.InsertBefore(step)
	if err != nil {
		return nil, err
	}
	return &fixer.Fix{Message: message, Safety: fixer.Safe, Edits: []edit.Edit{e}, Guard: []edit.Range{at.Range}}, nil
}

// belowOwn is a directory behind those above it that mkdir -p would make root's
// below one that is the process's own in the finished image.
func belowOwn(t *fixer.Target, dir string, proc fixer.Process) []string {
	up := path.Dir(dir)
	for fixer.Ownable(up) && t.Owner(up).Exists == rootfs.No {
		up = path.Dir(up)
	}
	if t.Owner(up).OwnedBy(proc.UID.N) != rootfs.Yes {
		up = accountHome(t)
	}
	return belowHome([]string{dir}, up)
}

// givenAway refuses a directory that the last chown of the stage, behind an
// instruction, gives to somebody else: what is done above is undone there.
func givenAway(s *rootfs.Stage, behind *dockerfile.Instruction, dir string, proc fixer.Process) error {
	for _, run := range slices.Backward(s.Runs) {
		if run.In.Index <= behind.Index {
			return nil
		}
		for _, e := range slices.Backward(run.Effects) {
			if e.Kind != shell.Chown || !slices.ContainsFunc(e.Paths, func(p shell.Word) bool {
				return p.Known && (p.Text == dir || e.Recursive && fixer.Below(dir, p.Text))
			}) {
				continue
			}
			if resolveOwner(s.Before(run.In), e.Owner.Text).Same(proc.UID) == rootfs.No {
				return fmt.Errorf("line %d: %q gives it to another user: write the one that runs there", run.In.Line, clip(e.Command))
			}
			return nil
		}
	}
	return nil
}

// ownsThere reports whether what a RUN does to the owner of a directory reaches
// the image, and nothing else: no --mount lies over it or below it, and no VOLUME
// is declared before, behind which the classic builder loses it.
func ownsThere(t *fixer.Target, run *rootfs.Run, dir string) bool {
	s := stageOf(t, run.In)
	if s == nil {
		return false
	}
	before := s.Before(run.In)
	for _, f := range run.In.Flags {
		if f.Name != "mount" {
			continue
		}
		target, known := mountTarget(before, readMount(f.Value))
		if !known || fixer.Below(dir, target) || fixer.Below(target, dir) {
			return false
		}
	}
	v := volumeOver(t, dir)
	return v == nil || v.Stage != run.In.Stage || run.In.Index < v.Index
}

// oneLine joins short commands.
func oneLine(commands []string) []string {
	text := ""
	for i, c := range commands {
		if i > 0 {
			text += " && "
		}
		text += c
	}
	if len(text) > 100 {
		return commands
	}
	return []string{text}
}

// accountRun is the RUN that makes the account of a process, nil where none does.
func accountRun(t *fixer.Target, proc fixer.Process) *rootfs.Run {
	for _, s := range t.Chain() {
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				if e.Kind != shell.AddUser || e.Conditional || e.Account == nil || !e.Account.Name.Known {
					continue
				}
				if a, ok := s.After(run.In).Account(e.Account.Name.Text); ok == rootfs.Yes && a.UID.Same(proc.UID) == rootfs.Yes {
					return run
				}
			}
		}
	}
	return nil
}

// accountHome is the home of who runs, "/" where it is not known.
func accountHome(t *fixer.Target) string {
	if home, known := t.Stage.End().Home(); known {
		return home
	}
	return "/"
}
