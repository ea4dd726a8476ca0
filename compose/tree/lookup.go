package tree

// Entry is where a key of a mapping was found.
type Entry struct {
	Pair
	// In is the mapping that holds the pair: the one asked, or one that it merges.
	In *Value
}

// Found reports whether there is such a key.
func (e Entry) Found() bool { return e.In != nil }

// Get is the content of the key, through aliases and merge keys, or nil.
func (v *Value) Get(key string) *Value {
	return v.Lookup(key).Value.Content()
}

// Own is the entry that the mapping itself holds, merge keys not followed.
func (v *Value) Own(key string) Entry {
	v = v.Content()
	if v == nil {
		return Entry{}
	}
	if v.keys != nil {
		if i, ok := v.keys[key]; ok && !v.Pairs[i].Merge {
			return Entry{v.Pairs[i], v}
		}
		return Entry{}
	}
	for _, p := range v.Pairs {
		if !p.Merge && p.Key.Text == key && p.Key.Kind <= Scalar {
			return Entry{p, v}
		}
	}
	return Entry{}
}

// Lookup finds a key as a decoder would: the mapping's own keys win over merged
// ones wherever they stand, and of several merged mappings the first wins.
func (v *Value) Lookup(key string) Entry {
	if e := v.Own(key); e.Found() {
		return e
	}
	for _, m := range v.Merged() {
		if e := m.Lookup(key); e.Found() {
			return e
		}
	}
	return Entry{}
}

// Merged are the mappings that the mapping takes in by <<, the strongest first.
func (v *Value) Merged() []*Value {
	v = v.Content()
	if v == nil || !v.merging {
		return nil
	}
	var out []*Value
	for _, p := range v.Pairs {
		if !p.Merge {
			continue
		}
		if p.Value.Kind == Sequence {
			for _, m := range p.Value.Items {
				out = append(out, m.Content())
			}
			continue
		}
		out = append(out, p.Value.Content())
	}
	return out
}

// Entries are all entries of the mapping, its own first, then those that it
// merges and does not have itself.
func (v *Value) Entries() []Entry {
	v = v.Content()
	if v == nil {
		return nil
	}
	out := make([]Entry, 0, len(v.Pairs))
	for _, p := range v.Pairs {
		if !p.Merge {
			out = append(out, Entry{p, v})
		}
	}
	merged := v.Merged()
	if len(merged) == 0 {
		return out
	}
	seen := make(map[string]bool, len(out))
	for _, e := range out {
		seen[e.Key.Text] = true
	}
	for _, m := range merged {
		for _, e := range m.Entries() {
			if !seen[e.Key.Text] {
				seen[e.Key.Text] = true
				out = append(out, e)
			}
		}
	}
	return out
}
