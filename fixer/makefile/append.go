package makefile

import (
	"path"
	"strings"

	"nonroot/fixer/edit"
)

// Append puts rules behind all that is there, with a blank line between. The
// text is a Makefile of its own, with LF and tabs; it gets the line ending and the
// recipe prefix that the file ends with, and a file without a final newline stays
// one. Of an absent file it makes one.
//
// What would change meaning by it, or would not work, is a *edit.Refusal: a target
// that the file has already, an end inside of something, a recipe prefix that is
// not known, a shell that is no Bourne shell, lines that GNU make does not read.
func (f *File) Append(text string) (edit.Edit, error) {
	own, err := Parse(&edit.Source{Text: text})
	if err != nil {
		return edit.Edit{}, err
	}
	if err := f.takes(own); err != nil {
		return edit.Edit{}, err
	}
	end := len(f.Src.Text)
	eol := f.Src.EOL(end)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "\t") {
			lines[i] = string([]byte{f.prefix.char}) + l[1:]
		}
	}
	return edit.Insert(f.Src, end, separated(f.Src, strings.Join(lines, eol), eol)), nil
}

// separated is what puts text at the end of src as lines of its own, with a
// blank line before them.
func separated(src *edit.Source, text, eol string) string {
	before := strings.TrimPrefix(src.Text, edit.BOM)
	if before == "" {
		return text + eol
	}
	last := strings.TrimSuffix(before, "\n")
	if blank := strings.Trim(last[strings.LastIndexByte(last, '\n')+1:], blanks) == ""; !blank {
		text = eol + text
	}
	if last == before { // no final newline
		return eol + text
	}
	return text + eol
}

// takes refuses a file to which the rules of own cannot be appended.
func (f *File) takes(own *File) error {
	if f.broken != nil {
		return f.broken
	}
	if n := len(f.Src.Text); strings.HasSuffix(f.Src.Text, "\r") {
		return edit.Refuse(edit.Range{Src: f.Src, Start: n - 1, End: n}, "the file ends in a carriage return, which is part of its last line; remove it")
	}
	for _, r := range own.Rules {
		for _, t := range r.Targets {
			if there := f.Find(t.Text); len(there) > 0 && t.Text[0] != '.' {
				return edit.Refuse(there[0].Targets[0].Range, "there is a target %s already", t.Text)
			}
		}
	}
	for _, a := range f.Assignments {
		if a.Name == "SHELL" && a.Target == "" && !a.Conditional && !bourne(f.expand(a.Value)) {
			return edit.Refuse(a.Range, "SHELL is none that we know to be a Bourne shell")
		}
	}
	return f.prefixTakes()
}

// prefixTakes refuses a recipe prefix that is not known, or that would make
// recipes of the lines that are none.
func (f *File) prefixTakes() error {
	c := f.prefix.char
	if f.prefix.known && (c == '\t' || c == ' ' || strings.IndexByte("!%&*+,/;<>?@^_|~-=", c) >= 0) {
		return nil
	}
	for i := len(f.Assignments) - 1; i >= 0; i-- {
		if a := f.Assignments[i]; a.Name == ".RECIPEPREFIX" {
			return edit.Refuse(a.Range, "the recipe prefix cannot be told from this; set .RECIPEPREFIX to a tab, a blank or a sign such as > alone")
		}
	}
	return nil
}

// bourne reports whether the value of SHELL names one of the shells that read
// what a Bourne shell reads: /bin/bash, /usr/bin/env bash, $(shell which sh).
func bourne(value string) bool {
	for _, word := range strings.Fields(value) {
		switch strings.TrimSuffix(path.Base(strings.Trim(word, `"'()`)), ".exe") {
		case "sh", "bash", "dash", "ash", "ksh", "zsh":
			return true
		}
	}
	return false
}
