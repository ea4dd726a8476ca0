package dockerfile

import (
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
	last   int // the piece that was asked for last
}

// piece says that the bytes of the logical line from at on, up to the next
// piece, are those of the file from src on.
type piece struct{ at, src int }

// offset is where the byte i of the logical line stands in the file. It is
// fast where i is not before the one asked for last.
func (l *line) offset(i int) int {
	if l.pieces[l.last].at > i {
		l.last = 0
	}
	for l.last+1 < len(l.pieces) && l.pieces[l.last+1].at <= i {
		l.last++
	}
	return l.pieces[l.last].src + i - l.pieces[l.last].at
}

// span is where the bytes [i, j) of the logical line stand in the file, with
// the continuations and comments between them. An empty span is right behind
// the byte before it.
func (l *line) span(i, j int) edit.Range {
	r := edit.Range{Src: l.src}
	if i < j {
		r.Start = l.offset(i)
	}
	if r.End = l.offset(j-1) + 1; i == j {
		r.Start = r.End
	}
	return r
}

// word is the bytes [i, j) of the logical line with their text, which shares
// the memory of the file where it can, so that BuildKit's copy need not be kept.
func (l *line) word(i, j int) Word {
	r := l.span(i, j)
	if r.End-r.Start == j-i {
		return Word{Range: r, Value: r.Text()}
	}
	return Word{Range: r, Value: l.text[i:j]}
}

// trim is [i, j) without the white space around it.
func (l *line) trim(i, j int) (int, int) {
	if i < j && isGraphic(l.text[i]) && isGraphic(l.text[j-1]) {
		return i, j
	}
	s := strings.TrimLeftFunc(l.text[i:j], unicode.IsSpace)
	i = j - len(s)
	return i, i + len(strings.TrimRightFunc(s, unicode.IsSpace))
}

// isGraphic reports whether a byte is an ASCII character other than white space and controls.
func isGraphic(c byte) bool { return ' ' < c && c < 0x7f }

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

// logicalLine is the physical lines of the logical line that text starts with.
func logicalLine(text string, escape byte) string {
	end, more := 0, true
	for s := range strings.Lines(text) {
		if !more {
			break
		}
		end += len(s)
		if s = strings.TrimRight(s, "\r\n"); !isComment(s) && !isBlank(s) {
			_, more = cutContinuation(s, escape)
		}
	}
	return text[:end]
}
