package dockerfile

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// arguments reads the arguments [lo, hi), which have no white space around
// them, as BuildKit reads them for this instruction.
func (r *reader) arguments(in *Instruction, node *parser.Node, lo, hi int) error {
	if in.Name == "onbuild" {
		return r.onbuild(in, node, lo, hi)
	}
	first := len(r.words)
	in.JSON = node.Attributes["json"]
	switch in.Name {
	case "add", "copy", "volume":
		r.jsonOr(in, lo, hi, r.fields)
	case "run", "cmd", "entrypoint", "shell":
		r.jsonOr(in, lo, hi, r.command)
	case "healthcheck":
		r.healthcheck(in, lo, hi)
	case "expose", "from":
		r.fields(in, lo, hi)
	case "arg":
		r.quoted(in, lo, hi)
	case "env", "label":
		return r.pairs(in, node.Next, lo, hi)
	default: // maintainer, stopsignal, user, workdir
		r.whole(in, lo, hi)
	}
	in.Words = r.words[first:len(r.words):len(r.words)]
	return r.compare(in, node.Next)
}

// compare compares the words with the list of nodes that BuildKit has for them.
func (r *reader) compare(in *Instruction, node *parser.Node) error {
	for _, w := range in.Words {
		if node == nil || node.Value != w.Value {
			return r.differ(in, "an argument")
		}
		node = node.Next
	}
	if node != nil {
		return r.differ(in, "the number of arguments")
	}
	return nil
}

// whole takes all of [lo, hi) as one word, if there is any.
func (r *reader) whole(in *Instruction, lo, hi int) {
	if lo < hi {
		r.addWord(in, lo, hi)
	}
}

func (r *reader) command(in *Instruction, lo, hi int) {
	r.whole(in, lo, hi)
	if lo < hi {
		in.Command = r.words[len(r.words)-1].Value
	}
}

// jsonOr reads a JSON array where BuildKit found one, else what other finds.
func (r *reader) jsonOr(in *Instruction, lo, hi int, other func(in *Instruction, lo, hi int)) {
	if !in.JSON {
		other(in, lo, hi)
		return
	}
	for lo < hi {
		n := strings.IndexByte(r.line.text[lo:hi], '"')
		if n < 0 {
			return
		}
		start := lo + n
		lo = start + stringLength(r.line.text[start:hi])
		r.addWord(in, start, lo)
		w := &r.words[len(r.words)-1]
		w.Value = unquoteJSON(w.Value)
	}
}

// unquoteJSON is the value of a JSON string.
func unquoteJSON(raw string) string {
	if len(raw) > 1 && strings.IndexByte(raw, '\\') < 0 && utf8.ValidString(raw) {
		return raw[1 : len(raw)-1]
	}
	var value string
	if json.Unmarshal([]byte(raw), &value) != nil {
		return raw // BuildKit has read the array: this will differ
	}
	return value
}

// stringLength is the length of the JSON string that s starts with.
func stringLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// healthcheck reads NONE or CMD, and the command behind it.
func (r *reader) healthcheck(in *Instruction, lo, hi int) {
	end := lo
	for end < hi && !isLatinSpace(r.line.text[end]) {
		end++
	}
	r.whole(in, lo, end)
	for end < hi && isLatinSpace(r.line.text[end]) {
		end++
	}
	r.jsonOr(in, end, hi, r.command)
}

// pairs reads the name=value words of ENV and LABEL, or the old form of a name
// and all the rest. BuildKit has three nodes for each: name, value and "=" or "".
func (r *reader) pairs(in *Instruction, node *parser.Node, lo, hi int) error {
	first := len(r.words)
	r.quoted(in, lo, hi)
	if len(r.words) > first && !strings.Contains(r.words[first].Value, "=") {
		r.words = r.words[:first]
		return r.oldPair(in, node, lo, hi)
	}
	in.Words = r.words[first:len(r.words):len(r.words)]
	for _, w := range in.Words {
		name, value, _ := strings.Cut(w.Value, "=")
		if node == nil || node.Value != name || node.Next == nil || node.Next.Value != value ||
			node.Next.Next == nil || node.Next.Next.Value != "=" {
			return r.differ(in, "an argument")
		}
		node = node.Next.Next.Next
	}
	if node != nil {
		return r.differ(in, "the number of arguments")
	}
	return nil
}

func (r *reader) oldPair(in *Instruction, node *parser.Node, lo, hi int) error {
	first, end := len(r.words), r.line.blank(lo, hi)
	r.addWord(in, lo, end)
	r.whole(in, r.line.behindBlanks(end, hi), hi)
	in.Words = r.words[first:len(r.words):len(r.words)]
	if len(in.Words) != 2 || node.Value != in.Words[0].Value || node.Next.Value != in.Words[1].Value ||
		node.Next.Next.Value != "" || node.Next.Next.Next != nil {
		return r.differ(in, "an argument")
	}
	return nil
}

// onbuild reads the instruction that [lo, hi) is.
func (r *reader) onbuild(in *Instruction, node *parser.Node, lo, hi int) error {
	if lo == hi || node.Next == nil || len(node.Next.Children) != 1 {
		return r.differ(in, "the instruction behind ONBUILD")
	}
	child := node.Next.Children[0]
	if child.Original != r.line.text[lo:hi] || strings.EqualFold(child.Value, "onbuild") {
		return r.differ(in, "the instruction behind ONBUILD")
	}
	in.Child = &Instruction{File: in.File, Index: in.Index, Line: in.Line, EndLine: in.EndLine, Open: in.Open, outer: in, head: in.head}
	return r.parts(in.Child, child, lo, hi)
}
