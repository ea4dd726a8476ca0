package tree

import "strings"

// habitsOf is how the text around v is written, for content below v: the line
// ending of the line above, the nearest block collections' indentation.
func habitsOf(v *Value, above int) habits {
	h := habits{eol: v.Src.EOL(above), step: 2, list: -1, dash: 1}
	step := 0
	for around := v; around != nil && (step == 0 || h.list < 0); around = around.Parent {
		around.steps(&step, &h.list)
	}
	if step > 0 {
		h.step = step
	}
	if h.list < 0 {
		h.list = h.step
	}
	return h
}

// steps finds in v and below it the first block mapping in a block mapping, and
// the first block sequence in one.
func (v *Value) steps(step, list *int) {
	if v.Flow || v.Alias != nil {
		return
	}
	for _, p := range v.Pairs {
		if *step > 0 && *list >= 0 {
			return
		}
		c := p.Value
		if c.Alias != nil || c.Flow {
			continue
		}
		if d := c.column - v.column; c.Kind == Mapping && *step == 0 && d > 0 {
			*step = d
		} else if c.Kind == Sequence && *list < 0 && d >= 0 {
			*list = d
		}
		c.steps(step, list)
	}
	for _, item := range v.Items {
		item.steps(step, list)
	}
}

// agreed is the one style that all strings among values have, else Plain.
func agreed(values []*Value) Style {
	style, found := Plain, false
	for _, v := range values {
		if v.Alias != nil || !v.IsString() {
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
