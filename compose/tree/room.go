package tree

import "gopkg.in/yaml.v3"

// room is the memory of a document, taken at once.
type room struct {
	values   []Value
	children []Children
	items    []*Value
	pairs    []Pair
}

// roomFor is room for what a node and those in it make.
func roomFor(n *yaml.Node) room {
	var values, children, items, pairs int
	var count func(n *yaml.Node)
	count = func(n *yaml.Node) {
		values++
		switch n.Kind {
		case yaml.SequenceNode:
			children++
			items += len(n.Content)
		case yaml.MappingNode:
			children++
			pairs += len(n.Content) / 2
		}
		for _, child := range n.Content {
			count(child)
		}
	}
	count(n)
	return room{make([]Value, values), make([]Children, children), make([]*Value, items), make([]Pair, pairs)}
}

func (r *room) value() *Value {
	v := &r.values[0]
	r.values = r.values[1:]
	return v
}

// sequence has room for so many items, and is empty.
func (r *room) sequence(items int) *Children {
	c := r.collection()
	c.Items, r.items = r.items[:0:items], r.items[items:]
	return c
}

// mapping has room for so many pairs, and is empty.
func (r *room) mapping(pairs int) *Children {
	c := r.collection()
	c.Pairs, r.pairs = r.pairs[:0:pairs], r.pairs[pairs:]
	return c
}

func (r *room) collection() *Children {
	c := &r.children[0]
	r.children = r.children[1:]
	c.size = 1
	return c
}
