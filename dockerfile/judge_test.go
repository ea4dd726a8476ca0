package dockerfile

import (
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"nonroot/fixer/edit"
)

// checkRanges checks that ranges are in order, each within what it is part of,
// and that nothing but blanks and comments is outside of instructions.
func checkRanges(t *testing.T, f *File) {
	t.Helper()
	last := f.top
	for i, in := range f.Instructions {
		between := f.Src.Text[last:in.Start]
		for s := range strings.Lines(between) {
			if s = strings.TrimSpace(s); s != "" && !isComment(s) && s != string(f.Escape) {
				t.Errorf("instruction %d: %q stands before it", i, s)
			}
		}
		if in.Index != i || in.File != f {
			t.Errorf("instruction %d has index %d", i, in.Index)
		}
		if line, _ := edit.Range.Position(edit.Range{Src: f.Src, Start: in.End}); line != in.EndLine {
			t.Errorf("instruction %d ends in line %d, not %d", i, line, in.EndLine)
		}
		last = in.End
		for part := in; part != nil; part = part.Child {
			checkParts(t, part)
		}
	}
}

func checkParts(t *testing.T, in *Instruction) {
	t.Helper()
	parts := []edit.Range{in.Keyword.Range}
	for _, flag := range in.Flags {
		parts = append(parts, flag.Range)
		if !flag.Contains(flag.ValueAt) {
			t.Errorf("%s: the value of --%s is outside of it", in.Name, flag.Name)
		}
	}
	for _, w := range in.Words {
		parts = append(parts, w.Range)
	}
	if in.Child != nil {
		parts = append(parts, in.Child.Range)
	}
	for _, h := range in.Heredocs {
		parts = append(parts, h.Body)
	}
	last := in.Start
	for _, p := range parts {
		if p.Start < last || p.End < p.Start || !in.Contains(p) {
			t.Errorf("%s: %q is out of order", in.Name, p.Text())
		}
		if last = p.End; in.Child != nil {
			last = p.Start
		}
	}
}

// checkTyped compares the file with the commands that BuildKit makes of it: a
// second way, on which Parse does not go.
func checkTyped(t *testing.T, f *File) {
	t.Helper()
	ast, err := parser.Parse(strings.NewReader(f.Src.Text))
	if err != nil {
		t.Fatal(err)
	}
	stages, args, err := instructions.Parse(ast.AST, linter.New(&linter.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	if rune(f.Escape) != ast.EscapeToken {
		t.Errorf("escape %c, want %c", f.Escape, ast.EscapeToken)
	}
	rest := f.Instructions
	for _, arg := range args {
		sameArg(t, rest[0], &arg)
		rest = rest[1:]
	}
	if len(stages) != len(f.Stages) {
		t.Fatalf("%d stages, want %d", len(f.Stages), len(stages))
	}
	for i, want := range stages {
		got := f.Stages[i]
		if got.From != rest[0] || got.Base.Value != want.BaseName || strings.ToLower(got.Name) != want.Name ||
			got.Platform != want.Platform || len(got.Instructions) != len(want.Commands) {
			t.Fatalf("stage %d is %+v, want %+v", i, got, want)
		}
		for k, command := range want.Commands {
			sameCommand(t, got.Instructions[k], command)
		}
		rest = rest[1+len(want.Commands):]
	}
	if len(rest) > 0 {
		t.Errorf("%d instructions too many", len(rest))
	}
}

func same(t *testing.T, in *Instruction, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("line %d, %s: %s are %q, want %q", in.Line, in.Name, what, got, want)
	}
}

func values(words []Word) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.Value)
	}
	return out
}

func flagValues(in *Instruction, name string) []string {
	var out []string
	for _, f := range in.Flags {
		if f.Name == name {
			out = append(out, f.Value)
		}
	}
	return out
}

func sameArg(t *testing.T, in *Instruction, want *instructions.ArgCommand) {
	t.Helper()
	var args []string
	for _, a := range want.Args {
		s := a.Key
		if a.Value != nil {
			s += "=" + *a.Value
		}
		args = append(args, s)
	}
	same(t, in, "arguments", values(in.Words), args)
}

