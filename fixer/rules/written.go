package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// madeToBeWritten are the directories that the build makes under a name that
// says that a program writes there (logs, caches, data, temporary and run
// files), or that an ENV names.
func madeToBeWritten(t *fixer.Target) []string {
	var out []string
	named := namedByEnv(t)
	for _, s := range t.Chain() {
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				if e.Kind != shell.Mkdir || e.Conditional {
					continue
				}
				for _, p := range e.Paths {
					if p.Known && (writtenPath(p.Text) || slices.Contains(named, p.Text)) && fixer.Ownable(p.Text) && !slices.Contains(out, p.Text) {
						out = append(out, p.Text)
					}
				}
			}
		}
	}
	return out
}

// madeInside are the directories that the build makes inside of the work
// directory: as root the program could write them.
func madeInside(t *fixer.Target) []string {
	dir, known := t.Stage.End().Dir()
	if !known || !fixer.Ownable(dir) {
		return nil
	}
	var out []string
	for _, s := range t.Chain() {
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				for _, p := range e.Paths {
					if e.Kind == shell.Mkdir && !e.Conditional && p.Known && p.Text != dir && fixer.Below(p.Text, dir) {
						out = append(out, p.Text)
					}
				}
			}
		}
	}
	return out
}

// madeByUser are the directories that a RUN behind the last one which needs root
// makes: it will run as the user, and they are the user's anyway.
func (u *userPlan) madeByUser() []string {
	last := u.lastRoot()
	var out []string
	for _, run := range u.stage.Runs {
		if last != nil && run.In.Index <= last.Index {
			continue
		}
		for _, e := range run.Effects {
			if e.Kind == shell.Mkdir {
				for _, p := range e.Paths {
					out = append(out, p.Text)
				}
			}
		}
	}
	return out
}

// madeAgain refuses to make directories before an instruction where a RUN behind
// it makes one of them with a mkdir that fails if it is there.
func madeAgain(s *rootfs.Stage, at *dockerfile.Instruction, dirs []string) error {
	for _, run := range s.Runs {
		if run.In.Index < at.Index {
			continue
		}
		for _, e := range run.Effects {
			for _, p := range e.Paths {
				if e.Kind == shell.Mkdir && !e.Parents && !e.Tolerated && p.Known && slices.ContainsFunc(dirs, func(d string) bool { return fixer.Below(d, p.Text) }) {
					return fmt.Errorf("line %d makes %s with a mkdir that fails where it is there already: write mkdir -p", run.In.Line, p.Text)
				}
			}
		}
	}
	return nil
}

// namedByEnv are the absolute paths that an ENV of the target has as its value.
func namedByEnv(t *fixer.Target) []string {
	var out []string
	for _, s := range t.Chain() {
		for _, in := range s.Syntax.Instructions {
			if in.Name != "env" {
				continue
			}
			for _, w := range in.Words {
				_, value, _ := strings.Cut(w.Value, "=")
				if value = strings.Trim(value, `"'`); path.IsAbs(value) {
					out = append(out, path.Clean(value))
				}
			}
		}
	}
	return out
}

// writtenPath judges a path by its name, and below /var and /run by that of the
// folder that holds it, too: /var/log/app.
func writtenPath(p string) bool {
	parent := path.Base(path.Dir(p))
	return writtenName(path.Base(p)) || (fixer.Below(p, "/var") || fixer.Below(p, "/run")) && (writtenName(parent) || parent == "lib")
}

func writtenName(name string) bool {
	switch strings.ToLower(strings.TrimPrefix(name, ".")) {
	case "data", "db", "media", "state", "storage", "spool":
		return true
	}
	return passingName(name)
}

// passingName is for what need not outlive the container, so that a tmpfs is
// good for it.
func passingName(name string) bool {
	switch strings.ToLower(strings.TrimPrefix(name, ".")) {
	case "log", "logs", "cache", "caches", "tmp", "temp", "run", "pid", "pids", "sessions", "uploads", "upload":
		return true
	}
	return false
}

// WrittenDirs are the directories of an image that its program writes by all
// evidence: those that the build makes under a name that says so.
func WrittenDirs(t *fixer.Target) []string { return madeToBeWritten(t) }
