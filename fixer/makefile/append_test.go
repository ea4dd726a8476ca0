package makefile

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// TestAppend: what is there stays byte for byte, what comes is the target with
// the line ending and prefix of the file, behind one blank line.
func TestAppend(t *testing.T) {
	const rule = "# c\n.PHONY: x\nx:\n\t@a; \\\n\t  b\n"
	crlf := strings.ReplaceAll(rule, "\n", "\r\n")
	for _, c := range []struct{ name, before, added string }{
		{"empty", "", rule},
		{"BOM alone", edit.BOM, rule},
		{"recipe at the end", "a:\n\techo\n", "\n" + rule},
		{"blank line at the end", "a:\n\techo\n\n", rule},
		{"blank recipe line at the end", "a:\n\techo\n\t\n", rule},
		{"no final newline", "a:\n\techo", "\n\n" + strings.TrimSuffix(rule, "\n")},
		{"blank last line", "a:\n\techo\n\t", "\n" + strings.TrimSuffix(rule, "\n")},
		{"CRLF", "a:\r\n\techo\r\n", "\r\n" + crlf},
		{"CRLF, no final newline", "a:\r\n\techo", "\r\n\r\n" + strings.TrimSuffix(crlf, "\r\n")},
		{"sign as prefix", ".RECIPEPREFIX = >\n", "\n# c\n.PHONY: x\nx:\n>@a; \\\n>  b\n"},
		{"blank as prefix", "E :=\n.RECIPEPREFIX := $(E) #\n", "\n# c\n.PHONY: x\nx:\n @a; \\\n   b\n"},
		{"prefix unset again", ".RECIPEPREFIX = >\na:\n>echo\n.RECIPEPREFIX =\n", "\n" + rule},
		{"backslash in a comment's words", "# a \\ b\n", "\n" + rule},
		{"two backslashes", "A = 1 \\\\\n", "\n" + rule},
		{"prerequisite and variable of the target", "all: x\nx: A = 1\n.PHONY: x\n", "\n" + rule},
	} {
		src := &edit.Source{Path: "Makefile", Text: c.before}
		f, err := Parse(src)
		must(t, err)
		e, err := f.Append(rule)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		after, err := edit.Apply(src, []edit.Edit{e})
		if err != nil || after.Text != c.before+c.added {
			t.Errorf("%s: %v\ngot  %q\nwant %q", c.name, err, after.Text, c.before+c.added)
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	const prefix = "the recipe prefix cannot be told from this; set .RECIPEPREFIX to a tab, a blank or a sign such as > alone"
	const shell = "SHELL is none that we know to be a Bourne shell"
	const unread = "GNU make does not read this line: it is neither a rule nor an assignment"
	for text, want := range map[string]string{
		"A = 1 \\":                               "1:1: the file ends in a backslash, which would take in what is appended; end the line without it",
		"a:\n\techo \\\n":                        "2:1: the file ends in a backslash, which would take in what is appended; end the line without it",
		"# c \\\r\n":                             "1:1: the file ends in a backslash, which would take in what is appended; end the line without it",
		"define A\nx\n":                          "1:1: this define is not closed; add endef",
		"define A\ndefine B\nendef\n":            "1:1: this define is not closed; add endef",
		"a:\nifdef X\n\techo\n":                  "2:1: this conditional is not closed; add endif",
		"ifdef X\nifdef Y\nelse\nendif":          "1:1: this conditional is not closed; add endif",
		"a:\r\n\techo\r":                         "2:6: the file ends in a carriage return, which is part of its last line; remove it",
		"endif\n":                                "1:1: this endif has no conditional",
		"A=1\nendef\n":                           "2:1: this endef closes nothing",
		"a:\n\techo\nA=1\n\techo\n":              "4:1: this line of a recipe belongs to no target",
		".include <bsd.prog.mk>\n":               "1:1: " + unread,
		"!include x\n":                           "1:1: " + unread,
		"a:\n    echo\n":                         "2:1: " + unread,
		".RECIPEPREFIX += x\n":                   "1:1: " + prefix,
		".RECIPEPREFIX = $(X)\n":                 "1:1: " + prefix,
		".RECIPEPREFIX := $(X)\n":                "1:1: " + prefix,
		".RECIPEPREFIX ?= >\n":                   "1:1: " + prefix,
		"ifdef X\n.RECIPEPREFIX = >\nendif\n":    "2:1: " + prefix,
		".RECIPEPREFIX = x\n":                    "1:1: " + prefix,
		".RECIPEPREFIX = .\n":                    "1:1: " + prefix,
		"undefine .RECIPEPREFIX\n":               "1:1: " + prefix,
		"SHELL := /usr/bin/python3\n":            "1:1: " + shell,
		"S = pwsh.exe\nSHELL = $(S)\n":           "2:1: " + shell,
		"a:\n\nreset-permissions b:\n\techo\n":   "3:1: there is a target reset-permissions already",
		"N = reset-permissions\nx-y $(N)::\n":    "2:1: there is a target reset-permissions already",
		"ifdef X\nreset-permissions: x\nendif\n": "2:1: there is a target reset-permissions already",
	} {
		_, err := parse(t, text).Append(render(t, params("data")))
		if refusal := (*edit.Refusal)(nil); !errors.As(err, &refusal) || err.Error() != "Makefile:"+want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
	for _, text := range []string{
		"SHELL := /bin/bash\n", "SHELL = $(shell which bash)\n", "SHELL := /usr/bin/env zsh\n", "SHELL='C:/Git/bin/sh.exe'\n",
		"ifeq ($(OS),Windows_NT)\nSHELL := pwsh\nendif\n", "x: SHELL := python3\n", "ifdef X\n!include y\nendif\n",
	} {
		if _, err := parse(t, text).Append(render(t, params("data"))); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestNewMakefile: of an absent file, the target alone.
func TestNewMakefile(t *testing.T) {
	if got, want := appended(t, "", params("data")), render(t, params("data")); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// TestRecipeIsShell: all shells that there are take the recipe, and shellcheck
// has nothing to say where it is installed.
func TestRecipeIsShell(t *testing.T) {
	script := strings.ReplaceAll(strings.TrimPrefix(rendered(render(t, params("data"))), "@"), "$$", "$")
	for _, shell := range [][]string{{"dash", "-n"}, {"bash", "--posix", "-n"}, {"busybox", "sh", "-n"}, {"zsh", "-n"}, {"shellcheck", "-s", "sh", "-"}} {
		if _, err := exec.LookPath(shell[0]); err != nil {
			continue
		}
		cmd := exec.Command(shell[0], shell[1:]...)
		cmd.Stdin = strings.NewReader("uid='' gid=''\n" + script + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", shell[0], err, out)
		}
	}
}

func TestUsable(t *testing.T) {
	good := []string{"data", "pipeline-data/models/demucs", "my data", "ä/b", "a&b;c|d", "50%", "[x]*?", "~", "...", "a..b", ".data", "x!", "a:b"}
	if err := Usable(good); err != nil {
		t.Error(err)
	}
	for dir, why := range map[string]string{
		"": "is the project's own directory", ".": "is the project's own directory", "/": "is an absolute path",
		"/data": "is an absolute path", "..": "lies outside of the Makefile's folder", "../x": "lies outside of the Makefile's folder",
		"a/../..": "is not a clean path", "./a": "is not a clean path", "a/": "is not a clean path", "a//b": "is not a clean path",
		"-rf": "starts with -", ":x": "starts with :", "!": "starts with !", "(x)": "starts with (", "a$b": "has one of", "a`b": "has one of", `a"b`: "has one of",
		"it's": "has one of", `a\b`: "has one of", "a#b": "has one of", "a\nb": "has a control character", "a\x7f": "has a control character",
	} {
		err := Usable([]string{"good", dir})
		if refusal := (*edit.Refusal)(nil); !errors.As(err, &refusal) || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %s", dir, err, why)
		}
	}
	if Usable(nil) == nil {
		t.Error("no directories are usable")
	}
	for _, p := range []Params{
		{"../.env", "U", "G", 1, 1, good}, {".env", "U-1", "G", 1, 1, good}, {"", "U", "", 1, 1, good}, {"", "U", "1G", 1, 1, good},
		{"", "U", "G", 0, 1, good}, {"", "U", "G", 1, -1, good}, {"", "U", "G", 1, 1, []string{"/"}},
	} {
		if text, err := ResetPermissions(p); err == nil {
			t.Errorf("%+v: %s", p, text)
		}
	}
}

// FuzzAppend: a Makefile is read without fault, and an addition leaves what is
// read of it, is found, and is not made twice.
func FuzzAppend(f *testing.F) {
	for _, s := range samples {
		for _, twin := range twins {
			f.Add(twin.of(s.text))
		}
	}
	text := render(f, params("data"))
	f.Fuzz(func(t *testing.T, makefile string) {
		src := &edit.Source{Path: "Makefile", Text: makefile}
		before, err := Parse(src)
		if err != nil {
			return
		}
		checkRanges(t, before)
		before.Compare(params("data"))
		before.IncludesFile(".env")
		e, err := before.Append(text)
		if err != nil {
			if refusal := (*edit.Refusal)(nil); !errors.As(err, &refusal) || refusal.At.Src != src {
				t.Fatalf("%v is no refusal with a place", err)
			}
			return
		}
		after, err := edit.Apply(src, []edit.Edit{e})
		if err != nil || !strings.HasPrefix(after.Text, makefile) {
			t.Fatalf("%q after the edit %+v: %v", after.Text, e, err)
		}
		checkAppended(t, before, parse(t, after.Text))
	})
}

func checkAppended(t *testing.T, before, after *File) {
	t.Helper()
	text := after.Src.Text
	const own = 2 // .PHONY and the target
	if len(after.Rules) != len(before.Rules)+own || len(after.Assignments) != len(before.Assignments)+2 || len(after.Includes) != len(before.Includes) {
		t.Fatalf("%q: %d rules and %d assignments became %d and %d", text, len(before.Rules), len(before.Assignments), len(after.Rules), len(after.Assignments))
	}
	for i, r := range before.Rules {
		if after.Rules[i].Recipe() != r.Recipe() || after.Rules[i].Prerequisites != r.Prerequisites || len(after.Rules[i].Targets) != len(r.Targets) {
			t.Errorf("%q: rule %d was %q, is %q", text, i, r.Recipe(), after.Rules[i].Recipe())
		}
	}
	if r := after.Find(Target); len(r) != 1 || r[0].Recipe() != rendered(render(t, params("data"))) || r[0].Conditional {
		t.Errorf("%q: the target is read as %+v", text, r)
	}
	if same, why := after.Compare(params("data")); !same {
		t.Errorf("%q: ours is not the same: %s", text, why)
	}
	if _, err := after.Append(render(t, params("data"))); err == nil {
		t.Errorf("%q: appended twice", text)
	}
	e, err := after.Extend(params("data", "more"))
	if err != nil {
		t.Fatalf("%q: not extended: %v", text, err)
	}
	longer, err := edit.Apply(after.Src, []edit.Edit{e})
	if err != nil || !slices.Equal(parse(t, longer.Text).Find(Target)[0].recipe, []string{rendered(render(t, params("data", "more")))}) {
		t.Errorf("%q: extended wrongly (%v)", longer.Text, err)
	}
}
