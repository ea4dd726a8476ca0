package fixer

import (
	"slices"

	"nonroot/fixer/edit"
)

// Outcome is what became of a finding.
type Outcome int

const (
	Left       Outcome = iota // has no fix to apply
	Fixed                     // its fix is part of the result
	Withheld                  // its fix is less safe than Options.Safety
	Refused                   // no fix was made, with a reason
	Suppressed                // a comment in the file switches it off
)

func (o Outcome) String() string {
	return [...]string{"left", "fixed", "withheld", "refused", "suppressed"}[o]
}

// Judged is a finding and what became of it. The findings of the project as it
// was read come first; one that only appears behind a fix of this run is among
// them where that run fixed, withheld or refused it.
type Judged struct {
	Finding
	Outcome Outcome
}

// Judge is what Check found, with what Run would make of it if it made no fix.
func Judge(p *Project, rules []*Rule) []Judged {
	found := Check(p, rules)
	out := make([]Judged, len(found))
	for i, f := range found {
		out[i] = Judged{f, outcome(f, DisplayOnly)}
	}
	return out
}

// judge says what became of each finding of the first and the last pass. What
// is still there says why it is there now; what is gone, which fix was made.
func judge(first, last []Finding, made map[key]*Fix, least Safety) []Judged {
	left := make(map[key]int, len(last)) // what of last is not yet judged, and where it is there
	for i, f := range last {
		left[f.key()] = i
	}
	out := make([]Judged, 0, len(first))
	for _, f := range first {
		if i, still := left[f.key()]; still {
			delete(left, f.key())
			now := last[i]
			now.plan()
			how := outcome(now, least)
			now.At = f.At // the place in the file as it was read
			now.Fix = asRead(f.At.Src, now.Fix)
			out = append(out, Judged{now, how})
			continue
		}
		if fix := made[f.key()]; fix != nil {
			f.Fix, f.Refused = asRead(f.At.Src, fix), nil
		} else {
			f.plan()
		}
		out = append(out, Judged{f, Fixed})
	}
	for _, f := range last {
		if _, appeared := left[f.key()]; appeared {
			f.plan()
			out = append(out, Judged{f, outcome(f, least)})
		}
	}
	return out
}

// asRead is the fix without its edits where they are not of the files as they
// were read, which src is one of: those of a later pass are of a text in between.
func asRead(src *edit.Source, fix *Fix) *Fix {
	if fix == nil || len(fix.Edits) == 0 || slices.ContainsFunc(fix.Edits, func(e edit.Edit) bool { return e.Src == src }) {
		return fix
	}
	without := *fix
	without.Edits = nil
	return &without
}

// outcome judges a finding that is still there when nothing more applies.
func outcome(f Finding, least Safety) Outcome {
	switch {
	case Ignored(f.Rule.ID, f.At):
		return Suppressed
	case f.Refused != nil:
		return Refused
	case f.Fix != nil && f.Fix.Safety != DisplayOnly && f.Fix.Safety < least:
		return Withheld
	}
	return Left
}
