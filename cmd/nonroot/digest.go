package main

import (
	"fmt"
	"slices"

	"nonroot/fixer"
	"nonroot/fixer/report"
)

// digest is what the closing lines say of findings. It holds no text of their
// files, so that these need not stay in memory.
type digest struct {
	count             report.Count
	refused, withheld []reason
	roots             []string // services and images that run as root
}

// reason is why a rule's findings were not fixed, and where.
type reason struct {
	rule, text string
	places     []string // path:line
}

// digestOf sums up the findings of one project.
func digestOf(findings []fixer.Judged, roots []string) digest {
	d := digest{count: report.Tally(findings), roots: roots}
	for _, f := range findings {
		line, _ := f.At.Position()
		at := []string{fmt.Sprintf("%s:%d", f.At.Src.Path, line)}
		switch f.Outcome {
		case fixer.Refused:
			d.refused = gather(d.refused, reason{f.Rule.ID, report.Reason(f.Refused), at})
		case fixer.Withheld:
			d.withheld = gather(d.withheld, reason{f.Rule.ID, "", at})
		}
	}
	return d
}

// add takes in the digest of another project.
func (d *digest) add(o digest) {
	d.count = plus(d.count, o.count)
	for _, r := range o.refused {
		d.refused = gather(d.refused, r)
	}
	for _, r := range o.withheld {
		d.withheld = gather(d.withheld, r)
	}
	d.roots = append(d.roots, o.roots...)
}

// gather adds a reason to a list in which each is once.
func gather(list []reason, r reason) []reason {
	for i := range list {
		if o := &list[i]; o.rule == r.rule && o.text == r.text {
			for _, at := range r.places {
				if !slices.Contains(o.places, at) {
					o.places = append(o.places, at)
				}
			}
			return list
		}
	}
	return append(list, r)
}

func plus(a, b report.Count) report.Count {
	return report.Count{
		Found: a.Found + b.Found, Errors: a.Errors + b.Errors, Warnings: a.Warnings + b.Warnings, Notes: a.Notes + b.Notes,
		Fixed: a.Fixed + b.Fixed, Withheld: a.Withheld + b.Withheld, Refused: a.Refused + b.Refused, Suppressed: a.Suppressed + b.Suppressed,
		Safe: a.Safe + b.Safe, Unsafe: a.Unsafe + b.Unsafe, Hidden: a.Hidden + b.Hidden,
	}
}
