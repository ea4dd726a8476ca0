package envfile

import (
	"strings"
	"unicode"

	"nonroot/fixer/edit"
)

// Entry is a variable to add, with the comment that stands behind it; both value
// and comment are one line, and the value needs no quotes.
type Entry struct{ Name, Value, Comment string }

// commentGap is the number of blanks between the longest NAME=VALUE and its
// comment; the comments of one Add stand in one column.
const commentGap = 3

// Add appends entries behind all that is there, with a blank line between. What
// Get knows already is left out, so that an Add of what is there is an empty
// edit. The lines end as the last one does, and a file without a final newline
// stays one. Of an absent file it makes one.
func (f *File) Add(entries ...Entry) (edit.Edit, error) {
	end := len(f.Src.Text)
	var missing []Entry
	for _, e := range entries {
		if err := f.usable(e); err != nil {
			return edit.Edit{}, err
		}
		if _, ok := f.Get(e.Name); !ok {
			missing = append(missing, e)
		}
	}
	if len(missing) == 0 {
		return edit.Insert(f.Src, end, ""), nil
	}
	if f.bareEnd {
		return edit.Edit{}, edit.Refuse(edit.Range{Src: f.Src, Start: f.Src.LineStart(end), End: end},
			"the file ends in a name without a value, which compose reads as another thing once a line follows; write NAME= or end the line")
	}
	return edit.Insert(f.Src, end, f.appended(lines(missing))), nil
}

// usable refuses what would not read back as it is.
func (f *File) usable(e Entry) error {
	at := edit.Range{Src: f.Src, Start: len(f.Src.Text), End: len(f.Src.Text)}
	for i, r := range e.Name {
		if r != '_' && !(r >= 'A' && r <= 'Z') && !(r >= 'a' && r <= 'z') && !(i > 0 && r >= '0' && r <= '9') {
			return edit.Refuse(at, "%q is not the name of a variable", e.Name)
		}
	}
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("\"'#$\\", r)
	}
	switch {
	case e.Name == "" || e.Name == "export":
		return edit.Refuse(at, "%q is not the name of a variable", e.Name)
	case e.Value == "" || strings.ContainsFunc(e.Value, odd):
		return edit.Refuse(at, "the value of %s would need quotes", e.Name)
	case strings.ContainsFunc(e.Comment, unicode.IsControl):
		return edit.Refuse(at, "the comment of %s is not one line", e.Name)
	}
	return nil
}

// lines are the lines of entries, without line endings.
func lines(entries []Entry) []string {
	column := 0
	for _, e := range entries {
		column = max(column, len(e.Name+"="+e.Value)+commentGap)
	}
	var out []string
	for _, e := range entries {
		line := e.Name + "=" + e.Value
		if e.Comment != "" {
			line += strings.Repeat(" ", column-len(line)) + "# " + e.Comment
		}
		out = append(out, line)
	}
	return out
}

// appended is the text that puts lines at the end of the file.
func (f *File) appended(lines []string) string {
	text := strings.TrimPrefix(f.Src.Text, edit.BOM)
	eol := f.Src.EOL(len(f.Src.Text))
	added := strings.Join(lines, eol)
	if text == "" {
		return added + eol
	}
	last := strings.TrimSuffix(text, "\n")
	blank := strings.TrimSpace(last[strings.LastIndexByte(last, '\n')+1:]) == ""
	if last == text { // no final newline
		added = eol + added
	} else {
		added += eol
	}
	if !blank {
		added = eol + added
	}
	return added
}
