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
	if err := tabBelow(v, end); err != nil {
		return edit.Edit{}, err
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

// tabBelow refuses where a line below the one that holds end, before the next
// content, starts with a tab: the parser passes over it behind some scalars only.
func tabBelow(v *Value, end int) error {
	src := v.Src
	for at := src.NextLine(end); at < len(src.Text); at = src.NextLine(at) {
		line := src.Line(at)
		text := strings.TrimLeft(line, " \t")
		if strings.Contains(line[:len(line)-len(text)], "\t") {
			return edit.Refuse(edit.Range{Src: src, Start: at, End: at}, "this line starts with a tab: use spaces")
		}
		if !trailing(text) {
			break
		}
	}
	return nil
}

// trailing reports whether text is nothing but blanks and a comment.
func trailing(text string) bool {
	text = strings.TrimLeft(text, " \t")
	return text == "" || text[0] == '#'
}

// tail is the innermost value that ends where v does.
func (v *Value) tail() *Value {
	for v.Alias() == nil && !v.Flow {
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
	if v.Style != Literal && v.Style != Folded || v.Alias() != nil {
		return 0
	}
	b := builder{text: v.Src.Text}
	return b.header(v.Start).chomp
}

// editable refuses what an edit that makes v a value of the kind would not
// reach or could not keep: an alias, what << merges, and a tag that gives the
// content another meaning.
func editable(v *Value, as Kind) error {
	if v.Alias() != nil {
		return edit.Refuse(v.Range, "*%s stands for what is written elsewhere: change it there, or write the value out here", v.Alias().Anchor())
	}
	if v.merges() {
		return edit.Refuse(v.Range, "this is what << merges: change it by hand")
	}
	switch {
	case v.Tag() == "" || v.Tag() == "!override":
		return nil
	case as == Scalar && (v.Tag() == "!" || v.Tag() == "!!str"):
		return nil
	case as == Sequence && v.Tag() == "!!seq", as == Mapping && v.Tag() == "!!map":
		return nil
	}
	return edit.Refuse(v.Whole(), "the tag %s gives this value a meaning of its own: change it by hand", v.Tag())
}

// merges reports whether v is what a << takes in, or an entry of such a list.
func (v *Value) merges() bool {
	if v.Parent != nil && v.Parent.Kind == Sequence {
		v = v.Parent
	}
	p, ok := v.Pair()
	return ok && p.Merge && p.Value == v
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
