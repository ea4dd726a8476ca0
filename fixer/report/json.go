package report

import (
	"encoding/json"
	"io"
	"strings"

	"nonroot/fixer"
)

// Version is that of the JSON output. It rises when a field is taken away or
// changes its meaning; new fields do not raise it.
const Version = 1

// Document is the JSON output of check and fix. Its lists are never null. Paths
// are relative to the root, with slashes; where a run has several roots, to the
// folder that holds them all.
type Document struct {
	Version  int       `json:"version"`
	Findings []Finding `json:"findings"` // by project; in each by path and line
	Problems []Problem `json:"problems"`
	Files    []File    `json:"files"` // that fix changed, or would change; empty for check
	Summary  Summary   `json:"summary"`
}

// Finding is one finding, at the half-open range from its start to its end.
// Lines and columns count from 1, columns in runes; offsets count bytes from 0.
type Finding struct {
	Rule     string `json:"rule"`     // its id: tmpfs-owner
	Severity string `json:"severity"` // info, warning or error
	Path     string `json:"path"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	EndLine  int    `json:"endLine"`
	EndCol   int    `json:"endColumn"`
	Start    int    `json:"start"`
	End      int    `json:"end"`

	// Subject names what the finding is about. Together with the rule it is the
	// same in every run, whatever lines are added or taken away around it.
	Subject string `json:"subject"`
	Message string `json:"message"`

	// Outcome is what became of it:
	//   left        nothing was done; a fix, where there is one, says what could be
	//   fixed       its fix was written
	//   withheld    its fix is unsafe, and was not asked for
	//   refused     there is no fix, or it could not be written: see Refused
	//   suppressed  a comment in the file switches it off
	// check, a dry run and a question that was answered with no leave all findings.
	Outcome string `json:"outcome"`
	Fix     *Fix   `json:"fix,omitempty"`
	Refused string `json:"refused,omitempty"` // the reason, and what would settle it
}

// Fix is what would be done about a finding. All of its edits belong together.
type Fix struct {
	Message string `json:"message"`
	Safety  string `json:"safety"` // safe, unsafe, or display-only: for a person to make
	Edits   []Edit `json:"edits"`  // of the files as they were read; none where the fix builds on another one
}

// Edit replaces the bytes [Start, End) of Path by Text. One of a file that does
// not exist makes it.
type Edit struct {
	Path  string `json:"path"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// Problem is a file or project that could not be worked on.
type Problem struct {
	Path    string `json:"path"`
	Message string `json:"message"` // "path: reason", with line and column where they are known
}

// File is a changed file with its unified diff, which git apply and patch -p1 take.
type File struct {
	Path    string `json:"path"`
	Diff    string `json:"diff"`
	Written bool   `json:"written"` // false in a dry run, and where it could not be
}

// Summary counts the findings. Suppressed ones are in none of the other numbers.
type Summary struct {
	Found      int `json:"found"`
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Notes      int `json:"notes"` // of severity info
	Fixed      int `json:"fixed"`
	Withheld   int `json:"withheld"`
	Refused    int `json:"refused"`
	Suppressed int `json:"suppressed"`
	Safe       int `json:"safe"`   // with a safe fix that was not written
	Unsafe     int `json:"unsafe"` // with an unsafe one that was not written
}

// JSON writes the document, indented.
func JSON(w io.Writer, findings []fixer.Judged, problems []fixer.Problem, files []File) error {
	c := Tally(findings)
	doc := Document{
		Version: Version, Findings: []Finding{}, Problems: []Problem{}, Files: files,
		Summary: Summary{c.Found, c.Errors, c.Warnings, c.Notes, c.Fixed, c.Withheld, c.Refused, c.Suppressed, c.Safe, c.Unsafe},
	}
	if files == nil {
		doc.Files = []File{}
	}
	for _, f := range findings {
		doc.Findings = append(doc.Findings, finding(f))
	}
	for _, p := range problems {
		doc.Problems = append(doc.Problems, Problem{p.Path, ProblemText(p)})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

// ProblemText is what a problem says, behind the path that it is about.
func ProblemText(p fixer.Problem) string {
	text := p.Err.Error()
	if strings.HasPrefix(text, p.Path+":") {
		return text
	}
	return p.Path + ": " + text
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
