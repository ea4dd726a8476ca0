package compose

import (
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

// distinct keeps one item a key: the last, in the place of the first.
func distinct(items []Item, key func(Item) string) []Item {
	at := make(map[string]int, len(items))
	out := items[:0]
	for _, item := range items {
		k := key(item)
		if i, ok := at[k]; ok {
			out[i] = item
			continue
		}
		at[k] = len(out)
		out = append(out, item)
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
	at := make(map[string]int)
	var out []KeyValue
	add := func(kv KeyValue) {
		if i, ok := at[kv.Key]; ok {
			out[i] = kv
			return
		}
		at[kv.Key] = len(out)
		out = append(out, kv)
	}
	for _, f := range all {
		for _, item := range f.Items {
			if item.Content().Tag() == "!reset" {
				continue
			}
			key, value, set := strings.Cut(item.Text, "=")
			add(KeyValue{Item: Item{item, f.Part, f.Dir}, Key: key, Value: value, Set: set})
		}
		for _, e := range f.Value.Entries() {
			if e.Value.Content().Tag() == "!reset" {
				continue
			}
			kv := KeyValue{Item: Item{e.Value, f.Part, f.Dir}, Key: e.Key.Text, KeyAt: e.Key}
			if kv.Set = e.Value.Kind != tree.Null; kv.Set {
				kv.Value = e.Value.Text
			}
			add(kv)
		}
	}
	return out
}

// Environment is what environment says.
func (a Attributes) Environment() []KeyValue { return keyValues(a.find("environment")) }

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
	items := distinct(elements(a.find("env_file")), func(i Item) string {
		return envFile(i).Path
	})
	for _, item := range items {
		out = append(out, envFile(item))
	}
	return out
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