func sameCommand(t *testing.T, in *Instruction, command instructions.Command) {
	t.Helper()
	if at := command.Location(); at[0].Start.Line != in.Line || at[len(at)-1].End.Line != in.EndLine {
		t.Errorf("%s: lines %d-%d, want %v", in.Name, in.Line, in.EndLine, at)
	}
	if !strings.EqualFold(command.Name(), in.Keyword.Value) {
		t.Errorf("%s, want %s", in.Name, command.Name())
	}
	switch c := command.(type) {
	case *instructions.CopyCommand:
		sameSources(t, in, c.SourcesAndDest)
		sameFlag(t, in, "chown", c.Chown)
		sameFlag(t, in, "from", c.From)
		same(t, in, "exclude", flagValues(in, "exclude"), c.ExcludePatterns)
	case *instructions.AddCommand:
		sameSources(t, in, c.SourcesAndDest)
		sameFlag(t, in, "chown", c.Chown)
	case *instructions.RunCommand:
		sameLine(t, in, in.Words, c.ShellDependantCmdLine)
	case *instructions.CmdCommand:
		sameLine(t, in, in.Words, c.ShellDependantCmdLine)
	case *instructions.EntrypointCommand:
		sameLine(t, in, in.Words, c.ShellDependantCmdLine)
	case *instructions.ArgCommand:
		sameArg(t, in, c)
	case *instructions.EnvCommand:
		samePairs(t, in, c.Env)
	case *instructions.LabelCommand:
		samePairs(t, in, c.Labels)
	case *instructions.VolumeCommand:
		same(t, in, "volumes", values(in.Words), c.Volumes)
	case *instructions.ExposeCommand:
		same(t, in, "ports", slices.Sorted(slices.Values(values(in.Words))), c.Ports)
	case *instructions.UserCommand:
		same(t, in, "user", values(in.Words), []string{c.User})
	case *instructions.WorkdirCommand:
		same(t, in, "path", values(in.Words), []string{c.Path})
	case *instructions.ShellCommand:
		same(t, in, "shell", values(in.Words), c.Shell)
	}
}

// sameFlag compares the value of a flag that may be there once; BuildKit does not tell an empty one from none.
func sameFlag(t *testing.T, in *Instruction, name, want string) {
	t.Helper()
	if got := strings.Join(flagValues(in, name), " "); got != want {
		t.Errorf("line %d, %s: --%s is %q, want %q", in.Line, in.Name, name, got, want)
	}
}

func sameLine(t *testing.T, in *Instruction, words []Word, want instructions.ShellDependantCmdLine) {
	t.Helper()
	same(t, in, "arguments", values(words), slices.Clip(append([]string(nil), want.CmdLine...)))
	if in.JSON == want.PrependShell {
		t.Errorf("line %d: JSON is %v", in.Line, in.JSON)
	}
	if !in.JSON && strings.Join(want.CmdLine, " ") != in.Command {
		t.Errorf("line %d: command %q, want %q", in.Line, in.Command, want.CmdLine)
	}
	var names, contents, wantNames, wantContents []string
	for _, file := range want.Files {
		if file.Chomp {
			file.Data = parser.ChompHeredocContent(file.Data)
		}
		wantNames, wantContents = append(wantNames, file.Name), append(wantContents, file.Data)
	}
	for _, h := range in.Heredocs {
		names, contents = append(names, h.Name), append(contents, h.Content)
	}
	same(t, in, "here-documents", names, wantNames)
	same(t, in, "contents", contents, wantContents)
}

func sameSources(t *testing.T, in *Instruction, want instructions.SourcesAndDest) {
	t.Helper()
	words := values(in.Words)
	last := len(words) - 1
	var paths []string
	for _, w := range words[:last] {
		if doc, _ := parser.ParseHeredoc(w); doc == nil {
			paths = append(paths, w)
		}
	}
	same(t, in, "sources", paths, want.SourcePaths)
	same(t, in, "target", words[last:], []string{want.DestPath})
	for _, content := range want.SourceContents {
		if !slices.ContainsFunc(in.Heredocs, func(h Heredoc) bool {
			return h.Name == content.Path && h.Content == content.Data && h.Expand == content.Expand
		}) {
			t.Errorf("line %d: no here-document %+v", in.Line, content)
		}
	}
}

func samePairs(t *testing.T, in *Instruction, want instructions.KeyValuePairs) {
	t.Helper()
	var pairs []string
	for _, p := range want {
		if p.NoDelim {
			pairs = append(pairs, p.Key, p.Value)
		} else {
			pairs = append(pairs, p.Key+"="+p.Value)
		}
	}
	same(t, in, "pairs", values(in.Words), pairs)
}
