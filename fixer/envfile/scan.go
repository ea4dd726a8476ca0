package envfile

import (
	"strings"
	"unicode"

	"nonroot/fixer/edit"
)

// scanner walks over the statements of a file. One line may hold several: what
// stands behind a closing quote is the next one.
type scanner struct {
	src  *edit.Source
	text string
	at   int
	// first and next are the start of the line that was looked at last, and of
	// the line behind it.
	first, next int
	// bareEnd is set where the file ends in a name with nothing behind it.
	bareEnd bool
}

// toStatement goes to the next statement, over blanks, line endings and comment
// lines, and reports whether there is one.
func (s *scanner) toStatement() bool {
	for {
		s.skip(unicode.IsSpace)
		if s.at == len(s.text) {
			return false
		}
		if s.text[s.at] != '#' {
			return true
		}
		s.at = s.src.LineEnd(s.at)
	}
}

// skip goes over the runes that are in a set.
func (s *scanner) skip(in func(rune) bool) {
	rest := s.text[s.at:]
	s.at += len(rest) - len(strings.TrimLeftFunc(rest, in))
}

// isBlank is white space within a line.
func isBlank(r rune) bool { return r != '\n' && unicode.IsSpace(r) && r <= 0xa0 }

func (s *scanner) statement() (Var, error) {
	start := s.at
	s.skipExport()
	v := Var{}
	if err := s.name(&v); err != nil {
		return v, err
	}
	if v.Inherited {
		v.ValueAt = s.span(s.at, s.at)
	} else {
		s.skip(isBlank)
		if err := s.value(&v); err != nil {
			return v, err
		}
	}
	v.Range = s.lines(start, max(start, s.at-1))
	return v, nil
}

// skipExport goes over "export" and the blanks behind it. Alone on its line it
// is nothing, and the line that follows stands for itself.
func (s *scanner) skipExport() {
	rest, ok := strings.CutPrefix(s.text[s.at:], "export")
	if ok && rest != "" && strings.IndexByte(" \t\n\f\r", rest[0]) >= 0 {
		s.at += len("export")
		s.skip(isBlank)
	}
}

// name reads up to the =, the : or the line ending behind a name. Behind a name
// that ends the file it finds none of them: then the name is empty, and what was
// the name is read as the value.
func (s *scanner) name(v *Var) error {
	if s.at == len(s.text) {
		return edit.Refuse(s.span(s.at, s.at), "a line that says export and nothing else ends the file, which compose does not read; remove it or write NAME=VALUE")
	}
	start := s.at
	for i, r := range s.text[start:] {
		switch {
		case r == '=' || r == ':' || r == '\n':
			key := strings.TrimRightFunc(s.text[start:start+i], unicode.IsSpace)
			if strings.Contains(key, " ") {
				return s.notAName(start)
			}
			v.Name, v.NameAt, v.Inherited = key, s.span(start, start+len(key)), r == '\n'
			s.at = start + i + 1
			return nil
		case !isBlank(r) && !isNameRune(r):
			return s.notAName(start)
		}
	}
	v.NameAt, s.bareEnd = s.span(start, start), true
	return nil
}

func isNameRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune("_.-[]", r)
}

func (s *scanner) notAName(at int) error {
	return edit.Refuse(s.span(at, at), "this line is not NAME=VALUE as compose reads it; mend it, or make it a comment")
}

// value reads what is behind the = of a variable.
func (s *scanner) value(v *Var) error {
	if rest := s.text[s.at:]; rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		return s.quoted(v, rest[0])
	}
	end := len(s.text)
	next := end
	if n := strings.IndexByte(s.text[s.at:], '\n'); n >= 0 {
		end, next = s.at+n, s.at+n+1
	}
	value, _, _ := strings.Cut(s.text[s.at:end], " #")
	value = strings.TrimRightFunc(value, unicode.IsSpace)
	v.Value, v.ValueAt = value, s.span(s.at, s.at+len(value))
	v.Expands = strings.Contains(value, "$")
	s.at = next
	return nil
}

// quoted reads a quoted value, which may span lines. A backslash keeps its
// quote from closing it, in single quotes too.
func (s *scanner) quoted(v *Var, quote byte) error {
	open := s.at
	var raw strings.Builder
	escaped := false
	for i := open + 1; i < len(s.text); i++ {
		c := s.text[i]
		switch {
		case c == quote && !escaped:
			v.ValueAt = s.span(open+1, i)
			v.Value = raw.String()
			if quote == '"' {
				v.Value = unescape(v.Value)
				v.Expands = strings.Contains(v.Value, "$")
			}
			s.at = i + 1
			return nil
		case c == '\\' && !escaped:
			escaped = true
			continue
		case c != quote && escaped:
			raw.WriteByte('\\')
		}
		raw.WriteByte(c)
		escaped = false
	}
	return edit.Refuse(s.span(open, open), "the quote that opens here is never closed, which compose does not read; close it")
}

func (s *scanner) span(start, end int) edit.Range {
	return edit.Range{Src: s.src, Start: start, End: end}
}

// lines is the range of the whole lines from the byte at start to the one at last.
func (s *scanner) lines(start, last int) edit.Range {
	if start >= s.next {
		s.first, s.next = s.src.LineStart(start), s.src.NextLine(start)
	}
	first := s.first
	if last >= s.next {
		s.first, s.next = s.src.LineStart(last), s.src.NextLine(last)
	}
	return s.span(first, s.next)
}
