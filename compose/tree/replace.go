package tree

import (
	"strings"

	"nonroot/fixer/edit"
)

// longestKey is what parsers take for a key without a question mark, in bytes;
// the quotes and escapes around it are allowed for.
const longestKey = 1000

// Replace is the edit that makes a scalar, an alias of one or an empty value
// into text, a Str or a Bool. Strings keep the quotes of the old one where they
// can hold the new text, and are quoted where they would be read as something
// else. The anchor and the comment of the value stay.
func Replace(v *Value, n New) (edit.Edit, error) {
	if err := replaceable(v, n); err != nil {
		return edit.Edit{}, err
	}
	h := habits{scalar: v.Style}
	if v.Alias() != nil || v.Style == Literal || v.Style == Folded {
		h.scalar = Plain
	}
	text := h.text(n, v.inFlow())
	if v.Start == v.End {
		text = " " + text
	}
	return edit.Edit{Range: v.Range, New: text}, nil
}

func replaceable(v *Value, n New) error {
	if v.Alias() == nil {
		if err := editable(v, Scalar); err != nil {
			return err
		}
	}
	switch {
	case n.kind != Scalar || v.Kind > Scalar:
		return edit.Refuse(v.Range, "%s cannot take the place of %s here", n.kind, v.Kind)
	case v.merges():
		return edit.Refuse(v.Range, "this is what << merges: change it by hand")
	case v.bare || v.Parent == nil && v.Kind == Null:
		return edit.Refuse(v.Range, "there is no place for a value: write a colon behind the key")
	case v.commentInside():
		return edit.Refuse(v.Range, "a comment stands in the first line of this block scalar: move it above")
	}
	if err := v.keyTakes(n.text); err != nil {
		return err
	}
	if !v.inFlow() {
		if err := tabBelow(v, v.End); err != nil {
			return err
		}
	}
	return writable(v.Range, n)
}

// commentInside reports whether a block scalar's header has a comment, which
// would go with the header.
func (v *Value) commentInside() bool {
	if v.Alias() != nil || v.Style != Literal && v.Style != Folded {
		return false
	}
	line := v.Src.Text[v.Start:v.Src.LineEnd(v.Start)]
	return strings.Contains(line, "#")
}

// keyTakes refuses text that cannot be the key in v's place, if v is a key.
func (v *Value) keyTakes(text string) error {
	p, ok := v.Pair()
	switch {
	case !ok || p.Key != v:
		return nil
	case p.Merge || v.Alias() != nil:
		return edit.Refuse(v.Range, "this key has a meaning of its own: change it by hand")
	case len(text) > longestKey:
		return edit.Refuse(v.Range, "a key of more than %d bytes", longestKey)
	case text != v.Text && v.Parent.keyed(text) != nil:
		return edit.Refuse(v.Range, "the mapping already has the key %q", text)
	}
	return nil
}
