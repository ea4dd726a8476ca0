package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/diagnose"
	"nonroot/fixer/report"
	"nonroot/fixer/rules"
	"nonroot/fixer/suggest"
)

const (
	formatMarkdown = "markdown"

	useDiagnose       = "find the permission errors of a log, and say what puts them right"
	useDiagnoseFormat = "`FORMAT` of the result: text, json or markdown"
	useService        = "whose log it is: lines that name no service are of `SERVICE`, those of others are left out"
	useCompose        = "read docker compose logs of the project, which starts nothing"
	useProject        = "`PATH` of the project that the log is of: a folder or a compose file"

	msgNoLog       = "diagnose has no log to read: name a file, pipe one in, or use --compose"
	msgNoErrors    = "nonroot: no permission error in %s"
	msgDiagnosed   = "nonroot: %s in %s"
	msgOpen        = ", %d not attributed"
	msgTooMany     = "nonroot: %d more errors, which are not explained: the log has over 2,000 different ones; give a part of it"
	msgReading     = "nonroot: %s of %s"
	msgReadingSize = "nonroot: %s"
)

const descDiagnose = `Finds the permission errors that programs print: Python, Node.js, Java, Go, PHP, Ruby,
.NET, Rust, nginx, databases, shells, the engine. Joins each with the project: which
service, which path, who owns it, what is mounted there. Says the cause, and the rule
or the line that puts it right. Reads a file, or stdin. Writes and starts nothing.

  docker compose logs --no-color | nonroot diagnose
  nonroot diagnose --compose                       the same
  nonroot diagnose --service api crash.log         a log whose lines name no service
  nonroot diagnose --project infra app.log         the project is in another folder
  nonroot diagnose --format json - < app.log | jq '.errors[].command'

Exits 0 with no permission error, 1 with one, 2 on an error.`

func diagnoseCommand(con *console) *cli.Command {
	return &cli.Command{
		Name: "diagnose", Usage: useDiagnose, ArgsUsage: "[FILE|-]", Description: descDiagnose,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "service", Usage: useService},
			&cli.BoolFlag{Name: "compose", Usage: useCompose, DisableDefaultText: true},
			&cli.StringFlag{Name: "project", Value: ".", Usage: useProject},
			&cli.StringFlag{Name: "format", Value: formatText, Usage: useDiagnoseFormat},
		},
		Action: func(c *cli.Context) error { return diagnosis(c, con) },
	}
}

// diagnosis reads a log to its end, and then the project, if there is something to
// explain.
func diagnosis(c *cli.Context, con *console) error {
	format := c.String("format")
	if format != formatText && format != formatJSON && format != formatMarkdown {
		return usageError{fmt.Sprintf("flag --format: unknown format %q: use %s, %s or %s", format, formatText, formatJSON, formatMarkdown)}
	}
	log, err := openLog(c, con)
	if err != nil {
		return err
	}
	found, err := diagnose.Collect(diagnose.Scan(log))
	log.done()
	if closeErr := log.close(); err == nil {
		err = closeErr
	}
	switch {
	case c.Context.Err() != nil:
		return c.Context.Err()
	case err != nil:
		return fmt.Errorf("%s: %w", log.name, err)
	}
	opt := diagnose.Options{Service: c.String("service"), Rules: rules.All()}
	if path := c.String("project"); path != "." {
		opt.Path = path
	}
	var entries []diagnose.Entry
	problems := 0
	if len(found.Groups) > 0 || opt.Service != "" {
		matches, failed, err := attributed(c.Context, c.String("project"), found.Groups, opt)
		if err != nil {
			return err
		}
		con.problems(failed)
		problems = len(failed)
		entries = diagnose.Conclude(found.Groups, matches, opt)
	}
	if err := con.diagnosed(entries, found, log.name, format); err != nil {
		return err
	}
	switch {
	case problems > 0:
		return exitCode(exitError)
	case len(entries)+found.Rest > 0:
		return exitCode(exitFound)
	}
	return nil
}

