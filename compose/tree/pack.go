package tree

import (
	"encoding/binary"
	"strings"
)

// Packed is a document in a few bytes a value, which lead back to its tree: for
// what is needed later, and is too much to be kept as a tree.
type Packed []byte

// A packed document is its sizes, then its values in the order of the document, each
// behind the collection that holds it. Numbers are varints, places differences.
// A value is two bytes of the bits below, its start, its length, and what the bits
// say that it has.
const (
	bitFlow   = 1 << 5 // of the first byte, above kind and style
	bitBare   = 1 << 6
	bitClosed = 1 << 7

	bitText = 1 << 4 // of the second byte, above the short tag: textInQuotes or textApart
	bitLast = 1 << 6
	bitRare = 1 << 7

	styleShift = 2 // of the first byte
	lowKind    = 1<<styleShift - 1
	lowStyle   = 1<<3 - 1
	lowShort   = 1<<4 - 1
)

// How the text of a value is packed.
const (
	textWritten  = iota // its range
	textInQuotes        // its range without the first and the last byte
	textApart           // with it
)

// Pack packs a document; root is what Parse gave.
func Pack(root *Value) Packed {
	p := &packer{}
	p.value(root)
	var out []byte
	for _, n := range [...]int{p.values, p.collections, p.items, p.pairs} {
		out = binary.AppendUvarint(out, uint64(n))
	}
	return append(out, p.out...)
}

type packer struct {
	sizes
	out      []byte
	at       int            // where the value before starts
	anchored map[*Value]int // which value it is, from 0
}

func (p *packer) number(n int) { p.out = binary.AppendUvarint(p.out, uint64(n)) }

// signed is a number that may be negative.
func (p *packer) signed(n int) { p.out = binary.AppendVarint(p.out, int64(n)) }

func (p *packer) text(s string) {
	p.number(len(s))
	p.out = append(p.out, s...)
}

func (p *packer) value(v *Value) {
	text := v.packedText()
	first := byte(v.Kind) | byte(v.Style)<<styleShift | bit(v.Flow, bitFlow) | bit(v.bare, bitBare) | bit(v.closed, bitClosed)
	second := byte(v.short) | byte(text)*bitText | bit(v.last, bitLast) | bit(v.rare != nil, bitRare)
	p.out = append(p.out, first, second)
	p.signed(v.Start - p.at)
	p.number(v.End - v.Start)
	p.at = v.Start
	if v.rare != nil {
		p.rare(v)
	}
	p.values++
	if v.Alias() != nil {
		return
	}
	if text == textApart {
		p.text(v.Text)
	}
	switch v.Kind {
	case Sequence:
		p.collection(v, len(v.Items))
		p.items += len(v.Items)
		for _, item := range v.Items {
			p.value(item)
		}
	case Mapping:
		p.collection(v, len(v.Pairs))
		p.pairs += len(v.Pairs)
		for _, pair := range v.Pairs {
			p.value(pair.Key)
			p.value(pair.Value)
		}
	}
}

func (p *packer) collection(v *Value, children int) {
	p.collections++
	p.number(children)
	p.number(int(v.column))
}

func (p *packer) rare(v *Value) {
	r := v.rare
	p.number(v.Start - int(v.outer))
	p.text(r.tag)
	p.text(r.anchor)
	p.text(r.short)
	if r.anchor != "" {
		if p.anchored == nil {
			p.anchored = map[*Value]int{}
		}
		p.anchored[v] = p.values
	}
	target := -1
	if r.alias != nil {
		target = p.anchored[r.alias]
	}
	p.number(target + 1)
	if v.Parent == nil && r.layout != nil {
		p.number(r.layout.step)
		p.signed(r.layout.list)
	}
}

// packedText is how the text of a value that is no alias is packed.
func (v *Value) packedText() int {
	written := v.Range.Text()
	switch {
	case v.Alias() != nil || v.Kind > Scalar || v.Text == written:
		return textWritten
	case len(written) == len(v.Text)+2 && strings.HasPrefix(written[1:], v.Text):
		return textInQuotes
	}
	return textApart
}

// inQuotes is the written text without its first and last byte.
func (v *Value) inQuotes() string { return v.Src.Text[v.Start+1 : v.End-1] }

func bit(set bool, as byte) byte {
	if set {
		return as
	}
	return 0
}
