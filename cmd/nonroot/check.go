package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/report"
)

func checkCommand(std streams) *cli.Command {
	return &cli.Command{
		Name: "check", Usage: "print what is wrong; write nothing", ArgsUsage: "[PATH…]", Description: descCheck,
		Flags: append(ruleFlags(),
			&cli.StringFlag{Name: "fail-on", Value: "warning", Usage: "exit 1 from this `SEVERITY` up: info, warning or error"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the result: text or json"},
			&cli.BoolFlag{Name: "notes", Usage: "list findings of severity info, too"},
		),
		Action: func(c *cli.Context) error { return check(c, std) },
	}
}

func check(c *cli.Context, std streams) error {
	failOn, err := fixer.ParseSeverity(c.String("fail-on"))
	if err != nil {
		return usageError{err.Error()}
	}
	asJSON, err := wantsJSON(c)
	if err != nil {
		return err
	}
	var all harvest
	work := func(p *fixer.Project, rules []*fixer.Rule) ([]fixer.Judged, error) {
		return fixer.Judge(p, rules), nil
	}
	err = each(c.Context, c, newProgress(std.err), work, func(_ *fixer.Workspace, found []fixer.Judged, problems []fixer.Problem) error {
		all.findings = append(all.findings, found...)
		all.problems = append(all.problems, problems...)
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range all.problems {
		say(std.err, msgProblem, problemText(p))
	}
	if asJSON {
		if err := report.JSON(std.out, all.findings, all.problems, nil); err != nil {
			return err
		}
	} else {
		notes := c.Bool("notes") || failOn == fixer.Info
		shown := unsuppressed(all.findings)
		report.Text(std.out, shown, report.Style{Colour: colour(std.out), Notes: notes})
		if count := report.Tally(all.findings); count.Found > 0 {
			if count.Errors+count.Warnings > 0 || notes {
				fmt.Fprintln(std.out)
			}
			fmt.Fprintln(std.out, checkSummary(count, notes))
		} else {
			fmt.Fprintln(std.err, checkSummary(count, notes))
		}
	}
	return checkExit(all, failOn)
}

// checkExit is 2 where a file could not be done, 1 for findings, else 0.
func checkExit(all harvest, failOn fixer.Severity) error {
	if len(all.problems) > 0 {
		return exitCode(exitError)
	}
	for _, f := range all.findings {
		if f.Outcome != fixer.Suppressed && f.Severity >= failOn {
			return exitCode(exitFound)
		}
	}
	return nil
}

func unsuppressed(findings []fixer.Judged) []fixer.Judged {
	var out []fixer.Judged
	for _, f := range findings {
		if f.Outcome != fixer.Suppressed {
			out = append(out, f)
		}
	}
	return out
}

func wantsJSON(c *cli.Context) (bool, error) {
	switch format := c.String("format"); format {
	case "text":
		return false, nil
	case "json":
		return true, nil
	default:
		return false, usageError{fmt.Sprintf("unknown format %q: use text or json", format)}
	}
}
