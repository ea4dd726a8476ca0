package main

// This file owns every line that a user sees outside of findings and diffs.
//
// Wording: say what is, then what to do. Lower case behind "nonroot:", no
// exclamation marks, no "please". Name files as path:line. Name the flag that
// would change the outcome. Counts agree with their nouns.

import (
	"fmt"
	"io"
	"strings"

	"nonroot/fixer"
	"nonroot/fixer/report"
)

const (
	msgError   = "nonroot: %v\n"
	msgUsage   = "nonroot: %v\n"
	msgProblem = "nonroot: not done: %s\n"
	msgNothing = "nonroot: no Dockerfile and no compose file here\n"
	msgRefused = "nonroot: no fix: %s\n"
	msgWritten = "nonroot: wrote %s\n"
	msgDry     = "nonroot: nothing was written (--dry-run)\n"
	msgNo      = "nonroot: nothing was written\n"
	msgAsk     = "Write these changes to %s? [y/N] "
	msgRoots   = "nonroot: still running as root: %s\n"
	msgHow     = "nonroot: --unsafe-fixes would change %s; read the diff with --dry-run first\n"
)

const descApp = `Reads the Dockerfiles and compose files below a path as one project, finds where
user, file owners and writable paths disagree, and edits those files in place.

  nonroot check                    what is wrong here?
  nonroot fix --dry-run            show the diff, write nothing
  nonroot fix                      show the diff, then write
  nonroot explain tmpfs-owner      why, and how to switch it off

Exit codes: 0 nothing found or all done, 1 findings, 2 an error or wrong usage.`

const descCheck = `Prints what is wrong, by file and line. Writes nothing.

  nonroot check                          everything below the current folder
  nonroot check services/api             the projects with a file in there
  nonroot check --fail-on error .        exit 1 only for denied accesses
  nonroot check --format json . | jq .summary

Exits 0 with no finding of the severity of --fail-on or above, 1 with one, 2 on an error.`

const descFix = `Prints a unified diff on stdout and then writes it, all files of a project or
none. At a terminal it asks first. Only safe fixes are made: the build and what
the container does stay the same, but for accesses that were denied.

  nonroot fix --dry-run                  the diff only
  nonroot fix --dry-run . | git apply    the same as nonroot fix --yes
  nonroot fix --unsafe-fixes             also what may change what the container does
  nonroot fix --rule tmpfs-owner .       one rule
  nonroot fix --exit-code                exit 1 when something changes (for CI)

Exits 0 when it did what it could, 2 on an error.`

const descExplain = `Prints what a rule finds, why it matters, what the fix does, and how to switch
the rule off. Without a rule it lists them all.

  nonroot explain
  nonroot explain copy-chown`

func say(w io.Writer, format string, args ...any) {
	for i, a := range args {
		if err, ok := a.(error); ok {
			args[i] = cleanLines(err.Error())
		}
		if text, ok := a.(string); ok {
			args[i] = cleanLines(text)
		}
	}
	fmt.Fprintf(w, format, args...)
}

// cleanLines is report.Clean that keeps line breaks.
func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = report.Clean(lines[i])
	}
	return strings.Join(lines, "\n")
}

// checkSummary is the last line of check.
func checkSummary(c report.Count, notesShown bool) string {
	if c.Found == 0 {
		return "nonroot: nothing found" + suppressed(c)
	}
	parts := []string{}
	for _, p := range []struct {
		n    int
		what string
	}{{c.Errors, "error"}, {c.Warnings, "warning"}, {c.Notes, "note"}} {
		if p.n > 0 {
			parts = append(parts, report.Plural(p.n, p.what))
		}
	}
	text := fmt.Sprintf("nonroot: %d found (%s)", c.Found, strings.Join(parts, ", "))
	if c.Safe > 0 {
		text += fmt.Sprintf("; nonroot fix mends %d", c.Safe)
	}
	if c.Unsafe > 0 {
		text += fmt.Sprintf("; --unsafe-fixes %d", c.Unsafe)
	}
	if c.Refused > 0 {
		text += fmt.Sprintf("; %d refused", c.Refused)
	}
	if c.Notes > 0 && !notesShown {
		text += "; --notes shows the notes"
	}
	return text + suppressed(c)
}

// fixSummary is the last line of fix.
func fixSummary(c report.Count, dry bool) string {
	if c.Found == 0 {
		return "nonroot: nothing found" + suppressed(c)
	}
	fixed := "fixed"
	if dry {
		fixed = "would be fixed"
	}
	text := fmt.Sprintf("nonroot: %d found, %d %s", c.Found, c.Fixed, fixed)
	if c.Withheld > 0 {
		text += fmt.Sprintf(", %d withheld (--unsafe-fixes)", c.Withheld)
	}
	if c.Refused > 0 {
		text += fmt.Sprintf(", %d refused", c.Refused)
	}
	if left := c.Found - c.Fixed - c.Withheld - c.Refused; left > 0 {
		text += fmt.Sprintf(", %d for you to decide (nonroot check --notes)", left)
	}
	return text + suppressed(c)
}

func suppressed(c report.Count) string {
	if c.Suppressed == 0 {
		return ""
	}
	return fmt.Sprintf(", %d suppressed", c.Suppressed)
}

// rootServices is the line that names what still runs as root.
func rootServices(names []string) string {
	const most = 8
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

func problemText(p fixer.Problem) string {
	text := p.Err.Error()
	if !strings.Contains(text, p.Path) {
		text = p.Path + ": " + text
	}
	return text
}
