package tree

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// scalar finds the end of a scalar whose content starts at start, and sees that
// the bytes read as the value that the parser found.
func (b *builder) scalar(n *yaml.Node, v *Value, start, indent int) error {
	v.Kind, v.Text, v.Start = Scalar, n.Value, start
	var ok bool
	switch style := n.Style &^ yaml.TaggedStyle; style {
	case yaml.DoubleQuotedStyle:
		v.Style = DoubleQuoted
		v.End, ok = b.doubleQuoted(start, n.Value)
	case yaml.SingleQuotedStyle:
		v.Style = SingleQuoted
		v.End, ok = b.singleQuoted(start, n.Value)
	case yaml.LiteralStyle, yaml.FoldedStyle:
		v.Style = Literal
		if style == yaml.FoldedStyle {
			v.Style = Folded
		}
		ok = b.blockScalar(v, indent)
	default:
		v.End, ok = b.plain(start, n.Value)
		if v.short == tagNull || isNull(n.Value) && v.short != tagStr {
			v.Kind = Null
		}
	}
	if !ok {
		return b.lost(start)
	}
	switch v.packedText() { // the bytes of the file, which are kept anyway
	case textWritten:
		v.Text = v.Range.Text()
	case textInQuotes:
		v.Text = v.inQuotes()
	}
	return nil
}

// isNull reports whether plain text is one of YAML's spellings of nothing.
func isNull(text string) bool {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

// plain matches a value against the text: a run of white space there without a
// line break is literal, with one break a blank, with n breaks n-1 breaks.
func (b *builder) plain(start int, value string) (end int, ok bool) {
	if strings.HasPrefix(b.text[start:], value) {
		return start + len(value), true
	}
	return b.folded(start, value, func(i int) (rune, int) {
		return utf8.DecodeRuneInString(b.text[i:])
	})
}

// folded matches a value against text in which line breaks fold, up to the last
// rune of the value. next decodes the rune at an offset of the text and says
// how many bytes it takes; a size of 0 is the end of the scalar, and a negative
// rune stands for nothing.
func (b *builder) folded(start int, value string, next func(int) (rune, int)) (end int, ok bool) {
	i := start
	for len(value) > 0 {
		run, breaks := b.white(i)
		if breaks > 0 {
			want := strings.Repeat("\n", breaks-1)
			if breaks == 1 {
				want = " "
			}
			if !strings.HasPrefix(value, want) {
				return 0, false
			}
			i, value = i+run, value[len(want):]
			continue
		}
		r, n := next(i)
		if n == 0 {
			return 0, false
		}
		i += n
		if r < 0 {
			continue
		}
		want, size := utf8.DecodeRuneInString(value)
		if r != want {
			return 0, false
		}
		value = value[size:]
	}
	return i, true
}

// white measures the run of white space at i and counts its line breaks.
func (b *builder) white(i int) (length, breaks int) {
	start := i
	for ; i < len(b.text) && (isBlank(b.text[i]) || isBreak(b.text[i])); i++ {
		if b.text[i] == '\n' {
			breaks++
		}
	}
	return i - start, breaks
}

// singleQuoted ends at a quote that is not doubled.
func (b *builder) singleQuoted(start int, value string) (end int, ok bool) {
	if b.at(start) != '\'' {
		return 0, false
	}
	if n := start + 1 + len(value); b.at(n) == '\'' && b.at(n+1) != '\'' && b.text[start+1:n] == value && !strings.ContainsAny(value, "'\n") {
		return n + 1, true
	}
	end, ok = b.folded(start+1, value, func(i int) (rune, int) {
		if b.at(i) != '\'' {
			return utf8.DecodeRuneInString(b.text[i:])
		}
		if b.at(i+1) == '\'' {
			return '\'', 2
		}
		return 0, 0
	})
	return end + 1, ok && b.at(end) == '\''
}

// doubleQuoted ends at the next quote that is not escaped.
func (b *builder) doubleQuoted(start int, value string) (end int, ok bool) {
	if b.at(start) != '"' {
		return 0, false
	}
	if n := start + 1 + len(value); b.at(n) == '"' && b.text[start+1:n] == value && !strings.ContainsAny(value, "\"\\\n") {
		return n + 1, true
	}
	end, ok = b.folded(start+1, value, b.escaped)
	for ok && b.at(end) == '\\' { // line breaks that are escaped at the very end
		r, n := b.escaped(end)
		if r >= 0 || n == 0 {
			return 0, false
		}
		end += n
	}
	return end + 1, ok && b.at(end) == '"'
}

// escaped decodes the rune at i of a double-quoted scalar.
func (b *builder) escaped(i int) (rune, int) {
	if b.at(i) == '"' {
		return 0, 0
	}
	if b.at(i) != '\\' {
		return utf8.DecodeRuneInString(b.text[i:])
	}
	c := b.at(i + 1)
	if isBreak(c) { // an escaped break takes the blanks of the next line with it
		length, breaks := b.white(i + 1)
		if breaks != 1 {
			return 0, 0
		}
		return -1, 1 + length
	}
	const names, runes = "0abt\tnvfre \"'\\N_LP", "\x00\a\b\t\t\n\v\f\r\x1b \"'\\\u0085\u00a0\u2028\u2029"
	if at := strings.IndexByte(names, c); at >= 0 {
		return []rune(runes)[at], 2
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
	if digits == 0 || i+2+digits > len(b.text) {
		return 0, 0
	}
	var r rune
	for _, h := range []byte(b.text[i+2 : i+2+digits]) {
		at := strings.IndexByte("0123456789abcdef", h|0x20)
		if at < 0 {
			return 0, 0
		}
		r = r<<4 | rune(at)
	}
	return r, 2 + digits
}
