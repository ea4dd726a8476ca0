package tree

import (
	"strings"

	"nonroot/fixer/edit"
)

// ToList is the edit that makes the scalar value of a key into a list, which
// starts with that scalar as it is written, with its anchor and its comment.
func ToList(v *Value, items ...New) (edit.Edit, error) {
	return expand(v, func(old New) New { return Seq(append([]New{old}, items...)...) })
}

// ToMap is the edit that makes the scalar value of a key into a mapping: the
// scalar, as it is written, becomes the value of the key named key, and the
// fields follow.
func ToMap(v *Value, key string, fields ...Field) (edit.Edit, error) {
	return expand(v, func(old New) New { return Map(append([]Field{{key, old}}, fields...)...) })
}

// expand writes a scalar value anew as part of a collection.
func expand(v *Value, into func(old New) New) (edit.Edit, error) {
	p, err := expandable(v)
	if err != nil {
		return edit.Edit{}, err
	}
	whole := v.Whole()
	if !v.inFlow() {
		whole.End = v.Src.LineEnd(v.End) // a comment goes with it
	}
	content := into(New{kind: Scalar, text: whole.Text(), literal: true})
	if err := writable(v.Range, content); err != nil {
		return edit.Edit{}, err
	}
	h := habitsOf(v.Parent, v.End).like(v.Parent)
	if v.inFlow() {
		return edit.Edit{Range: whole, New: h.inline(content, true)}, nil
	}
	if err := tabBelow(v, v.End); err != nil {
		return edit.Edit{}, err
	}
	h.scalar = Plain
	column := int(v.Parent.column) + h.step
	if content.kind == Sequence {
		h.scalar = agreed([]*Value{v})
		column = int(v.Parent.column) + h.list
	}
	line := v.Src.LineStart(whole.Start)
	if line == v.Src.LineStart(p.Key.End) {
		for isBlank(v.Src.Text[whole.Start-1]) {
			whole.Start--
		}
		return edit.Edit{Range: whole, New: h.eol + h.block(content, column)}, nil
	}
	// The scalar has a line of its own: the collection starts there.
	indent := v.Src.Text[line:whole.Start]
	if strings.Trim(indent, " ") != "" {
		return edit.Edit{}, edit.Refuse(v.Range, "this value is not on the line of its key: write it there")
	}
	whole.Start = line
	return edit.Edit{Range: whole, New: h.block(content, len(indent))}, nil
}

// expandable is the pair whose value v is, if v is a scalar on one line.
func expandable(v *Value) (Pair, error) {
	if err := editable(v, Scalar); err != nil {
		return Pair{}, err
	}
	p, ok := v.Pair()
	switch {
	case !ok || p.Value != v || v.Kind != Scalar:
		return Pair{}, edit.Refuse(v.Range, "only the scalar value of a key can become a collection")
	case v.Tag() != "":
		return Pair{}, edit.Refuse(v.Whole(), "the tag %s would not fit a collection: remove it", v.Tag())
	case strings.Contains(v.Whole().Text(), "\n") || v.Style == Literal || v.Style == Folded:
		return Pair{}, edit.Refuse(v.Range, "this value takes several lines: write it on one")
	case !v.inFlow() && !trailing(v.Src.Text[v.End:v.Src.LineEnd(v.End)]):
		return Pair{}, edit.Refuse(v.Range, "something else follows on the line of this value")
	}
	return p, nil
}
