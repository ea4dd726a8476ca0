package main

// This file owns every line that a user sees outside of findings, diffs and
// messages of usage errors, which name the argument that they are about.
//
// Wording: say what is, then what to do. Lower case behind "nonroot:", no
// exclamation marks, no "please". Name files as path:line. Name the flag that
// would change the outcome. Counts agree with their nouns.

import (
	"fmt"
	"strings"

	"nonroot/fixer"
	"nonroot/fixer/report"
)

const (
	msgError       = "nonroot: %s"
	msgNoOutput    = "the result could not be written: %w"
	msgEmptyPath   = "a path is empty; . is the current folder"
	msgInterrupted = "nonroot: interrupted"
	msgProblem     = "nonroot: not done: %s"
	msgNothing     = "nonroot: no Dockerfile and no compose file here"
	msgRefused     = "nonroot: no fix for %s (%s): %s"
	msgRoots       = "nonroot: still running as root: %s"
	msgRootsDry    = "nonroot: would still run as root: %s"
	msgWouldChange = "nonroot: would change %s"
	msgWithheld    = "nonroot: --unsafe-fixes would fix %s, and may change what a container does: look at its --dry-run first"
	msgAsk         = "Write these changes to %s? [y/N] "
	msgOpening     = "nonroot: reading files"
	msgProgress    = "nonroot: %d of %d projects"
	msgInspecting  = "nonroot: %d of %d images looked into"
	msgUntold      = "nonroot: git does not say what it tracks (%s): what a .gitignore names is left out, tracked or not"
	msgUninspected = "nonroot: not looked into: %s: %s"
)

// Short help: of the command, its subcommands and their flags.
const (
	useApp        = "make containers stop running as root, and their files belong to the user they run as"
	useCheck      = "print what is wrong; write nothing"
	useFix        = "print a diff, then write it"
	useExplain    = "print what a rule finds, why, how to fix it and how to switch it off"
	useCompletion = "print a completion script"

	useRule      = "run this `RULE` only; may be repeated"
	useExclude   = "leave this `RULE` out; may be repeated"
	useInspect   = "look into base images that are not known, `WHERE` is engine or registry"
	useFailOn    = "exit 1 from this `SEVERITY` up: info, warning or error"
	useFormat    = "`FORMAT` of the result: text or json"
	useFixFormat = "`FORMAT` of the result: text (the diff) or json"
	useNotes     = "list what is only worth knowing, too"
	useDryRun    = "print the diff, and write nothing"
	useUnsafe    = "make fixes that may change what a container does, too"
	useYes       = "do not ask before writing"
	useExitCode  = "exit 1 where something changed, or would change"
)

const descApp = `Reads the Dockerfiles and compose files of a repository as one project, finds where
user, file owners and writable paths disagree, and edits those files in place.

  nonroot check                    what is wrong here?
  nonroot fix --dry-run            show the diff, write nothing
  nonroot fix                      show the diff, then write
  nonroot explain tmpfs-owner      why, and how to switch it off

Exit codes: 0 nothing found or all done, 1 findings, 2 an error or wrong usage.`

const descCheck = `Prints what is wrong, by file and line. Writes nothing.

  nonroot check                          everything below the current folder
  nonroot check services/api             the projects with a file in there
  nonroot check --fail-on error .        exit 1 for denied accesses only
  nonroot check --format json . | jq .summary
  nonroot check --inspect=registry       look into base images that are not known

Exits 0 with no finding of the severity of --fail-on or above, 1 with one, 2 on an error.`

const descFix = `Prints a unified diff and then writes it, all files of a project or none. At a
terminal it asks first. Only safe fixes are made: the build and what the container
does stay the same, but for accesses that were denied. The paths of the diff are
those of the root: the nearest folder with .git or .nonroot.yaml.

  nonroot fix --dry-run                  the diff only
  nonroot fix --dry-run . | git apply    the same as nonroot fix --yes .
  nonroot fix --unsafe-fixes             also what may change what the container does
  nonroot fix --verify                   that too, if it passes on a container engine
  nonroot fix --rule tmpfs-owner .       one rule
  nonroot fix --exit-code                exit 1 when something changes
  nonroot fix --inspect=engine           look into base images that are not known

Exits 0 when it did what it could, 2 on an error, and with --verify 1 where the engine
proves it wrong: then nothing of that project is written. It asks only where stdin and stderr
are terminals and CI is not set; no answer is no.`

const descExplain = `Prints what a rule finds, why it matters, what the fix does, how to switch the rule
off, and which lines of logs it is the answer to. Without a rule it lists them all.
It takes the causes of nonroot diagnose, too.

  nonroot explain
  nonroot explain copy-chown
  nonroot explain privileged-port`

