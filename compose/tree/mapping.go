package tree

import (
	"strings"

	"nonroot/fixer/edit"
)

// AddKeys is the edit that puts fields into a mapping, behind the entry whose
// key is after, or behind the last one where there is no such entry. A value
// that is empty becomes a mapping. A key that the mapping has itself is
// refused; one that it only merges is added, and wins from then on.
func AddKeys(v *Value, after string, fields ...Field) (edit.Edit, error) {
	if err := editable(v, Mapping); err != nil {
		return edit.Edit{}, err
	}
	if err := writable(v.Range, Map(fields...)); err != nil {
		return edit.Edit{}, err
	}
	if v.Kind != Mapping && v.Kind != Null {
		return edit.Edit{}, edit.Refuse(v.Range, "a mapping is needed here, and this is %s", v.Kind)
	}
	for _, f := range fields {
		if k := v.keyed(f.Key); k != nil {
			return edit.Edit{}, edit.Refuse(k.Range, "the mapping already has the key %q", f.Key)
		}
		if len(f.Key) > longestKey {
			return edit.Edit{}, edit.Refuse(v.Range, "a key of more than %d bytes", longestKey)
		}
	}
	if v.Kind == Null {
		return fill(v, Map(fields...))
	}
	if v.Flow {
		return addFlow(v, after, fields)
	}
	at := v.Pairs[v.behind(after)]
	end := max(at.Key.End, at.Value.End)
	h := habitsOf(v, end).like(v)
	last := at.Value
	if last.bare {
		last = at.Key
	}
	lines := h.block(Map(fields...), int(v.column))
	if v.airy() && last.tail().chomps() != '+' {
		lines = h.eol + lines
	}
	return below(last, end, lines, h.eol)
}

// airy reports whether blank lines separate the entries of a block mapping. One
// with a single entry says nothing: at the root they are usual.
func (v *Value) airy() bool {
	for i, p := range v.Pairs[1:] {
		before := v.Pairs[i]
		between := v.Src.Text[max(before.Key.End, before.Value.End):p.Key.outer]
		if strings.Count(strings.ReplaceAll(between, "\r", ""), "\n\n") == 0 {
			return false
		}
	}
	return len(v.Pairs) > 1 || v.Parent == nil && strings.Contains(v.Range.Text(), "\n")
}

// keyed is the mapping's own key of that text, also a merge key, or nil.
func (v *Value) keyed(text string) *Value {
	for _, p := range v.Pairs {
		if p.Key.Kind <= Scalar && p.Key.Text == text {
			return p.Key
		}
	}
	return nil
}

// behind is the index of the entry with the key, else of the last one.
func (v *Value) behind(key string) int {
	for i, p := range v.Pairs {
		if key != "" && !p.Merge && p.Key.Kind <= Scalar && p.Key.Text == key {
			return i
		}
	}
	return len(v.Pairs) - 1
}

func addFlow(v *Value, after string, fields []Field) (edit.Edit, error) {
	h := habitsOf(v, v.Start).like(v)
	entries := make([]string, len(fields))
	for i, f := range fields {
		entries[i] = h.inlineField(f)
	}
	s := slot{in: v, eol: h.eol}
	if len(v.Pairs) > 0 {
		p := v.Pairs[v.behind(after)]
		s.first, s.end, s.nothing = v.pairStart(p), max(p.Key.End, p.Value.End), p.Value.nothingLast()
	}
	return s.put(entries)
}

// pairStart is the offset of an entry's question mark, or of its key.
func (v *Value) pairStart(p Pair) int {
	before := strings.TrimRight(v.Src.Text[:p.Key.outer], " \t")
	if strings.HasSuffix(before, "?") {
		return len(before) - 1
	}
	return int(p.Key.outer)
}
