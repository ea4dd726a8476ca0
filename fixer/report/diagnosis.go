package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"nonroot/fixer/diagnose"
)

// DiagnosisText writes what a log was found to say, the first error first.
func DiagnosisText(w io.Writer, entries []diagnose.Entry, style Style) {
	for i, e := range entries {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, style.paint(bold, Clean(DiagnosisTitle(e)))+style.paint(dim, "  "+seen(e)))
		fmt.Fprintf(w, "  %s %s\n", style.paint(dim, "log  "), Clean(shortened(e.Text)))
		for _, p := range diagnosisParts(e) {
			label := style.paint(dim, fmt.Sprintf("%-5s", p.label))
			switch p.label {
			case "cause":
				label = style.paint(red, "cause")
			case "fix", "run":
				label = style.paint(green, fmt.Sprintf("%-5s", p.label))
			}
			for j, line := range strings.Split(p.text, "\n") {
				if j > 0 {
					label = "     "
				}
				fmt.Fprintf(w, "  %s %s\n", label, Clip(line))
			}
		}
	}
}

// DiagnosisTitle is which service has which error.
func DiagnosisTitle(e diagnose.Entry) string {
	title := e.Kind.String()
	if e.Where != "" {
		title += ": " + e.Where
	} else if e.Port != 0 {
		title += fmt.Sprintf(": %d", e.Port)
	}
	if len(e.More) > 0 {
		title += fmt.Sprintf(" and %d more", len(e.More))
	}
	switch {
	case e.Service != "":
		return e.Service + " (" + e.File + "): " + title
	case e.File != "":
		return e.File + ": " + title
	case e.Source != "":
		return e.Source + ": " + title
	}
	return title
}

func seen(e diagnose.Entry) string {
	if e.Count == 1 {
		return fmt.Sprintf("line %d", e.Line)
	}
	return fmt.Sprintf("%d times, first in line %d", e.Count, e.Line)
}

// maxShown is how many runes of a line of a log are shown.
const maxShown = 200

func shortened(text string) string {
	text = strings.TrimSpace(text)
	if runes := []rune(text); len(runes) > maxShown {
		return string(runes[:maxShown]) + "…"
	}
	return text
}

type part struct{ label, text string }

// diagnosisParts are what is said of an entry behind its title.
func diagnosisParts(e diagnose.Entry) []part {
	var out []part
	add := func(label, text string) {
		if text != "" {
			out = append(out, part{label, text})
		}
	}
	if e.Open == "" || e.Cause.ID != "unknown" {
		add("cause", e.Cause.Cause+" ["+e.Cause.ID+"]")
	}
	var facts []string
	if e.User != "" {
		facts = append(facts, "the process runs as "+e.User)
	}
	if e.Mount != "" {
		facts = append(facts, "there is "+e.Mount)
	}
	if e.Owner != "" {
		facts = append(facts, "it belongs to "+e.Owner)
	}
	add("facts", strings.Join(append(facts, e.Facts...), "; "))
	if len(e.More) > 0 {
		add("also", strings.Join(e.More[:min(len(e.More), 5)], ", "))
	}
	add("open", e.Open)
	if len(e.Possible) > 0 {
		add("maybe", strings.Join(e.Possible[:min(len(e.Possible), 10)], ", "))
	}
	for _, advice := range e.Advice {
		add("fix", advice)
	}
	for _, l := range e.Add {
		add("add", "to "+l.File+":\n    "+strings.ReplaceAll(l.Text, "\n", "\n    "))
	}
	add("run", e.Command)
	return out
}

