package dockerfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// readings is what a file says, one entry an instruction.
func readings(f *File) []string {
	var out []string
	for _, in := range f.Instructions {
		out = append(out, readingOf(in))
	}
	return out
}

func readingOf(in *Instruction) string {
	r := in.reading()
	s := fmt.Sprintf("%s %q %q %q %v", r.name, r.flags, r.words, r.heredocs, r.json)
	if in.Child != nil {
		s += " " + readingOf(in.Child)
	}
	return s
}

// sweep makes each edit that there is of each instruction, one at a time, and
// checks that BuildKit then reads what was meant and nothing else has changed.
// It counts the edits that were made, and those that were refused.
type sweep struct {
	t             testing.TB
	f             *File
	made, refused int
	why           map[string]int
}

func (s *sweep) all() {
	s.why = map[string]int{}
	for _, in := range s.f.Instructions {
		target := in
		if in.Child != nil {
			target = in.Child
		}
		for i := range target.Words {
			s.replace(target, i)
		}
		s.flag(target)
		s.insert(in)
		s.append(target)
	}
}

// made applies an edit and compares the readings with those before, of which
// change makes those that are meant.
func (s *sweep) check(what string, e edit.Edit, err error, change func(want []string) []string) {
	s.t.Helper()
	if err != nil {
		if _, ok := err.(*edit.Refusal); !ok {
			s.t.Errorf("%s: %v is no refusal", what, err)
		}
		s.refused++
		s.why[what+": "+err.(*edit.Refusal).Reason]++
		return
	}
	s.made++
	src, err := edit.Apply(s.f.Src, []edit.Edit{e})
	if err != nil {
		s.t.Fatal(err)
	}
	after, err := Parse(src)
	if err != nil {
		s.t.Errorf("%s: %v\n%s", what, err, src.Text)
		return
	}
	if got, want := readings(after), change(readings(s.f)); !slices.Equal(got, want) {
		s.t.Errorf("%s: read\n%s\nwant\n%s\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"), src.Text)
	}
	if lone := strings.Count(src.Text, "\n") - strings.Count(src.Text, "\r\n"); lone != 0 && strings.Contains(s.f.Src.Text, "\r\n") &&
		strings.Count(s.f.Src.Text, "\r\n") == strings.Count(s.f.Src.Text, "\n") {
		s.t.Errorf("%s: %d line endings are LF", what, lone)
	}
	if strings.HasSuffix(s.f.Src.Text, "\n") != strings.HasSuffix(src.Text, "\n") {
		s.t.Errorf("%s: the final newline is another", what)
	}
}

// meant is the reading of in with change made.
func meant(in *Instruction, change func(in *Instruction)) func([]string) []string {
	return func(want []string) []string {
		other := *in
		other.Words, other.Flags = slices.Clone(in.Words), slices.Clone(in.Flags)
		change(&other)
		want[in.Index] = readingOf(&other)
		if in.outer != nil {
			outer := *in.outer
			outer.Child = &other
			want[in.Index] = readingOf(&outer)
		}
		return want
	}
}

func (s *sweep) replace(in *Instruction, i int) {
	text := "/zz/y"
	switch in.Name {
	case "env", "label", "arg":
		if text = "zz=\"1 2\""; !strings.Contains(in.Words[0].Value, "=") {
			text = "zz"
		}
	case "from":
		text = []string{"zz:1", "as", "zz"}[i]
	case "healthcheck":
		if i == 0 {
			return
		}
	}
	e, err := in.Words[i].ReplaceWith(text)
	s.check(fmt.Sprintf("replace word %d of %s", i, in.Name), e, err, meant(in, func(in *Instruction) { in.Words[i].Value = text }))
}

func (s *sweep) flag(in *Instruction) {
	name, value := "chown", "1:2"
	switch in.Name {
	case "run":
		name, value = "network", "none"
	case "copy", "add":
	default:
		return
	}
	e, err := in.SetFlag(name, value)
	s.check("set --"+name+" of "+in.Name, e, err, meant(in, func(in *Instruction) {
		if i := slices.IndexFunc(in.Flags, func(f Flag) bool { return f.Name == name }); i >= 0 {
			in.Flags[i].Value = value
		} else {
			in.Flags = append(in.Flags, Flag{Name: name, Value: value})
		}
	}))
}

