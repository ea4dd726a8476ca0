package rules

import (
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// firstUse is the instruction before which the account must stand: the first
// behind a RUN (nil: behind FROM) that makes or fills one of its directories, at
// the latest the one that USER is put before; nil is the end of the stage.
func (u *userPlan) firstUse(behind *dockerfile.Instruction) *dockerfile.Instruction {
	end := u.stage.End()
	dirs := slices.Clone(u.dirs)
	if dir, known := end.Dir(); known && fixer.Ownable(dir) {
		dirs = append(dirs, dir)
	}
	user := u.userPlace()
	if u.replace != nil {
		user = u.replace
	}
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
	return user
}

// setStep decides where the account is made: before its first use, or behind all
// else where nothing uses it before the stage ends.
func (u *userPlan) setStep(behind *dockerfile.Instruction) {
	u.step = u.firstUse(behind)
	if u.step == nil {
		u.step, u.atEnd = u.last(), true
	}
}

// at is the state in which the account is made.
func (u *userPlan) at() rootfs.State {
	if u.atEnd {
		return u.stage.End()
	}
	return u.stage.Before(u.step)
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
		last := u.lastRoot()
		for _, in := range u.stage.Syntax.Instructions {
			if last != nil && in.Index <= last.Index {
				continue
			}
			if in.Name == "workdir" || u.fromArgs && (in.Name == "copy" || in.Name == "add") || starts(in) {
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
	for _, run := range u.stage.Runs {
		if last != nil && run.In.Index > last.Index && meddles(run, u.t.Own()) && u.filledBefore(last) {
			last = run.In
		}
	}
	return last
}

// filledBefore reports whether a RUN that goes on running as root, at the latest
// the one that is given, leaves files in the process's directories: npm install in
// front of apt-get.
func (u *userPlan) filledBefore(last *dockerfile.Instruction) bool {
	own := u.t.Own()
	return slices.ContainsFunc(u.stage.Runs, func(run *rootfs.Run) bool {
		return run.In.Index <= last.Index && run.User.IsRoot() != rootfs.No && slices.ContainsFunc(run.Effects, func(e shell.Effect) bool {
			return e.Kind == shell.Fill && touches(e, own)
		})
	})
}

// meddles reports whether a RUN changes what it finds in directories, whoever has
// put it there: a build, or a chmod of all that is below.
func meddles(run *rootfs.Run, dirs []string) bool {
	return slices.ContainsFunc(run.Effects, func(e shell.Effect) bool {
		switch e.Kind {
		case shell.Fill, shell.Remove, shell.Move:
		case shell.Chmod, shell.Chown:
			if !e.Recursive {
				return false
			}
		default:
			return false
		}
		return !e.Tolerated && touches(e, dirs)
	})
}

// touches reports whether a path of a command is one of the directories, or lies in one.
func touches(e shell.Effect, dirs []string) bool {
	return slices.ContainsFunc(slices.Concat(e.Paths, e.Sources), func(p shell.Word) bool {
		return p.Known && inAny(p.Text, dirs)
	})
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
	if !known || !inAny(dir, u.t.Own()) {
		return true
	}
	for s := u.stage.Parent; s != nil; s = s.Parent {
		if len(s.Runs) > 0 {
			return true
		}
	}
	return false
}
