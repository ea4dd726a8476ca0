package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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

// total is what the closing lines say of all projects. Of what it names it keeps as
// much as is shown, so that it takes no room for each of forty thousand files.
type total struct {
	count             report.Count
	files             int // that change, or would
	written           int // of them
	refused, withheld tally
	roots             names
}

// add takes in what came of another project.
func (t *total) add(r *repair) {
	t.count = plus(t.count, r.digest.count)
	t.files += len(r.files)
	for _, f := range r.files {
		if f.Written {
			t.written++
		}
	}
	t.refused.add(r.digest.refused)
	t.withheld.add(r.digest.withheld)
	for _, name := range r.digest.roots {
		t.roots.sort(name)
	}
}

// tally is the reasons of all projects, each with its places, in the order in which
// they came.
type tally struct {
	reasons []reason
	places  map[reason]*names
}

// add takes in those of one project, each place once. No other project has its files.
func (t *tally) add(list []unfixed) {
	if t.places == nil {
		t.places = map[reason]*names{}
	}
	seen := map[unfixed]bool{}
	for _, u := range list {
		if seen[u] {
			continue
		}
		seen[u] = true
		places := t.places[u.reason]
		if places == nil {
			places = &names{}
			t.places[u.reason] = places
			t.reasons = append(t.reasons, u.reason)
		}
		places.add(u.place)
	}
}

// names are the first of some names, as many as a line has, and how many there are.
type names struct {
	first []string
	n     int
}

// add takes in a name behind all others.
func (n *names) add(name string) {
	n.n++
	if len(n.first) < most {
		n.first = append(n.first, name)
	}
}

// sort takes in a name where it belongs by the alphabet: so does every other.
func (n *names) sort(name string) {
	n.n++
	if at, _ := slices.BinarySearch(n.first, name); at < most {
		n.first = slices.Insert(n.first, at, name)
		n.first = n.first[:min(len(n.first), most)]
	}
}

// line is the first of the names and how many more there are.
func (n *names) line() string {
	if n.n > most {
		return fmt.Sprintf("%s and %d more", strings.Join(n.first[:most-1], ", "), n.n-most+1)
	}
	return strings.Join(n.first, ", ")
}

func plus(a, b report.Count) report.Count {
	return report.Count{
		Found: a.Found + b.Found, Errors: a.Errors + b.Errors, Warnings: a.Warnings + b.Warnings, Notes: a.Notes + b.Notes,
		Fixed: a.Fixed + b.Fixed, Withheld: a.Withheld + b.Withheld, Refused: a.Refused + b.Refused, Suppressed: a.Suppressed + b.Suppressed,
		Safe: a.Safe + b.Safe, Unsafe: a.Unsafe + b.Unsafe, Hidden: a.Hidden + b.Hidden,
	}
}
