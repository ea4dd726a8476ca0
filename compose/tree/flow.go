package tree

import (
	"strings"

	"nonroot/fixer/edit"
)

// intoFlow is the edit that puts entries into the collection v between its
// brackets, behind the child that ends at end: on that child's line, or on
// lines of their own where the child has one.
func intoFlow(v *Value, first, end int, empty bool, entries []string, eol string) (edit.Edit, error) {
	if !v.closed {
		return edit.Edit{}, edit.Refuse(v.Range, "a pair without braces takes no further entry: put it in braces")
	}
	b := builder{src: v.Src, text: v.Src.Text}
	if len(v.Items)+len(v.Pairs) == 0 {
		inside := edit.Range{Src: v.Src, Start: v.Start + 1, End: v.End - 1}
		if strings.Trim(inside.Text(), " \t\r\n") != "" {
			return edit.Edit{}, edit.Refuse(v.Range, "a comment stands between these brackets: move it above")
		}
		return edit.Edit{Range: inside, New: strings.Join(entries, ", ")}, nil
	}
	sep := ", "
	comma := b.skip(end)
	followed := b.at(comma) == ','
	last := followed && (b.at(b.skip(comma+1)) == ']' || b.at(b.skip(comma+1)) == '}')
	lineStart := v.Src.LineStart(first)
	own := strings.TrimLeft(v.Src.Text[lineStart:first], " \t") == "" && lineStart > v.Start
	if !own {
		return besideFlow(v, end, comma, empty, last, sep, entries), nil
	}
	sep = "," + eol + v.Src.Text[lineStart:first]
	return underFlow(v, end, comma, followed, empty, sep, entries)
}

// besideFlow puts the entries on the line of the child before them.
func besideFlow(v *Value, end, comma int, empty, last bool, sep string, entries []string) edit.Edit {
	if last {
		return edit.Insert(v.Src, comma+1, " "+strings.Join(entries, sep)+",")
	}
	lead := ""
	if empty {
		lead = " " // "a:," would be one word
	}
	return edit.Insert(v.Src, end, lead+sep+strings.Join(entries, sep))
}

// underFlow puts the entries on lines of their own, under the line on which the
// child before them ends; what else that line has, a comment or a comma, stays.
func underFlow(v *Value, end, comma int, followed, empty bool, sep string, entries []string) (edit.Edit, error) {
	lead := ""
	if empty {
		lead = " "
	}
	if !followed {
		rest := edit.Range{Src: v.Src, Start: end, End: v.Src.LineEnd(end)}
		if !trailing(rest.Text()) {
			return edit.Insert(v.Src, end, lead+sep+strings.Join(entries, sep)), nil
		}
		if strings.TrimSpace(rest.Text()) == "" {
			rest.End = rest.Start
		}
		return edit.Edit{Range: rest, New: lead + "," + rest.Text() + sep[1:] + strings.Join(entries, sep)}, nil
	}
	at := v.Src.LineEnd(comma)
	if !trailing(v.Src.Text[comma+1 : at]) {
		at = comma + 1
	}
	if strings.TrimSpace(v.Src.Text[comma+1:at]) == "" {
		at = comma + 1
	}
	return edit.Insert(v.Src, at, sep[1:]+strings.Join(entries, sep)+","), nil
}
