package tree

import (
	"strings"

	"nonroot/fixer/edit"
)

// slot is the place for new entries of a collection between brackets: behind
// the child whose bytes are first to end, or behind the bracket where first and
// end are equal because there is no child.
type slot struct {
	in         *Value
	first, end int
	nothing    bool // the child ends in an empty value, which no comma may touch
	eol        string
}

// put is the edit that writes entries into the slot: on the line of the child
// before them, or on lines of their own where that child has one.
func (s slot) put(entries []string) (edit.Edit, error) {
	switch {
	case !s.in.closed:
		return edit.Edit{}, edit.Refuse(s.in.Range, "a pair without braces takes no further entry: put it in braces")
	case len(s.in.Items)+len(s.in.Pairs) == 0:
		return s.putFirst(entries)
	}
	line := s.in.Src.LineStart(s.first)
	indent := s.in.Src.Text[line:s.first]
	if strings.TrimLeft(indent, " \t") != "" || line <= s.in.Start {
		return s.putBeside(entries), nil
	}
	return s.putUnder(entries, s.eol+indent), nil
}

func (s slot) putFirst(entries []string) (edit.Edit, error) {
	inside := edit.Range{Src: s.in.Src, Start: s.in.Start + 1, End: s.in.End - 1}
	if strings.Trim(inside.Text(), " \t\r\n") != "" {
		return edit.Edit{}, edit.Refuse(s.in.Range, "a comment stands between these brackets: move it above")
	}
	return edit.Edit{Range: inside, New: strings.Join(entries, ", ")}, nil
}

// comma is the offset of the comma behind the child, -1 where there is none, and
// whether no other child follows that.
func (s slot) comma() (at int, last bool) {
	b := builder{text: s.in.Src.Text}
	at = b.skip(s.end)
	if b.at(at) != ',' {
		return -1, true
	}
	return at, b.skip(at+1) == s.in.End-1
}

// lead is what goes before a comma behind the child: "a:," would be one word.
func (s slot) lead() string {
	if s.nothing {
		return " "
	}
	return ""
}

// putBeside puts the entries on the line of the child.
func (s slot) putBeside(entries []string) edit.Edit {
	text := strings.Join(entries, ", ")
	if comma, last := s.comma(); comma >= 0 && last {
		return edit.Insert(s.in.Src, comma+1, " "+text+",")
	}
	return edit.Insert(s.in.Src, s.end, s.lead()+", "+text)
}

// putUnder puts the entries on lines of their own, each behind newline, under
// the line on which the child ends; what else that line has, a comment or a
// comma, stays.
func (s slot) putUnder(entries []string, newline string) edit.Edit {
	src := s.in.Src
	text := newline + strings.Join(entries, ","+newline)
	if comma, _ := s.comma(); comma >= 0 {
		at := src.LineEnd(comma)
		if rest := src.Text[comma+1 : at]; !trailing(rest) || strings.TrimSpace(rest) == "" {
			at = comma + 1
		}
		return edit.Insert(src, at, text+",")
	}
	rest := edit.Range{Src: src, Start: s.end, End: src.LineEnd(s.end)}
	if !trailing(rest.Text()) || strings.TrimSpace(rest.Text()) == "" {
		rest.End = rest.Start
	}
	return edit.Edit{Range: rest, New: s.lead() + "," + rest.Text() + text}
}
