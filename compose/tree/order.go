package tree

import (
	"slices"
	"strings"

	"nonroot/fixer/edit"
)

// Order sorts insertions at one point so that the collection that lies deeper
// gets its entry first: a list's item before the next key of the mapping around
// the list, although both go under the same line. All other edits, and entries
// of one collection, keep their order.
func Order(edits []edit.Edit) {
	points := make(map[edit.Range][]int)
	for i, e := range edits {
		if e.Start == e.End {
			points[e.Range] = append(points[e.Range], i)
		}
	}
	for _, at := range points {
		group := make([]edit.Edit, len(at))
		for i, j := range at {
			group[i] = edits[j]
		}
		slices.SortStableFunc(group, func(a, b edit.Edit) int { return depth(b.New) - depth(a.New) })
		for i, j := range at {
			edits[j] = group[i]
		}
	}
}

// depth orders the first line of an insertion by its indentation; a dash lies
// deeper than a key in the same column.
func depth(text string) int {
	text = strings.TrimLeft(text, "\r\n")
	rest := strings.TrimLeft(text, " ")
	d := 2 * (len(text) - len(rest))
	if rest == "-" || strings.HasPrefix(rest, "- ") {
		d++
	}
	return d
}
