package main

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// checkout copies one side of a project into a new git repository, everything
// committed, and returns its folder.
func checkout(t *testing.T, name, side string) string {
	t.Helper()
	dir := t.TempDir()
	copyTree(t, dir, filepath.Join(projectsDir, name, side))
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "start")
	return dir
}

// git runs git without the settings of this machine's user and returns its stdout.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// gitStatus lists the files that are not as committed, in order.
func gitStatus(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	for line := range strings.Lines(git(t, dir, "status", "--porcelain", "--untracked-files=all")) {
		names = append(names, strings.TrimSpace(line[3:]))
	}
	slices.Sort(names)
	return names
}

// diffNames lists the files that a diff leaves changed, in order.
func diffNames(diff string) []string {
	var names []string
	for line := range strings.Lines(diff) {
		if name, found := strings.CutPrefix(line, "+++ b/"); found {
			names = append(names, strings.TrimRight(name, "\t\n"))
		}
	}
	slices.Sort(names)
	return names
}

// copyTree copies the files and folders of src, with their modes.
func copyTree(t *testing.T, dst, src string) {
	t.Helper()
	err := filepath.WalkDir(src, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(src, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == ".git" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(dst, rel), 0o755)
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dst, rel), text, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// readTree returns the files below dir by their path, but for .git: one that is
// executable says so before its text.
func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if err == nil && entry.Name() == ".git" {
				return filepath.SkipDir
			}
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		mark := ""
		if info.Mode()&0o111 != 0 {
			mark = "(executable) "
		}
		tree[filepath.ToSlash(rel)] = mark + string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// rewrite makes after/ of a project what is in dir.
func rewrite(t *testing.T, after, dir string) {
	t.Helper()
	if err := os.RemoveAll(after); err != nil {
		t.Fatal(err)
	}
	copyTree(t, after, dir)
}

// sameTree reports every file in which got is not want.
func sameTree(t *testing.T, when string, got, want map[string]string) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	for name, text := range want {
		if _, found := got[name]; !found {
			t.Errorf("%s: %s is missing", when, name)
		} else if got[name] != text {
			t.Errorf("%s, want - and have +:\n%s", when, lineDiff(t, name, text, got[name]))
		}
	}
	for name := range got {
		if _, found := want[name]; !found {
			t.Errorf("%s: there is a new file %s", when, name)
		}
	}
}

func lineDiff(t *testing.T, name, want, got string) string {
	t.Helper()
	diff, err := edit.Diff(&edit.Source{Path: name, Text: want}, &edit.Source{Path: name, Text: got})
	if err != nil {
		t.Fatal(err)
	}
	return diff
}
