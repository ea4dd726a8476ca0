package tree

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

// The tests here make every edit that a document allows, one at a time, and let
// yaml.v3 judge: the edited text decodes to what the old text decodes to, with
// the one change that was meant.

// node decodes text, which holds one document.
func node(text string) (*yaml.Node, error) {
	dec := yaml.NewDecoder(strings.NewReader(oneOne(text)))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		return nil, err
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("a second document: %v", err)
	}
	return doc.Content[0], nil
}

// dump writes a node so that two are equal where they mean the same: without
// positions, styles and comments, with tags, anchors and aliases.
func dump(n *yaml.Node) string {
	var out strings.Builder
	write(&out, n)
	return out.String()
}

func write(out *strings.Builder, n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		fmt.Fprintf(out, "*%s\n", n.Value)
		return
	}
	value := n.Value
	if n.ShortTag() == "!!null" {
		value = "" // however it is spelled
	}
	fmt.Fprintf(out, "%d &%s %s %q (\n", n.Kind, n.Anchor, n.ShortTag(), value)
	for _, c := range n.Content {
		write(out, c)
	}
	out.WriteString(")\n")
}

// route is the way from the root to a value: indexes into Content.
type route []int

func (r route) in(n *yaml.Node) *yaml.Node {
	for _, i := range r {
		n = n.Content[i]
	}
	return n
}

func (r route) to(i int) route { return append(r[:len(r):len(r)], i) }

// visit calls f for every value of the tree.
func visit(v *Value, r route, f func(*Value, route)) {
	f(v, r)
	if v.Alias() != nil {
		return
	}
	for i, item := range v.Items {
		visit(item, r.to(i), f)
	}
	for i, p := range v.Pairs {
		visit(p.Key, r.to(2*i), f)
		visit(p.Value, r.to(2*i+1), f)
	}
}

// change is an edit and what it means for the decoded node.
type change struct {
	name string
	make func(*Value) (edit.Edit, error)
	mean func(*yaml.Node)
}

func strNode(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

// become gives n other content; its anchor and a custom tag stay.
func become(n *yaml.Node, with yaml.Node) {
	old := *n
	*n = with
	if old.Kind == yaml.AliasNode {
		return
	}
	n.Anchor = old.Anchor
	if strings.HasPrefix(old.Tag, "!") && !strings.HasPrefix(old.Tag, "!!") {
		n.Tag = old.Tag
	}
}

// replacements are new texts that each need a different way of writing.
var replacements = []string{"other", "", "1000:1000", "true", "a: b", "x #y", "[a, b]", "it's", `C:\"x"`, "tab\there", "two\nlines", " lead", "/tmp:uid=${A:-1},gid=2", "- x", "é ☃", "<<", "--- a", "2001-01-01", "0x1F", "\u2028", "end:", "?x"}

func replaceWith(text string) change {
	return change{
		name: fmt.Sprintf("replace by %q", text),
		make: func(v *Value) (edit.Edit, error) { return Replace(v, Str(text)) },
		mean: func(n *yaml.Node) { become(n, *strNode(text)) },
	}
}

var appendTwo = change{
	name: "append",
	make: func(v *Value) (edit.Edit, error) { return Append(v, Strs("new, item", "plain").Items()...) },
	mean: func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			become(n, yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"})
		}
		n.Content = append(n.Content, strNode("new, item"), strNode("plain"))
	},
}

func mapNode(content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: content}
}

func seqNode(content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: content}
}

// nested is content with everything in it, and nestedNode what it decodes to.
var nested = Map(
	Field{"list", Seq(Str("a: b"), Map(Field{"k", Str("v")}, Field{"l", Strs("x")}), Seq(Str("y"), Nothing()))},
	Field{"empty", Seq()}, Field{"none", Nothing()}, Field{"yes", Bool(true)}, Field{"map", Map()})

func nestedNode() *yaml.Node {
	null := func() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"} }
	return mapNode(
		strNode("list"), seqNode(strNode("a: b"), mapNode(strNode("k"), strNode("v"), strNode("l"), seqNode(strNode("x"))), seqNode(strNode("y"), null())),
		strNode("empty"), seqNode(), strNode("none"), null(),
		strNode("yes"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}, strNode("map"), mapNode())
}

var addKey = change{
	name: "add a key",
	make: func(v *Value) (edit.Edit, error) { return AddKeys(v, "", Field{"new key", nested}) },
	mean: func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			become(n, yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"})
		}
		n.Content = append(n.Content, strNode("new key"), nestedNode())
	},
}

// addKeyAfter puts a key behind the i-th one.
func addKeyAfter(i int, key string) change {
	return change{
		name: "add a key after " + key,
		make: func(v *Value) (edit.Edit, error) { return AddKeys(v, key, Field{"new", Str("x")}) },
		mean: func(n *yaml.Node) {
			rest := append([]*yaml.Node{strNode("new"), strNode("x")}, n.Content[2*i+2:]...)
			n.Content = append(n.Content[:2*i+2:2*i+2], rest...)
		},
	}
}

// moved is a scalar as it stands in a collection that took its place.
func moved(n *yaml.Node) *yaml.Node {
	old := *n
	n.Anchor = ""
	return &old
}

