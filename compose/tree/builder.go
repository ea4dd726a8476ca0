package tree

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

// builder turns the nodes of the YAML parser into Values. The parser says where
// a node starts, in lines and runes, and never where it ends; the builder walks
// the text in the order of the nodes and accounts for every byte of it: what
// lies between two nodes may only be blanks, comments and the indicators that
// belong there. Where that does not come out, the document is refused.
type builder struct {
	src     *edit.Source
	text    string
	first   int                                // where the first line starts, behind a byte order mark
	ascii   bool                               // from there on
	line    struct{ number, start int }        // that was asked for last, from 1
	near    struct{ line, column, offset int } // where offset was asked last, if not ascii
	room    room
	anchors map[*yaml.Node]*Value
	total   int // values so far
	layout  layout
}

func newBuilder(src *edit.Source) *builder {
	b := &builder{src: src, text: src.Text, layout: layout{list: -1}}
	if strings.HasPrefix(b.text, edit.BOM) {
		b.first = len(edit.BOM)
	}
	b.line.number, b.line.start = 1, b.first
	b.ascii = isASCII(b.text[b.first:])
	return b
}

// lineStart is the offset of a line, from 1, and the end of the text behind the last.
// The nodes come in the order of the text, so that the way there is short.
func (b *builder) lineStart(line int) int {
	at := &b.line
	for at.number < line {
		next := strings.IndexByte(b.text[at.start:], '\n')
		if next < 0 {
			return len(b.text)
		}
		at.number, at.start = at.number+1, at.start+next+1
	}
	for at.number > max(line, 1) {
		before := strings.LastIndexByte(b.text[:at.start-1], '\n')
		at.number, at.start = at.number-1, max(before+1, b.first)
	}
	return at.start
}

// offset is the byte at a line and column as the parser counts them, both from
// 1, the column in runes; what lies outside is clamped.
func (b *builder) offset(line, column int) int {
	start := b.lineStart(line)
	if line < 1 || start == len(b.text) {
		return start
	}
	if b.ascii {
		return min(start+column-1, len(b.text))
	}
	at := 1
	if b.near.line == line && b.near.column <= column {
		at, start = b.near.column, b.near.offset
	}
	for ; at < column && start < len(b.text); at++ {
		_, n := utf8.DecodeRuneInString(b.text[start:])
		start += n
	}
	b.near.line, b.near.column, b.near.offset = line, at, start
	return start
}

// refuse says that the bytes at an offset are not understood.
func (b *builder) refuse(at int, what string) error {
	at = min(max(at, 0), len(b.text))
	return edit.Refuse(edit.Range{Src: b.src, Start: at, End: at}, "%s", what)
}

// lost is the refusal of text that does not read as the parser read it.
func (b *builder) lost(at int) error {
	return b.refuse(at, "this YAML is written in a way that cannot be edited safely: write it in a simpler form")
}

func (b *builder) value(n *yaml.Node, parent *Value) *Value {
	v := b.room.value(b.src, parent)
	b.total++
	if n.Anchor != "" {
		v.odder().anchor = n.Anchor
	}
	v.setType(n.ShortTag())
	return v
}

// empty is the root of a file without a document: a Null at the end of the text.
func (b *builder) empty() *Value {
	end := len(b.text)
	return &Value{Range: edit.Range{Src: b.src, Start: end, End: end}, Children: &childless, outer: int32(end), short: tagNull, bare: true}
}

// document places the root and sees that nothing but comments surround it.
func (b *builder) document(n *yaml.Node) (*Value, error) {
	var size sizes
	size.add(n)
	b.room = size.room()
	start := b.offset(n.Line, n.Column)
	if head := start; n.Value == "" && n.Kind == yaml.ScalarNode {
		start = min(start, len(strings.TrimRight(b.text, " \t\r\n")))
		start = max(start, min(head, b.first))
	}
	root, err := b.place(n, nil, start, -1, 0)
	if err != nil {
		return nil, err
	}
	rest, at := b.gap(root.End, len(b.text))
	if rest != "" && rest != "..." {
		return nil, b.lost(at)
	}
	root.odder().layout = &b.layout
	return root, nil
}

