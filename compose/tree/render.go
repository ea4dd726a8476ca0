package tree

import "strings"

// habits are how the text around an edit is written.
type habits struct {
	eol    string
	step   int   // columns by which a mapping lies deeper than its key
	list   int   // columns by which a list lies deeper than its key; 0 is usual too
	dash   int   // blanks behind a dash
	key    Style // of keys
	scalar Style // of strings
}

func spaces(n int) string { return strings.Repeat(" ", n) }

// text is a scalar's text in the wanted style.
func (h habits) text(n New, flow bool) string {
	if n.literal {
		return n.text
	}
	return scalarText(n.text, h.scalar, flow)
}

// inline is n as it stands between brackets or behind a key.
func (h habits) inline(n New, flow bool) string {
	var parts []string
	switch n.kind {
	case Sequence:
		for _, item := range n.items {
			parts = append(parts, h.inline(item, true))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case Mapping:
		for _, f := range n.fields {
			parts = append(parts, h.inlineField(f))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case Scalar:
		return h.text(n, flow)
	}
	return "null"
}

// inlineField is an entry as it stands between braces.
func (h habits) inlineField(f Field) string {
	return scalarText(f.Key, h.key, true) + ": " + h.inline(f.Value, true)
}

// field is an entry of a block mapping at a column: lines without the last
// line break.
func (h habits) field(f Field, column int) string {
	key := spaces(column) + scalarText(f.Key, h.key, false) + ":"
	n := f.Value
	switch {
	case n.kind == Null:
		return key
	case n.kind == Scalar || len(n.items)+len(n.fields) == 0:
		return key + " " + h.inline(n, false)
	case n.kind == Sequence:
		return key + h.eol + h.block(n, column+h.list)
	}
	return key + h.eol + h.block(n, column+h.step)
}

// item is an entry of a block sequence whose dash is at a column.
func (h habits) item(n New, column int) string {
	dash := spaces(column) + "-" + spaces(h.dash)
	switch {
	case n.kind == Null:
		return spaces(column) + "-"
	case n.kind == Scalar || len(n.items)+len(n.fields) == 0:
		return dash + h.inline(n, false)
	}
	inner := column + 1 + h.dash
	return dash + h.block(n, inner)[inner:]
}

// block are the lines of a list or a mapping at a column.
func (h habits) block(n New, column int) string {
	var lines []string
	for _, item := range n.items {
		lines = append(lines, h.item(item, column))
	}
	for _, f := range n.fields {
		lines = append(lines, h.field(f, column))
	}
	return strings.Join(lines, h.eol)
}
