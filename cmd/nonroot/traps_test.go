package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

const (
	trapsDir   = "../../testdata/traps"
	enginePage = "../../docs/engine.md"
)

// trap is a case of testdata/traps: files, and the lines of a scene that an
// engine plays with them. testdata/traps/README.md has the layout.
type trap struct {
	file   string // as in "premises/19-copy.txtar"
	number string // of the trap, as in "19"
	title  string
	files  []txtar.File
	lines  []string // of the scene
}

// row is the beginning of the case's row in docs/engine.md.
func (c trap) row() string {
	return fmt.Sprintf("| %s | [%s](../testdata/traps/%s) |", c.number, c.title, c.file)
}

// readTraps reads the cases of a folder of testdata/traps, by name.
func readTraps(t *testing.T, folder string) []trap {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(trapsDir, folder, "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s: %v", filepath.Join(trapsDir, folder), err)
	}
	var cases []trap
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := trap{file: folder + "/" + filepath.Base(path), files: archive.Files}
		c.number, _, _ = strings.Cut(filepath.Base(path), "-")
		c.number = strings.TrimLeft(c.number, "0")
		for line := range strings.Lines(string(archive.Comment)) {
			line = strings.TrimSpace(line)
			if comment, is := strings.CutPrefix(line, "# "); !is && line != "" {
				c.lines = append(c.lines, line)
			} else if c.title == "" {
				c.title = strings.TrimSuffix(comment, ".")
			}
		}
		if c.title == "" || len(c.lines) == 0 || strings.ContainsAny(c.title, "|[]") {
			t.Errorf("%s: it needs a title and a scene", path)
		}
		cases = append(cases, c)
	}
	return cases
}

// TestEnginePage checks that docs/engine.md has one row for each case, none for
// a case that is no more, and that no trap is without a row.
func TestEnginePage(t *testing.T) {
	text, err := os.ReadFile(enginePage)
	if err != nil {
		t.Fatal(err)
	}
	rows, highest := 0, 0
	numbers := map[int]bool{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| ") && strings.Contains(line, "](../testdata/traps/") {
			rows++
		}
		var n int
		if _, err := fmt.Sscanf(line, "| %d |", &n); err == nil {
			numbers[n], highest = true, max(highest, n)
		}
	}
	for n := 1; n <= highest; n++ {
		if !numbers[n] {
			t.Errorf("docs/engine.md has no row for trap %d: play it, or say why not", n)
		}
	}
	cases := append(readTraps(t, "premises"), readTraps(t, "fixes")...)
	for _, c := range cases {
		if n := strings.Count(string(text), c.row()); n != 1 {
			t.Errorf("docs/engine.md has %d rows of %s: make e2e-all UPDATE=-update", n, c.file)
		}
	}
	if rows != len(cases) {
		t.Errorf("docs/engine.md has %d rows, there are %d cases", rows, len(cases))
	}
}
