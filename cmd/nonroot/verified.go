package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"nonroot/fixer/report"
)

// verifyFormats are the values of --format that verify knows.
var verifyFormats = []string{formatText, formatJSON, formatMarkdown}

// oneOf is the format that the command line asks for.
func oneOf(c *cli.Context, known ...string) (string, error) {
	format := c.String("format")
	if !slices.Contains(known, format) {
		last := len(known) - 1
		return "", usageError{fmt.Sprintf("flag --format: unknown format %q: use %s or %s", format, strings.Join(known[:last], ", "), known[last])}
	}
	return format, nil
}

// verification writes the result, and is the exit code.
func (con *console) verification(v *report.Verification, format string) error {
	switch format {
	case formatJSON:
		var text bytes.Buffer
		if err := report.VerifyJSON(&text, v); err != nil {
			return err
		}
		con.escaped(text.String())
	case formatMarkdown:
		report.VerifyMarkdown(con.out, v)
	default:
		report.VerifyText(con.out, v, report.Style{Colour: con.colour})
	}
	if err := con.flush(); err != nil {
		return err
	}
	con.say("%s", verifySummary(v))
	_, failed, unproved := v.Tally()
	switch {
	case len(v.Problems) > 0 || len(unproved) > 0:
		return exitCode(exitError)
	case len(failed) > 0:
		return exitCode(exitFound)
	}
	return nil
}
