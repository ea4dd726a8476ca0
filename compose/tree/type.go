package tree

import "slices"

// shortTag is a tag that YAML itself has, by number; 0 is any other.
type shortTag uint8

const (
	tagNull shortTag = iota + 1
	tagStr
	tagMerge
)

var shortTags = [...]string{tagNull: "!!null", tagStr: "!!str", tagMerge: "!!merge", "!!map", "!!seq", "!!int", "!!bool", "!!float", "!!timestamp", "!!binary"}

// Type is the short tag that the value resolves to: "!!str", "!!int", …
func (v *Value) Type() string {
	if v.short == 0 {
		return v.odd().short
	}
	return shortTags[v.short]
}

func (v *Value) setType(tag string) {
	if at := slices.Index(shortTags[1:], tag); at >= 0 {
		v.short = shortTag(at + 1)
		return
	}
	v.odder().short = tag
}
