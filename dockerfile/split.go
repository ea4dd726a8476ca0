package dockerfile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// isBlankByte is what BuildKit splits keywords and arguments at.
func isBlankByte(c byte) bool { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r' }

// blank is the first blank in [i, j), j where there is none.
func (l *line) blank(i, j int) int {
	for i < j && !isBlankByte(l.text[i]) {
		i++
	}
	return i
}

// behindBlanks is the first byte of [i, j) that is none, j where all are.
func (l *line) behindBlanks(i, j int) int {
	for i < j && isBlankByte(l.text[i]) {
		i++
	}
	return i
}

// parts finds keyword, flags and arguments in the bytes [lo, hi) of the logical
// line, and compares them with BuildKit's node.
func (r *reader) parts(in *Instruction, node *parser.Node, lo, hi int) error {
	lo, hi = r.line.trim(lo, hi)
	end := r.line.blank(lo, hi)
	if r.line.text[lo:end] != node.Value {
		return r.differ(in, "the keyword")
	}
	in.Keyword = r.line.word(lo, end)
	in.Name = keywordName(in.Keyword.Value)
	in.Range = in.Keyword.Range // its end is set where all of it is read
	lo, err := r.flags(in, node.Flags, r.line.behindBlanks(end, hi), hi)
	if err != nil {
		return err
	}
	lo, hi = r.line.trim(lo, hi)
	return r.arguments(in, node, lo, hi)
}

// keywordName is a keyword in lower case.
func keywordName(keyword string) string {
	switch keyword { // without making a string of each
	case "ADD":
		return "add"
	case "ARG":
		return "arg"
	case "CMD":
		return "cmd"
	case "COPY":
		return "copy"
	case "ENTRYPOINT":
		return "entrypoint"
	case "ENV":
		return "env"
	case "EXPOSE":
		return "expose"
	case "FROM":
		return "from"
	case "LABEL":
		return "label"
	case "RUN":
		return "run"
	case "USER":
		return "user"
	case "WORKDIR":
		return "workdir"
	}
	return strings.ToLower(keyword)
}

// flags finds the flags that [lo, hi) starts with, and gives the byte behind
// them. BuildKit reads that part byte by byte, in Latin-1.
func (r *reader) flags(in *Instruction, want []string, lo, hi int) (int, error) {
	for {
		for lo < hi && isLatinSpace(r.line.text[lo]) {
			lo++
		}
		if !strings.HasPrefix(r.line.text[lo:hi], "--") {
			break
		}
		flag, text, end := r.flag(lo, hi)
		lo = end
		if text == "--" {
			break
		}
		k := len(in.Flags)
		if strings.ContainsFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }) {
			return 0, r.differ(in, "a flag that is not ASCII")
		}
		if k >= len(want) || want[k] != text {
			return 0, r.differ(in, "a flag")
		}
		in.Flags = append(in.Flags, flag)
	}
	if len(in.Flags) != len(want) {
		return 0, r.differ(in, "the number of flags")
	}
	return lo, nil
}

// flag reads one flag from lo on. Its text is without quotes and escapes.
func (r *reader) flag(lo, hi int) (f Flag, text string, end int) {
	for end = lo; end < hi && !isLatinSpace(r.line.text[end]); end++ {
		if c := r.line.text[end]; c == '\'' || c == '"' || c == r.file.Escape {
			return r.quotedFlag(lo, hi)
		}
	}
	text = r.line.word(lo, end).Value
	name := strings.IndexByte(text, '=')
	value := name
	if value >= 0 {
		value += lo + 1
	}
	return r.newFlag(lo, end, value, name, text), text, end
}

// quotedFlag is flag for one with quotes or escapes.
func (r *reader) quotedFlag(lo, hi int) (f Flag, text string, end int) {
	var quote byte
	var decoded strings.Builder
	value, name := -1, 0
	for end = lo; end < hi; end++ {
		c := r.line.text[end]
		switch {
		case quote == 0 && isLatinSpace(c):
			return r.newFlag(lo, end, value, name, decoded.String()), decoded.String(), end
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
			continue
		case quote != 0 && c == quote:
			quote = 0
			continue
		case c == r.file.Escape:
			if end++; end == hi {
				continue
			}
			c = r.line.text[end]
		}
		if c == '=' && value < 0 {
			value, name = end+1, decoded.Len()
		}
		decoded.WriteByte(c)
	}
	end = hi
	return r.newFlag(lo, end, value, name, decoded.String()), decoded.String(), end
}

// newFlag makes the flag of the bytes [lo, end). Its value starts at the byte
// value of the line, behind name bytes of text and a "="; value < 0 is none.
func (r *reader) newFlag(lo, end, value, name int, text string) Flag {
	f := Flag{Range: r.line.span(lo, end)}
	if value < 0 {
		f.Name = strings.TrimPrefix(text, "--")
		f.ValueAt = r.line.span(end, end)
		return f
	}
	f.Name, f.Value = strings.TrimPrefix(text[:name], "--"), text[name+1:]
	f.ValueAt = r.line.span(value, end)
	return f
}

// isLatinSpace is what BuildKit takes for white space before and between flags.
func isLatinSpace(c byte) bool { return unicode.IsSpace(rune(c)) }

// fields splits [lo, hi) at blanks, whether quoted or not.
func (r *reader) fields(in *Instruction, lo, hi int) {
	for lo < hi {
		end := r.line.blank(lo, hi)
		r.addWord(in, lo, end)
		lo = r.line.behindBlanks(end, hi)
	}
}

func (r *reader) addWord(in *Instruction, lo, hi int) {
	w := r.line.word(lo, hi)
	w.in = in
	r.words = append(r.words, w)
}

// quoted splits [lo, hi) at white space outside of quotes. The quotes stay. An
// escape character that ends the line is dropped, a quote need not be closed.
func (r *reader) quoted(in *Instruction, lo, hi int) {
	for lo < hi {
		c, width := utf8.DecodeRuneInString(r.line.text[lo:hi])
		if unicode.IsSpace(c) {
			lo += width
			continue
		}
		end, dropped := r.quotedEnd(lo, hi)
		if end-dropped > lo {
			r.addWord(in, lo, end)
			w := &r.words[len(r.words)-1]
			w.Value = w.Value[:len(w.Value)-dropped]
		}
		lo = end
	}
}

// quotedEnd is the end of the word that starts at lo, and how many bytes before
// it BuildKit drops.
func (r *reader) quotedEnd(lo, hi int) (end, dropped int) {
	quote := '\000'
	for lo < hi {
		c, width := utf8.DecodeRuneInString(r.line.text[lo:hi])
		switch {
		case quote == 0 && unicode.IsSpace(c):
			return lo, 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		case c == rune(r.file.Escape) && quote != '\'':
			if lo+width == hi {
				return hi, width
			}
			_, next := utf8.DecodeRuneInString(r.line.text[lo+width : hi])
			width += next
		}
		lo += width
	}
	return hi, 0
}