// attributed asks every project below a path. A file that cannot be read is a
// problem, and does not hide the others.
func attributed(ctx context.Context, path string, groups []diagnose.Group, opt diagnose.Options) ([]diagnose.Match, []fixer.Problem, error) {
	scopes, err := scopesOf([]string{path})
	if err != nil {
		return nil, nil, err
	}
	ws, err := fixer.Open(ctx, scopes[0].root, scopes[0].paths)
	if err != nil {
		return nil, nil, err
	}
	defer ws.Close()
	problems := ws.Problems
	opt.Near = scopes[0].paths[0]
	var out []diagnose.Match
	var services []string
	err = fixer.Each(ctx, ws, func(p *fixer.Project) ([]diagnose.Match, error) {
		return diagnose.Attribute(p, groups, opt), nil
	}, func(p *fixer.Project, matches []diagnose.Match, failed []fixer.Problem) {
		problems = append(problems, failed...)
		out = append(out, matches...)
		services = append(services, diagnose.Services(p)...)
	})
	if err == nil && opt.Service != "" && !slices.Contains(services, opt.Service) && len(problems) == 0 {
		err = unknownService(opt.Service, services)
	}
	return out, problems, err
}

// unknownService says which services there are.
func unknownService(name string, known []string) error {
	known = slices.Compact(slices.Sorted(slices.Values(known)))
	text := "flag --service: there is no service " + name + " here"
	switch meant := suggest.Nearest(name, known); {
	case meant != "":
		return usageError{text + "; did you mean " + meant + "?"}
	case len(known) > 0:
		return usageError{text + "; there is " + some(known)}
	}
	return usageError{text + ", and no other: --project names where the compose file is"}
}

// diagnosed shows the result. JSON and Markdown are documents whatever was found.
func (con *console) diagnosed(entries []diagnose.Entry, found *diagnose.Collected, name, format string) error {
	switch format {
	case formatJSON:
		var text bytes.Buffer
		if err := report.DiagnosisJSON(&text, entries, found.Events, found.Rest); err != nil {
			return err
		}
		con.escaped(text.String())
	case formatMarkdown:
		report.DiagnosisMarkdown(con.out, entries)
	default:
		report.DiagnosisText(con.out, entries, report.Style{Colour: con.colour})
	}
	con.out.Flush() // an error stays for con.flush
	if found.Rest > 0 {
		con.say(msgTooMany, found.Rest)
	}
	if len(entries) == 0 {
		con.say(msgNoErrors, name)
		return nil
	}
	con.say("%s", diagnoseSummary(entries, name))
	return nil
}

// diagnoseSummary is the last line.
func diagnoseSummary(entries []diagnose.Entry, name string) string {
	open := 0
	commands := map[string]bool{}
	for _, e := range entries {
		if e.Open != "" {
			open++
		}
		if e.Command != "" {
			commands[e.Command] = true
		}
	}
	text := fmt.Sprintf(msgDiagnosed, report.Plural(len(entries), "permission error"), name)
	if open > 0 {
		text += fmt.Sprintf(msgOpen, open)
	}
	if len(commands) > 0 {
		text += "; what the commands would change: add --dry-run"
	}
	return text
}

// causePage is what explain says of a cause.
func causePage(cause *diagnose.Cause) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n\n%s.\n\nCause: %s.\n\nFix: %s.\n", cause.ID, cause.Error, cause.Cause, cause.Fix)
	for _, id := range cause.Rules {
		fmt.Fprintf(&out, "\nRule: nonroot explain %s", id)
	}
	if len(cause.Rules) > 0 {
		out.WriteString("\n")
	}
	writeLines(&out, "\nTypical lines of a log:\n\n", cause.Lines)
	return out.String()
}

// ruleLines are the lines of logs that a rule is the answer to.
func ruleLines(id string) string {
	var out strings.Builder
	for i, cause := range diagnose.CausesOf(id) {
		if i == 0 {
			out.WriteString("\n## In a log\n\n`nonroot diagnose` finds it by lines such as\n")
		}
		writeLines(&out, "\n"+cause.Cause+":\n\n", cause.Lines)
	}
	return out.String()
}

func writeLines(w io.Writer, head string, lines []string) {
	if len(lines) > 0 {
		io.WriteString(w, head)
	}
	for _, line := range lines {
		fmt.Fprintf(w, "    %s\n", line)
	}
}
