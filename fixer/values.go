package fixer

import (
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/compose/tree"
)

// changedValues lists the values at which two versions of a compose file differ,
// as "services.api.tmpfs", with aliases and merge keys resolved. Top-level x-
// keys are left out: they mean something only where an alias leads to them.
func changedValues(before, after *compose.File) []string {
	var out []string
	diffMaps(&out, "", before.Root, after.Root, 3)
	return out
}

func diffMaps(out *[]string, at string, a, b *tree.Value, depth int) {
	if depth == 0 || a == nil || b == nil || a.Kind != tree.Mapping || b.Kind != tree.Mapping {
		if !same(a, b) {
			*out = append(*out, at)
		}
		return
	}
	for _, key := range keys(a, b) {
		name := key
		if at != "" {
			name = at + "." + key
		} else if strings.HasPrefix(key, "x-") {
			continue
		}
		diffMaps(out, name, a.Get(key), b.Get(key), depth-1)
	}
}

// keys are those of both mappings, with what comes by merge keys.
func keys(a, b *tree.Value) []string {
	var out []string
	for _, v := range []*tree.Value{a, b} {
		for _, e := range v.Entries() {
			out = append(out, e.Key.Text)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// same reports whether two values read alike: kind, type, tag and content.
func same(a, b *tree.Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind || a.Type != b.Type || a.Tag() != b.Tag() || a.Text != b.Text || len(a.Items) != len(b.Items) {
		return false
	}
	for i := range a.Items {
		if !same(a.Items[i], b.Items[i]) {
			return false
		}
	}
	if a.Kind != tree.Mapping {
		return true
	}
	for _, key := range keys(a, b) {
		if !same(a.Get(key), b.Get(key)) {
			return false
		}
	}
	return true
}
