package report_test

import (
	"bytes"
	"strings"
	"testing"

	"nonroot/fixer"
	"nonroot/fixer/edit"
	"nonroot/fixer/report"
)

func TestClip(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		strings.Repeat("é", 500):             strings.Repeat("é", 500),
		strings.Repeat("é", 502):             strings.Repeat("é", 500) + "… (2 more characters)",
		"\x1b" + strings.Repeat("\xff", 600): `\x1b` + strings.Repeat(`\xfffd`, 499) + "… (101 more characters)",
	} {
		if got := report.Clip(text); got != want {
			t.Errorf("%.20q: %q", text, got)
		}
	}
}

// TestLongLine has a finding about a line of a megabyte: text shows its start, and a
// diff all of it.
func TestLongLine(t *testing.T) {
	line := "RUN echo " + strings.Repeat("x", 1<<20)
	src := &edit.Source{Path: "Dockerfile", Text: "FROM debian:12\n" + line + "\n"}
	f := fixer.Judged{}
	f.Rule, f.At, f.Message, f.Severity = &fixer.Rule{ID: "rule"}, edit.Range{Src: src, Start: 15, End: 18}, "about "+line, fixer.Error
	var text bytes.Buffer
	report.Text(&text, []fixer.Judged{f}, report.Style{})
	if text.Len() > 2000 || strings.Count(text.String(), " more characters)") != 2 {
		t.Errorf("text has %d bytes: %.3000s", text.Len(), text.String())
	}
	text.Reset()
	report.Diff(&text, "+"+line+"\n", report.Style{Colour: true})
	if !strings.Contains(text.String(), line) {
		t.Errorf("a diff has %d bytes", text.Len())
	}
}
