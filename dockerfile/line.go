package dockerfile

import (
	"sort"
	"strings"
	"unicode"

	"nonroot/fixer/edit"
)

// line is a logical line: physical lines joined as BuildKit joins them, and
// where each piece of it stands in the file.
type line struct {
	src    *edit.Source
	text   string
	pieces []piece
}

// piece says that the bytes of the logical line from at on, up to the next
// piece, are those of the file from src on.
type piece struct{ at, src int }

// offset is where the byte i of the logical line stands in the file.
func (l *line) offset(i int) int {
	k := len(l.pieces) - 1
	if k > 0 {
		k = sort.Search(len(l.pieces), func(k int) bool { return l.pieces[k].at > i }) - 1
	}
	return l.pieces[k].src + i - l.pieces[k].at
}

// span is where the bytes [i, j) of the logical line stand in the file, with
// the continuations and comments between them. An empty span is right behind
// the byte before it.
func (l *line) span(i, j int) edit.Range {
	r := edit.Range{Src: l.src, End: l.offset(j-1) + 1}
	if r.Start = r.End; i < j {
		r.Start = l.offset(i)
	}
	return r
}

// value is the text [i, j) of the logical line; it shares the memory of the
// file where it can, so that BuildKit's copy need not be kept.
func (l *line) value(i, j int) string {
	if r := l.span(i, j); r.End-r.Start == j-i {
		return r.Text()
	}
	return l.text[i:j]
}

// trim is [i, j) without the white space around it.
func (l *line) trim(i, j int) (int, int) {
	s := strings.TrimLeftFunc(l.text[i:j], unicode.IsSpace)
	i = j - len(s)
	return i, i + len(strings.TrimRightFunc(s, unicode.IsSpace))
}

// isComment and isBlank are about a physical line.
func isComment(s string) bool {
	return strings.HasPrefix(strings.TrimLeftFunc(s, unicode.IsSpace), "#")
}

func isBlank(s string) bool { return strings.TrimLeftFunc(s, unicode.IsSpace) == "" }

// cutContinuation cuts the continuation character, and the blanks behind it,
// from a physical line that ends with one. A doubled one is none, a tripled one
// neither: BuildKit only looks at the byte before.
func cutContinuation(s string, escape byte) (string, bool) {
	t := strings.TrimRight(s, " \t")
	n := len(t) - 1
	if n < 0 || t[n] != escape || n > 0 && t[n-1] == escape {
		return s, false
	}
	return t[:n], true
}
