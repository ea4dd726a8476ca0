package makefile

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"nonroot/fixer/edit"
)

// Compare compares the target reset-permissions that the file has, whoever wrote
// it, with what it should do: same says that it changes owners, uses both variables
// and names each directory, or one that it lies in. The recipes of targets that it
// depends on count. Otherwise why says what is missing, to follow "the target
// reset-permissions": "does not name pipeline-data".
func (f *File) Compare(p Params) (same bool, why string) {
	if len(f.Find(Target)) == 0 {
		return false, "is not there"
	}
	e := expander{f: f}
	text := e.expand(f.recipes(Target, map[string]bool{}))
	var missing []string
	if strings.TrimSpace(text) == "" {
		return false, "has no recipe"
	}
	if !strings.Contains(text, "chown") {
		missing = append(missing, "changes no owner")
	}
	for _, name := range []string{p.UserVar, p.GroupVar} {
		if !slices.Contains(e.used, name) && !mentions(text, name) {
			missing = append(missing, "does not use "+name)
		}
	}
	if dirs := uncovered(p.Dirs, text); len(dirs) > 0 {
		missing = append(missing, "does not name "+strings.Join(dirs, ", "))
	}
	return len(missing) == 0, strings.Join(missing, ", ")
}

// recipes is the text of a target: its recipes, the variables that are set for
// it, and the same of the targets that it depends on.
func (f *File) recipes(target string, seen map[string]bool) string {
	if seen[target] {
		return ""
	}
	seen[target] = true
	var out strings.Builder
	for _, a := range f.Assignments {
		if a.Target == target {
			out.WriteString(a.Value + "\n")
		}
	}
	for _, r := range f.Find(target) {
		out.WriteString(r.Recipe() + "\n")
		for _, name := range strings.Fields(f.expand(r.Prerequisites)) {
			out.WriteString(f.recipes(name, seen))
		}
	}
	return out.String()
}

// mentions reports whether a name stands in text as a word of its own.
func mentions(text, name string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		at += i + len(name)
		if !isNameByte(text, at-len(name)-1) && !isNameByte(text, at) {
			return true
		}
	}
}

func isNameByte(text string, at int) bool {
	return at >= 0 && at < len(text) && isVariable("_"+text[at:at+1])
}

// uncovered are the directories that no word of a recipe names, and none that they
// lie in. The project itself is none: what changes its owners changes too much.
func uncovered(dirs []string, recipe string) []string {
	named := map[string]bool{} // the directories and those that they lie in
	for _, dir := range dirs {
		for ; dir != "." && dir != "/"; dir = path.Dir(dir) {
			named[dir] = false
		}
	}
	eachWord(recipe, func(word []byte) {
		if bytes.IndexByte(word, '/') >= 0 {
			word = []byte(fromHere(string(word)))
		}
		if _, asked := named[string(word)]; asked {
			named[string(word)] = true
		}
	})
	return slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
		for ; dir != "." && dir != "/"; dir = path.Dir(dir) {
			if named[dir] {
				return true
			}
		}
		return false
	})
}

// fromHere is a path relative to the directory that make runs in.
func fromHere(word string) string {
	for _, here := range []string{"$(CURDIR)/", "$(PWD)/", "${PWD}/", "$$PWD/", "$${PWD}/", "$$(pwd)/"} {
		word = strings.TrimPrefix(word, here)
	}
	return path.Clean(word)
}

// eachWord splits the text of a recipe roughly as the shell does: at blanks and
// operators outside of quotes. A word is only lent to visit, and none is empty.
func eachWord(text string, visit func(word []byte)) {
	var word []byte
	var quote byte
	end := func() {
		if len(word) > 0 {
			visit(word)
		}
		word = word[:0]
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == '\\' && quote != '\'' && i+1 < len(text):
			if i++; text[i] != '\n' {
				word = append(word, text[i])
			}
		case quote == 0 && endsWord(c):
			end()
		default:
			word = append(word, c)
		}
	}
	end()
}

// endsWord reports whether the shell ends a word at a byte outside of quotes.
func endsWord(c byte) bool {
	switch c {
	case ' ', '\t', '\n', ';', '|', '&', '<', '>', '=':
		return true
	}
	return false
}

// Extend adds the directories that are missing to a target that is as
// ResetPermissions renders it but for them. It is a *edit.Refusal where a person
// has changed the target, or where there is none.
func (f *File) Extend(p Params) (edit.Edit, error) {
	there := f.Find(Target)
	if len(there) != 1 {
		return edit.Edit{}, edit.Refuse(edit.Range{Src: f.Src}, "there is not one target %s", Target)
	}
	r := there[0]
	list, dirs := listedDirs(r)
	missing := uncoveredBy(p.Dirs, dirs)
	before, after := p, p
	before.Dirs, after.Dirs = dirs, slices.Concat(dirs, missing)
	was, err := ResetPermissions(before)
	if err != nil || rendered(was) != r.Recipe() {
		return edit.Edit{}, edit.Refuse(r.Targets[0].Range, "the target %s has been changed by hand: add what it lacks there, or delete it to get a new one", Target)
	}
	if err := after.check(); err != nil {
		return edit.Edit{}, err
	}
	var added strings.Builder
	for _, dir := range missing {
		added.WriteString(` "` + dir + `"`)
	}
	return edit.Insert(f.Src, list.End, added.String()), nil
}

// uncoveredBy are the directories that are not among those that are there.
func uncoveredBy(dirs, there []string) []string {
	var out []string
	for _, dir := range dirs {
		if !slices.Contains(there, dir) {
			out = append(out, dir)
		}
	}
	return out
}

// rendered is the recipe of a text of ours.
func rendered(text string) string {
	f, err := Parse(&edit.Source{Text: text})
	if err != nil {
		return ""
	}
	for _, r := range f.Find(Target) {
		return r.Recipe()
	}
	return ""
}

// listedDirs finds the list of directories in a recipe of ours.
func listedDirs(r Rule) (edit.Range, []string) {
	const before, after = `set -- "`, `"; \`
	text := r.RecipeAt.Text()
	start := strings.Index(text, before)
	if start < 0 {
		return edit.Range{}, nil
	}
	start += len(before)
	n := strings.Index(text[start:], after)
	if n < 0 {
		return edit.Range{}, nil
	}
	at := r.RecipeAt.Start + start
	return edit.Range{Src: r.Src, Start: at, End: at + n + 1}, strings.Split(text[start:start+n], `" "`)
}
