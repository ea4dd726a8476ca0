package compose

import (
	"slices"
	"strings"

	"nonroot/compose/tree"
)

// elements are the entries of strings and lists, in order.
func elements(all []found) []Item {
	var out []Item
	for _, f := range all {
		if f.Kind == tree.Scalar {
			out = append(out, f.Item)
			continue
		}
		for _, item := range f.Items {
			if item.Content().Tag() != "!reset" {
				out = append(out, Item{item, f.Part, f.Dir})
			}
		}
	}
	return out
}

// whole tells items apart by all of their text.
func whole(i Item) string { return i.Text }

// name tells items apart as compose does in most lists: by what stands before
// the first equals sign.
func name(i Item) string {
	before, _, _ := strings.Cut(i.Text, "=")
	return before
}

// KeyValue is one entry of a list of KEY=VALUE, or of a mapping.
type KeyValue struct {
	// Item is the entry of the list, or the value in the mapping.
	Item
	Key, Value string
	// Set is false for a KEY alone, whose value comes from the environment.
	Set bool
	// KeyAt is the key in a mapping, nil in a list.
	KeyAt *tree.Value
}

// keyValues reads lists and mappings as compose merges them: a later entry
// replaces an earlier one with its key, in that one's place.
func keyValues(all []found) []KeyValue {
	var out []KeyValue
	for _, f := range all {
		for _, item := range f.Items {
			if item.Content().Tag() == "!reset" {
				continue
			}
			key, value, set := strings.Cut(item.Text, "=")
			out = append(out, KeyValue{Item: Item{item, f.Part, f.Dir}, Key: key, Value: value, Set: set})
		}
		for _, e := range f.Value.Entries() {
			if e.Value.Content().Tag() == "!reset" {
				continue
			}
			kv := KeyValue{Item: Item{e.Value, f.Part, f.Dir}, Key: e.Key.Text, KeyAt: e.Key}
			if kv.Set = e.Value.Kind != tree.Null; kv.Set {
				kv.Value = e.Value.Text
			}
			out = append(out, kv)
		}
	}
	return distinct(out, func(kv KeyValue) string { return kv.Key })
}

// Environment is what environment says.
func (a Attributes) Environment() []KeyValue { return keyValues(a.find(attrEnvironment)) }

// EnvFile is one entry of env_file.
type EnvFile struct {
	Item
	Path     string
	Optional bool // required: false
	Raw      bool // format: raw
}

// EnvFiles are the entries of env_file in its three forms.
func (a Attributes) EnvFiles() []EnvFile {
	var out []EnvFile
	for _, item := range elements(a.find(attrEnvFile)) {
		out = append(out, envFile(item))
	}
	return distinct(out, func(f EnvFile) string { return f.Path })
}

func envFile(i Item) EnvFile {
	out := EnvFile{Item: i, Path: i.Text}
	if i.Kind != tree.Mapping {
		return out
	}
	out.Path = textOf(i.Get("path"))
	required, known := truth(textOf(i.Get("required")))
	out.Optional = known && !required
	out.Raw = textOf(i.Get("format")) == "raw"
	return out
}

// truth reads a boolean as compose does.
func truth(text string) (value, known bool) {
	switch strings.ToLower(text) {
	case "true", "y", "yes", "on":
		return true, true
	case "false", "n", "no", "off":
		return false, true
	}
	return false, false
}

// few names are looked through faster than a map is made.
const few = 16

// distinct keeps one item a key: the last, in the place of the first.
func distinct[T any](items []T, key func(T) string) []T {
	if len(items) < 2 {
		return items
	}
	keys := make([]string, 0, len(items)) // of out
	var index map[string]int              // of keys, where they are many
	if len(items) > few {
		index = make(map[string]int, len(items))
	}
	out := items[:0]
	for _, item := range items {
		k := key(item)
		at, again := index[k]
		if index == nil {
			at = slices.Index(keys, k)
			again = at >= 0
		}
		if again {
			out[at] = item
			continue
		}
		if index != nil {
			index[k] = len(out)
		}
		keys, out = append(keys, k), append(out, item)
	}
	return out
}
