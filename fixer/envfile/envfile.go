// Package envfile reads a .env file as compose does, and adds variables to one
// without touching a line that is there.
//
// A .env file holds secrets: no error of this package quotes anything of it but
// the value of a variable that File.Positive was asked for.
package envfile

import (
	"strconv"
	"strings"

	"nonroot/fixer/edit"
)

// maxID is the largest id that an engine takes: Docker refuses what is above
// ("uids and gids must be in range 0-2147483647").
const maxID = 1<<31 - 1

// File is a .env file as it was read.
type File struct {
	Src *edit.Source
	// Vars are the variables in the order of the file, those that a later line
	// sets again too.
	Vars []Var
	// bareEnd is set where the last line is a name alone, with no line ending
	// behind it. Compose reads it as something else once one follows.
	bareEnd bool
}

// Var is one variable of a file.
type Var struct {
	edit.Range // the whole lines that it stands on, with their line ending
	Name       string
	// Value is what compose reads, with quotes, escapes and comment resolved.
	// Where Expands is set, it refers to other variables, which are left as they
	// are: ${HOME}/data.
	Value   string
	Expands bool
	// Inherited says that the line is a name without a value, which stands for
	// the variable of the environment.
	Inherited bool
	// NameAt and ValueAt are the bytes of the name and of the value; the latter
	// without its quotes, and empty where there is none.
	NameAt, ValueAt edit.Range
}

// Parse reads a file as github.com/compose-spec/compose-go/v2/dotenv does. What
// that refuses is a *edit.Refusal: a quote that is not closed, a line that is not
// NAME=VALUE. An absent file has no variables.
func Parse(src *edit.Source) (*File, error) {
	s := scanner{src: src, text: src.Text}
	if strings.HasPrefix(s.text, edit.BOM) {
		s.at = len(edit.BOM)
	}
	f := &File{Src: src}
	for s.toStatement() {
		v, err := s.statement()
		if err != nil {
			return nil, err
		}
		f.Vars = append(f.Vars, v)
	}
	f.bareEnd = s.bareEnd
	return f, nil
}

// Get gives the variable of that name that counts: the last line that gives it
// a value, be it empty.
func (f *File) Get(name string) (Var, bool) {
	for i := len(f.Vars) - 1; i >= 0; i-- {
		if v := f.Vars[i]; v.Name == name && !v.Inherited {
			return v, true
		}
	}
	return Var{}, false
}

// Positive reads an id, a whole number from 1 to 2147483647 without leading
// zeros. A variable that is missing or empty is not set: ${NAME:-1000} gives the
// default for both. Any other value is a *edit.Refusal at the value, which quotes
// it if it is a single short word.
func (f *File) Positive(name string) (n int, set bool, err error) {
	v, ok := f.Get(name)
	if !ok || v.Value == "" {
		return 0, false, nil
	}
	if v.Expands {
		return 0, true, edit.Refuse(v.ValueAt, "%s is made of other variables; write the number itself", name)
	}
	n, err = strconv.Atoi(v.Value)
	if err != nil || n < 1 || n > maxID || strconv.Itoa(n) != v.Value {
		return 0, true, edit.Refuse(v.ValueAt, "%s must be a whole number from 1 to %d%s", name, maxID, quoted(v.Value))
	}
	return n, true, nil
}

// quoted is ", not X" where X is a word that can be shown. A longer value may
// hold what belongs to other lines: a quote that is closed too late swallows them.
func quoted(value string) string {
	const longest = 24
	odd := func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("+-._", r))
	}
	if len(value) > longest || strings.ContainsFunc(value, odd) {
		return ""
	}
	return ", not " + value
}
