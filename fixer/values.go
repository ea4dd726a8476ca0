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
func eachKey(a, b *tree.Value, visit func(key string, a, b *tree.Value) bool) bool {
	if aligned(a, b) {
		for i, p := range a.Pairs {
			if !visit(p.Key.Text, p.Value.Content(), b.Pairs[i].Value.Content()) {
				return false
			}
		}
		return true
	}
	for _, e := range a.Entries() {
		if !visit(e.Key.Text, e.Value.Content(), b.Get(e.Key.Text)) {
			return false
		}
	}
	for _, e := range b.Entries() {
		if !a.Lookup(e.Key.Text).Found() && !visit(e.Key.Text, nil, e.Value.Content()) {
			return false
		}
	}
	return true
}

// aligned reports whether two mappings have the same keys in the same order, and
// merge nothing. Most values that no fix edits are so, and need no search.
func aligned(a, b *tree.Value) bool {
	return slices.EqualFunc(a.Pairs, b.Pairs, func(p, q tree.Pair) bool {
		return !p.Merge && !q.Merge && p.Key.Kind <= tree.Scalar && q.Key.Kind <= tree.Scalar && p.Key.Text == q.Key.Text
	})
}

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