// DiagnosisMarkdown writes the same for a page.
func DiagnosisMarkdown(w io.Writer, entries []diagnose.Entry) {
	for _, e := range entries {
		fmt.Fprintf(w, "### %s\n\n%s\n\n%s\n\n", escapeMarkdown(DiagnosisTitle(e)), escapeMarkdown(seen(e)), code(shortened(e.Text)))
		for _, p := range diagnosisParts(e) {
			label := strings.ToUpper(p.label[:1]) + p.label[1:]
			first, rest, more := strings.Cut(p.text, "\n")
			switch {
			case p.label == "run":
				fmt.Fprintf(w, "**%s**: `%s`  \n", label, strings.ReplaceAll(Clean(first), "`", "'"))
			case more:
				fmt.Fprintf(w, "**%s** %s\n\n%s\n", label, escapeMarkdown(first), code(rest))
			default:
				fmt.Fprintf(w, "**%s**: %s  \n", label, escapeMarkdown(first))
			}
		}
		fmt.Fprintln(w)
	}
}

// escapeMarkdown makes text stand for itself in Markdown and HTML.
func escapeMarkdown(text string) string {
	var out strings.Builder
	for _, r := range Clean(text) {
		if strings.ContainsRune("\\`*_[]<>|#&~", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// code is an indented block, which no text can end.
func code(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = "    " + Clean(strings.TrimPrefix(line, "    "))
	}
	return strings.Join(lines, "\n")
}

// Diagnosis is the JSON output of diagnose. Its lists are never null.
type Diagnosis struct {
	Version int              `json:"version"`
	Errors  []DiagnosisEntry `json:"errors"`
	Events  int              `json:"events"` // all permission errors of the log
	Rest    int              `json:"rest"`   // events that were counted and not explained, because the log has too many different ones
}

// DiagnosisEntry is one error, however often the log has it.
type DiagnosisEntry struct {
	Line     int      `json:"line"` // of the log, the first that has it
	Count    int      `json:"count"`
	Text     string   `json:"text"`   // of that line, without the name of the service
	Form     string   `json:"form"`   // the id of the form by which it was recognized
	Kind     string   `json:"kind"`   // permission denied, read-only file system and others
	Source   string   `json:"source"` // what the log names as its source: api-1; may be empty
	Service  string   `json:"service,omitempty"`
	File     string   `json:"file,omitempty"` // the compose file, or the Dockerfile
	Path     string   `json:"path,omitempty"`
	Also     []string `json:"also,omitempty"` // more paths with the same cause and fix
	Port     int      `json:"port,omitempty"`
	Cause    string   `json:"cause"` // its id
	Because  string   `json:"because"`
	User     string   `json:"user,omitempty"`
	Owner    string   `json:"owner,omitempty"`
	Mount    string   `json:"mount,omitempty"`
	Facts    []string `json:"facts,omitempty"`
	Fix      []string `json:"fix,omitempty"`
	Add      []Add    `json:"add,omitempty"`
	Rule     string   `json:"rule,omitempty"`
	Command  string   `json:"command,omitempty"`
	Open     string   `json:"open,omitempty"` // why it could not be attributed
	Possible []string `json:"possible,omitempty"`
}

// Add is text to add to a file by hand.
type Add struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// DiagnosisJSON writes it.
func DiagnosisJSON(w io.Writer, entries []diagnose.Entry, events, rest int) error {
	doc := Diagnosis{Version: Version, Errors: []DiagnosisEntry{}, Events: events, Rest: rest}
	for _, e := range entries {
		d := DiagnosisEntry{
			Line: e.Line, Count: e.Count, Text: e.Text, Form: e.Form.ID, Kind: e.Kind.String(), Source: e.Source,
			Service: e.Service, File: e.File, Path: e.Where, Also: e.More, Port: e.Port,
			Cause: e.Cause.ID, Because: e.Cause.Cause, User: e.User, Owner: e.Owner, Mount: e.Mount, Facts: e.Facts,
			Fix: e.Advice, Rule: e.Rule, Command: e.Command, Open: e.Open, Possible: e.Possible,
		}
		for _, l := range e.Add {
			d.Add = append(d.Add, Add(l))
		}
		doc.Errors = append(doc.Errors, d)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}
