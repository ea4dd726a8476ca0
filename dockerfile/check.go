package dockerfile

import (
	"slices"
	"strings"

	"nonroot/fixer/edit"
)

// reading is what BuildKit makes of one instruction.
type reading struct {
	name, flags     string
	words, heredocs []string
	json            bool
}

func (in *Instruction) reading() reading {
	r := reading{name: in.Name, json: in.JSON}
	for _, f := range in.Flags {
		r.addFlag(f.Name, f.Value)
	}
	for _, w := range in.Words {
		r.words = append(r.words, w.Value)
	}
	for _, h := range in.Heredocs {
		r.heredocs = append(r.heredocs, h.Name, h.Content)
	}
	return r
}

// addFlag adds a flag behind those there are.
func (r *reading) addFlag(name, value string) { r.flags += name + "=" + value + "\n" }

func (r reading) equal(o reading) bool {
	return r.name == o.name && r.flags == o.flags && r.json == o.json &&
		slices.Equal(r.words, o.words) && slices.Equal(r.heredocs, o.heredocs)
}

// checked gives e back if BuildKit then reads the instruction as want, and the
// one behind it as before; else it refuses.
func (in *Instruction) checked(e edit.Edit, want reading) (edit.Edit, error) {
	if hidesComment(e.Range) {
		return edit.Edit{}, edit.Refuse(e.Range, "a comment stands in the middle of what would be replaced; move it above the instruction")
	}
	top := in
	if in.outer != nil {
		top = in.outer
	}
	text := in.File.Src.Text
	got, err := in.File.alone(text[top.head:e.Start]+e.New+text[e.End:top.End], top.inStage(), top.Open)
	if err != nil {
		return edit.Edit{}, edit.Refuse(e.Range, "the edit would not be read: %s", reasonOf(err))
	}
	if len(got) == 1 && in.outer != nil {
		got[0] = got[0].Child
	}
	if len(got) != 1 || got[0] == nil || !got[0].reading().equal(want) {
		return edit.Edit{}, edit.Refuse(e.Range, "BuildKit would not read %q here as it is meant", e.New)
	}
	return e, nil
}

// inStage reports whether the instruction only makes sense behind a FROM.
func (in *Instruction) inStage() bool { return in.Stage != nil && in.Name != "from" }

// alone reads instructions on their own, under the file's escape character. A
// FROM that stands behind them must be met, unless the file ends within them.
func (f *File) alone(text string, inStage, open bool) ([]*Instruction, error) {
	var before, after string
	if f.Escape != '\\' {
		before = "# escape=" + string(f.Escape) + "\n"
	}
	if inStage {
		before += "FROM scratch\n"
	}
	if !open {
		after = "\nFROM scratch"
	}
	got, err := Parse(&edit.Source{Path: f.Src.Path, Text: before + text + after})
	if err != nil {
		return nil, err
	}
	found := got.Instructions
	if inStage {
		found = found[1:]
	}
	if !open {
		last := found[len(found)-1]
		if last.Range.Text() != "FROM scratch" {
			return nil, edit.Refuse(edit.Range{}, "it would take in the line behind it")
		}
		found = found[:len(found)-1]
	}
	return found, nil
}

// reasonOf is the reason without the place, which is that of a made-up file.
func reasonOf(err error) string {
	switch err := err.(type) {
	case *edit.Refusal:
		return err.Reason
	case *SyntaxError:
		return err.Text
	}
	return err.Error()
}

// hidesComment reports whether a comment line lies in a range of a logical line.
func hidesComment(r edit.Range) bool {
	_, rest, more := strings.Cut(r.Text(), "\n")
	for more {
		var s string
		if s, rest, more = strings.Cut(rest, "\n"); isComment(s) {
			return true
		}
	}
	return false
}

// plain reports whether text reads the same wherever a word or the value of a
// flag may stand, so that an edit with it needs no check: no blank, quote,
// escape character, comment, flag or start of JSON.
func plain(text string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("/._:$@%+", c) >= 0 {
			continue
		}
		if i == 0 || strings.IndexByte("-,={}", c) < 0 {
			return false
		}
	}
	return text != ""
}

// onOneLine reports whether e lies in one line, and leaves it short enough for BuildKit.
func onOneLine(e edit.Edit) bool {
	return !strings.Contains(e.Text(), "\n") && len(e.Src.Line(e.Start))+len(e.New) < maxLine
}
