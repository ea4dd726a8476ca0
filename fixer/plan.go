package fixer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// maxPasses bounds the passes over one project. A project that needs more does
// not converge, which is a bug in a rule.
const maxPasses = 20

// Options choose what Run may do.
type Options struct {
	Rules  []*Rule
	Safety Safety // the least safety of a fix that is applied
}

// Result says what Run found, what it changed, and what became of every finding.
type Result struct {
	Before, After *Project
	Findings      []Judged
	Changes       []Change
	means         map[string]bool
}

// Means reports whether an applied fix was meant to change a value of a compose
// file, "services.api.tmpfs", or one that holds it.
func (r *Result) Means(value string) bool {
	for value != "" {
		if r.means[value] {
			return true
		}
		value = value[:max(strings.LastIndexByte(value, '.'), 0)]
	}
	return false
}

// Change is one file before and after.
type Change struct{ Before, After *edit.Source }

// Run plans and applies fixes in memory, pass by pass over the reparsed text,
// until none applies. Every pass is verified. A fix that does not stand the
// check is left out and its finding refused, with the reason; an error means
// that no change of the project may be written.
func Run(p *Project, opt Options) (*Result, error) {
	first := opt.find(p)
	means, made := map[string]bool{}, map[key]*Fix{}
	barred := map[key]error{}
	now, findings := p, first
	for pass := 0; ; {
		chosen := choose(findings, opt)
		if len(chosen) == 0 {
			break
		}
		if pass == maxPasses {
			return nil, fmt.Errorf("the fixes do not converge after %d passes: %s is still found", pass, name(chosen[0]))
		}
		next, after, err := step(now, findings, chosen, opt)
		if err != nil {
			if unsound(now, findings, chosen, opt, barred) {
				findings = bar(findings, barred)
				continue
			}
			chosen = chosen[:1] // each is sound alone: one now, the others in later passes
			if next, after, err = step(now, findings, chosen, opt); err != nil {
				return nil, err
			}
		}
		pass++
		for _, f := range chosen {
			made[f.key()] = f.Fix
			for _, m := range f.Fix.Means {
				means[m.Value] = true
			}
		}
		now, findings = next, bar(after, barred)
	}
	return &Result{
		Before: p, After: now,
		Findings: judge(first, findings, made, opt.Safety),
		Changes:  changes(p, now),
		means:    means,
	}, nil
}

// find is Check, but for unsafe fixes that are not planned because none is made.
func (o Options) find(p *Project) []Finding {
	found := find(p, o.Rules)
	if o.Safety <= Unsafe {
		return planned(found)
	}
	return found
}

// step makes the chosen fixes and verifies what comes of them.
func step(now *Project, findings, chosen []Finding, opt Options) (*Project, []Finding, error) {
	edits := bySource(chosen)
	next, err := apply(now, chosen, edits)
	if err != nil {
		return nil, nil, err
	}
	after := opt.find(next)
	return next, after, verify(now, next, findings, after, chosen, edits)
}

// bySource are the edits of all fixes, by the file that they are made in.
func bySource(chosen []Finding) map[*edit.Source][]edit.Edit {
	out := make(map[*edit.Source][]edit.Edit, len(chosen))
	for _, f := range chosen {
		for _, e := range f.Fix.Edits {
			out[e.Src] = append(out[e.Src], e)
		}
	}
	return out
}

// unsound tries each fix alone and bars those that do not stand the check; it
// reports whether there is one.
func unsound(now *Project, findings, chosen []Finding, opt Options, barred map[key]error) bool {
	found := false
	for i, f := range chosen {
		if _, _, err := step(now, findings, chosen[i:i+1], opt); err != nil {
			barred[f.key()] = err
			found = true
		}
	}
	return found
}

// bar refuses the findings whose fixes did not stand the check.
func bar(findings []Finding, barred map[key]error) []Finding {
	if len(barred) == 0 {
		return findings
	}
	out := slices.Clone(findings)
	for i, f := range out {
		if err := barred[f.key()]; err != nil && f.Fix != nil {
			out[i].Fix, out[i].Refused = nil, &Unsound{err}
		}
	}
	return out
}

// Unsound is the refusal of a fix that was planned and did not stand the check:
// a bug in a rule, which costs the fix and nothing else.
type Unsound struct{ Err error }

func (u *Unsound) Error() string {
	return "the fix was planned and did not stand the check, please report it: " + u.Err.Error()
}

func (u *Unsound) Unwrap() error { return u.Err }

// choose picks the fixes of one pass, in the order of the rules: each that is
// safe enough, not suppressed, and not in the way of one picked before.
func choose(findings []Finding, opt Options) []Finding {
	var wanted []Finding
	for _, f := range findings {
		if f.Fix == nil || f.Fix.Safety < opt.Safety || f.Fix.Safety == DisplayOnly || len(f.Fix.Edits) == 0 || Ignored(f.Rule.ID, f.At) {
			continue
		}
		wanted = append(wanted, f)
	}
	if len(wanted) < 2 {
		return wanted
	}
	slices.SortStableFunc(wanted, func(a, b Finding) int {
		return cmp.Compare(slices.Index(opt.Rules, a.Rule), slices.Index(opt.Rules, b.Rule))
	})
	out := wanted[:0]
	picked := newPicked()
	for _, f := range wanted {
		if !picked.conflict(f.Fix) {
			picked.add(f.Fix)
			out = append(out, f)
		}
	}
	return out
}

// apply makes the edits of all chosen fixes and reparses what they changed.
func apply(p *Project, chosen []Finding, edits map[*edit.Source][]edit.Edit) (*Project, error) {
	changed := make([]*edit.Source, 0, len(edits))
	ours := 0
	for _, f := range p.files {
		list := edits[f.src]
		if len(list) == 0 {
			continue
		}
		ours++
		if f.compose != nil {
			tree.Order(list)
		}
		after, err := edit.Apply(f.src, list)
		if err != nil {
			return nil, err
		}
		if after != f.src {
			changed = append(changed, after)
		}
	}
	if ours < len(edits) {
		return nil, fmt.Errorf("the fixes for %s edit a file that is none of this project as it stands", names(chosen))
	}
	if len(changed) == 0 {
		return nil, fmt.Errorf("the fix for %s changes nothing", name(chosen[0]))
	}
	return p.With(changed)
}

// changes are the files that differ between two states of a project, by path.
func changes(before, after *Project) []Change {
	var out []Change
	for i, f := range before.files { // With keeps their order
		if to := after.files[i].src; to != f.src && to.Text != f.src.Text {
			out = append(out, Change{f.src, to})
		}
	}
	return out
}
