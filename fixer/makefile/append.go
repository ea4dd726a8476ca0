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
	if err := f.takes(text); err != nil {
		return edit.Edit{}, err
	}
	end := len(f.Src.Text)
	eol := f.Src.EOL(end)
	text = strings.TrimSuffix(text, "\n")
	if f.prefix.char != '\t' {
		text = strings.ReplaceAll("\n"+text, "\n\t", "\n"+string([]byte{f.prefix.char}))[1:]
	}
	if eol != "\n" {
		text = strings.ReplaceAll(text, "\n", eol)
	}
	return edit.Insert(f.Src, end, separated(f.Src, text, eol)), nil
}

// separated is what puts text at the end of src as lines of its own, with a
// blank line before them.
func separated(src *edit.Source, text, eol string) string {
	before := strings.TrimPrefix(src.Text, edit.BOM)
	if before == "" {
		return text + eol
	}
	last := strings.TrimSuffix(before, "\n")
	blank := eol
	if strings.Trim(last[strings.LastIndexByte(last, '\n')+1:], blanks) == "" { // there is one
		blank = ""
	}
	if last == before { // no final newline
		return eol + blank + text
	}
	return blank + text + eol
}

// takes refuses a file to which the rules of a text cannot be appended.
func (f *File) takes(text string) error {
	if f.broken != nil {
		return f.broken
	}
	if n := len(f.Src.Text); strings.HasSuffix(f.Src.Text, "\r") {
		return edit.Refuse(edit.Range{Src: f.Src, Start: n - 1, End: n}, "the file ends in a carriage return, which is part of its last line; remove it")
	}
	if err := f.lacks(text); err != nil {
		return err
	}
	for _, a := range f.Assignments {
		if a.Name == "SHELL" && a.Target == "" && !a.Conditional && !bourne(f.expand(a.Value)) {
			return edit.Refuse(a.Range, "SHELL is none that we know to be a Bourne shell")
		}
	}
	return f.prefixTakes()
}

// lacks refuses a file that has a target of a text's rules.
func (f *File) lacks(text string) error {
	if len(f.Rules) == 0 {
		return nil
	}
	own, err := Parse(&edit.Source{Text: text})
	if err != nil {
		return err
	}
	for _, r := range own.Rules {
		for _, t := range r.Targets {
			if there := f.Find(t.Text); len(there) > 0 && t.Text[0] != '.' {
				return edit.Refuse(there[0].Targets[0].Range, "there is a target %s already", t.Text)
			}
		}
	}
	return nil
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
