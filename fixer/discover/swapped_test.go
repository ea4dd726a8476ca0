package discover

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"nonroot/fixer/confined"
	"nonroot/fixer/discover/gitignore"
)

// TestFolderSwapped puts symbolic links in the place of folders between the listing of
// the folder that they lie in and their own: nothing of what they lead to is taken.
func TestFolderSwapped(t *testing.T) {
	top := t.TempDir()
	root := filepath.Join(top, "root")
	write := func(name string) {
		name = filepath.Join(top, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	write("root/in/deep/Dockerfile")
	write("root/other/Dockerfile")
	write("root/gone/Dockerfile")
	write("out/Dockerfile")
	write("out/deep/compose.yaml")
	dir, err := confined.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	w := &walker{
		ctx: context.Background(), dir: dir, root: root, left: gitignore.New(),
		named: map[string]bool{}, folders: map[string]*folder{}, lost: map[*folder]bool{}, tree: &Tree{Links: map[string]string{}},
	}
	list := map[string]*folder{}
	for _, f := range w.list(w.add(&folder{path: root})) {
		list[w.rel(f.path)] = f
	}
	for _, f := range w.list(list["in"]) {
		list[w.rel(f.path)] = f
	}
	for name, target := range map[string]string{"in": "../out", "other": "in", "gone": ""} {
		if err := os.RemoveAll(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
		if target == "" {
			continue
		}
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Skip(err)
		}
	}
	for _, name := range []string{"in/deep", "in", "other", "gone"} {
		if found := w.list(list[name]); len(found) > 0 {
			t.Errorf("%s has %d folders", name, len(found))
		}
	}
	if len(w.tree.Dockerfiles)+len(w.tree.Composes) > 0 {
		t.Errorf("found are %q, %q", w.tree.Dockerfiles, w.tree.Composes)
	}
	w.tree.sort()
	want := []Problem{{"in", errSwapped}, {"other", errSwapped}}
	if len(w.tree.Problems) != 2 || w.tree.Problems[0] != want[0] || w.tree.Problems[1] != want[1] {
		t.Errorf("problems are %v", w.tree.Problems)
	}
}

// TestIgnoresUnlisted asserts that the patterns of a folder that could not be listed hold
// all the same: of what there is, a part may have been seen.
func TestIgnoresUnlisted(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, ".gitignore"), []byte(".env\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir, err := confined.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	dir.Close() // it lists nothing
	w := &walker{
		ctx: context.Background(), dir: dir, root: root, left: gitignore.New(),
		named: map[string]bool{}, folders: map[string]*folder{}, lost: map[*folder]bool{}, tree: &Tree{Links: map[string]string{}},
	}
	f := w.add(&folder{path: root})
	w.list(f)
	if w.failed == nil || f.listed || !f.ignores(".env", false) {
		t.Errorf("%v; listed: %t, ignored: %t", w.failed, f.listed, f.ignores(".env", false))
	}
}
