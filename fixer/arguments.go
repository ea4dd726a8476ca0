package fixer

import (
	"maps"
	"slices"
	"strings"

	"nonroot/dockerfile"
)

// ArgOf names the build argument that a word of the target's stages takes a part
// of its value from, directly or by way of an ENV; empty where there is none.
func (t *Target) ArgOf(word string) string {
	if !strings.Contains(word, "$") {
		return ""
	}
	from := map[string]string{} // variable to argument
	for _, s := range t.Chain() {
		for _, in := range s.Syntax.Instructions {
			for _, w := range in.Words {
				name, value := variable(in, w)
				switch {
				case in.Name == "arg":
					from[name] = name
				case in.Name == "env":
					from[name] = used(value, from)
				}
			}
		}
	}
	return used(word, from)
}

// variable parts a word of ARG or ENV, as the editor gives it, into name and value.
func variable(in *dockerfile.Instruction, w dockerfile.Word) (name, value string) {
	name, value, given := strings.Cut(w.Value, "=")
	if in.Name == "env" && !given && len(in.Words) > 0 { // ENV name value
		name, value = in.Words[0].Value, w.Value
	}
	return name, value
}

// used is the argument behind a variable of a word, the first by name.
func used(word string, from map[string]string) string {
	for _, name := range slices.Sorted(maps.Keys(from)) {
		if arg := from[name]; arg != "" && Uses(word, name) {
			return arg
		}
	}
	return ""
}

// Uses reports whether $name or ${name stands in a text, and not as the start of a
// longer name.
func Uses(text, name string) bool { return whole(text, "$"+name) || whole(text, "${"+name) }

func whole(text, start string) bool {
	for rest := text; ; {
		_, after, found := strings.Cut(rest, start)
		if !found {
			return false
		}
		if after == "" || !strings.ContainsAny(after[:1], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") {
			return true
		}
		rest = after
	}
}