// place makes the Value of n, whose anchor, tag or content starts at start.
// indent is the column of the block collection around it, -1 at the root.
func (b *builder) place(n *yaml.Node, parent *Value, start, indent, depth int) (*Value, error) {
	if depth > MaxDepth {
		return nil, b.refuse(start, fmt.Sprintf("the values are nested too deep to be edited: more than %d levels", MaxDepth))
	}
	v := b.value(n, parent)
	v.outer = int32(start)
	if n.Anchor != "" {
		if b.anchors == nil {
			b.anchors = make(map[*yaml.Node]*Value)
		}
		b.anchors[n] = v
	}
	content, err := b.properties(n, v, start)
	if err != nil {
		return nil, err
	}
	switch n.Kind {
	case yaml.AliasNode:
		err = b.alias(n, v, content)
	case yaml.SequenceNode:
		err = b.sequence(n, v, content, indent, depth)
	case yaml.MappingNode:
		err = b.mapping(n, v, content, indent, depth)
	default:
		err = b.scalar(n, v, content, indent)
	}
	return v, err
}

// properties reads the node's own anchor and tag, in either order, and returns
// where its content starts. A block mapping may start with the anchor of its
// first key, so that no more is read than the node has. The tag "!" leaves no
// trace in the node; it can only be one, because no content starts with it.
func (b *builder) properties(n *yaml.Node, v *Value, at int) (int, error) {
	anchored := n.Anchor != ""
	tagged := n.Style&yaml.TaggedStyle != 0
	written := n.Kind != yaml.ScalarNode || n.Value != "" || n.Style&^yaml.TaggedStyle != 0
	for {
		c := b.at(at)
		switch {
		case c == '&' && anchored:
			anchored = false
			at += 1 + len(n.Anchor)
			if c := b.at(at); c != 0 && !isBlank(c) && !isBreak(c) && c != ',' && c != ']' && c != '}' {
				return 0, b.lost(at)
			}
		case c == '!' && (tagged || n.Kind == yaml.ScalarNode && v.Tag() == ""):
			end := at
			for end < len(b.text) && !isBlank(b.text[end]) && !isBreak(b.text[end]) {
				end++
			}
			v.odder().tag, at, tagged = b.text[at:end], end, false
		case anchored || tagged:
			return 0, b.lost(at)
		default:
			return at, nil
		}
		if written || anchored || tagged {
			at = b.skip(at)
			continue
		}
		return at, nil
	}
}

func (b *builder) alias(n *yaml.Node, v *Value, start int) error {
	end := start + 1 + len(n.Value)
	if end > len(b.text) || b.text[start] != '*' || b.text[start+1:end] != n.Value {
		return b.lost(start)
	}
	v.Start, v.End, v.outer = start, end, int32(start)
	target := b.anchors[n.Alias]
	if target == nil {
		return b.lost(start)
	}
	for p := v.Parent; p != nil; p = p.Parent {
		if p == target {
			return b.refuse(start, "the alias *"+n.Value+" stands inside of its own anchor")
		}
	}
	v.standFor(target)
	return nil
}

// standFor makes v an alias of the target.
func (v *Value) standFor(target *Value) {
	v.odder().alias, v.rare.short = target, target.odd().short
	v.Kind, v.Style, v.Flow, v.Text, v.short = target.Kind, target.Style, target.Flow, target.Text, target.short
	v.Children = target.Children
	target.odder().aliases = append(target.Aliases(), v)
}

// grow adds a child's expanded size to its parent's and bounds it.
func (b *builder) grow(v, child *Value) error {
	v.size += child.size
	if int(v.size) > maxExpand+10*b.total {
		return b.refuse(child.Start, "the aliases of this file stand for too much text")
	}
	return nil
}
