package makefile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// samples are Makefiles of many shapes that make reads, without functions that
// do anything.
var samples = []struct{ name, text string }{
	{"empty", ""},
	{"variables only", "A = 1\nB := $(A)\nC ?= x\nD += y\nE ::= z\n"},
	{"plain", "all: build\n\nbuild: a.c b.c\n\tcc -o x a.c b.c\n\techo done\n"},
	{"no blank lines", ".PHONY: a b\na:\n\techo a\nb: a\n\techo b\n"},
	{"several targets", "a b c: d\n\techo $@\nd:;echo d # no comment\n"},
	{"grouped", "a b&: c\n\techo $@\nc:\n"},
	{"double colon", "a:: x\n\techo 1\na::\n\techo 2\nx:\n"},
	{"pattern", "%.o: %.c\n\tcc -c $<\nlib/%.a lib/%.so: x\n\tar $@\nx:\n"},
	{"static pattern", "O = a.o b.o\n$(O): %.o: %.c\n\tcc -c $<\na.c b.c:\n"},
	{"target-specific", "a: X = 1\na: export Y := 2\na: private Z ?= 3 ; no\na:\n\techo $X\na b: W = 1\nb: ; echo\n"},
	{"continuations", "A = 1 \\\n  2 \\\n\t3\na: b \\\n   c\n\techo 1; \\\n\techo 2 \\\n  && echo 3\n\\\nb c:\n\techo \\\\\n\techo 4\n"},
	{"continued targets", "a \\\n b\\\n: c\n\techo x\nc:\n"},
	{"comments", "# a: \\\n\tnot a recipe\na: # b: c\n# between\n\techo 1 # kept\n\n   # indented\n\t# for the shell\n\techo 2\nb\\#c: ; echo x\n"},
	{"conditionals", "ifdef X\nA = 1\na:\n\techo 1\nelse ifeq ($(Y),1)\nB = 1\nelse\na:\n\techo 2\nendif\nb:\n\techo 1\nifndef X\n\techo 2\nelse\n\techo 3\nendif\n\techo 4\n"},
	{"define", "define X\na:\n\techo no\nendef\ndefine Y =\ndefine Z\n\tendef\nendef\nb: x\nendef # end\na:\n\techo yes\noverride define V :=\nendif\nendef\n"},
	{"keywords as names", "define = 1\nexport := 2\ninclude = 3\nendef ?= 4\nifdef= 5\nexport: ; echo x\n"},
	{"export", "export\nexport A\nexport B = 1\nunexport C\nexport D := a: b\na:\n\techo\n"},
	{"override", "override A = 1\nprivate override B += 2\nundefine A\nvpath %.c src\nvpath\na:\n\techo\n"},
	{"include", "-include .env\nsinclude gone.mk other.mk\n-include $(wildcard *.d)\nF = ./.env.local\n-include $F ${F}\na:\n\techo\n"},
	{"prefix", ".RECIPEPREFIX = >\na:\n> echo 1 \\\n> 2\n>echo 3\n.RECIPEPREFIX = # none\nb:\n\techo tab\n"},
	{"blank prefix", "E :=\n.RECIPEPREFIX := $(E) $(E)\na:\n echo 1\n echo 2\n"},
	{"defined prefix", "define .RECIPEPREFIX\n>\nendef\na:\n>echo 1\n"},
	{"references", "a$(subst x,:,y): $(if a,b;c:d)\n\techo\n$(foreach i,1 2,$(i)z) : # c\n\techo $(subst #,;,a)\nA = $(if $(X),$(Y:.c=.o),${Z:=.o})\n"},
	{"odd names", "a\\:b c/d.e-f_g@h+i: ; echo\nA.b-c/d = 1\nc++ = 2\nwhat?=3\n"},
	{"blanks", "  a : b  \n\techo\n\t\n  \n b:\n \t c=1\n\tX = 1\nd :: e\ne:\n\f\n"},
	{"line ending with blank after backslash", "A = 1 \\ \na:\n\techo\n"},
	{"tab before a variable", "\tA = 1\n\tifdef A\n\tendif\na:\n\techo\n"},
	{"oneshell", ".ONESHELL:\n.SHELLFLAGS = -ec\nSHELL = /bin/sh\na:\n\t@x=1\n\techo $$x\n"},
	{"secondary expansion", ".SECONDEXPANSION:\na: $$(B)\n\techo\n"},
	{"order-only", "a: b | c\n\techo\nb c:\n"},
	{"shell assignment", "A != echo 1\nB = $(A)\na:\n\techo\n"},
	{"conditional with braces", "ifeq (a,b)\nelse ifneq 'a' 'b'\nelse\nendif\nifeq \"a\" \"a\" # c\nx:\n\techo\nendif # c\n"},
}

