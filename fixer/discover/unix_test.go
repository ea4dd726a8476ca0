//go:build unix

package discover_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"nonroot/fixer/confined"
	"nonroot/fixer/discover"
)

func TestWalkPipe(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("a/"))
	for _, name := range []string{"Dockerfile", "compose.yml", "a/x.yaml", ".gitignore", ".git", "Makefile", ".env", "kustomization.yaml"} {
		if err := syscall.Mkfifo(filepath.Join(dir, filepath.FromSlash(name)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree := walk(t, dir, discover.Options{}) // and does not wait for a writer
	expect(t, tree)
	if len(tree.Problems) != 2 || tree.Problems[0].Path != "Dockerfile" || tree.Problems[1].Path != "compose.yml" || tree.Kubernetes {
		t.Errorf("%+v", tree)
	}
}

// TestWalkFolderThatCannotBeRead has one whose path is too long to be opened,
// which fails for root too, unless it is opened folder by folder.
func TestWalkFolderThatCannotBeRead(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("a/Dockerfile", "z/Dockerfile"))
	at, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 250)
	for range 20 {
		if err := at.Mkdir(long, 0o755); err != nil {
			t.Fatal(err)
		}
		next, err := at.OpenRoot(long)
		at.Close()
		if err != nil {
			t.Fatal(err)
		}
		at = next
	}
	at.Close()
	tree := walk(t, dir, discover.Options{})
	expect(t, tree, "a/Dockerfile", "z/Dockerfile")
	if !opensAtOnce(t, dir, long) {
		if len(tree.Problems) > 0 {
			t.Errorf("%v", tree.Problems)
		}
	} else if len(tree.Problems) != 1 || !errors.Is(tree.Problems[0].Err, syscall.ENAMETOOLONG) || strings.Contains(tree.Problems[0].Err.Error(), dir) {
		t.Errorf("%v", tree.Problems)
	}
	// What the testing package removes by path is too long for it.
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := root.RemoveAll(long); err != nil {
		t.Fatal(err)
	}
}

// opensAtOnce reports whether a path is given to the kernel as a whole.
func opensAtOnce(t *testing.T, dir, long string) bool {
	t.Helper()
	f, err := confined.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	err = f.List(strings.Repeat(long+"/", 20), func([]byte, fs.FileMode) {})
	return errors.Is(err, syscall.ENAMETOOLONG)
}
