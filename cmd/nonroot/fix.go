package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/edit"
	"nonroot/fixer/report"
	"nonroot/fixer/write"
)

func fixCommand(std streams) *cli.Command {
	return &cli.Command{
		Name: "fix", Usage: "print a diff, then write it", ArgsUsage: "[PATH…]", Description: descFix,
		Flags: append(ruleFlags(),
			&cli.BoolFlag{Name: "dry-run", Usage: "print the diff only"},
			&cli.BoolFlag{Name: "unsafe-fixes", Usage: "make fixes that may change what the container does, too"},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "do not ask before writing"},
			&cli.BoolFlag{Name: "exit-code", Usage: "exit 1 when something changed, or would change"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the result: text (the diff) or json"},
		),
		Action: func(c *cli.Context) error { return fix(c, std) },
	}
}

// planned is what is to be written under one root.
type planned struct {
	root    string
	changes [][]fixer.Change // by project
	files   []report.File
}

func fix(c *cli.Context, std streams) error {
	asJSON, err := wantsJSON(c)
	if err != nil {
		return err
	}
	least := fixer.Safe
	if c.Bool("unsafe-fixes") {
		least = fixer.Unsafe
	}
	var all harvest
	var plans []*planned
	var roots []string
	work := func(p *fixer.Project, rules []*fixer.Rule) (*fixer.Result, error) {
		return fixer.Run(p, fixer.Options{Rules: rules, Safety: least})
	}
	err = each(c.Context, c, newProgress(std.err), work, func(ws *fixer.Workspace, r *fixer.Result, problems []fixer.Problem) error {
		all.problems = append(all.problems, problems...)
		if r == nil {
			return nil
		}
		all.findings = append(all.findings, r.Findings...)
		roots = append(roots, r.After.RootServices()...)
		if len(plans) == 0 || plans[len(plans)-1].root != ws.Root {
			plans = append(plans, &planned{root: ws.Root})
		}
		return plans[len(plans)-1].add(r.Changes)
	})
	if err != nil {
		return err
	}
	if !asJSON {
		for _, p := range plans {
			for _, f := range p.files {
				report.Diff(std.out, f.Diff, report.Style{Colour: colour(std.out)})
			}
		}
	}
	written, problems := writePlans(c, std, plans)
	all.problems = append(all.problems, problems...)
	if asJSON {
		var files []report.File
		for _, p := range plans {
			files = append(files, p.files...)
		}
		if err := report.JSON(std.out, all.findings, all.problems, files); err != nil {
			return err
		}
	}
	closing(std, all, roots, written || c.Bool("dry-run"), c.Bool("dry-run"))
	switch changed := slices.ContainsFunc(plans, func(p *planned) bool { return len(p.files) > 0 }); {
	case len(all.problems) > 0:
		return exitCode(exitError)
	case changed && c.Bool("exit-code"):
		return exitCode(exitFound)
	}
	return nil
}

// add makes the diffs of one project's changes.
func (p *planned) add(changes []fixer.Change) error {
	if len(changes) == 0 {
		return nil
	}
	p.changes = append(p.changes, changes)
	for _, change := range changes {
		diff, err := edit.Diff(change.Before, change.After)
		if err != nil {
			return err
		}
		p.files = append(p.files, report.File{Path: change.After.Path, Diff: diff})
	}
	return nil
}

// writePlans writes project by project, where that is asked for. One that
// cannot be written is a problem and does not stop the others.
func writePlans(c *cli.Context, std streams, plans []*planned) (written bool, problems []fixer.Problem) {
	files := 0
	for _, p := range plans {
		files += len(p.files)
	}
	if files == 0 || c.Bool("dry-run") {
		return files == 0, nil
	}
	if !c.Bool("yes") && !confirmed(std, files) {
		return false, nil
	}
	for _, p := range plans {
		for _, changes := range p.changes {
			if c.Context.Err() != nil {
				return false, append(problems, fixer.Problem{Path: p.root, Err: c.Context.Err()})
			}
			list := make([]write.Change, len(changes))
			for i, change := range changes {
				list[i] = write.Change(change)
			}
			done, err := write.Write(c.Context, p.root, list)
			if err != nil {
				problems = append(problems, fixer.Problem{Path: changes[0].After.Path, Err: err})
				continue
			}
			p.mark(done)
		}
	}
	return true, problems
}

// mark notes which files were written.
func (p *planned) mark(paths []string) {
	for i := range p.files {
		p.files[i].Written = p.files[i].Written || slices.Contains(paths, p.files[i].Path)
	}
}

// confirmed asks whether to write, if a person is there to be asked; no answer
// is no.
func confirmed(std streams, files int) bool {
	if !terminal(std.in) || !terminal(std.err) || os.Getenv("CI") != "" {
		return true
	}
	fmt.Fprintf(std.err, msgAsk, report.Plural(files, "file"))
	answer, _ := bufio.NewReader(std.in).ReadString('\n')
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true
	}
	return false
}

// withheldRoots names what run-as-root would change if unsafe fixes were asked for.
func withheldRoots(findings []fixer.Judged) []string {
	var out []string
	for _, f := range findings {
		if f.Rule.ID == "run-as-root" && f.Outcome == fixer.Withheld {
			out = append(out, f.At.Src.Path)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// closing says on stderr what came of it. Fixes that were not written count as
// not made.
func closing(std streams, all harvest, roots []string, counts, dry bool) {
	for _, p := range all.problems {
		say(std.err, msgProblem, problemText(p))
	}
	if !counts {
		fmt.Fprint(std.err, msgNo)
		return
	}
	for _, reason := range report.Refusals(all.findings) {
		say(std.err, msgRefused, reason)
	}
	if len(roots) > 0 {
		slices.Sort(roots)
		say(std.err, msgRoots, rootServices(slices.Compact(roots)))
	}
	if names := withheldRoots(all.findings); len(names) > 0 {
		say(std.err, msgHow, rootServices(names))
	}
	fmt.Fprintln(std.err, fixSummary(report.Tally(all.findings), dry))
}
