// Package edit is the one way in which bytes change: a Source that is never
// modified, byte ranges of it, and edits that replace them.
package edit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Source is one file as it was read; it is never modified. Path is relative to
// the root, with slashes. Absent says that there was no such file: an edit of
// it makes one.
type Source struct {
	Path, Text string
	Absent     bool
	Secret     bool // Diff shows no line of it that stays
}

// Range is the half-open range of bytes [Start, End) of Src.
type Range struct {
	Src        *Source
	Start, End int
}

// Text is what the range holds.
func (r Range) Text() string { return r.Src.Text[r.Start:r.End] }

// Position is where the range starts: see Source.Position.
func (r Range) Position() (line, column int) { return r.Src.Position(r.Start) }

// Contains reports whether o lies in r. An empty range at either end of r lies in it.
func (r Range) Contains(o Range) bool {
	return r.Src == o.Src && r.Start <= o.Start && o.End <= r.End
}

// Overlaps reports whether r and o share a byte, or one of them is an insertion
// strictly inside the other. Insertions at the same point do not overlap, and
// neither do a range and an insertion at one of its ends.
func (r Range) Overlaps(o Range) bool {
	return r.Src == o.Src && r.Start < o.End && o.Start < r.End
}

// Edit replaces a Range of the Source that it was computed from by New.
type Edit struct {
	Range
	New string
}

// Insert is the edit that puts text before the byte at offset at.
func Insert(src *Source, at int, text string) Edit {
	return Edit{Range{src, at, at}, text}
}

// Apply returns a new Source with the edits made, and src itself where they
// change nothing. Edits that overlap, belong to another Source or lie outside
// of it are an error: a bug in the caller. Insertions at one point keep the
// order of the slice and come before a replacement that starts there.
func Apply(src *Source, edits []Edit) (*Source, error) {
	byPlace := func(a, b Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) }
	sorted := edits
	if !slices.IsSortedFunc(edits, byPlace) {
		sorted = slices.Clone(edits)
		slices.SortStableFunc(sorted, byPlace)
	}
	size := len(src.Text)
	for _, e := range sorted {
		size += len(e.New)
	}
	var out strings.Builder
	out.Grow(size)
	last := 0
	for _, e := range sorted {
		switch {
		case e.Src != src:
			return nil, fmt.Errorf("edit of %s: the edit was computed from another version of the file", src.Path)
		case e.Start < 0 || e.End < e.Start || e.End > len(src.Text):
			return nil, fmt.Errorf("edit of %s: bytes [%d, %d) are outside of the file's %d", src.Path, e.Start, e.End, len(src.Text))
		case e.Start < last:
			return nil, fmt.Errorf("edit of %s: two edits overlap at byte %d", src.Path, e.Start)
		}
		out.WriteString(src.Text[last:e.Start])
		out.WriteString(e.New)
		last = e.End
	}
	out.WriteString(src.Text[last:])
	if text := out.String(); text != src.Text {
		return &Source{Path: src.Path, Text: text, Secret: src.Secret}, nil
	}
	return src, nil
}

// Refusal is the error of an editor that will not guess. Reason says why, and
// what would settle it.
type Refusal struct {
	At     Range
	Reason string
}

// Refuse makes a Refusal; its arguments after at are those of fmt.Sprintf.
func Refuse(at Range, format string, args ...any) *Refusal {
	return &Refusal{at, fmt.Sprintf(format, args...)}
}

// Because is the reason without the place.
func (r *Refusal) Because() string { return r.Reason }

// Error is "path:line:column: reason".
func (r *Refusal) Error() string {
	if r.At.Src == nil {
		return r.Reason
	}
	line, column := r.At.Position()
	return fmt.Sprintf("%s:%d:%d: %s", r.At.Src.Path, line, column, r.Reason)
}

// Position gives the line and column of the byte at offset, both counted from
// 1. Lines end with LF; columns count runes, and a byte order mark counts 0.
func (s *Source) Position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(s.Text))
	start := s.LineStart(offset)
	line = 1 + strings.Count(s.Text[:start], "\n")
	before := s.Text[start:offset]
	if start == 0 {
		before = strings.TrimPrefix(before, BOM)
	}
	return line, 1 + utf8.RuneCountInString(before)
}

// BOM is the byte order mark that some editors put at the start of a file.
const BOM = "\ufeff"

// LineStart is the offset of the first byte of the line that holds offset. A
// byte order mark is part of the first line.
func (s *Source) LineStart(offset int) int {
	return strings.LastIndexByte(s.Text[:offset], '\n') + 1
}

// LineEnd is the offset of the line ending (LF or CRLF) of the line that holds
// offset, or of the end of the text. The CR of a CRLF is not part of the line.
func (s *Source) LineEnd(offset int) int {
	end := strings.IndexByte(s.Text[offset:], '\n')
	if end < 0 {
		return len(s.Text)
	}
	end += offset
	if end > 0 && s.Text[end-1] == '\r' && end-1 >= s.LineStart(offset) {
		end--
	}
	return end
}

// NextLine is the offset behind the line ending of the line that holds offset.
func (s *Source) NextLine(offset int) int {
	end := strings.IndexByte(s.Text[offset:], '\n')
	if end < 0 {
		return len(s.Text)
	}
	return offset + end + 1
}

// Line is the line that holds offset, without its line ending.
func (s *Source) Line(offset int) string {
	return s.Text[s.LineStart(offset):s.LineEnd(offset)]
}

// EOL is the line ending to write near offset: that of the line that holds it,
// of the line before where that one ends the file, and LF in a file of one line.
func (s *Source) EOL(offset int) string {
	end := strings.IndexByte(s.Text[offset:], '\n')
	if end >= 0 {
		end += offset
	} else {
		end = strings.LastIndexByte(s.Text[:offset], '\n')
	}
	if end > 0 && s.Text[end-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
