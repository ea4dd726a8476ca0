// Package fixer finds where a project's user, file owners and writable paths
// disagree, plans the edits that bring them in line, checks the plan, and says
// what became of every finding. Rules live in fixer/rules.
package fixer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nonroot/fixer/edit"
)

// Severity says how bad a finding is. The zero value is the mildest.
type Severity int

const (
	Info    Severity = iota // worth knowing
	Warning                 // runs as root, or lacks a protection that can be added
	Error                   // a denied access that can be derived
)

func (s Severity) String() string {
	return [...]string{"info", "warning", "error"}[s]
}

// ParseSeverity reads what String writes.
func ParseSeverity(text string) (Severity, error) {
	for s := Info; s <= Error; s++ {
		if s.String() == text {
			return s, nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q: use info, warning or error", text)
}

// Safety says how far a fix may go unasked. The zero value is the most cautious.
type Safety int

const (
	DisplayOnly Safety = iota // shown, never written
	Unsafe                    // may change what the container does at run time: written on request
	Safe                      // same build, same behaviour, except that a denied access now works
)

func (s Safety) String() string {
	return [...]string{"display-only", "unsafe", "safe"}[s]
}

// Fix is applied whole or not at all, across all its files.
type Fix struct {
	Message string
	Safety  Safety
	Edits   []edit.Edit
	// Guard is text that the fix relies on but does not change: no other fix
	// edits it in the same pass.
	Guard []edit.Range
	// Means are the values of compose files that the edits are meant to change,
	// each as "path#services.api.tmpfs". The verifier refuses a plan that
	// changes another one, and two fixes that mean the same value where one
	// creates it are not made in one pass.
	Means []Mean
	// Leads are the rules whose findings may be new once the fix is made: what
	// it makes, they carry on elsewhere.
	Leads []string
}

// Mean is one value of a compose file that a fix changes.
type Mean struct {
	Path  string // the file
	Value string // "services.api.tmpfs", "volumes.api-logs"
	New   bool   // the fix creates it
	// Shared says that a service has the value from another's text: by alias or
	// merge key it changes, by extends the file does not show that it does.
	Shared bool
}

// Finding is one problem at one place. Subject is its identity across passes
// and runs: it names files, stages, services and container paths, never line
// numbers or text that a fix changes.
type Finding struct {
	Rule     *Rule
	Severity Severity
	At       edit.Range
	Subject  string
	Message  string
	Fix      *Fix
	Refused  error // why there is no fix, and what would settle it
	// Plan is what tells Fix and Refused where that takes long: it is called when
	// they are asked for. A fix that it makes is Unsafe.
	Plan func() (*Fix, error)
}

// plan sets Fix and Refused.
func (f *Finding) plan() {
	if f.Plan != nil {
		f.Fix, f.Refused = f.Plan()
		f.Plan = nil
		f.settle()
	}
}

// settle sees to it that what is refused is never made, whole or in part.
func (f *Finding) settle() {
	if f.Refused != nil {
		f.Fix = nil
	}
}

func planned(findings []Finding) []Finding {
	for i := range findings {
		findings[i].plan()
	}
	return findings
}

// key identifies a finding among all findings of a project.
type key struct{ rule, subject string }

func (f *Finding) key() key { return key{f.Rule.ID, f.Subject} }

// Rule is one check: pure, no I/O. Check returns findings without their Rule,
// which the caller sets; the list is the caller's. Doc is the source of its page in docs/: Markdown,
// without the title.
type Rule struct {
	ID       string
	Title    string
	Severity string // as the page shows it: a rule may have several
	Safety   string
	Doc      string
	Check    func(*Project) []Finding
}

// Page is the rule's page: what it finds, why, how it is fixed and how it is
// switched off. The files of docs/rules are made from it.
func (r *Rule) Page() string {
	return fmt.Sprintf(`# %[1]s

%[2]s.

Severity: %[3]s. Fix: %[4]s.

%[5]s

## Switching it off

At one place, by a comment on the line above, with a reason:

    # nonroot: ignore=%[1]s the reason

Everywhere, in .nonroot.yaml:

    rules: {%[1]s: off}
`, r.ID, r.Title, r.Severity, r.Safety, strings.TrimSpace(r.Doc))
}

// agree joins a finding that was made twice, because its file loads in several
// models: fixes that differ are none.
func agree(a, b Finding) Finding {
	a.plan()
	b.plan()
	a.Severity = max(a.Severity, b.Severity)
	if a.Refused == nil && b.Refused != nil {
		a.Fix, a.Refused = nil, b.Refused
	}
	if a.Fix != nil && b.Fix != nil && !slices.Equal(a.Fix.Edits, b.Fix.Edits) {
		a.Fix, a.Refused = nil, fmt.Errorf("the files that load together with %s ask for different fixes: %s; or %s", a.At.Src.Path, a.Fix.Message, b.Fix.Message)
	}
	return a
}

// Check runs the rules and returns their findings in the order of files and
// lines, those at one place in the order of the rules.
func Check(p *Project, rules []*Rule) []Finding { return planned(find(p, rules)) }

// find is Check, but for the fixes that are not planned yet.
func find(p *Project, rules []*Rule) []Finding {
	byRule := make([][]Finding, 0, 16) // about as many as there are
	n := 0
	for _, r := range rules {
		found := distinct(r, r.Check(p))
		byRule = append(byRule, found)
		n += len(found)
	}
	out := make([]Finding, 0, n)
	for _, found := range byRule {
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.At.Src.Path, b.At.Src.Path), cmp.Compare(a.At.Start, b.At.Start))
	})
	return out
}

// distinct are a rule's findings, each subject one time.
func distinct(r *Rule, found []Finding) []Finding {
	var bySubject map[string]int
	if len(found) > 1 {
		bySubject = make(map[string]int, len(found))
	}
	out := found[:0]
	for _, f := range found {
		f.Rule = r
		f.settle()
		if i, twice := bySubject[f.Subject]; twice {
			out[i] = agree(out[i], f)
			continue
		}
		if bySubject != nil {
			bySubject[f.Subject] = len(out)
		}
		out = append(out, f)
	}
	return out
}