var twins = []struct {
	name string
	of   func(string) string
}{
	{"as it is", func(s string) string { return s }},
	{"CRLF", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
	{"BOM", func(s string) string { return edit.BOM + s }},
	{"no final newline", func(s string) string { return strings.TrimSuffix(s, "\n") }},
}

// params are those of the document.
func params(dirs ...string) Params {
	return Params{".env", "APP_USER_ID", "APP_GROUP_ID", 1000, 1000, dirs}
}

func render(t testing.TB, p Params) string {
	t.Helper()
	text, err := ResetPermissions(p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// appended is a Makefile with the target behind what it has.
func appended(t testing.TB, makefile string, p Params) string {
	t.Helper()
	src := &edit.Source{Path: "Makefile", Text: makefile, Absent: makefile == ""}
	f, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	e, err := f.Append(render(t, p))
	if err != nil {
		t.Fatal(err)
	}
	after, err := edit.Apply(src, []edit.Edit{e})
	if err != nil {
		t.Fatal(err)
	}
	return after.Text
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func parse(t testing.TB, text string) *File {
	t.Helper()
	f, err := Parse(&edit.Source{Path: "Makefile", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestParseAgreesWithMake compares with the database that make prints: the
// targets that have a recipe, and the line at which it starts.
func TestParseAgreesWithMake(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip(err)
	}
	for _, s := range samples {
		for _, twin := range twins {
			t.Run(s.name+"/"+twin.name, func(t *testing.T) {
				text := twin.of(s.text)
				f := parse(t, text)
				if f.broken != nil {
					t.Fatalf("broken: %v", f.broken)
				}
				checkRanges(t, f)
				want := database(t, text)
				got := recipeLines(f)
				for _, at := range got {
					if !slices.Contains(want, at) && !conditional(f, at) {
						t.Errorf("make has no recipe at %s, but at %v", at, want)
					}
				}
				for _, at := range want {
					if !slices.Contains(got, at) && !strings.Contains(text, "$(foreach") {
						t.Errorf("make has a recipe at %s; read were %v", at, got)
					}
				}
			})
		}
	}
}

// recipeLines lists "target line" for the recipes whose targets are known.
func recipeLines(f *File) []string {
	var out []string
	for _, r := range f.Rules {
		for _, w := range r.Targets {
			names := f.expand(w.Text)
			if len(r.recipe) == 0 || strings.Contains(names, "$") {
				continue
			}
			line, _ := r.RecipeAt.Position()
			for _, name := range strings.Fields(strings.NewReplacer(`\:`, ":", `\#`, "#").Replace(names)) {
				out = append(out, fmt.Sprintf("%s %d", name, line))
			}
		}
	}
	return out
}

// conditional reports whether "target line" stands in a conditional, of which
// make takes one branch.
func conditional(f *File, at string) bool {
	return slices.ContainsFunc(f.Rules, func(r Rule) bool {
		line, _ := r.RecipeAt.Position()
		return r.Conditional && strings.HasSuffix(at, fmt.Sprintf(" %d", line))
	})
}

// database asks make for the same list.
func database(t *testing.T, text string) []string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "M"), []byte(text), 0o644))
	cmd := exec.Command("make", "-f", "M", "-pqrR", "nothing-of-that-name")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, _ := cmd.Output() // the goal does not exist
	if strings.Contains(errs.String(), "M:") {
		t.Fatalf("make does not read it: %s", &errs)
	}
	head := regexp.MustCompile(`(?m)^([^#\t\n][^\n]*?)(::?|&:)( [^=\n]*)?$`)
	recipe := regexp.MustCompile(`recipe to execute \(from 'M', line (\d+)\)`)
	var found []string
	for _, block := range strings.Split(string(out), "\n\n") {
		names := head.FindStringSubmatch(block)
		for _, line := range recipe.FindAllStringSubmatch(block, -1) {
			for _, name := range strings.Fields(names[1]) {
				found = append(found, name+" "+line[1])
			}
		}
	}
	return found
}

// checkRanges: rules are whole lines in the order of the file, and targets lie in them.
func checkRanges(t testing.TB, f *File) {
	t.Helper()
	last := 0
	text := f.Src.Text
	for _, r := range f.Rules {
		if r.Start < last || r.Start > 0 && text[r.Start-1] != '\n' && !(r.Start == 3 && text[:3] == edit.BOM) || r.End < len(text) && text[r.End-1] != '\n' {
			t.Errorf("%q: the rule at %d is not whole lines", text, r.Start)
		}
		if !r.Contains(r.RecipeAt) || len(r.recipe) == 0 && r.RecipeAt.Start < r.RecipeAt.End {
			t.Errorf("%q: recipe %q at %q", text, r.Recipe(), r.RecipeAt.Text())
		}
		for _, w := range r.Targets {
			if !r.Contains(w.Range) || !strings.Contains(w.Range.Text(), "\\") && w.Range.Text() != w.Text {
				t.Errorf("%q: target %q at %q", text, w.Text, w.Range.Text())
			}
		}
		last = r.End
	}
}

func TestRules(t *testing.T) {
	f := parse(t, "a b:: c | d ; echo 1\n\techo 2 \\\n\t  3\n# c\n\tdone\nifdef X\n\n.PHONY: a\nendif\n\nN = reset-permissions\nx $N:\r\n\techo 4\r\n\r\n")
	a := f.Find("b")
	if len(a) != 1 || !a[0].DoubleColon || a[0].Prerequisites != "c | d" || a[0].Recipe() != "echo 1\necho 2 \\\n  3\ndone" || a[0].Conditional {
		t.Errorf("b: %+v %q", a, a[0].Recipe())
	}
	if got := a[0].RecipeAt.Text(); got != " echo 1\n\techo 2 \\\n\t  3\n# c\n\tdone\n" {
		t.Errorf("recipe at %q", got)
	}
	if phony := f.Find(".PHONY"); len(phony) != 1 || !phony[0].Conditional {
		t.Errorf(".PHONY: %+v", phony)
	}
	if r := f.Find("reset-permissions"); len(r) != 1 || r[0].Recipe() != "echo 4" || r[0].Text() != "x $N:\r\n\techo 4\r\n" {
		t.Errorf("by a variable: %+v", r)
	}
	if r := f.Find("reset"); len(r) != 0 {
		t.Errorf("reset: %+v", r)
	}
}

func TestAssignments(t *testing.T) {
	f := parse(t, "export A = 1 # c\nB +=\tx \\\n y\na b: C ?= 2\ndefine D\nx\ny\nendef\nundefine A\nE!=ls\nifdef X\nF:=$(A)\nendif\n")
	var got []string
	for _, a := range f.Assignments {
		got = append(got, fmt.Sprintf("%s|%s|%s|%s|%v|%v", a.Target, a.Name, a.Op, a.Value, a.Export, a.Conditional))
	}
	want := []string{
		"|A|=|1 |true|false", "|B|+=|x   " + " y|false|false", "a|C|?=|2|false|false", "b|C|?=|2|false|false",
		"|D|=|x\ny|false|false", "|A|undefine||false|false", "|E|!=|ls|false|false", "|F|:=|$(A)|false|true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestIncludes(t *testing.T) {
	for text, want := range map[string]bool{
		"include .env\n":                                  true,
		"-include ./.env # c\n":                           true,
		"E = .env\nsinclude x $(E)\n":                     true,
		"ifneq (,$(wildcard .env))\n include .env\nendif": true,
		"-include $(wildcard .env)\n":                     true,
		"include $(CURDIR)/.env\n":                        true,
		"include .env.local\n":                            false,
		"include $(F)\n":                                  false,
		"a:\n\tinclude .env\n":                            false,
		"# include .env\n":                                false,
		"include: .env\n":                                 false,
	} {
		if got := parse(t, text).IncludesFile(".env"); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if in := parse(t, "ifdef X\n-include a b\nendif\ninclude c\n").Includes; len(in) != 2 || !in[0].Optional || !in[0].Conditional || in[1].Optional || len(in[0].Files) != 2 {
		t.Errorf("%+v", in)
	}
}

// TestExpandIsBounded: a text that doubles with each line stays small.
func TestExpandIsBounded(t *testing.T) {
	text := "A0 = xxxxxxxxxxxxxxxx\n"
	for i := range 40 {
		text += fmt.Sprintf("A%d = $(A%d)$(A%d)\n", i+1, i, i)
	}
	text += "B = $(B)\nS = x\n" + strings.Repeat("S += xxxxxxxxxxxxxxxx\n", 10000)
	f := parse(t, text+"$(A40) $(B) $(S):\n\techo\n")
	if n := len(f.expand("$(A40)$(B)$(S)")); n > 1<<20 {
		t.Errorf("%d bytes", n)
	}
	f.Find("x")
}

func TestParseRefusesNUL(t *testing.T) {
	_, err := Parse(&edit.Source{Path: "Makefile", Text: "a:\n\techo \x00\n"})
	if refusal := (*edit.Refusal)(nil); !errors.As(err, &refusal) || !strings.HasPrefix(err.Error(), "Makefile:2:7: ") {
		t.Error(err)
	}
}