func (s *sweep) insert(in *Instruction) {
	early := New{"What it is for", "ARG", []string{"zz=1"}}
	block := func(inStage bool) []New {
		if inStage {
			return []New{{"", "RUN", []string{"a", "b"}}, early}
		}
		return []New{early}
	}
	change := func(at int, inStage bool) func([]string) []string {
		arg := `arg "" ["zz=1"] [] false`
		return func(want []string) []string {
			if !inStage {
				return slices.Insert(want, at, arg)
			}
			command := "a && " + s.f.listHabit(in.indent()).indent + "b"
			if s.f.listHabit("").leading {
				command = "a " + s.f.habit.indent + "&& b"
			}
			return slices.Insert(want, at, fmt.Sprintf(`run "" [%q] [] false`, command), arg)
		}
	}
	inStage := in.Stage != nil && in.Stage.Index+in.Index-in.Stage.From.Index > 0
	e, err := in.InsertBefore(block(inStage)...)
	s.check("insert before "+in.Name, e, err, change(in.Index, inStage))
	e, err = in.InsertAfter(block(in.Stage != nil)...)
	s.check("insert after "+in.Name, e, err, change(in.Index+1, in.Stage != nil))
}

func (s *sweep) append(in *Instruction) {
	if in.Name != "run" {
		return
	}
	e, err := in.AppendCommands("y z")
	s.check("append to run", e, err, meant(in, func(in *Instruction) {
		h := commandHabit(in.File.Src.Text[in.head:in.End], in.File.Escape)
		if !h.known {
			h = in.File.listHabit(in.indent())
		}
		in.Words[0].Value += strings.ReplaceAll(h.between('\\', "\n"), "\\\n", "") + "y z"
	}))
}

func TestSweep(t *testing.T) {
	for _, s := range samples {
		for _, twin := range twins {
			t.Run(s.name+"/"+twin.name, func(t *testing.T) {
				sweep := sweep{t: t, f: parse(t, twin.of(s.text))}
				sweep.all()
				for why, n := range sweep.why {
					t.Logf("refused %d: %s", n, why)
				}
			})
		}
	}
}

// All edits of a file at once: a flag for each COPY, a block before and after each instruction.
func TestTogether(t *testing.T) {
	for _, s := range samples {
		for _, twin := range twins {
			t.Run(s.name+"/"+twin.name, func(t *testing.T) {
				f := parse(t, twin.of(s.text))
				var edits []edit.Edit
				var want []string
				add := func(e edit.Edit, err error) bool {
					if err == nil {
						edits = append(edits, e)
					}
					return err == nil
				}
				const arg = `arg "" ["zz=1"] [] false`
				for _, in := range f.Instructions {
					if add(in.InsertBefore(New{"c", "ARG", []string{"zz=1"}})) {
						want = append(want, arg)
					}
					r := readingOf(in)
					if in.Name == "copy" && add(in.SetFlag("chown", "1:2")) {
						meant(in, func(in *Instruction) {
							in.Flags = append(slices.DeleteFunc(in.Flags, func(f Flag) bool { return f.Name == "chown" }), Flag{Name: "chown", Value: "1:2"})
							r = readingOf(in)
						})(readings(f))
					}
					want = append(want, r)
					if add(in.InsertAfter(New{"", "ARG", []string{"zz=1"}})) {
						want = append(want, arg)
					}
				}
				got := readings(apply(t, f, edits...))
				for i := range got {
					got[i] = sortedFlags(got[i])
				}
				for i := range want {
					want[i] = sortedFlags(want[i])
				}
				if !slices.Equal(got, want) {
					t.Errorf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			})
		}
	}
}

// sortedFlags is a reading with its flags in order: a flag that was there keeps its place.
func sortedFlags(reading string) string {
	parts := strings.SplitN(reading, `"`, 3)
	flags := strings.Split(parts[1], `\n`)
	slices.Sort(flags)
	return parts[0] + strings.Join(flags, " ") + parts[2]
}
