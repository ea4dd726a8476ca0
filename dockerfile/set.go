package dockerfile

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"nonroot/fixer/edit"
)

// SetFlag is the edit that gives a COPY, ADD or RUN the flag --name=value, or
// --name where value is empty: the value of a flag that is there is replaced, a
// new one goes behind the keyword and the flags there are. It refuses a flag
// that is there more than once, and one that BuildKit would not take.
func (in *Instruction) SetFlag(name, value string) (edit.Edit, error) {
	if in.Name != "copy" && in.Name != "add" && in.Name != "run" {
		return edit.Edit{}, edit.Refuse(in.Keyword.Range, "%s is given no flags", strings.ToUpper(in.Name))
	}
	text := "--" + name
	if value != "" {
		text += "=" + value
	}
	e := edit.Insert(in.File.Src, in.flagsEnd(), " "+text)
	want := in.reading()
	want.flags = ""
	found := false
	for _, f := range in.Flags {
		if f.Name != name {
			want.addFlag(f.Name, f.Value)
			continue
		}
		if found {
			return edit.Edit{}, edit.Refuse(f.Range, "--%s is there more than once", name)
		}
		found = true
		want.addFlag(name, value)
		e = edit.Edit{Range: f.Range, New: text}
		if value != "" && f.ValueAt.Start < f.ValueAt.End {
			e = edit.Edit{Range: f.ValueAt, New: value}
		}
	}
	if !found {
		want.addFlag(name, value)
	}
	if in.Name != "run" && (name == "chown" || name == "chmod") && plain(value) && onOneLine(e) {
		return e, nil
	}
	return in.checked(e, want)
}

// AppendToFlag is the edit that puts text behind the value of one of the flags of
// the instruction. It refuses a flag without a value, and a text that BuildKit
// would not read as a part of it.
func (in *Instruction) AppendToFlag(flag Flag, text string) (edit.Edit, error) {
	want := in.reading()
	want.flags = ""
	found := false
	for _, f := range in.Flags {
		value := f.Value
		if f.Range == flag.Range {
			found = f.ValueAt.Start < f.ValueAt.End
			value += text
		}
		want.addFlag(f.Name, value)
	}
	if !found {
		return edit.Edit{}, edit.Refuse(flag.Range, "the flag has no value to add to")
	}
	return in.checked(edit.Insert(in.File.Src, flag.ValueAt.End, text), want)
}

// flagsEnd is the byte behind the last flag, or the keyword where there is none.
func (in *Instruction) flagsEnd() int {
	if n := len(in.Flags); n > 0 {
		return in.Flags[n-1].End
	}
	return in.Keyword.End
}

// ReplaceWith is the edit that makes text the Value of the word; in JSON form it
// is encoded. It refuses a text that BuildKit would not read as that one word.
func (w Word) ReplaceWith(text string) (edit.Edit, error) {
	if w.in == nil {
		return edit.Edit{}, edit.Refuse(w.Range, "a keyword is not replaced")
	}
	i := slices.IndexFunc(w.in.Words, func(o Word) bool { return o.Range == w.Range })
	if i < 0 {
		return edit.Edit{}, edit.Refuse(w.Range, "not a word of this instruction")
	}
	e := edit.Edit{Range: w.Range, New: text}
	if w.in.JSON && (w.in.Name != "healthcheck" || i > 0) {
		e.New = quoteJSON(text)
	}
	if w.in.plainWords() && plain(text) && onOneLine(e) {
		return e, nil
	}
	want := w.in.reading()
	want.words[i] = text
	return w.in.checked(e, want)
}

// plainWords reports whether any plain text is read as one word of the instruction.
func (in *Instruction) plainWords() bool {
	switch in.Name {
	case "copy", "add", "volume", "expose", "user", "workdir":
		return len(in.Heredocs) == 0
	}
	return false
}

// quoteJSON writes text as a JSON string, with <, > and & as they are.
func quoteJSON(text string) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if enc.Encode(text) != nil { // strings can always be encoded
		return text
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// SetArgs is the edit that makes text the whole argument of a USER, WORKDIR or
// STOPSIGNAL. It refuses arguments that are spread over lines, and those with
// what a reader takes for a comment, though to BuildKit it is part of them.
func (in *Instruction) SetArgs(text string) (edit.Edit, error) {
	if in.Name != "user" && in.Name != "workdir" && in.Name != "stopsignal" {
		return edit.Edit{}, edit.Refuse(in.Keyword.Range, "the arguments of %s are not replaced as a whole", strings.ToUpper(in.Name))
	}
	word := in.Words[0] // BuildKit takes these with one argument only
	if strings.Contains(in.File.Src.Text[in.Keyword.Start:word.End], "\n") {
		return edit.Edit{}, edit.Refuse(in.Range, "the argument is spread over lines; put it on one")
	}
	if strings.Contains(word.Value, " #") || strings.Contains(word.Value, "\t#") {
		return edit.Edit{}, edit.Refuse(word.Range, "BuildKit takes the # and what follows for a part of the argument; put the comment on a line of its own")
	}
	return word.ReplaceWith(text)
}
