package report

import (
	"encoding/json"
	"io"

	"nonroot/fixer"
)

// Version is that of the JSON output. It rises when a field is taken away or
// changes its meaning; new fields do not raise it.
const Version = 1

// Document is the JSON output of check and fix.
type Document struct {
	Version  int       `json:"version"`
	Findings []Finding `json:"findings"`
	Problems []Problem `json:"problems"`
	Files    []File    `json:"files"` // that fix changed, or would change
	Summary  Summary   `json:"summary"`
}

// Finding is one finding. Lines and columns count from 1, columns in runes;
// offsets count bytes from 0.
type Finding struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Path     string `json:"path"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	EndLine  int    `json:"endLine"`
	EndCol   int    `json:"endColumn"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Subject  string `json:"subject"`
	Message  string `json:"message"`
	Outcome  string `json:"outcome"`
	Fix      *Fix   `json:"fix,omitempty"`
	Refused  string `json:"refused,omitempty"`
}

// Fix is what would be done about a finding.
type Fix struct {
	Message string `json:"message"`
	Safety  string `json:"safety"`
	Edits   []Edit `json:"edits"`
}

// Edit replaces the bytes [Start, End) of Path by Text.
type Edit struct {
	Path  string `json:"path"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// Problem is a file that could not be worked on.
type Problem struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

// File is a changed file with its unified diff.
type File struct {
	Path    string `json:"path"`
	Diff    string `json:"diff"`
	Written bool   `json:"written"`
}

// Summary counts the findings.
type Summary struct {
	Found      int `json:"found"`
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Notes      int `json:"notes"`
	Fixed      int `json:"fixed"`
	Withheld   int `json:"withheld"`
	Refused    int `json:"refused"`
	Suppressed int `json:"suppressed"`
}

// JSON writes the document, indented.
func JSON(w io.Writer, findings []fixer.Judged, problems []fixer.Problem, files []File) error {
	c := Tally(findings)
	doc := Document{
		Version: Version, Findings: []Finding{}, Problems: []Problem{}, Files: files,
		Summary: Summary{c.Found, c.Errors, c.Warnings, c.Notes, c.Fixed, c.Withheld, c.Refused, c.Suppressed},
	}
	if files == nil {
		doc.Files = []File{}
	}
	for _, f := range findings {
		doc.Findings = append(doc.Findings, finding(f))
	}
	for _, p := range problems {
		doc.Problems = append(doc.Problems, Problem{p.Path, p.Err.Error()})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

func finding(f fixer.Judged) Finding {
	line, column := f.At.Position()
	endLine, endCol := f.At.Src.Position(f.At.End)
	out := Finding{
		Rule: f.Rule.ID, Severity: f.Severity.String(), Path: f.At.Src.Path,
		Line: line, Column: column, EndLine: endLine, EndCol: endCol, Start: f.At.Start, End: f.At.End,
		Subject: f.Subject, Message: f.Message, Outcome: f.Outcome.String(),
	}
	if f.Refused != nil {
		out.Refused = Reason(f.Refused)
	}
	if f.Fix != nil {
		fix := &Fix{Message: f.Fix.Message, Safety: f.Fix.Safety.String(), Edits: []Edit{}}
		for _, e := range f.Fix.Edits {
			fix.Edits = append(fix.Edits, Edit{e.Src.Path, e.Start, e.End, e.New})
		}
		out.Fix = fix
	}
	return out
}
