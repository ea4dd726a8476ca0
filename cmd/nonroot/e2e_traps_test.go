//go:build e2e

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/shell"
)

// TestTrapPremises plays what the rules rely on: whom the engine gives files,
// mounts and processes to, and what it says where that goes wrong.
func TestTrapPremises(t *testing.T) { playTraps(t, "premises") }

// TestTrapFixes plays small projects before and after nonroot fix.
func TestTrapFixes(t *testing.T) { playTraps(t, "fixes") }

// playTraps plays the cases of a folder and compares what is seen with
// docs/engine.md, or writes it there.
func playTraps(t *testing.T, folder string) {
	needEngine(t)
	cases := readTraps(t, folder)
	rows := make([]string, len(cases))
	t.Run("case", func(t *testing.T) {
		for i, c := range cases {
			name := strings.TrimSuffix(filepath.Base(c.file), ".txtar")
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				rows[i] = c.row() + play(t, c)
			})
		}
	})
	t.Logf("what was seen:\n%s", strings.Join(rows, "\n"))
	if !t.Failed() {
		recorded(t, folder, cases, rows)
	}
}

// recorded compares rows with the page. With -update it puts them there.
func recorded(t *testing.T, folder string, cases []trap, rows []string) {
	t.Helper()
	text, err := os.ReadFile(enginePage)
	if err != nil {
		t.Fatal(err)
	}
	start, end := "<!-- "+folder+" -->\n", "<!-- end of "+folder+" -->"
	before, rest, found := strings.Cut(string(text), start)
	old, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for %s", enginePage, folder)
	}
	if *updateProjects {
		table := strings.Join(merged(t, cases, rows, old), "\n") + "\n"
		if err := os.WriteFile(enginePage, []byte(before+start+table+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, row := range rows {
		if row != "" && !strings.Contains(old, row+"\n") {
			t.Errorf("docs/engine.md says something else (-update writes it):\n%s", row)
		}
	}
}

// merged is a folder's table: the new rows, and the old ones of the cases that
// were not played.
func merged(t *testing.T, cases []trap, rows []string, old string) []string {
	t.Helper()
	table := []string{"| trap | premise | seen |", "|---|---|---|"}
	if strings.HasPrefix(cases[0].file, "fixes/") {
		table = []string{"| trap | project | before | after |", "|---|---|---|---|"}
	}
	for i, row := range rows {
		if row == "" {
			_, rest, found := strings.Cut(old, cases[i].row())
			if !found {
				t.Fatalf("-update needs %s to be played", cases[i].file)
			}
			row, _, _ = strings.Cut(cases[i].row()+rest, "\n")
		}
		table = append(table, row)
	}
	return table
}

// scene is a case while it is played.
type scene struct {
	t     *testing.T
	c     trap
	dir   string
	image string // what run runs
	stack *stack // what up has started
	out   string // of the last command, error included
	seen  []string
	after []string // the same after the fix
	fixed bool
	times map[string]string // when files were written, last we looked
}

// play plays a case and returns the cells of what was seen.
func play(t *testing.T, c trap) string {
	s := &scene{t: t, c: c, dir: t.TempDir()}
	for _, f := range c.files {
		path := filepath.Join(s.dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	needEngine(t, imagesOf(c)...)
	for _, line := range c.lines {
		words, err := shell.Fields(line, func(string) string { return "" })
		if err != nil || len(words) == 0 {
			t.Fatalf("%s: cannot read %q: %v", c.file, line, err)
		}
		s.perform(line, words)
	}
	cells := " " + strings.Join(s.seen, "; ") + " |"
	if s.fixed {
		cells += " " + strings.Join(s.after, "; ") + " |"
	}
	return cells
}

// perform plays one line. Where "!" is in front the command must fail.
func (s *scene) perform(line string, words []string) {
	s.t.Helper()
	fails := words[0] == "!"
	if fails {
		words = words[1:]
	}
	var err error
	switch name, args := words[0], words[1:]; name {
	case "chmod":
		err = s.chmod(args)
	case "tar":
		err = s.tar(args)
	case "image":
		s.image = args[0]
	case "build":
		err = s.build(args)
	case "run":
		err = s.run(args)
	case "up":
		err = s.up()
	case "config":
		err = s.config()
	case "exec":
		err = s.command(s.started().exec(args[0], args[1:]...))
	case "restart":
		s.started().restart()
	case "logs":
		s.logs(args)
	case "make":
		err = s.make(args)
	case "seen":
		err = s.saw(args[0])
	case "fails":
		err = s.fails(args[0])
	case "root", "right", "keeps":
		err = s.lives(name, args)
	case "owns":
		s.owns(args)
	case "fix":
		s.fix(args)
	case "same":
		err = s.same(args)
	default:
		s.t.Fatalf("%s: unknown command %q", s.c.file, name)
	}
	if err != nil && !fails && regexp.MustCompile(`Failed to fetch|Could not resolve|Temporary failure resolving`).MatchString(s.out) {
		s.t.Skipf("needs a network in builds:\n%s", s.out)
	}
	if (err != nil) != fails {
		s.t.Fatalf("%s\n%v\n%s", line, err, s.out)
	}
}

// note keeps what was seen for the row.
func (s *scene) note(format string, args ...any) {
	text := strings.ReplaceAll(strings.TrimSpace(fmt.Sprintf(format, args...)), "|", "\\|")
	text = strings.Join(strings.Fields(text), " ")
	if s.fixed {
		s.after = append(s.after, text)
	} else {
		s.seen = append(s.seen, text)
	}
}

// command keeps the output of a command that was run.
func (s *scene) command(out string, err error) error {
	s.out = strings.ReplaceAll(out, "\x1b[2K", "") // compose's, whatever COMPOSE_ANSI says
	if err != nil {
		s.out += err.Error()
	}
	return err
}
