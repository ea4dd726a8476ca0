package settings

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
	"nonroot/fixer/suggest"
)

// Error is one thing that is wrong with a settings file.
type Error struct {
	At     edit.Range
	Reason string // which key, what is wrong, and what is allowed
}

// Error is "path:line:column: reason".
func (e *Error) Error() string {
	line, column := e.At.Position()
	return fmt.Sprintf("%s:%d:%d: %s", e.At.Src.Path, line, column, e.Reason)
}

// parser walks the nodes of a file and gathers what is wrong.
type parser struct {
	src  *edit.Source
	errs []*Error
}

func (p *parser) fail(at edit.Range, format string, args ...any) {
	p.errs = append(p.errs, &Error{at, fmt.Sprintf(format, args...)})
}

// keys reads a mapping whose keys are known; each is read by its function. where
// is the path of the mapping in the file, for messages.
func (p *parser) keys(n *yaml.Node, where string, known map[string]func(n *yaml.Node, where string)) {
	p.entries(n, where, func(key, value *yaml.Node, where string) {
		if read := known[key.Value]; read != nil {
			read(value, where)
			return
		}
		names := slices.Sorted(maps.Keys(known))
		if near := suggest.Nearest(key.Value, names); near != "" {
			p.fail(p.at(key), "%s: there is no such key; did you mean %s?", where, near)
			return
		}
		p.fail(p.at(key), "%s: there is no such key; allowed are %s", where, list(names, "and"))
	})
}

// entries reads a mapping whose keys are names: each must be a scalar and occur once.
func (p *parser) entries(n *yaml.Node, where string, read func(key, value *yaml.Node, where string)) {
	if n.Kind != yaml.MappingNode || !untagged(n) {
		p.wrong(n, where, "a mapping, key: value")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		inner := join(where, key.Value)
		switch {
		case key.Kind != yaml.ScalarNode || key.Value == "":
			p.fail(p.at(key), "%s: a key must be a name", orFile(where))
		case seen[key.Value]:
			p.fail(p.at(key), "%s: the key is there twice", inner)
		default:
			seen[key.Value] = true
			read(key, value, inner)
		}
	}
}

// items reads a sequence.
func (p *parser) items(n *yaml.Node, where, what string, read func(n *yaml.Node, where string)) {
	if n.Kind != yaml.SequenceNode || !untagged(n) {
		p.wrong(n, where, "a list of "+what)
		return
	}
	for i, item := range n.Content {
		read(item, fmt.Sprintf("%s[%d]", where, i))
	}
}

// text reads a string that ok accepts; what says in words which those are. It
// is empty, and an error noted, where there is none.
func (p *parser) text(n *yaml.Node, where, what string, ok func(string) bool) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" || !untagged(n) || !ok(n.Value) {
		p.wrong(n, where, what)
		return ""
	}
	return n.Value
}

// word reads one of several words.
func (p *parser) word(n *yaml.Node, where string, words ...string) string {
	return p.text(n, where, list(words, "or"), func(s string) bool { return slices.Contains(words, s) })
}

// boolean reads true or false.
func (p *parser) boolean(n *yaml.Node, where string) *bool {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || !untagged(n) {
		p.wrong(n, where, "true or false")
		return nil
	}
	yes := strings.EqualFold(n.Value, "true")
	return &yes
}

// id reads a user or group id.
func (p *parser) id(n *yaml.Node, where string) int {
	value, err := strconv.ParseInt(n.Value, 10, strconv.IntSize)
	plain := n.Kind == yaml.ScalarNode && n.ShortTag() == "!!int" && strconv.FormatInt(value, 10) == n.Value
	if err != nil || !plain || !untagged(n) || value < 1 || value > maxID {
		p.wrong(n, where, "a whole number from 1 to 4294967294, without quotes")
		return 0
	}
	return int(value)
}

// maxID is the largest id that Linux gives to a user: -1 as 32 bits means "none".
const maxID = 1<<32 - 2

// untagged reports whether n has no tag of its own, like !!str.
func untagged(n *yaml.Node) bool { return n.Style&yaml.TaggedStyle == 0 }

// wrong says what a node is and what is wanted.
func (p *parser) wrong(n *yaml.Node, where, wanted string) {
	p.fail(p.at(n), "%s: %s is wanted, not %s", orFile(where), wanted, describe(n))
}

// describe is a node in words.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.AliasNode:
		return "an alias: write the value out"
	case n.Style&yaml.TaggedStyle != 0:
		return "a value with a tag (" + n.Tag + ")"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.ShortTag() == "!!null":
		return "an empty value"
	case n.ShortTag() == "!!str":
		return strconv.Quote(shorten(n.Value))
	}
	return shorten(n.Value)
}

// shorten keeps messages readable.
func shorten(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for !utf8.ValidString(s) && len(s) > most-utf8.UTFMax {
		s = s[:len(s)-1]
	}
	return s + "…"
}
