package compose

import (
	"slices"

	"nonroot/compose/tree"
)

// Build is what build says, in its short and its long form.
type Build struct {
	all   []found // the values of build in force, lowest precedence first
	attrs Attributes
}

// Build is what build says, nil where the service is not built.
func (a Attributes) Build() *Build {
	all := slices.DeleteFunc(a.find(attrBuild), func(f found) bool { return f.Kind == tree.Null })
	if len(all) == 0 {
		return nil
	}
	return &Build{all, a}
}

// Base is the value of build of the lowest precedence.
func (b *Build) Base() *tree.Value { return b.all[0].Value }

// find gives the values of a key of build; a short form is its context.
func (b *Build) find(key string) []found {
	var out []found
	for _, f := range b.all {
		if f.Kind == tree.Scalar {
			if key == "context" {
				out = append(out, f)
			}
			continue
		}
		if e := f.Value.Lookup(key); e.Found() {
			out = b.attrs.add(out, found{Item{e.Value, f.Part, f.Dir}, f.part, e.Key})
		}
	}
	return out
}

// Context is a path or a URL; nil stands for the default, ".".
func (b *Build) Context() *Item { return last(b.find("context")) }

// Dockerfile is a path relative to the context; nil stands for the default.
func (b *Build) Dockerfile() *Item { return last(b.find("dockerfile")) }

// DockerfileInline is the text of a Dockerfile, or nil.
func (b *Build) DockerfileInline() *Item { return last(b.find("dockerfile_inline")) }

// Target is the stage to build, nil for the last one.
func (b *Build) Target() *Item { return last(b.find("target")) }

// Args are the build arguments.
func (b *Build) Args() []KeyValue { return keyValues(b.find("args")) }

// AdditionalContexts are further contexts by name.
func (b *Build) AdditionalContexts() []KeyValue { return keyValues(b.find("additional_contexts")) }
