package rules

import (
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

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

// WrittenDirs are the directories of an image that its program writes by all
// evidence: those that the build makes under a name that says so.
func WrittenDirs(t *fixer.Target) []string { return madeToBeWritten(t) }
