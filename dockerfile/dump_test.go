package dockerfile

import (
	"fmt"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// parse reads text or fails the test.
func parse(t testing.TB, text string) *File {
	t.Helper()
	f, err := Parse(&edit.Source{Path: "Dockerfile", Text: text})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return f
}

// dump writes a file one line an instruction: its lines, its name, its flags,
// its words in quotes, JSON or open where it is, its here-documents. What
// stands in the file otherwise than its value is behind a "<".
func dump(f *File) string {
	var out strings.Builder
	for _, in := range f.Instructions {
		fmt.Fprintf(&out, "%d-%d %s\n", in.Line, in.EndLine, dumpInstruction(in))
	}
	return out.String()
}

func dumpInstruction(in *Instruction) string {
	var out strings.Builder
	out.WriteString(dumpWord(in.Keyword.Value, in.Keyword.Range))
	for _, flag := range in.Flags {
		out.WriteString(" --" + flag.Name)
		if flag.ValueAt.Start < flag.ValueAt.End || strings.HasSuffix(flag.Text(), "=") {
			out.WriteString("=" + dumpWord(flag.Value, flag.ValueAt))
		}
	}
	for _, w := range in.Words {
		out.WriteString(" " + dumpWord(w.Value, w.Range))
	}
	if in.JSON {
		out.WriteString(" JSON")
	}
	if in.Open {
		out.WriteString(" open")
	}
	if in.Child != nil {
		out.WriteString(" (" + dumpInstruction(in.Child) + ")")
		return out.String()
	}
	for _, h := range in.Heredocs {
		fmt.Fprintf(&out, " <<%s expand=%v %s", h.Name, h.Expand, dumpWord(h.Content, h.Body))
	}
	return out.String()
}

func dumpWord(value string, at edit.Range) string {
	value, text := plainEnds(value), plainEnds(at.Text())
	if value == text {
		return fmt.Sprintf("%q", value)
	}
	return fmt.Sprintf("%q<%q", value, text)
}

// plainEnds has LF for CRLF, so that twins of a file can be compared.
func plainEnds(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// twin is another form of a file, in which everything means the same.
type twin struct {
	name string
	of   func(text string) string
}

var twins = []twin{
	{"as it is", func(s string) string { return s }},
	{"CRLF", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
	{"byte order mark", func(s string) string { return edit.BOM + s }},
	{"no final newline", func(s string) string { return strings.TrimSuffix(s, "\n") }},
	{"all three", func(s string) string {
		return edit.BOM + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\r\n")
	}},
}
