package tree

import (
	"cmp"
	"slices"
	"strings"

	"nonroot/fixer/edit"
)

// Order sorts edits by place, and insertions at one point so that the collection
// that lies deeper gets its entry first: a list's item before the next key of the
// mapping around the list, although both go under the same line. Entries of one
// collection keep their order.
func Order(edits []edit.Edit) {
	slices.SortStableFunc(edits, func(a, b edit.Edit) int {
		if by := cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)); by != 0 || a.Start < a.End {
			return by
		}
		return depth(b.New) - depth(a.New)
	})
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
