package tree

import "strings"

// header is the first line of a block scalar.
type header struct {
	chomp  byte // '-', '+', or 0
	digit  int  // the indentation that it asks for, 0 where it is found out
	length int  // bytes from the | or > to the last indicator
}

func (b *builder) header(start int) header {
	h := header{length: 1}
	for ; ; h.length++ {
		switch c := b.at(start + h.length); {
		case c == '+' || c == '-':
			h.chomp = c
		case '1' <= c && c <= '9':
			h.digit = int(c - '0')
		default:
			return h
		}
	}
}

// blockScalar finds the end of a literal or folded scalar: behind its header
// come lines that are blank or indented at least as far as its content. parent
// is the column of the block collection around it.
func (b *builder) blockScalar(v *Value, parent int) bool {
	if c := b.at(v.Start); c != '|' && c != '>' {
		return false
	}
	h := b.header(v.Start)
	first := b.src.NextLine(v.Start)
	indent := max(parent, 0) + h.digit
	if h.digit == 0 {
		indent = max(b.contentIndent(first), parent+1, 1)
	}
	lines, end := b.contentLines(first, indent)
	v.End = v.Start + h.length
	if len(lines) > 0 {
		v.End = end
	}
	if h.chomp == '+' {
		v.End = b.keptEnd(v.End, end, indent)
	}
	v.last = b.src.NextLine(v.End) == len(b.text) && !strings.HasSuffix(b.text[v.End:], "\n")
	return blockValue(lines, h.chomp, v.Style == Folded, v.Text)
}

// contentIndent is the indentation of the first line that is not blank, or of a
// blank one before it that is longer: so the parser has it.
func (b *builder) contentIndent(at int) int {
	indent := 0
	for at < len(b.text) {
		line := b.src.Line(at)
		text := strings.TrimLeft(line, " ")
		indent = max(indent, len(line)-len(text))
		if text != "" {
			break
		}
		at = b.src.NextLine(at)
	}
	return indent
}

// contentLines are the lines of the scalar without their indentation, from the
// line at offset at to the last one that is not blank, and the end of that one
// without its line break. Without any, end is the end of the line before.
func (b *builder) contentLines(at, indent int) (lines []string, end int) {
	end = at
	if at > 0 && b.text[at-1] == '\n' {
		end = b.src.LineEnd(at - 1)
	}
	var blank []string
	for at < len(b.text) {
		line := b.src.Line(at)
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		switch {
		case spaces >= indent && len(line) > indent:
			lines = append(append(lines, blank...), line[indent:])
			blank = blank[:0]
			end = b.src.LineEnd(at)
		case spaces == len(line):
			blank = append(blank, "")
		default:
			return lines, end
		}
		at = b.src.NextLine(at)
	}
	return lines, end
}

// keptEnd is the end, without its line break, of the last of the blank lines
// behind the line that ends at end, which belong to a scalar that keeps them,
// and otherwise where there are none.
func (b *builder) keptEnd(otherwise, end, indent int) int {
	for at := b.src.NextLine(end); at < len(b.text); at = b.src.NextLine(at) {
		line := b.src.Line(at)
		if strings.Trim(line, " ") != "" || len(line) > indent {
			break
		}
		if b.src.NextLine(at) == len(b.text) && b.text[len(b.text)-1] != '\n' {
			break // blanks at the end of the file are no line
		}
		otherwise = b.src.LineEnd(at)
	}
	return otherwise
}

// blockValue reports whether the lines read as the value: exactly for a literal
// scalar, and apart from white space for a folded one.
func blockValue(lines []string, chomp byte, folded bool, value string) bool {
	if folded {
		return ink(strings.Join(lines, "")) == ink(value)
	}
	body := strings.Join(lines, "\n")
	rest, ok := strings.CutPrefix(value, body)
	if !ok || strings.Trim(rest, "\n") != "" {
		return false
	}
	return chomp == '+' || len(rest) <= 1
}

// ink is text without its white space.
func ink(text string) string { return strings.Join(strings.Fields(text), "") }
