package report

import (
	"encoding/json"
	"io"

	"nonroot/fixer"
	"nonroot/fixer/trial"
)

// VerifyVersion is that of the JSON output of verify. It rises when a field is
// taken away or changes its meaning; new fields do not raise it.
const VerifyVersion = 1

// Verification is what a run of verify found out. Its lists are never null.
type Verification struct {
	Version  int       `json:"version"`
	Engine   string    `json:"engine"` // docker 26.1.5
	Trials   []*Trial  `json:"trials"`
	Problems []Problem `json:"problems"` // what could not be verified at all
}

// Trial is a set of compose files that load together, or one Dockerfile: as it is,
// and as fix would leave it.
type Trial struct {
	Name  string        `json:"name"`            // of the first file
	Files []string      `json:"files"`           // relative to the root
	Now   *trial.Result `json:"now,omitempty"`   // absent: it was not asked for, or is a problem
	Fixed *trial.Result `json:"fixed,omitempty"` // the same
	// Changed are the files that fix would change.
	Changed []string `json:"changed,omitempty"`
}

// NewVerification is one without trials yet.
func NewVerification(engine string) *Verification {
	return &Verification{Version: VerifyVersion, Engine: engine, Trials: []*Trial{}, Problems: []Problem{}}
}

// Add takes in problems.
func (v *Verification) Add(problems []fixer.Problem) {
	for _, p := range problems {
		v.Problems = append(v.Problems, Problem{p.Path, ProblemText(p)})
	}
}

// Decisive is the result that says whether the trial has passed: that of the fixed
// project where there is one.
func (t *Trial) Decisive() *trial.Result {
	if t.Fixed != nil {
		return t.Fixed
	}
	return t.Now
}

// Tally are the names of the services that have passed, have failed, and of which not all could be verified.
func (v *Verification) Tally() (passed, failed, unproved []string) {
	for _, t := range v.Trials {
		r := t.Decisive()
		if r == nil {
			continue
		}
		for _, s := range r.Services {
			name := t.label(s.Name)
			switch {
			case s.Failed:
				failed = append(failed, name)
			case s.Unproved():
				unproved = append(unproved, name)
			default:
				passed = append(passed, name)
			}
		}
	}
	return passed, failed, unproved
}

// label names a service of the trial for people.
func (t *Trial) label(service string) string {
	if service == trial.Alone {
		return t.Name
	}
	return service + " (" + t.Name + ")"
}

// side finds a service in a result; nil where it is not in it.
func side(r *trial.Result, name string) *trial.Service {
	if r == nil {
		return nil
	}
	for i := range r.Services {
		if r.Services[i].Name == name {
			return &r.Services[i]
		}
	}
	return nil
}

// pair is one service as it is and as fix would leave it; one may be nil.
type pair struct {
	name       string
	now, fixed *trial.Service
}

// shown is the side that the evidence is taken from.
func (p pair) shown() *trial.Service {
	if p.fixed != nil {
		return p.fixed
	}
	return p.now
}

func (t *Trial) pairs() []pair {
	var out []pair
	main := t.Decisive()
	if main == nil {
		return nil
	}
	for _, s := range main.Services {
		out = append(out, pair{s.Name, side(t.Now, s.Name), side(t.Fixed, s.Name)})
	}
	return out
}

// VerifyJSON writes the document, indented.
func VerifyJSON(w io.Writer, v *Verification) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
