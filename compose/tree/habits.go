package tree

import "strings"

// layout is how block collections are indented: by how many columns a mapping
// lies deeper than its key, 0 where there is none, and a list, -1 where there is
// none. A list may lie in the column of its key.
type layout struct{ step, list int }

// learn takes over how a value lies below its mapping, if nothing is known yet.
func (l *layout) learn(in, v *Value) {
	if v.Alias() != nil || v.Flow {
		return
	}
	d := int(v.column - in.column)
	switch {
	case v.Kind == Mapping && l.step == 0 && d > 0:
		l.step = d
	case v.Kind == Sequence && l.list < 0 && d >= 0:
		l.list = d
	}
}

// mostSiblings is the number of entries of a mapping that are looked at for its
// layout: each edit of a long one does so.
const mostSiblings = 100

// habitsOf is how the text around v is written, for content below v: the line
// ending of the line above, and the layout of what lies in v, in what is around
// v, and in the rest of the document.
func habitsOf(v *Value, above int) habits {
	l := layout{list: -1}
	root := v
	for around := v; around != nil; root, around = around, around.Parent {
		if around.Flow || l.step > 0 && l.list >= 0 {
			continue
		}
		for _, p := range around.Pairs[:min(len(around.Pairs), mostSiblings)] {
			l.learn(around, p.Value)
		}
	}
	h := habits{eol: v.Src.EOL(above), step: l.step, list: l.list, dash: 1}
	if h.step == 0 {
		h.step = root.odd().layout.step
	}
	if h.step == 0 {
		h.step = 2
	}
	if h.list < 0 {
		h.list = root.odd().layout.list
	}
	if h.list < 0 {
		h.list = h.step
	}
	return h
}

// agreed is the one style that all strings among values have, else Plain.
func agreed(values []*Value) Style {
	style, found := Plain, false
	for _, v := range values {
		if v.Alias() != nil || !v.IsString() {
			continue
		}
		if found && v.Style != style {
			return Plain
		}
		style, found = v.Style, true
	}
	if style == Literal || style == Folded {
		return Plain
	}
	return style
}

// like takes over the quotes of a mapping's keys and values. Where a mapping
// between braces quotes its keys, strings are quoted too: it may be JSON.
func (h habits) like(v *Value) habits {
	keys, values := make([]*Value, len(v.Pairs)), make([]*Value, len(v.Pairs))
	for i, p := range v.Pairs {
		keys[i], values[i] = p.Key, p.Value
	}
	h.key, h.scalar = agreed(keys), agreed(values)
	if v.Flow && h.key == DoubleQuoted {
		h.scalar = DoubleQuoted
	}
	return h
}

// likeItems takes over the quotes of a sequence's items, and the blanks behind
// the last dash.
func (h habits) likeItems(v *Value) habits {
	h.scalar = agreed(v.Items)
	if len(v.Items) == 0 || v.Flow {
		return h
	}
	last := v.Items[len(v.Items)-1]
	before := v.Src.Text[:last.outer]
	if n := len(before) - len(strings.TrimRight(before, " ")); n > 0 && strings.HasSuffix(strings.TrimRight(before, " "), "-") {
		h.dash = n
	}
	return h
}
