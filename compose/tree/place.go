package tree

import (
	"strings"

	"nonroot/fixer/edit"
)

// below is the edit that puts lines, which lack the last line break, under the
// line on which a value ends. A comment that trails the value stays with it.
func below(v *Value, end int, lines, eol string) (edit.Edit, error) {
	src := v.Src
	if rest := src.Text[end:src.LineEnd(end)]; !trailing(rest) {
		return edit.Edit{}, edit.Refuse(v.Range, "something else follows on the line where this ends: put it on a line of its own")
	}
	if s := v.tail(); s.last && s.chomps() != '-' {
		return edit.Edit{}, edit.Refuse(s.Range, "this block scalar ends the file without a line break, and lines below it would change it: end the file with a line break")
	}
	next := src.NextLine(end)
	if next == len(src.Text) && !strings.HasSuffix(src.Text, "\n") {
		return edit.Insert(src, next, eol+lines), nil
	}
	return edit.Insert(src, next, lines+eol), nil
}

// trailing reports whether text is nothing but blanks and a comment.
func trailing(text string) bool {
	text = strings.TrimLeft(text, " \t")
	return text == "" || text[0] == '#'
}

// tail is the innermost value that ends where v does.
func (v *Value) tail() *Value {
	for v.Alias == nil && !v.Flow {
		switch {
		case len(v.Items) > 0:
			v = v.Items[len(v.Items)-1]
		case len(v.Pairs) > 0:
			p := v.Pairs[len(v.Pairs)-1]
			v = p.Value
			if p.Value.bare {
				v = p.Key
			}
		default:
			return v
		}
	}
	return v
}

// chomps is what a block scalar's header says of the line breaks at its end.
func (v *Value) chomps() byte {
	if v.Style != Literal && v.Style != Folded || v.Alias != nil {
		return 0
	}
	b := builder{text: v.Src.Text}
	return b.header(v.Start).chomp
}

// editable refuses what an edit of v's content would not reach or could not
// keep: an alias, and a tag that gives the content another meaning.
func editable(v *Value) error {
	if v.Alias != nil {
		return edit.Refuse(v.Range, "*%s stands for what is written elsewhere: change it there, or write the value out here", v.Alias.Anchor)
	}
	switch v.Tag {
	case "", "!", "!!str", "!!seq", "!!map", "!override":
		return nil
	}
	return edit.Refuse(v.Whole(), "the tag %s gives this value a meaning of its own: change it by hand", v.Tag)
}

// writable refuses text that no YAML can hold.
func writable(at edit.Range, contents ...New) error {
	for _, n := range contents {
		bad := false
		n.texts(func(text string) { bad = bad || strings.ToValidUTF8(text, "") != text })
		if bad {
			return edit.Refuse(at, "the new text is not UTF-8")
		}
	}
	return nil
}

// inFlow reports whether v stands between brackets.
func (v *Value) inFlow() bool { return v.Parent != nil && v.Parent.Flow }
