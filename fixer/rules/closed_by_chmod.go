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
				if e.Kind != shell.Chmod && e.Kind != shell.Copy || !closes(e.Mode.Text) {
					continue
				}
				for _, p := range e.Paths {
					if !p.Known || inAny(p.Text, ours) {
						continue
					}
					program := startsFile(u.t, p.Text)
					if program || e.Kind == shell.Chmod && broughtByCopy(s.Before(run.In), p.Text) && onlyOwners(e.Mode.Text) {
						return fmt.Errorf("line %d: %q leaves %s to root alone: give it a mode that lets others read%s", run.In.Line, clip(e.Command), p.Text, map[bool]string{true: " and start it, such as 755"}[program])
					}
				}
			}
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

// becomesAnother refuses a server that is told to become a user by itself, which only
// root can (docs.gunicorn.org: Settings, user; docs.celeryq.dev: Daemonization).
func becomesAnother(t *fixer.Target) error {
	for _, call := range t.Commands() {
		tool := ""
		for _, word := range call {
			option, _, _ := strings.Cut(word, "=")
			switch {
			case isServer(word):
				tool = word
			case tool == "":
			case option == "--user", option == "--uid", option == "--group", option == "--gid", (option == "-u" || option == "-g") && strings.HasSuffix(tool, "gunicorn"):
				return fmt.Errorf("%q becomes another user by itself, which only root can: remove %s, or leave it as it is", clip(strings.Join(call, " ")), option)
			}
		}
	}
	return nil
}

func isServer(word string) bool {
	switch word[strings.LastIndexByte(word, '/')+1:] {
	case "gunicorn", "celery", "hypercorn", "twistd":
		return true
	}
	return false
}
