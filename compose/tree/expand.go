package tree

import (
	"strings"

	"nonroot/fixer/edit"
)

// ToList is the edit that makes the scalar value of a key into a list, which
// starts with that scalar as it is written, with its anchor and its comment.
func ToList(v *Value, items ...New) (edit.Edit, error) {
	return expand(v, items, func(h habits, column int) (string, string) {
		return spaces(column) + "-" + spaces(h.dash), h.block(Seq(items...), column)
	}, func(h habits, old string) string {
		out := "[" + old
		for _, item := range items {
			out += ", " + h.inline(item, true)
		}
		return out + "]"
	}, true)
}

// ToMap is the edit that makes the scalar value of a key into a mapping: the
// scalar, as it is written, becomes the value of the key named key, and the
// fields follow.
func ToMap(v *Value, key string, fields ...Field) (edit.Edit, error) {
	contents := []New{Map(append([]Field{{Key: key}}, fields...)...)}
	return expand(v, contents, func(h habits, column int) (string, string) {
		return spaces(column) + scalarText(key, h.key, false) + ": ", h.block(Map(fields...), column)
	}, func(h habits, old string) string {
		out := "{" + scalarText(key, h.key, true) + ": " + old
		for _, f := range fields {
			out += ", " + h.inlineField(f)
		}
		return out + "}"
	}, false)
}

// expand writes a scalar value anew as the first entry of a collection. block
// gives what stands before the old scalar, and the lines below it; flow gives
// the whole collection between brackets.
func expand(v *Value, contents []New, block func(h habits, column int) (before, lines string), flow func(h habits, old string) string, list bool) (edit.Edit, error) {
	p, err := expandable(v)
	if err != nil {
		return edit.Edit{}, err
	}
	if err := writable(v.Range, contents...); err != nil {
		return edit.Edit{}, err
	}
	h := habitsOf(v.Parent, v.End)
	if v.inFlow() {
		h = h.like(v.Parent)
		return edit.Edit{Range: v.Whole(), New: flow(h, v.Whole().Text())}, nil
	}
	if err := tabBelow(v, v.End); err != nil {
		return edit.Edit{}, err
	}
	if list {
		h.scalar = agreed([]*Value{v})
	} else {
		h.key = h.like(v.Parent).key
	}
	column := v.Parent.column + h.step
	if list {
		column = v.Parent.column + h.list
	}
	start, line := v.outer, v.Src.LineStart(v.outer)
	lead := h.eol
	if line == v.Src.LineStart(p.Key.End) {
		for isBlank(v.Src.Text[start-1]) {
			start--
		}
	} else { // the scalar has a line of its own: the collection starts there
		indent := v.Src.Text[line:start]
		if strings.Trim(indent, " ") != "" {
			return edit.Edit{}, edit.Refuse(v.Range, "this value is not on the line of its key: write it there")
		}
		lead, column, start = "", len(indent), line
	}
	before, lines := block(h, column)
	end := v.Src.LineEnd(v.End)
	if lines != "" {
		lines = h.eol + lines
	}
	return edit.Edit{
		Range: edit.Range{Src: v.Src, Start: start, End: end},
		New:   lead + before + v.Src.Text[v.outer:end] + lines,
	}, nil
}

// expandable is the pair whose value v is, if v is a scalar on one line.
func expandable(v *Value) (Pair, error) {
	if err := editable(v, Scalar); err != nil {
		return Pair{}, err
	}
	p, ok := v.pair()
	switch {
	case !ok || v.Kind != Scalar:
		return Pair{}, edit.Refuse(v.Range, "only the scalar value of a key can become a collection")
	case v.Tag != "":
		return Pair{}, edit.Refuse(v.Whole(), "the tag %s would not fit a collection: remove it", v.Tag)
	case strings.Contains(v.Whole().Text(), "\n") || v.Style == Literal || v.Style == Folded:
		return Pair{}, edit.Refuse(v.Range, "this value takes several lines: write it on one")
	case !v.inFlow() && !trailing(v.Src.Text[v.End:v.Src.LineEnd(v.End)]):
		return Pair{}, edit.Refuse(v.Range, "something else follows on the line of this value")
	}
	return p, nil
}