const descCompletion = `Prints a script that completes commands, flags and the names of rules.

  source <(nonroot completion bash)
  source <(nonroot completion zsh)
  nonroot completion fish > ~/.config/fish/completions/nonroot.fish`

// most is how many names a line has before it only counts the rest.
const most = 6

// problems says what could not be done, each on one line.
func (con *console) problems(list []fixer.Problem) {
	for _, p := range list {
		con.say(msgProblem, strings.ReplaceAll(report.ProblemText(p), "\n", "; "))
	}
}

// refusals says why there is no fix, each reason once.
func (con *console) refusals(t tally) {
	for _, r := range t.reasons {
		con.say(msgRefused, r.rule, t.places[r].line(), r.text)
	}
}

// roots names what runs as root when all is done.
func (con *console) roots(n names, how ending) {
	format := msgRoots
	if how == dryRun {
		format = msgRootsDry
	}
	if n.n > 0 {
		con.say(format, n.line())
	}
}

// withheld names what --unsafe-fixes would change.
func (con *console) withheld(t tally) {
	var out []string
	for _, r := range t.reasons {
		out = append(out, fmt.Sprintf("%s (%s)", r.rule, t.places[r].line()))
	}
	if len(out) > 0 {
		con.say(msgWithheld, strings.Join(out, ", "))
	}
}

// some is the first of the names and how many more there are.
func some(list []string) string {
	n := names{list[:min(len(list), most)], len(list)}
	return n.line()
}

// checkSummary is the last line of check.
func checkSummary(c report.Count, notes bool, problems int) string {
	var parts []string
	if c.Found > 0 {
		parts = append(parts, fmt.Sprintf("%d found (%s)", c.Found, severities(c)))
	}
	switch {
	case c.Safe > 0 && c.Unsafe > 0:
		parts = append(parts, fmt.Sprintf("nonroot fix fixes %d, with --unsafe-fixes %d", c.Safe, c.Safe+c.Unsafe))
	case c.Safe > 0:
		parts = append(parts, fmt.Sprintf("nonroot fix fixes %d", c.Safe))
	case c.Unsafe > 0:
		parts = append(parts, fmt.Sprintf("nonroot fix --unsafe-fixes fixes %d", c.Unsafe))
	}
	if c.Refused > 0 {
		parts = append(parts, fmt.Sprintf("%d refused", c.Refused))
	}
	if c.Hidden > 0 && !notes {
		parts = append(parts, fmt.Sprintf("%d not shown (--notes)", c.Hidden))
	}
	return lastLine(parts, c, problems, "; ")
}

// severities is "1 error, 2 warnings".
func severities(c report.Count) string {
	var parts []string
	for _, s := range []struct {
		n    int
		what string
	}{{c.Errors, "error"}, {c.Warnings, "warning"}, {c.Notes, "note"}} {
		if s.n > 0 {
			parts = append(parts, report.Plural(s.n, s.what))
		}
	}
	return strings.Join(parts, ", ")
}

// fixSummary is the last line of fix; files is how many it wrote, or would have.
func fixSummary(c report.Count, how ending, files, problems int) string {
	var parts []string
	if how == declined {
		parts = append(parts, "nothing was written")
	}
	if c.Found > 0 {
		parts = append(parts, fmt.Sprintf("%d found", c.Found))
		verb := map[ending]string{wrote: "fixed", dryRun: "would be fixed", declined: "would have been fixed"}[how]
		where := ""
		if files > 0 {
			where = " in " + report.Plural(files, "file")
		}
		parts = append(parts, fmt.Sprintf("%d %s%s", c.Fixed, verb, where))
	}
	if c.Withheld > 0 {
		parts = append(parts, fmt.Sprintf("%d withheld (--unsafe-fixes)", c.Withheld))
	}
	if c.Refused > 0 {
		parts = append(parts, fmt.Sprintf("%d refused", c.Refused))
	}
	if left := c.Found - c.Fixed - c.Withheld - c.Refused; left > 0 {
		parts = append(parts, fmt.Sprintf("%d left to you (nonroot check --notes)", left))
	}
	return lastLine(parts, c, problems, ", ")
}

// lastLine joins the parts, and what both last lines end with.
func lastLine(parts []string, c report.Count, problems int, separator string) string {
	if len(parts) == 0 && problems == 0 {
		parts = append(parts, "nothing found")
	}
	if c.Suppressed > 0 {
		parts = append(parts, fmt.Sprintf("%d suppressed", c.Suppressed))
	}
	if problems > 0 {
		parts = append(parts, fmt.Sprintf("%d not done", problems))
	}
	return "nonroot: " + strings.Join(parts, separator)
}
