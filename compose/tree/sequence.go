package tree

import "nonroot/fixer/edit"

// Append is the edit that puts items at the end of a list, in the layout and
// quotes of the items there. A value that is empty becomes a list.
func Append(v *Value, items ...New) (edit.Edit, error) {
	if err := editable(v, Sequence); err != nil {
		return edit.Edit{}, err
	}
	if err := writable(v.Range, items...); err != nil {
		return edit.Edit{}, err
	}
	switch {
	case v.Kind == Null:
		return fill(v, Seq(items...))
	case v.Kind != Sequence:
		return edit.Edit{}, edit.Refuse(v.Range, "a list is needed here, and this is %s", v.Kind)
	case v.Flow:
		return appendFlow(v, items)
	}
	h := habitsOf(v, v.End).likeItems(v)
	return below(v, v.End, h.block(Seq(items...), int(v.column)), h.eol)
}

func appendFlow(v *Value, items []New) (edit.Edit, error) {
	h := habitsOf(v, v.Start).likeItems(v)
	entries := make([]string, len(items))
	for i, item := range items {
		entries[i] = h.inline(item, true)
	}
	s := slot{in: v, eol: h.eol}
	if len(v.Items) > 0 {
		last := v.Items[len(v.Items)-1]
		s.first, s.end, s.nothing = int(last.outer), last.End, last.nothingLast()
	}
	return s.put(entries)
}

// nothingLast reports whether v ends in a value of which nothing is written but
// its colon, anchor or tag: whatever follows must not touch that.
func (v *Value) nothingLast() bool {
	t := v.tailFlow()
	return t.Alias() == nil && t.Start == t.End && t.Parent != nil && !t.bare
}

// tailFlow is the innermost value that ends where v does, through pairs without
// braces.
func (v *Value) tailFlow() *Value {
	for v.Alias() == nil && v.Kind == Mapping && !v.closed && len(v.Pairs) > 0 {
		v = v.Pairs[len(v.Pairs)-1].Value
	}
	return v
}

// fill gives an empty value content: under its key in block style, between
// brackets where it stands between brackets itself.
func fill(v *Value, n New) (edit.Edit, error) {
	p, ok := v.Pair()
	if !ok || p.Value != v || v.bare {
		return edit.Edit{}, edit.Refuse(v.Range, "there is no key whose value this is: write one")
	}
	if v.inFlow() {
		text := habitsOf(v.Parent, v.Start).like(v.Parent).inline(n, true)
		if v.Start == v.End {
			text = " " + text
		}
		return edit.Edit{Range: v.Range, New: text}, nil
	}
	h := habitsOf(v.Parent, v.End)
	column := int(v.Parent.column) + h.step
	if n.kind == Sequence {
		column = int(v.Parent.column) + h.list
	}
	lines := h.block(n, column)
	if v.Start == v.End {
		return below(v, v.End, lines, h.eol)
	}
	return overLine(v, p, h, lines)
}

// overLine puts lines under the line of a key whose value is a written null,
// and takes that away; a comment behind it stays.
func overLine(v *Value, p Pair, h habits, lines string) (edit.Edit, error) {
	src := v.Src
	end := src.LineEnd(v.End)
	rest := src.Text[v.End:end]
	if src.LineStart(p.Key.End) != src.LineStart(v.End) || !trailing(rest) {
		return edit.Edit{}, edit.Refuse(v.Range, "this value is not on the line of its key: write it there")
	}
	if err := tabBelow(v, v.End); err != nil {
		return edit.Edit{}, err
	}
	start := v.Start
	for isBlank(src.Text[start-1]) {
		start--
	}
	return edit.Edit{Range: edit.Range{Src: src, Start: start, End: end}, New: rest + h.eol + lines}, nil
}
