package main

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/report"
)

func checkCommand(con *console) *cli.Command {
	return &cli.Command{
		Name: "check", Usage: useCheck, ArgsUsage: "[PATH…]", Description: descCheck,
		Flags: append(ruleFlags(),
			&cli.StringFlag{Name: "fail-on", Value: fixer.Warning.String(), Usage: useFailOn},
			&cli.StringFlag{Name: "format", Value: formatText, Usage: useFormat},
			&cli.BoolFlag{Name: "notes", Usage: useNotes, DisableDefaultText: true},
		),
		Action: func(c *cli.Context) error { return check(c, con) },
	}
}

// check prints findings as they are found, so that no file need stay in memory;
// as JSON they make one document.
func check(c *cli.Context, con *console) error {
	failOn, err := fixer.ParseSeverity(c.String("fail-on"))
	if err != nil {
		return usageError{"flag --fail-on: " + err.Error()}
	}
	asJSON, err := wantsJSON(c)
	if err != nil {
		return err
	}
	notes := c.Bool("notes") || failOn == fixer.Info
	text := findingsText{con: con, notes: notes}
	var document []fixer.Judged
	var count report.Count
	work := func(_ scope, p *fixer.Project, rules []*fixer.Rule) ([]fixer.Judged, error) {
		return fixer.Judge(p, rules), nil
	}
	h, err := projects(c, con, work, func(s scope, found []fixer.Judged) {
		found = s.findings(found)
		count = plus(count, report.Tally(found))
		if asJSON {
			document = append(document, found...)
		} else {
			text.print(found)
		}
	})
	if err != nil {
		return err
	}
	con.problems(h.problems)
	switch {
	case asJSON:
		err = con.json(document, h.problems, nil)
	case h.nothing():
		con.say(msgNothing)
	case count.Found == 0:
		con.say("%s", checkSummary(count, notes, len(h.problems)))
	default:
		text.gap()
		fmt.Fprintln(con.out, checkSummary(count, notes, len(h.problems)))
	}
	if err != nil {
		return err
	}
	return checkExit(count, failOn, len(h.problems))
}

// checkExit is 2 where something could not be done, 1 for findings of the
// severity or above, else 0.
func checkExit(count report.Count, failOn fixer.Severity, problems int) error {
	found := count.Errors
	if failOn <= fixer.Warning {
		found += count.Warnings
	}
	if failOn <= fixer.Info {
		found += count.Notes
	}
	switch {
	case problems > 0:
		return exitCode(exitError)
	case found > 0:
		return exitCode(exitFound)
	}
	return nil
}

// findingsText prints the findings of project after project.
type findingsText struct {
	con   *console
	notes bool
	any   bool // something was printed
}

func (t *findingsText) print(findings []fixer.Judged) {
	style := report.Style{Colour: t.con.colour, Notes: t.notes}
	if slices.ContainsFunc(findings, style.Lists) {
		t.gap()
		t.any = true
		report.Text(t.con.out, findings, style)
	}
}

// gap is the empty line behind what was printed before.
func (t *findingsText) gap() {
	if t.any {
		fmt.Fprintln(t.con.out)
	}
}
