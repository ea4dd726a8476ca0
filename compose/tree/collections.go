package tree

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

// columnOf is the column of an offset, in runes from 0.
func (b *builder) columnOf(at int) int {
	start := b.src.LineStart(at)
	if start == 0 {
		start = b.first
	}
	if b.ascii {
		return at - start
	}
	return utf8.RuneCountInString(b.text[start:at])
}

func (b *builder) sequence(n *yaml.Node, v *Value, start, indent, depth int) error {
	v.Kind, v.Start = Sequence, start
	v.Flow = n.Style&yaml.FlowStyle != 0
	v.Children = b.room.sequence(len(n.Content))
	end := start
	if v.Flow {
		if b.at(start) != '[' {
			return b.lost(start)
		}
		end, v.closed = start+1, true
	} else {
		if b.at(start) != '-' {
			return b.lost(start)
		}
		indent = b.columnOf(start)
		v.column = int32(indent)
	}
	for i, child := range n.Content {
		want := "-"
		if v.Flow {
			want = separator(i)
		}
		c, err := b.place(child, v, b.offset(child.Line, child.Column), indent, depth+1)
		if err != nil {
			return err
		}
		if got, at := b.gap(end, int(c.outer)); got != want {
			return b.lost(at)
		}
		if !b.indented(c, v) {
			return b.lost(int(c.outer))
		}
		if err := b.grow(v, c); err != nil {
			return err
		}
		c.index = int32(len(v.Items))
		v.Items = append(v.Items, c)
		end = c.End
	}
	return b.close(v, end, ']')
}

// separator is the indicator before the i-th entry of a flow collection.
func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// close finds the end of a collection whose last child ends at end.
func (b *builder) close(v *Value, end int, bracket byte) error {
	v.End = end
	if !v.closed {
		return nil
	}
	at := b.skip(end)
	if b.at(at) == ',' && len(v.Items)+len(v.Pairs) > 0 {
		at = b.skip(at + 1)
	}
	if b.at(at) != bracket {
		return b.lost(at)
	}
	v.End = at + 1
	return nil
}

func (b *builder) mapping(n *yaml.Node, v *Value, start, indent, depth int) error {
	v.Kind, v.Start = Mapping, start
	v.Flow = n.Style&yaml.FlowStyle != 0
	v.Children = b.room.mapping(len(n.Content) / 2)
	end := start
	if v.Flow {
		v.closed = len(n.Content) == 0 || b.offset(n.Content[0].Line, n.Content[0].Column) != start
		v.closed = v.closed && b.at(start) == '{'
		if v.closed {
			end++
		}
	} else {
		indent = b.columnOf(start)
		v.column = int32(indent)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		p, err := b.pair(n.Content[i], n.Content[i+1], v, end, indent, depth)
		if err != nil {
			return err
		}
		v.addPair(p)
		end = max(p.Key.End, p.Value.End)
	}
	if err := b.repeated(v); err != nil {
		return err
	}
	return b.close(v, end, '}')
}

func (c *Children) addPair(p Pair) {
	c.Pairs = append(c.Pairs, p)
	c.merging = c.merging || p.Merge
}

// pair places one entry behind the byte end, where the one before it ends.
func (b *builder) pair(key, value *yaml.Node, v *Value, end, indent, depth int) (Pair, error) {
	k, err := b.place(key, v, b.offset(key.Line, key.Column), indent, depth+1)
	if err != nil {
		return Pair{}, err
	}
	if k.Kind == Null && k.Start == k.End {
		return Pair{}, b.refuse(k.Start, "a key that is empty: give it a name")
	}
	want := ""
	if v.closed {
		want = separator(len(v.Pairs))
	}
	got, at := b.gap(end, int(k.outer))
	explicit := got != want && got == want+"?"
	if got != want && !explicit {
		return Pair{}, b.lost(at)
	}
	if !v.Flow && !explicit && b.columnOf(int(k.outer)) != int(v.column) || explicit && !b.indented(k, v) {
		return Pair{}, b.lost(int(k.outer))
	}
	val, err := b.pairValue(value, k, v, indent, depth)
	if err != nil {
		return Pair{}, err
	}
	if err := b.grow(v, k); err != nil {
		return Pair{}, err
	}
	if err := b.grow(v, val); err != nil {
		return Pair{}, err
	}
	k.index = int32(len(v.Pairs))
	val.index = k.index
	merge := k.isMerge()
	if merge && !mergeable(val) {
		return Pair{}, b.refuse(val.Start, "<< merges mappings, or a list of mappings, and this is neither")
	}
	if !v.Flow {
		b.layout.learn(v, val)
	}
	return Pair{k, val, merge}, nil
}

