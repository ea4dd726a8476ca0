package main

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeDiagnosis holds what README.md shows to what the script of diagnose
// expects.
func TestReadmeDiagnosis(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../../testdata/script/diagnose.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(readme), "$ docker compose logs --no-color | nonroot diagnose\n")
	block, _, closed := strings.Cut(block, "```")
	if !found || !closed || !strings.Contains(string(script), "-- want-text --\n"+block) {
		t.Errorf("README.md shows what the command does not print:\n%s", block)
	}
}
