package makefile

import (
	"strings"

	"nonroot/fixer/edit"
)

// blanks are what make takes for white space within a line.
const blanks = " \t\f\v\r"

// line is a logical line: physical lines that a backslash joins.
type line struct {
	edit.Range // with the line ending
	// text is the line without its ending, in which each backslash with the line
	// ending behind it is as many blanks, so that offsets hold.
	text string
	// open says that the file ends behind a backslash.
	open bool
}

// lines reads one logical line after the other.
type lines struct {
	src *edit.Source
	at  int
}

func (l *lines) next() (line, bool) {
	text := l.src.Text
	if l.at == len(text) {
		return line{}, false
	}
	out := line{Range: edit.Range{Src: l.src, Start: l.at}}
	var joined strings.Builder
	for {
		start := l.at
		l.at = l.src.NextLine(start)
		body := strings.TrimSuffix(text[start:l.at], "\n")
		if len(body) < l.at-start {
			body = strings.TrimSuffix(body, "\r")
		}
		if !escaped(body, len(body)) {
			joined.WriteString(body)
			break
		}
		if l.at == len(text) {
			joined.WriteString(body[:len(body)-1])
			out.open = true
			break
		}
		joined.WriteString(body[:len(body)-1])
		joined.WriteString(strings.Repeat(" ", l.at-start-len(body)+1))
	}
	out.End, out.text = l.at, joined.String()
	return out, true
}

// escaped reports whether an odd number of backslashes stands before at.
func escaped(text string, at int) bool {
	n := 0
	for n < at && text[at-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// find is the offset of the first byte of text, from an offset on, that is one of
// set, has no backslash before it and is not in a variable reference; the length
// of text where there is none.
func find(text string, from int, set string) int {
	for i := from; i < len(text); {
		switch {
		case text[i] == '$':
			i = referenceEnd(text, i)
		case strings.IndexByte(set, text[i]) >= 0 && !escaped(text, i):
			return i
		default:
			i++
		}
	}
	return len(text)
}

// referenceEnd is the offset behind the variable reference or function call
// whose $ is at an offset: $x, $(x) or ${x}, in which brackets of its own kind nest.
func referenceEnd(text string, at int) int {
	if at+1 >= len(text) {
		return len(text)
	}
	open, closing := text[at+1], byte(')')
	switch open {
	case '{':
		closing = '}'
	case '(':
	default:
		return at + 2
	}
	depth := 0
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case open:
			depth++
		case closing:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// words splits text, which starts at an offset of src, at blanks outside of
// references.
func words(src *edit.Source, offset int, text string) []Word {
	var out []Word
	for i := 0; i < len(text); {
		if strings.IndexByte(blanks, text[i]) >= 0 {
			i++
			continue
		}
		end := find(text, i, blanks)
		out = append(out, Word{edit.Range{Src: src, Start: offset + i, End: offset + end}, text[i:end]})
		i = end
	}
	return out
}
