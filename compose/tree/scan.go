package tree

import (
	"strings"
	"unicode/utf8"
)

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isBreak(c byte) bool { return c == '\n' || c == '\r' }

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// at is the byte at an offset, 0 behind the end.
func (b *builder) at(i int) byte {
	if i < 0 || i >= len(b.text) {
		return 0
	}
	return b.text[i]
}

// skip is the offset of the first byte from i that is neither blank, line break
// nor comment.
func (b *builder) skip(i int) int {
	for i < len(b.text) {
		switch c := b.text[i]; {
		case isBlank(c) || isBreak(c):
			i++
		case c == '#':
			end := strings.IndexByte(b.text[i:], '\n')
			if end < 0 {
				return len(b.text)
			}
			i += end
		default:
			return i
		}
	}
	return i
}

// gap is what stands in [from, to) besides blanks, line breaks and comments, at
// most four bytes of it, and where that starts. A range that runs backwards
// gives a text that nobody expects.
func (b *builder) gap(from, to int) (string, int) {
	if to < from {
		return "backwards", from
	}
	first := b.skip(from)
	if first >= to {
		return "", to
	}
	if next := b.skip(first + 1); next >= to {
		return b.text[first : first+1], first
	}
	var ink []byte
	for i := first; i < to && len(ink) < 4; i = b.skip(i + 1) {
		ink = append(ink, b.text[i])
	}
	return string(ink), first
}
