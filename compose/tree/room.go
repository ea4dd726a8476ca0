package tree

import (
	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

// room is the memory of a document, taken at once.
type room struct {
	values   []Value
	children []Children
	items    []*Value
	pairs    []Pair
}

// sizes are how much room a document takes.
type sizes struct{ values, collections, items, pairs int }

func (s sizes) room() room {
	return room{make([]Value, s.values), make([]Children, s.collections), make([]*Value, s.items), make([]Pair, s.pairs)}
}

// add counts a node and those in it.
func (s *sizes) add(n *yaml.Node) {
	s.values++
	switch n.Kind {
	case yaml.SequenceNode:
		s.collections++
		s.items += len(n.Content)
	case yaml.MappingNode:
		s.collections++
		s.pairs += len(n.Content) / 2
	}
	for _, child := range n.Content {
		s.add(child)
	}
}

// value is the next value, a scalar so far.
func (r *room) value(src *edit.Source, parent *Value) *Value {
	v := &r.values[0]
	r.values = r.values[1:]
	v.Src, v.Parent, v.Children = src, parent, &childless
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
