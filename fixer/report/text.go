// Package report writes what was found and fixed, for people and for programs.
package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// Style says how text is written. The zero value is plain.
type Style struct {
	Colour bool
	Notes  bool // what is only worth knowing is listed, too: see Hidden
}

const (
	reset  = "\x1b[0m"
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
)

func (s Style) paint(code, text string) string {
	if !s.Colour || text == "" {
		return text
	}
	return code + text + reset
}

func (s Style) severity(of fixer.Severity) string {
	return s.paint([...]string{fixer.Info: cyan, fixer.Warning: yellow, fixer.Error: red}[of], of.String())
}

// Clean makes text from a repository safe for a terminal and for the log of a build:
// control characters and bytes that are no UTF-8 are shown as \x escapes, tabs as a
// blank, and what would be a command to the log has one in it.
func Clean(text string) string {
	text = inert(text)
	if isPlain(text) || !strings.ContainsFunc(text, unprintable) {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '\t':
			out.WriteByte(' ')
		case unprintable(r):
			fmt.Fprintf(&out, "\\x%02x", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// isPlain reports whether text is printable ASCII.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// maxRunes is how much of a line or of a message is shown as text: either may hold a
// whole file. Programs are told all of it (JSON), and diffs have every byte.
const maxRunes = 500

// Clip is Clean for what may be of any length: it ends after maxRunes, and says how
// much is left out.
func Clip(text string) string {
	if len(text) <= maxRunes {
		return Clean(text)
	}
	n := 0
	for i := range text {
		if n == maxRunes {
			return fmt.Sprintf("%s… (%d more characters)", Clean(text[:i]), utf8.RuneCountInString(text[i:]))
		}
		n++
	}
	return Clean(text)
}

// unprintable: controls, line separators, and format characters, which can turn the direction of
// a line or hide in it.
func unprintable(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar
}

// Text writes findings grouped by file, each under the line that it is about.
func Text(w io.Writer, findings []fixer.Judged, style Style) {
	file, line := "", 0
	for _, f := range findings {
		if !style.Lists(f) {
			continue
		}
		at, _ := f.At.Position()
		if f.At.Src.Path != file {
			if file != "" {
				fmt.Fprintln(w)
			}
			file, line = f.At.Src.Path, 0
			fmt.Fprintln(w, style.paint(bold, Clean(file)))
		}
		if at != line {
			line = at
			number := strconv.Itoa(line)
			write(w, style.paint(dim, strings.Repeat(" ", max(5-len(number), 0))+number+" |"), " ", Clip(shown(f.At)), "\n")
		}
		one(w, f, style)
	}
}

// shown is the line that a finding is about; nothing of a file that may hold secrets.
func shown(at edit.Range) string {
	if at.Src.Secret {
		return ""
	}
	return at.Src.Line(at.Start)
}

// Lists reports whether Text writes a finding.
func (s Style) Lists(f fixer.Judged) bool {
	return f.Outcome != fixer.Suppressed && (s.Notes || !Hidden(f))
}

// Hidden reports whether a finding is left out of text unless notes are asked
// for: it is only worth knowing, and there is no fix that could be made.
func Hidden(f fixer.Judged) bool {
	return f.Severity == fixer.Info && (f.Fix == nil || f.Fix.Safety == fixer.DisplayOnly)
}

func one(w io.Writer, f fixer.Judged, style Style) {
	const indent = "        "
	write(w, indent, style.severity(f.Severity), " ", style.paint(dim, f.Rule.ID), " ", Clip(f.Message), "\n")
	switch {
	case f.Refused != nil:
		write(w, indent, "  no fix: ", Clip(Reason(f.Refused)), "\n")
	case f.Fix != nil && f.Fix.Safety == fixer.DisplayOnly:
		write(w, indent, "  by hand: ", Clip(f.Fix.Message), "\n")
	case f.Fix != nil && f.Fix.Safety == fixer.Unsafe:
		write(w, indent, "  fix (--unsafe-fixes): ", Clip(f.Fix.Message), "\n")
	case f.Fix != nil:
		write(w, indent, "  fix: ", Clip(f.Fix.Message), "\n")
	}
}

func write(w io.Writer, parts ...string) {
	for _, p := range parts {
		io.WriteString(w, p)
	}
}

// Reason is what a refusal says, without the place that is shown anyway.
func Reason(err error) string {
	if r, ok := err.(interface{ Because() string }); ok {
		return r.Because()
	}
	return err.Error()
}

// Diff writes a unified diff, coloured where the style says so. Without colour
// it is written as it is, byte for byte: git apply must take it.
func Diff(w io.Writer, diff string, style Style) {
	if !style.Colour {
		io.WriteString(w, diff)
		return
	}
	for line := range strings.Lines(diff) {
		text := strings.TrimRight(line, "\r\n")
		code := ""
		switch {
		case strings.HasPrefix(text, "---"), strings.HasPrefix(text, "+++"):
			code = bold
		case strings.HasPrefix(text, "@@"):
			code = cyan
		case strings.HasPrefix(text, "-"):
			code = red
		case strings.HasPrefix(text, "+"):
			code = green
		}
		fmt.Fprintln(w, style.paint(code, Clean(text)))
	}
}

// Count is how many findings came out each way.
type Count struct {
	Found, Errors, Warnings, Notes       int
	Fixed, Withheld, Refused, Suppressed int
	Safe, Unsafe                         int // findings with such a fix that was not applied
	Hidden                               int // left out of text unless notes are asked for
}

// Tally counts findings. A suppressed finding counts as nothing else.
func Tally(findings []fixer.Judged) Count {
	var c Count
	for _, f := range findings {
		if f.Outcome == fixer.Suppressed {
			c.Suppressed++
			continue
		}
		c.Found++
		*[...]*int{&c.Notes, &c.Warnings, &c.Errors}[f.Severity]++
		if Hidden(f) {
			c.Hidden++
		}
		switch f.Outcome {
		case fixer.Fixed:
			c.Fixed++
			continue
		case fixer.Withheld:
			c.Withheld++
		case fixer.Refused:
			c.Refused++
		}
		if f.Fix != nil && f.Refused == nil {
			switch f.Fix.Safety {
			case fixer.Safe:
				c.Safe++
			case fixer.Unsafe:
				c.Unsafe++
			}
		}
	}
	return c
}

// Plural is "1 thing" or "2 things".
func Plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
