package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var updateProjects = flag.Bool("update", false, "rewrite after/ of the projects under testdata/projects")

const projectsDir = "../../testdata/projects"

// TestGolden fixes a copy of every testdata/projects/*/before and compares it
// with after/, as a bot would use it: in a clean clone, by exit code, diff and
// git status. testdata/projects/README.md has the layout.
func TestGolden(t *testing.T) {
	befores, err := filepath.Glob(filepath.Join(projectsDir, "*", "before"))
	if err != nil || len(befores) == 0 {
		t.Fatalf("no projects in %s: %v", projectsDir, err)
	}
	for _, before := range befores {
		name := filepath.Base(filepath.Dir(before))
		t.Run(name, func(t *testing.T) { golden(t, name) })
	}
}

func golden(t *testing.T, name string) {
	dir := checkout(t, name, "before")
	before := readTree(t, dir)

	diff, _ := runFix(t, append(projectFlags(t, name), "--dry-run", dir))
	sameTree(t, "after --dry-run", readTree(t, dir), before)

	written, said := runFix(t, append(projectFlags(t, name), "--yes", dir))
	if written != diff {
		t.Errorf("fix prints another diff than --dry-run:\n%s", lineDiff(t, "stdout", diff, written))
	}
	after := filepath.Join(projectsDir, name, "after")
	fixed := readTree(t, dir)
	if *updateProjects {
		rewrite(t, after, dir)
	}
	sameTree(t, "after fix", fixed, readTree(t, after))
	for _, text := range sayings(t, name) {
		if !strings.Contains(said, text) {
			t.Errorf("stderr does not say %q:\n%s", text, said)
		}
	}
	if got, want := gitStatus(t, dir), diffNames(diff); !slices.Equal(got, want) {
		t.Errorf("git status shows %v, the diff names %v", got, want)
	}

	again, _ := runFix(t, append(projectFlags(t, name), "--yes", dir))
	if again != "" {
		t.Errorf("a second run prints\n%s", again)
	}
	sameTree(t, "after a second run", readTree(t, dir), fixed)
	gitApplies(t, name, diff, fixed)
}

// gitApplies checks that git apply makes of before/ what fix made of it.
func gitApplies(t *testing.T, name, diff string, want map[string]string) {
	t.Helper()
	if diff == "" {
		return
	}
	dir := checkout(t, name, "before")
	cmd := exec.Command("git", "apply", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(diff)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("git apply: %v\n%s\n%s", err, out, diff)
		return
	}
	sameTree(t, "after git apply", readTree(t, dir), want)
}

// runFix runs nonroot fix in this process; it must exit 0.
func runFix(t *testing.T, args []string) (stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	args = append([]string{"fix"}, args...)
	if code := run(t.Context(), args, streams{strings.NewReader(""), &out, &err}); code != exitOK {
		t.Fatalf("nonroot %s: exit code %d\n%s", strings.Join(args, " "), code, err.String())
	}
	return out.String(), err.String()
}

// projectFlags are the flags that a project is fixed with.
func projectFlags(t *testing.T, name string) []string {
	return strings.Fields(optional(t, name, "flags"))
}

// sayings are the texts that stderr must contain.
func sayings(t *testing.T, name string) []string {
	return strings.FieldsFunc(optional(t, name, "says"), func(r rune) bool { return r == '\n' })
}

func optional(t *testing.T, name, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(projectsDir, name, file))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}