func (b *builder) pairValue(value *yaml.Node, k, v *Value, indent, depth int) (*Value, error) {
	at := b.offset(value.Line, value.Column)
	colon := b.skip(k.End)
	if b.at(colon) != ':' || colon >= at {
		colon = -1
	}
	if value.Kind == yaml.ScalarNode && value.Value == "" && value.Style == 0 && value.Anchor == "" && (colon < 0 || b.at(at) != '!') {
		val := b.value(value, v)
		val.Start, val.bare = k.End, colon < 0
		if colon >= 0 {
			val.Start = colon + 1
		}
		val.End, val.outer = val.Start, int32(val.Start)
		return val, nil
	}
	if colon < 0 {
		return nil, b.lost(k.End)
	}
	val, err := b.place(value, v, at, indent, depth+1)
	if err != nil {
		return nil, err
	}
	if got, at := b.gap(k.End, int(val.outer)); got != ":" {
		return nil, b.lost(at)
	}
	if !b.indented(val, v) {
		return nil, b.lost(int(val.outer))
	}
	return val, nil
}

// indented reports whether a child of a block collection stands deeper than that
// where it starts a line, and its content where that does, as YAML has it; the
// parser is not as strict. A list may stand in the column of its key.
func (b *builder) indented(c, v *Value) bool {
	if v.Flow || int(c.outer) == c.End {
		return true
	}
	for _, at := range [...]int{int(c.outer), c.Start} {
		line := b.src.LineStart(at)
		column := at - line
		if line <= v.Start || column > int(v.column) || strings.Trim(b.text[line:at], " ") != "" {
			continue
		}
		if column < int(v.column) || v.Kind != Mapping || c.Kind != Sequence || c.Flow {
			return false
		}
	}
	return true
}

// isMerge reports whether a key is a plain <<.
func (v *Value) isMerge() bool { return v.short == tagMerge && v.Kind <= Scalar && v.Alias() == nil }

// mergeable reports whether << can take v.
func mergeable(v *Value) bool {
	if v.Kind != Sequence {
		return v.Kind == Mapping
	}
	for _, item := range v.Items {
		if item.Kind != Mapping {
			return false
		}
	}
	return true
}

// few keys are compared with each other faster than a map is made.
const few = 16

// repeated refuses a mapping with the same key twice.
func (b *builder) repeated(v *Value) error {
	clash := func(first, second *Value) error {
		line, _ := first.Position()
		return edit.Refuse(second.Range, "the key %q is already set on line %d: remove one of them", second.Text, line)
	}
	if len(v.Pairs) <= few {
		for i, p := range v.Pairs {
			for _, q := range v.Pairs[:i] {
				if p.Key.Kind <= Scalar && q.Key.Kind <= Scalar && p.Key.Text == q.Key.Text {
					return clash(q.Key, p.Key)
				}
			}
		}
		return nil
	}
	keys := make(map[string]int, len(v.Pairs))
	v.keys = keys
	for i, p := range v.Pairs {
		if p.Key.Kind > Scalar {
			continue
		}
		if first, ok := keys[p.Key.Text]; ok {
			return clash(v.Pairs[first].Key, p.Key)
		}
		keys[p.Key.Text] = i
	}
	return nil
}
