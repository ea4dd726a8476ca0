// Package tree is one YAML document as an immutable tree in which every value
// knows its bytes, and the constructors of edits that change one value and
// leave every other byte alone. Nothing is ever re-emitted.
package tree

import "nonroot/fixer/edit"

// Kind says what a value is.
type Kind uint8

const (
	Null Kind = iota // nothing, ~ or null
	Scalar
	Sequence
	Mapping
)

// String is the name that messages use.
func (k Kind) String() string {
	return [...]string{"an empty value", "a scalar", "a list", "a mapping"}[k]
}

// Style is how a scalar is written.
type Style uint8

const (
	Plain Style = iota
	SingleQuoted
	DoubleQuoted
	Literal
	Folded
)

// Value is one node of the document. An alias has the Kind, Text, Items and
// Pairs of what it stands for, so that reading needs no care; its Range is that
// of the *name, and Content leads to where the content is written.
type Value struct {
	// Range is the content, without anchor and tag. That of a block collection
	// starts at its first key or dash; that of a block scalar starts at its
	// header and ends before the line break of its last line. It is empty, right
	// behind the colon or dash, where nothing is written.
	edit.Range
	// Text is the value of a scalar, with quotes, escapes and folds resolved.
	Text string
	// Parent is the sequence or mapping that holds the value; nil for the root.
	Parent *Value
	*Children

	rare   *rare    // nil where it would be empty
	index  int32    // among the parent's items or pairs
	outer  int32    // where the anchor or tag starts; Start where there is none
	short  shortTag // what Type says
	Kind   Kind
	Style  Style
	Flow   bool
	bare   bool // an empty value without a colon or dash of its own
	closed bool // a flow collection between brackets, unlike the pair in [a: b]
	last   bool // a block scalar whose last line ends the file without a line break
}

// Children are what a collection holds; a scalar has none.
type Children struct {
	Items []*Value
	Pairs []Pair

	keys    map[string]int // of a long mapping: which pair has the key
	column  int32          // of a block collection, in runes from 0
	size    int32          // number of values with all aliases expanded, and itself
	merging bool           // a mapping with a <<
}

// childless are the children of all scalars.
var childless = Children{size: 1}

// rare is what few values have, kept apart because there are many values.
type rare struct {
	tag, anchor string
	short       string // of a tag that shortTag has no number for
	alias       *Value
	aliases     []*Value // the aliases that stand for the value
	layout      *layout  // of the root: how the document is indented
}

// none is the rare part of the values that have none.
var none rare

// odd is the rare part, to be read.
func (v *Value) odd() *rare {
	if v.rare == nil {
		return &none
	}
	return v.rare
}

// odder is the rare part, to be written.
func (v *Value) odder() *rare {
	if v.rare == nil {
		v.rare = &rare{}
	}
	return v.rare
}

// Tag is the tag as written, "" where there is none.
func (v *Value) Tag() string { return v.odd().tag }

// Anchor is the name of the anchor, "" where there is none.
func (v *Value) Anchor() string { return v.odd().anchor }

// Alias is what a *name stands for, and nil for everything else.
func (v *Value) Alias() *Value { return v.odd().alias }

// Pair is one entry of a mapping. Merge says that the key is a plain <<.
type Pair struct {
	Key, Value *Value
	Merge      bool
}

// Content is the value itself, or what an alias stands for.
func (v *Value) Content() *Value {
	if v != nil && v.rare != nil && v.rare.alias != nil {
		return v.rare.alias
	}
	return v
}

// Whole is the value's range with its anchor and tag.
func (v *Value) Whole() edit.Range {
	return edit.Range{Src: v.Src, Start: int(v.outer), End: v.End}
}

// Aliases are the places that stand for this value by its anchor.
func (v *Value) Aliases() []*Value { return v.odd().aliases }

// Reused is the value or the nearest one around it that an alias stands for as
// well; nil where the value occurs once.
func (v *Value) Reused() *Value {
	for ; v != nil; v = v.Parent {
		if len(v.Aliases()) > 0 {
			return v
		}
	}
	return nil
}

// IsString reports whether the value is a scalar that YAML reads as a string.
func (v *Value) IsString() bool { return v.Kind == Scalar && v.short == tagStr }

// Pair is the entry of the parent mapping whose key or value v is.
func (v *Value) Pair() (Pair, bool) {
	if v.Parent == nil || v.Parent.Kind != Mapping {
		return Pair{}, false
	}
	return v.Parent.Pairs[v.index], true
}
