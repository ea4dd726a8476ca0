package tree

import (
	"encoding/binary"

	"nonroot/fixer/edit"
)

// Unpack is the tree that Parse gave for the source and Pack packed, as it was.
func Unpack(src *edit.Source, packed Packed) *Value {
	u := &unpacker{src: src, in: packed}
	u.room = sizes{u.number(), u.number(), u.number(), u.number()}.room()
	u.values = u.room.values
	return u.value(nil)
}

type unpacker struct {
	src    *edit.Source
	in     []byte
	room   room
	values []Value // all of them
	at     int     // where the value before starts
}

func (u *unpacker) byte() byte {
	b := u.in[0]
	u.in = u.in[1:]
	return b
}

func (u *unpacker) number() int {
	n, size := binary.Uvarint(u.in)
	u.in = u.in[size:]
	return int(n)
}

func (u *unpacker) signed() int {
	n, size := binary.Varint(u.in)
	u.in = u.in[size:]
	return int(n)
}

func (u *unpacker) text() string {
	size := u.number()
	s := string(u.in[:size])
	u.in = u.in[size:]
	return s
}

func (u *unpacker) value(parent *Value) *Value {
	v := u.room.value(u.src, parent)
	first, second := u.byte(), u.byte()
	v.Kind, v.Style = Kind(first&lowKind), Style(first>>styleShift&lowStyle)
	v.Flow, v.bare, v.closed = first&bitFlow != 0, first&bitBare != 0, first&bitClosed != 0
	v.short, v.last = shortTag(second&lowShort), second&bitLast != 0
	u.at += u.signed()
	v.Start, v.End, v.outer = u.at, u.at+u.number(), int32(u.at)
	if second&bitRare != 0 && u.rare(v) {
		return v
	}
	switch {
	case v.Kind == Sequence:
		u.sequence(v)
	case v.Kind == Mapping:
		u.mapping(v)
	case second/bitText%4 == textInQuotes:
		v.Text = v.inQuotes()
	case second/bitText%4 == textApart:
		v.Text = u.text()
	default:
		v.Text = v.Range.Text()
	}
	return v
}

// rare reports whether the value is an alias, and then is done with it.
func (u *unpacker) rare(v *Value) bool {
	v.outer -= int32(u.number())
	r := v.odder()
	r.tag, r.anchor, r.short = u.text(), u.text(), u.text()
	if target := u.number(); target > 0 {
		v.standFor(&u.values[target-1])
		return true
	}
	if v.Parent == nil {
		r.layout = &layout{u.number(), u.signed()}
	}
	return false
}

func (u *unpacker) sequence(v *Value) {
	children := u.number()
	v.Children = u.room.sequence(children)
	v.column = int32(u.number())
	for i := range children {
		item := u.value(v)
		item.index = int32(i)
		v.Items = append(v.Items, item)
		v.size += item.size
	}
}

func (u *unpacker) mapping(v *Value) {
	children := u.number()
	v.Children = u.room.mapping(children)
	v.column = int32(u.number())
	for i := range children {
		p := Pair{Key: u.value(v), Value: u.value(v)}
		p.Merge = p.Key.isMerge()
		p.Key.index, p.Value.index = int32(i), int32(i)
		v.addPair(p)
		v.size += p.Key.size + p.Value.size
	}
	if len(v.Pairs) > few {
		v.keys = make(map[string]int, len(v.Pairs))
		for i, p := range v.Pairs {
			if p.Key.Kind <= Scalar {
				v.keys[p.Key.Text] = i
			}
		}
	}
}
