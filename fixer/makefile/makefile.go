// Package makefile reads as much of a GNU Makefile as it takes to append a target
// to it, without touching a line that is there, and holds the one target that is
// ours: reset-permissions.
//
// Facts about make are from its manual and were tried with GNU make 4.3.
package makefile

import (
	"path"
	"slices"
	"strings"

	"nonroot/fixer/edit"
)

// File is a Makefile as it was read. Nothing of it is run: both branches of a
// conditional count, and what functions expand to is unknown.
type File struct {
	Src         *edit.Source
	Rules       []Rule
	Assignments []Assignment
	Includes    []Include
	prefix      prefix
	// plain are the variables that hold plain text as far as we know.
	plain map[string]string
	// broken is why make does not read the file, or why what is appended would
	// become part of what is there.
	broken *edit.Refusal
}

// Rule is a rule with its recipe.
type Rule struct {
	edit.Range // whole lines, from the targets to the end of the recipe
	// Targets are as written: names, patterns, variables.
	Targets       []Word
	Prerequisites string // with the order-only ones, and a static pattern
	DoubleColon   bool
	// RecipeAt are the bytes of the recipe, with prefixes, and with the comments
	// and conditionals between its lines; empty where there is none.
	RecipeAt edit.Range
	// Conditional says that it stands in an ifdef or the like.
	Conditional bool
	recipe      []string
}

// Recipe is the text that make gives to the shell, before it expands variables:
// without recipe prefixes, lines joined by LF.
func (r Rule) Recipe() string { return strings.Join(r.recipe, "\n") }

// Word is one word and where it is.
type Word struct {
	edit.Range
	Text string
}

// Assignment sets a variable, of one target where Target is not empty.
type Assignment struct {
	edit.Range  // whole lines
	Target      string
	Name        string // as written
	Op          string // =, :=, ::=, :::=, +=, ?=, !=, or undefine
	Value       string // unexpanded; the lines of a define are joined by LF
	Export      bool
	Conditional bool
}

// Include is one include, -include or sinclude.
type Include struct {
	edit.Range           // whole lines
	Files       []string // with the variables that the file sets to plain text expanded
	Optional    bool     // does not have to exist
	Conditional bool
}

// prefix is what starts a line of a recipe; it is not known where it depends on
// a function, a conditional or the version of make.
type prefix struct {
	char  byte
	known bool
}

// Parse reads a Makefile. A NUL byte is a *edit.Refusal: make ends the line there.
// What else make would not read is an error of Append only.
func Parse(src *edit.Source) (*File, error) {
	if at := strings.IndexByte(src.Text, 0); at >= 0 {
		return nil, edit.Refuse(edit.Range{Src: src, Start: at, End: at + 1}, "the file has a NUL byte, where make ends the line; remove it")
	}
	p := parser{f: &File{Src: src, prefix: prefix{'\t', true}, plain: map[string]string{}}, lines: lines{src: src}}
	if strings.HasPrefix(src.Text, edit.BOM) {
		p.lines.at = len(edit.BOM)
	}
	p.run()
	return p.f, nil
}

// Find gives the rules that have name among their targets. Variables that the
// file itself sets to plain text are expanded; patterns do not match.
func (f *File) Find(name string) []Rule {
	var out []Rule
	for _, r := range f.Rules {
		if slices.ContainsFunc(r.Targets, func(w Word) bool {
			return w.Text == name || strings.Contains(w.Text, "$") && slices.Contains(strings.Fields(f.expand(w.Text)), name)
		}) {
			out = append(out, r)
		}
	}
	return out
}

// IncludesFile reports whether the file includes another by that path, relative
// to its own directory. The variables of an included .env keep the blanks before
// a comment, and quotes.
func (f *File) IncludesFile(name string) bool {
	for _, in := range f.Includes {
		for _, file := range in.Files {
			if path.Clean(strings.TrimPrefix(file, "$(CURDIR)/")) == path.Clean(name) {
				return true
			}
		}
	}
	return false
}
