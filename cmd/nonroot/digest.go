package main

import (
	"strconv"

	"nonroot/fixer"
	"nonroot/fixer/report"
)

// digest is what the closing lines say of findings. It holds no text of their
// files, so that these need not stay in memory.
type digest struct {
	count             report.Count
	refused, withheld []unfixed
	roots             []string // services and images that run as root
}

// unfixed is a finding that was not fixed, and why.
type unfixed struct {
	reason
	place string // path:line
}

// reason is why a rule's findings were not fixed.
type reason struct{ rule, text string }

// digestOf sums up the findings of one project.
func digestOf(findings []fixer.Judged, roots []string) digest {
	d := digest{count: report.Tally(findings), roots: roots}
	for _, f := range findings {
		switch f.Outcome {
		case fixer.Refused:
			d.refused = append(d.refused, unfixed{reason{f.Rule.ID, report.Reason(f.Refused)}, placeOf(f)})
		case fixer.Withheld:
			d.withheld = append(d.withheld, unfixed{reason{f.Rule.ID, ""}, placeOf(f)})
		}
	}
	return d
}

func placeOf(f fixer.Judged) string {
	line, _ := f.At.Position()
	return f.At.Src.Path + ":" + strconv.Itoa(line)
}

// add takes in the digest of another project.
func (d *digest) add(o digest) {
	d.count = plus(d.count, o.count)
	d.refused = append(d.refused, o.refused...)
	d.withheld = append(d.withheld, o.withheld...)
	d.roots = append(d.roots, o.roots...)
}

// placesOf are the reasons of a list, in its order, each with its places.
func placesOf(list []unfixed) (reasons []reason, places map[reason][]string) {
	places = map[reason][]string{}
	seen := map[unfixed]bool{}
	for _, u := range list {
		if seen[u] {
			continue
		}
		seen[u] = true
		if places[u.reason] == nil {
			reasons = append(reasons, u.reason)
		}
		places[u.reason] = append(places[u.reason], u.place)
	}
	return reasons, places
}

func plus(a, b report.Count) report.Count {
	return report.Count{
		Found: a.Found + b.Found, Errors: a.Errors + b.Errors, Warnings: a.Warnings + b.Warnings, Notes: a.Notes + b.Notes,
		Fixed: a.Fixed + b.Fixed, Withheld: a.Withheld + b.Withheld, Refused: a.Refused + b.Refused, Suppressed: a.Suppressed + b.Suppressed,
		Safe: a.Safe + b.Safe, Unsafe: a.Unsafe + b.Unsafe, Hidden: a.Hidden + b.Hidden,
	}
}
