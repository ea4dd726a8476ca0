package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNamesAsTheyAre fixes a file in folders of any name: what git apply makes of
// the diff is what fix writes, and no control character of a name is shown raw.
func TestNamesAsTheyAre(t *testing.T) {
	for _, name := range []string{
		"with blanks", " first", "last ", "new\nline", "tab\tin it", "car\rriage", "qu\"ote", "ap'ostrophe", "back\\slash", "\x1b[31mred\x1b[0m", "\x01\x7f",
		"ümlaut", "bidi\u202ename", "zero\u200bwidth", "-dash", "a/b/../x", "$HOME", "`id`", "*", "[a]", "%s", "~", "#", "nul-free",
		strings.Repeat("long-", 40), strings.Repeat(strings.Repeat("l", 200)+"/", 15),
	} {
		name = filepath.Clean(name)
		t.Run(strings.ToValidUTF8(name[:min(len(name), 20)], "?"), func(t *testing.T) {
			dirs := [2]string{t.TempDir(), t.TempDir()}
			for _, dir := range dirs {
				put(t, dir, filepath.Join(name, "compose.yaml"), onTerminal)
				git(t, dir, "init", "-q")
			}
			var diff, stderr bytes.Buffer
			run(t.Context(), []string{"fix", "--dry-run", dirs[0]}, streams{strings.NewReader(""), &diff, &stderr})
			cmd := exec.Command("git", "apply", "-")
			cmd.Dir, cmd.Stdin = dirs[0], bytes.NewReader(diff.Bytes())
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("git apply: %v: %s\n%s", err, out, diff.String())
			}
			var out bytes.Buffer
			if code := run(t.Context(), []string{"fix", "--yes", dirs[1]}, streams{strings.NewReader(""), &out, &stderr}); code != exitOK {
				t.Errorf("fix exits %d: %s", code, stderr.String())
			}
			sameTree(t, "git apply and fix", readTree(t, dirs[0]), readTree(t, dirs[1]))
			if text, err := os.ReadFile(filepath.Join(dirs[1], name, "compose.yaml")); err != nil || string(text) == onTerminal {
				t.Errorf("nothing was fixed: %v", err)
			}
			stderr.Reset()
			out.Reset()
			for _, args := range [][]string{{"check", "--notes", dirs[0]}, {"check", "--format", "json", dirs[0]}} {
				run(t.Context(), args, streams{strings.NewReader(""), &out, &stderr})
			}
			if said := strings.ReplaceAll(out.String()+stderr.String(), "\n", ""); strings.ContainsAny(said, "\x1b\x01\x7f\r\u202e\u200b") {
				t.Errorf("it says %q", said)
			}
		})
	}
}

// TestNameThatIsNoUTF8 is said, escaped, and the other files are done.
func TestNameThatIsNoUTF8(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a\xff/compose.yaml", onTerminal)
	put(t, dir, "b/compose.yaml", onTerminal)
	var out, stderr bytes.Buffer
	code := run(t.Context(), []string{"fix", "--yes", dir}, streams{strings.NewReader(""), &out, &stderr})
	if code != exitError || strings.Contains(stderr.String(), "\xff") || !strings.Contains(stderr.String(), "its name is not UTF-8, and is not read") || !strings.Contains(out.String(), "+++ b/b/compose.yaml") {
		t.Errorf("exit code %d, %q, %q", code, out.String(), stderr.String())
	}
}

// TestTwinsInCase has two Dockerfiles whose names differ in case alone, which this
// file system keeps apart: each is a file of its own.
func TestTwinsInCase(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "Dockerfile", "FROM debian:12\nCMD [\"sleep\", \"1\"]\n")
	put(t, dir, "dockerfile", "FROM debian:12\nCMD [\"sleep\", \"2\"]\n")
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Skipf("the file system of %s does not tell case: %v", dir, err)
	}
	var out, stderr bytes.Buffer
	code := run(t.Context(), []string{"fix", "--yes", "--unsafe-fixes", dir}, streams{strings.NewReader(""), &out, &stderr})
	for name, stays := range map[string]string{"Dockerfile": "\"1\"", "dockerfile": "\"2\""} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(text), "USER appuser") || !strings.Contains(string(text), stays) {
			t.Errorf("exit code %d: %s is %q, %v", code, name, text, err)
		}
	}
}
