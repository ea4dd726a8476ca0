package fixer

import (
	"math/rand/v2"
	"slices"
	"testing"

	"nonroot/fixer/edit"
)

// conflict compares two fixes alone.
func conflict(a, b *Fix) bool {
	for _, x := range a.Edits {
		for _, y := range b.Edits {
			if x.Overlaps(y.Range) || x.Range == y.Range && (x.Start < x.End || x.New == y.New) {
				return true
			}
		}
	}
	guards := func(a, b *Fix) bool {
		return slices.ContainsFunc(a.Edits, func(e edit.Edit) bool {
			return slices.ContainsFunc(b.Guard, func(g edit.Range) bool { return g.Contains(e.Range) || g.Overlaps(e.Range) })
		})
	}
	return guards(a, b) || guards(b, a) || slices.ContainsFunc(a.Means, func(x Mean) bool {
		return slices.ContainsFunc(b.Means, func(y Mean) bool { return x.Path == y.Path && x.Value == y.Value && (x.New || y.New) })
	})
}

// TestPicked: a fix is in conflict with those picked where it is so with one of them.
func TestPicked(t *testing.T) {
	sources := []*edit.Source{{Path: "a"}, {Path: "b"}}
	random := rand.New(rand.NewPCG(1, 7))
	at := func() edit.Range {
		start := random.IntN(40)
		return edit.Range{Src: sources[random.IntN(2)], Start: start, End: start + []int{0, 0, 1, 2, 5, 20}[random.IntN(6)]}
	}
	few := func(most int, add func()) {
		for range random.IntN(most) {
			add()
		}
	}
	found, free := 0, 0
	for range 20_000 {
		var made []*Fix
		all := newPicked()
		for range 8 {
			f := &Fix{}
			few(3, func() {
				e := edit.Edit{Range: at(), New: []string{"x", "y"}[random.IntN(2)]}
				if !slices.ContainsFunc(f.Edits, func(o edit.Edit) bool { return o.Overlaps(e.Range) || o.Range == e.Range }) {
					f.Edits = append(f.Edits, e)
				}
			})
			few(3, func() { f.Guard = append(f.Guard, at()) })
			few(2, func() {
				f.Means = append(f.Means, Mean{Path: []string{"a", "b"}[random.IntN(2)], Value: []string{"u", "v", "w"}[random.IntN(3)], New: random.IntN(3) == 0})
			})
			want := slices.ContainsFunc(made, func(o *Fix) bool { return conflict(o, f) })
			if got := all.conflict(f); got != want {
				t.Fatalf("%+v and %+v: %v", f, made, got)
			}
			if want {
				found++
				continue
			}
			free++
			made = append(made, f)
			all.add(f)
		}
	}
	if found < 10_000 || free < 10_000 {
		t.Errorf("%d conflicts and %d fixes without: too few to show anything", found, free)
	}
}
