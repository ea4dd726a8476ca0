package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// closedByChmod refuses what a RUN of root closes to everybody else outside of the
// program's own directories, as chmod 700 /entry.sh does: the program, and files that a
// COPY brings for it. Inside of them it becomes the program's. Docker itself starts a
// script of mode 744 for any user (seen with runc 1.3.4), but neither where cap_drop
// takes all capabilities nor by way of tini or a shell: such a start is not relied on.
func (u *userPlan) closedByChmod() error {
	ours := append(u.t.Own(), u.dirs...)
	for s := u.stage; s != nil; s = s.Parent {
		for _, run := range s.Runs {
			if !u.asRoot(s, run) {
				continue
			}
			for _, e := range run.Effects {
				if err := u.closedBy(e, s.Before(run.In), ours); err != nil {
					return fmt.Errorf("line %d: %w", run.In.Line, err)
				}
			}
		}
	}
	return nil
}

// closedBy is closedByChmod for one command, before which the state was st.
func (u *userPlan) closedBy(e shell.Effect, st rootfs.State, ours []string) error {
	if e.Kind != shell.Chmod && e.Kind != shell.Copy || !closes(e.Mode.Text) {
		return nil
	}
	for _, p := range e.Paths {
		switch {
		case !p.Known || inAny(p.Text, ours):
		case startsFile(u.t, p.Text):
			return fmt.Errorf("%q leaves %s to root alone: give it a mode that lets others read and start it, such as 755", clip(e.Command), p.Text)
		case e.Kind == shell.Chmod && broughtByCopy(st, p.Text) && onlyOwners(e.Mode.Text):
			return fmt.Errorf("%q leaves %s to root alone: give it a mode that lets others read", clip(e.Command), p.Text)
		}
	}
	return nil
}

// closes reports whether a mode keeps others from reading or starting a file: an octal
// one without r-x for them, or a symbolic one that lets the owner alone start it.
func closes(mode string) bool {
	if bits, err := strconv.ParseUint(mode, 8, 32); err == nil {
		return bits&0o5 != 0o5
	}
	return strings.HasPrefix(mode, "u+") && strings.Contains(mode, "x") && !strings.Contains(mode, ",")
}

// onlyOwners reports whether an octal mode lets nobody but owner and group read.
func onlyOwners(mode string) bool {
	bits, err := strconv.ParseUint(mode, 8, 32)
	return err == nil && bits&0o4 == 0
}

// broughtByCopy reports whether a COPY or ADD brings a file.
func broughtByCopy(st rootfs.State, file string) bool {
	by := st.Owner(file).By
	return by != nil && (by.Name == "copy" || by.Name == "add")
}

// startsFile reports whether a command line of a target starts the file itself.
func startsFile(t *fixer.Target, file string) bool {
	return slices.ContainsFunc(t.Started(), func(argv []string) bool {
		argv = shell.BehindHelpers(argv)
		return len(argv) > 0 && isProgram(t, argv[0], file)
	})
}
