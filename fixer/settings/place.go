package settings

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

// at is where a node stands. It holds the bytes of a plain scalar or of one in
// quotes without escapes, and is an empty range for all else.
func (p *parser) at(n *yaml.Node) edit.Range {
	start := p.offset(n.Line, n.Column)
	r := edit.Range{Src: p.src, Start: start, End: start}
	if n.Kind == yaml.ScalarNode {
		written := n.Value
		switch {
		case n.Style&yaml.DoubleQuotedStyle != 0:
			written = `"` + written + `"`
		case n.Style&yaml.SingleQuotedStyle != 0:
			written = "'" + written + "'"
		}
		if strings.HasPrefix(p.src.Text[start:], written) {
			r.End += len(written)
		}
	}
	return r
}

func (p *parser) point(offset int) edit.Range {
	return edit.Range{Src: p.src, Start: offset, End: offset}
}

// offset is the byte at a line and column (in runes), both from 1, as yaml.v3
// gives them: a byte order mark counts 0, and a line may lie behind the end.
func (p *parser) offset(line, column int) int {
	text, at := p.src.Text, 0
	for ; line > 1; line-- {
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			return len(text)
		}
		at += next + 1
	}
	if at == 0 && strings.HasPrefix(text, edit.BOM) {
		at = len(edit.BOM)
	}
	for ; column > 1 && at < len(text) && text[at] != '\n'; column-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// lineOf splits "line N: text", as the YAML parser words its errors.
func lineOf(text string) (line int, rest string, ok bool) {
	text, ok = strings.CutPrefix(text, "line ")
	if !ok {
		return 0, "", false
	}
	number, rest, ok := strings.Cut(text, ": ")
	if !ok {
		return 0, "", false
	}
	line, err := strconv.Atoi(number)
	return line, rest, err == nil
}

// join is the path of a key in the file.
func join(where, key string) string {
	if where == "" {
		return shorten(key)
	}
	return where + "." + shorten(key)
}

func orFile(where string) string {
	if where == "" {
		return "the file"
	}
	return where
}

// list is "a, b and c".
func list(words []string, last string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}
