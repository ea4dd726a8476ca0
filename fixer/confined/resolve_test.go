//go:build unix

package confined

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	dir, err := Real(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "a/b"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a/f"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{
		"folder": "a", "file": "folder/f", "up": "a/b/../f", "absolute": dir + "/a/f", "loop": "loop",
		"out": "../x", "back": "../" + filepath.Base(dir) + "/a/f", "host": "/etc/passwd", "none": "a/none", "through": "a/f/x",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, want := range map[string]string{
		"a/f": "a/f by ", "file": "a/f by file folder", "folder/b": "a/b by folder", "up": "a/f by up", "absolute": "a/f by absolute",
		"out": "leads out", "back": "leads out", "host": "leads out", "none": "leads nowhere", "through": "leads nowhere", "loop": "leads nowhere",
	} {
		var links []string
		at, info, err := f.Resolve(name, func(link string) { links = append(links, link) })
		got := at + " by " + strings.Join(links, " ")
		if err != nil {
			got = err.Error()
		} else if info == nil {
			t.Errorf("%s: nothing is said of what is there", name)
		}
		if err == nil && got != want || err != nil && !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
