package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadme compares the diff that README.md shows, hunk by hunk, with what the
// command under it prints.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(readme), "$ nonroot fix --dry-run\n")
	block, _, closed := strings.Cut(block, "\n```\n")
	if !ok || !closed {
		t.Fatal("README.md shows no diff")
	}
	dir := checkout(t, "first-document", "before")
	diff, _ := runFix(t, []string{"--dry-run", dir})
	for _, hunk := range regexp.MustCompile(`(?m)^(?:--- |@@ )`).Split(block, -1) {
		if hunk != "" && !strings.Contains(diff, strings.TrimSuffix(hunk, "\n")) {
			t.Errorf("the command does not print what README.md shows:\n%s\nbut\n%s", hunk, diff)
		}
	}
	for _, command := range []string{"go run ./cmd/nonroot fix --dry-run testdata/projects/first-document/before", "go test ./..."} {
		if !strings.Contains(string(readme), command) {
			t.Errorf("README.md does not give the command %q", command)
		}
	}
}
