package tree

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

func TestEveryEdit(t *testing.T) {
	count := &tally{refused: map[string]int{}}
	for name, text := range documents {
		for twin, text := range twins(text) {
			t.Run(name+"/"+twin, func(t *testing.T) { tryAll(t, text, twin == "as it is", count) })
		}
	}
	count.log(t)
	if count.made < 10_000 {
		t.Errorf("only %d edits were made", count.made)
	}
}

// TestEveryEditElsewhere makes every edit of the YAML files below the folder
// that the variable NONROOT_YAML_FILES names.
func TestEveryEditElsewhere(t *testing.T) {
	root := os.Getenv("NONROOT_YAML_FILES")
	if root == "" {
		t.Skip("NONROOT_YAML_FILES names no folder")
	}
	count := &tally{refused: map[string]int{}}
	files := 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yml" && filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := Parse(&edit.Source{Path: path, Text: string(text)}); err != nil {
			t.Log(err)
			return nil
		}
		files++
		for _, text := range twins(string(text)) {
			tryAll(t, text, false, count)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", files)
	count.log(t)
}

func (c *tally) log(t *testing.T) {
	total := 0
	var reasons []string
	for reason, n := range c.refused {
		total += n
		reasons = append(reasons, reason)
	}
	sort.Strings(reasons)
	t.Logf("%d edits made, %d refused:\n%s", c.made, total, strings.Join(reasons, "\n"))
}
