package dockerfile

import (
	"errors"
	"slices"
	"testing"

	"nonroot/fixer/edit"
)

// FuzzParse: a file is read as BuildKit reads it, or refused.
func FuzzParse(f *testing.F) {
	for _, s := range samples {
		for _, twin := range twins {
			f.Add(twin.of(s.text))
		}
	}
	for _, c := range edits {
		if len(c.text) < 1000 {
			f.Add(c.text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 10_000 { // what is longer may be beyond a limit, where BuildKit is slow
			checkAccept(t, text)
		}
		file, err := Parse(&edit.Source{Path: "Dockerfile", Text: text})
		if err != nil {
			if refusal, syntax := (*edit.Refusal)(nil), (*SyntaxError)(nil); !errors.As(err, &refusal) && !errors.As(err, &syntax) {
				t.Fatalf("%v is neither a refusal nor a syntax error", err)
			}
			return
		}
		checkRanges(t, file)
		checkTyped(t, file)
	})
}

// FuzzEdit: an edit changes what it means to and nothing else, whatever the
// text, or is refused.
func FuzzEdit(f *testing.F) {
	for i, s := range samples {
		f.Add(s.text, uint(i), "x", "a && b")
	}
	for i, c := range edits {
		if len(c.text) < 1000 {
			f.Add(c.text, uint(i), "x y\n", "# \\")
		}
	}
	f.Fuzz(func(t *testing.T, text string, pick uint, a, b string) {
		file, err := Parse(&edit.Source{Path: "Dockerfile", Text: text})
		if err != nil {
			return
		}
		in := file.Instructions[pick%uint(len(file.Instructions))]
		s := sweep{t: t, f: file, why: map[string]int{}}
		fuzzWord(&s, in, pick, a)
		e, err := in.SetFlag(a, b)
		s.check("flag", e, err, meant(in, func(in *Instruction) { setFlagOf(in, a, b) }))
		fuzzInsert(&s, in, a, b)
		e, err = in.AppendCommands(a, b)
		s.check("append", e, err, meant(in, func(in *Instruction) { in.Words[0].Value = commandAfter(t, file, in, e) }))
		s.all()
	})
}

func fuzzWord(s *sweep, in *Instruction, pick uint, text string) {
	if len(in.Words) == 0 {
		return
	}
	i := int(pick % uint(len(in.Words)))
	e, err := in.Words[i].ReplaceWith(text)
	change := meant(in, func(in *Instruction) { in.Words[i].Value = text })
	s.check("word", e, err, change)
	e, err = in.SetArgs(text)
	s.check("arguments", e, err, change)
}

func fuzzInsert(s *sweep, in *Instruction, comment, line string) {
	block := New{comment, "run", []string{line}}
	added := func(at int) func([]string) []string {
		return func(want []string) []string {
			f := parse(s.t, "FROM scratch\nRUN "+line+"\n")
			return slices.Insert(want, at, readings(f)[1])
		}
	}
	if s.f.Escape == '\\' {
		e, err := in.InsertBefore(block)
		s.check("before", e, err, added(in.Index))
		e, err = in.InsertAfter(block)
		s.check("after", e, err, added(in.Index+1))
	}
}

func setFlagOf(in *Instruction, name, value string) {
	if i := slices.IndexFunc(in.Flags, func(f Flag) bool { return f.Name == name }); i >= 0 {
		in.Flags[i].Value = value
		return
	}
	in.Flags = append(in.Flags, Flag{Name: name, Value: value})
}

// commandAfter is the command of in once e is made: that it starts with the one
// before is checked here, the rest of the file by the caller.
func commandAfter(t *testing.T, f *File, in *Instruction, e edit.Edit) string {
	t.Helper()
	after := apply(t, f, e).Instructions[in.Index]
	if len(after.Command) <= len(in.Command) || after.Command[:len(in.Command)] != in.Command {
		t.Errorf("command %q became %q", in.Command, after.Command)
	}
	return after.Command
}