var toList = change{
	name: "make a list",
	make: func(v *Value) (edit.Edit, error) { return ToList(v, Str("new, item"), Str("b")) },
	mean: func(n *yaml.Node) {
		old := moved(n)
		*n = *seqNode(old, strNode("new, item"), strNode("b"))
	},
}

var toMap = change{
	name: "make a mapping",
	make: func(v *Value) (edit.Edit, error) { return ToMap(v, "context", Field{"args", Strs("A={x}")}) },
	mean: func(n *yaml.Node) {
		old := moved(n)
		*n = *mapNode(strNode("context"), old, strNode("args"), seqNode(strNode("A={x}")))
	},
}

// changesOf are the changes worth trying on v, with all replacements or some.
func changesOf(v *Value, all bool) []change {
	var out []change
	if v.Kind <= Scalar {
		texts := replacements
		if !all {
			texts = []string{"other", "/tmp:uid=${A:-1},gid=2", "it's: \"x\""}
		}
		for _, text := range texts {
			out = append(out, replaceWith(text))
		}
	}
	if v.Kind == Scalar {
		out = append(out, toList, toMap)
	}
	if v.Kind == Sequence || v.Kind == Null {
		out = append(out, appendTwo)
	}
	if v.Kind == Mapping || v.Kind == Null {
		out = append(out, addKey)
		for i, p := range v.Pairs {
			if !p.Merge && p.Key.Kind == Scalar && p.Key.Text != "" {
				out = append(out, addKeyAfter(i, p.Key.Text))
			}
		}
	}
	return out
}

// tally counts what tryAll did.
type tally struct {
	made    int
	refused map[string]int
}

// tryAll makes every change on text, with all replacements or some, and has it
// judged.
func tryAll(t *testing.T, text string, all bool, count *tally) {
	t.Helper()
	src := &edit.Source{Path: "compose.yaml", Text: text}
	root, err := Parse(src)
	if err != nil {
		t.Errorf("parse: %v\n%s", err, text)
		return
	}
	doc, err := node(text)
	if err != nil {
		return // an empty document
	}
	before := document{src, doc, comments(src)}
	visit(root, nil, func(v *Value, r route) {
		for _, c := range changesOf(v, all) {
			before.try(t, v, r, c, count)
		}
	})
}

// document is a text before edits, as the judge sees it.
type document struct {
	*edit.Source
	node     *yaml.Node
	comments string
}

// clone copies a node; aliases still point to the old ones, which dump does not
// look at.
func clone(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = clone(child)
	}
	return &c
}

func (before document) try(t *testing.T, v *Value, r route, c change, count *tally) {
	t.Helper()
	e, err := c.make(v)
	if err != nil {
		var refused *edit.Refusal
		if !errors.As(err, &refused) {
			t.Errorf("%s at %v: %v", c.name, r, err)
			return
		}
		count.refused[refused.Reason]++
		return
	}
	count.made++
	src := before.Source
	want := clone(before.node)
	c.mean(r.in(want))
	after, err := edit.Apply(src, []edit.Edit{e})
	if err != nil {
		t.Fatal(err)
	}
	got, err := node(after.Text)
	if err != nil {
		t.Errorf("%s at %v: %v\nbefore:\n%q\nafter:\n%q", c.name, r, err, src.Text, after.Text)
		return
	}
	if a, b := dump(want), dump(got); a != b {
		t.Errorf("%s at %v:\nbefore:\n%q\nafter:\n%q\nwant %s\ngot %s", c.name, r, src.Text, after.Text, a, b)
	}
	if strings.Contains(src.Text, "\r\n") && !strings.Contains(strings.ReplaceAll(src.Text, "\r\n", ""), "\n") && strings.Contains(strings.ReplaceAll(after.Text, "\r\n", ""), "\n") {
		t.Errorf("%s at %v: mixes line endings:\n%q", c.name, r, after.Text)
	}
	if a, b := before.comments, comments(after); a != b {
		t.Errorf("%s at %v: comments were\n%s\nand are\n%s\nin\n%s", c.name, r, a, b, after.Text)
	}
}

// comments are all comments of a document, one a line.
func comments(src *edit.Source) string {
	root, err := Parse(src)
	if err != nil {
		return err.Error()
	}
	text := []byte(src.Text)
	visit(root, nil, func(v *Value, _ route) {
		if v.Kind <= Scalar || v.Alias() != nil {
			for i := v.Start; i < v.End; i++ {
				text[i] = ' '
			}
		}
	})
	var out []string
	for _, line := range strings.Split(string(text), "\n") {
		if i := strings.IndexByte(line, '#'); i >= 0 {
			out = append(out, strings.TrimRight(line[i:], "\r "))
		}
	}
	return strings.Join(out, "\n")
}

// twins are a text with other line endings, with a byte order mark, and without
// its last line break.
func twins(text string) map[string]string {
	asIs := text
	text = strings.ReplaceAll(text, "\r\n", "\n")
	crlf := strings.ReplaceAll(text, "\n", "\r\n")
	return map[string]string{
		"as it is":                    asIs,
		"CRLF":                        crlf,
		"BOM":                         edit.BOM + text,
		"no final newline":            strings.TrimSuffix(text, "\n"),
		"BOM, CRLF, no final newline": edit.BOM + strings.TrimSuffix(crlf, "\r\n"),
	}
}
