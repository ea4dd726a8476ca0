package fixer

import (
	"cmp"
	"slices"

	"nonroot/fixer/edit"
)

// picked are the fixes of one pass so far, by what they do and where: one of ten
// thousand is compared with its neighbours.
type picked struct {
	edits  map[*edit.Source][]edit.Edit  // by place; none overlaps another
	guards map[*edit.Source][]edit.Range // what they rely on, by place; what touches is one range
	means  map[meant]bool                // the values that they mean, and whether one creates it
}

type meant struct{ path, value string }

func newPicked() *picked {
	return &picked{map[*edit.Source][]edit.Edit{}, map[*edit.Source][]edit.Range{}, map[meant]bool{}}
}

func (p *picked) add(f *Fix) {
	for _, e := range f.Edits {
		list := p.edits[e.Src]
		i, _ := slices.BinarySearchFunc(list, e, func(a, b edit.Edit) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
		})
		p.edits[e.Src] = slices.Insert(list, i, e)
	}
	for _, g := range f.Guard {
		list := p.guards[g.Src]
		first := firstBehind(list, g.Start)
		last := first
		for ; last < len(list) && list[last].Start <= g.End; last++ {
			g.Start, g.End = min(g.Start, list[last].Start), max(g.End, list[last].End)
		}
		p.guards[g.Src] = slices.Replace(list, first, last, g)
	}
	for _, m := range f.Means {
		at := meant{m.Path, m.Value}
		p.means[at] = p.means[at] || m.New
	}
}

// conflict reports whether a fix may not be made in one pass with those picked: both
// edit the same bytes, or insert the same text there (two findings of what services
// share), one edits what the other relies on, or one creates a value that the other
// means too.
func (p *picked) conflict(f *Fix) bool {
	for _, e := range f.Edits {
		if p.edited(e.Range, func(o edit.Edit) bool {
			return e.Overlaps(o.Range) || e.Range == o.Range && (e.Start < e.End || e.New == o.New)
		}) || p.guarded(e.Range) {
			return true
		}
	}
	for _, g := range f.Guard {
		if p.edited(g, func(o edit.Edit) bool { return touches(o.Range, g) }) {
			return true
		}
	}
	return slices.ContainsFunc(f.Means, func(m Mean) bool {
		created, there := p.means[meant{m.Path, m.Value}]
		return there && (created || m.New)
	})
}

// edited reports whether one of the edits in a range or at its ends is such.
func (p *picked) edited(r edit.Range, such func(edit.Edit) bool) bool {
	list := p.edits[r.Src]
	i, _ := slices.BinarySearchFunc(list, r.Start, func(e edit.Edit, at int) int { return cmp.Compare(e.End, at) })
	for ; i < len(list) && list[i].Start <= r.End; i++ {
		if such(list[i]) {
			return true
		}
	}
	return false
}

func (p *picked) guarded(r edit.Range) bool {
	list := p.guards[r.Src]
	for i := firstBehind(list, r.Start); i < len(list) && list[i].Start <= r.End; i++ {
		if touches(r, list[i]) {
			return true
		}
	}
	return false
}

// firstBehind is the index of the first of the ranges, which touch nowhere, that ends
// at an offset or behind it.
func firstBehind(list []edit.Range, at int) int {
	i, _ := slices.BinarySearchFunc(list, at, func(r edit.Range, at int) int { return cmp.Compare(r.End, at) })
	return i
}

// touches reports whether an edited range changes a guarded one; an insertion at one
// of its ends does.
func touches(edited, guard edit.Range) bool {
	return guard.Contains(edited) || guard.Overlaps(edited)
}
