package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/report"
)

// Values of --format.
const (
	formatText = "text"
	formatJSON = "json"
)

func formats() []string { return []string{formatText, formatJSON} }

func wantsJSON(c *cli.Context) (bool, error) {
	switch format := c.String("format"); format {
	case formatText:
		return false, nil
	case formatJSON:
		return true, nil
	default:
		return false, usageError{fmt.Sprintf("flag --format: unknown format %q: use %s", format, strings.Join(formats(), " or "))}
	}
}

// json writes the document of report.Document to stdout. Control and format
// characters in it are escaped, which encoding/json does for some of them only.
func (con *console) json(findings []fixer.Judged, problems []fixer.Problem, files []report.File) error {
	var text bytes.Buffer
	if err := report.JSON(&text, findings, problems, files); err != nil {
		return err
	}
	con.escaped(text.String())
	return nil
}

// escaped writes JSON to stdout, with the control and format characters that
// encoding/json leaves as they are escaped, and the second # of two, with which a command
// to the log of a build begins.
func (con *console) escaped(text string) {
	last := rune(0)
	for _, r := range text {
		command := r == '#' && last == '#'
		last = r
		if !command && (r == '\n' || !unicode.In(r, unicode.Cc, unicode.Cf)) {
			con.out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(con.out, `\u%04x`, unit)
		}
	}
}
