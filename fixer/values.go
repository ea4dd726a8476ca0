package fixer

import (
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/compose/tree"
)

// changedValues lists the values at which two versions of a compose file differ,
// as "services.api.tmpfs", with aliases and merge keys resolved, sorted. Top-level
// x- keys are left out: they mean something only where an alias leads to them.
func changedValues(before, after *compose.File) []string {
	var out []string
	diffMaps(&out, make([]string, 0, valueDepth), before.Root, after.Root)
	slices.Sort(out)
	return out
}

// valueDepth is how many keys name a value: "services", "api" and "tmpfs".
const valueDepth = 3

// diffMaps adds the values below a path, where a and b are, that differ.
func diffMaps(out *[]string, path []string, a, b *tree.Value) {
	if len(path) == valueDepth || a == nil || b == nil || a.Kind != tree.Mapping || b.Kind != tree.Mapping {
		if !same(a, b) {
			*out = append(*out, strings.Join(path, "."))
		}
		return
	}
	eachKey(a, b, func(key string, a, b *tree.Value) bool {
		if len(path) > 0 || !strings.HasPrefix(key, "x-") {
			diffMaps(out, append(path, key), a, b)
		}
		return true
	})
}

// eachKey visits the keys of either mapping, with what they have there, nil where
// they do not have it, until visit returns false; it reports whether it never did.
// Where b has the keys of a in their order, which most values have that a fix edits,
// there is nothing to search.
func eachKey(a, b *tree.Value, visit func(key string, a, b *tree.Value) bool) bool {
	i, j := 0, 0
	for ; j < len(b.Pairs) && named(b.Pairs[j]); j++ {
		key, was := b.Pairs[j].Key.Text, (*tree.Value)(nil)
		if i < len(a.Pairs) && named(a.Pairs[i]) && a.Pairs[i].Key.Text == key {
			was = a.Pairs[i].Value.Content()
			i++
		} else if a.Lookup(key).Found() {
			break
		}
		if !visit(key, was, b.Pairs[j].Value.Content()) {
			return false
		}
	}
	if i < len(a.Pairs) {
		for _, e := range a.Entries()[i:] {
			if !visit(e.Key.Text, e.Value.Content(), b.Get(e.Key.Text)) {
				return false
			}
		}
	}
	if j < len(b.Pairs) {
		for _, e := range b.Entries()[j:] {
			if !a.Lookup(e.Key.Text).Found() && !visit(e.Key.Text, nil, e.Value.Content()) {
				return false
			}
		}
	}
	return true
}

// named reports whether an entry has a key that can be looked up, and merges nothing.
func named(p tree.Pair) bool { return !p.Merge && p.Key.Kind <= tree.Scalar }

// same reports whether two values read alike: kind, type, tag and content.
func same(a, b *tree.Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind || a.Type() != b.Type() || a.Tag() != b.Tag() || a.Text != b.Text || len(a.Items) != len(b.Items) {
		return false
	}
	for i := range a.Items {
		if !same(a.Items[i].Content(), b.Items[i].Content()) {
			return false
		}
	}
	return a.Kind != tree.Mapping || eachKey(a, b, func(_ string, a, b *tree.Value) bool { return same(a, b) })
}
