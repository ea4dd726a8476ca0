package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"nonroot/fixer"
	"nonroot/fixer/trial"
)

// Observed is what a run of verify --observe has seen. Its lists are never null.
type Observed struct {
	Version  int             `json:"version"` // that of verify's JSON: see VerifyVersion
	Engine   string          `json:"engine"`
	Trials   []ObservedTrial `json:"trials"`
	Problems []Problem       `json:"problems"`
}

// ObservedTrial are the services of one set of compose files.
type ObservedTrial struct {
	Name     string              `json:"name"` // of the first file
	Services []trial.Observation `json:"services"`
}

// NewObserved is one without trials yet.
func NewObserved(engine string) *Observed {
	return &Observed{Version: VerifyVersion, Engine: engine, Trials: []ObservedTrial{}, Problems: []Problem{}}
}

// Add takes in problems.
func (o *Observed) Add(problems []fixer.Problem) {
	for _, p := range problems {
		o.Problems = append(o.Problems, Problem{p.Path, ProblemText(p)})
	}
}

// Refused reports whether a service was not watched.
func (o *Observed) Refused() bool {
	return slices.ContainsFunc(o.Trials, func(t ObservedTrial) bool {
		return slices.ContainsFunc(t.Services, func(s trial.Observation) bool { return s.Refuse != "" })
	})
}

// ObservedJSON writes the document, indented.
func ObservedJSON(w io.Writer, o *Observed) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(o)
}

// ObservedYAML is what to declare in .nonroot.yaml; all else is said in comments. Of
// services of one name, only the first is no comment.
func ObservedYAML(o *Observed) string {
	var out strings.Builder
	if !o.declares() {
		out.WriteString("# ") // an empty mapping is no setting
	}
	out.WriteString("services:\n")
	done := map[string]bool{}
	for _, t := range o.Trials {
		for _, s := range t.Services {
			if s.Name == trial.Alone {
				comment(&out, "  ", "%s: settings are for services of compose files", t.Name)
			} else if done[s.Name] {
				comment(&out, "  ", "settings hold for services of that name in all compose files: join these with those above")
			}
			observedService(&out, t.Name, s, done[s.Name] || s.Name == trial.Alone)
			done[s.Name] = true
		}
	}
	return out.String()
}

// declares reports whether there is something to declare.
func (o *Observed) declares() bool {
	return slices.ContainsFunc(o.Trials, func(t ObservedTrial) bool {
		return slices.ContainsFunc(t.Services, func(s trial.Observation) bool { return s.Name != trial.Alone && len(s.Writable) > 0 })
	})
}

// observedService is one service; only as comments where its name is taken.
func observedService(out *strings.Builder, file string, s trial.Observation, comments bool) {
	if s.Refuse != "" {
		comment(out, "  ", "%s (%s) was not watched: %s", s.Name, file, s.Refuse)
		return
	}
	hash := ""
	if comments || len(s.Writable) == 0 {
		hash = "# "
	}
	user := s.User
	if user == "" {
		user = "it has ended"
	}
	fmt.Fprintf(out, "  %s%s:  # %s, %s\n", hash, Clean(s.Name), Clean(file), Clean(user))
	if len(s.Writable) > 0 {
		fmt.Fprintf(out, "    %swritable:\n", hash)
	}
	for _, p := range s.Writable {
		fmt.Fprintf(out, "      %s%s  # %s; %s\n", hash, entry(p), Clean(p.Why), Clean(files(p)))
	}
	if len(s.Writable) == 0 {
		comment(out, "    ", "it writes nothing that would have to be declared")
	}
	for _, w := range s.ByHand {
		comment(out, "    ", "by hand: it writes %s: %s", w.Path, w.Why)
	}
	for _, w := range s.Mounted {
		comment(out, "    ", "mounted already: %s: %s", w.Path, w.Why)
	}
	if s.Temporary {
		comment(out, "    ", "it writes to /tmp or /var/tmp: read_only comes with a tmpfs for both")
	}
	for _, note := range s.Notes {
		comment(out, "    ", "%s", note)
	}
}

// entry is a list entry of writable. A path that the settings do not take is a
// comment.
func entry(p trial.Proposal) string {
	text := "- " + p.Path
	if p.As != "tmpfs" {
		text = "- {path: " + p.Path + ", as: " + p.As + "}"
	}
	if strings.ContainsFunc(p.Path, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._@+-", r))
	}) {
		return "# " + Clean(text)
	}
	return text
}

// files are the names of what was written.
func files(p trial.Proposal) string {
	text := strings.Join(p.Files, ", ")
	if p.More > 0 {
		text += fmt.Sprintf(" and %d more", p.More)
	}
	return text
}

// comment writes a line of it; what comes from a container cannot end it.
func comment(out *strings.Builder, indent, format string, args ...any) {
	fmt.Fprintf(out, "%s# %s\n", indent, Clean(fmt.Sprintf(format, args...)))
}
