package write

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

func TestWrite(t *testing.T) {
	dir, changes := project(t)
	old, err := os.Lstat(filepath.Join(dir, "api", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	written, err := Write(context.Background(), dir, changes)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"api/Dockerfile", "compose.yaml", "api/.env"}; !reflect.DeepEqual(written, want) {
		t.Errorf("written: %q", written)
	}
	got := state(t, dir)
	for name, want := range map[string]string{
		"api/Dockerfile":   "-rwxr-xr-x FROM a\nUSER app\n",
		"deploy/real.yaml": "-rw-r----- services: {a: {}}\n",
		"compose.yaml":     "-> deploy/real.yaml",
		"other":            "-rw-r--r-- stays\n",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, not %q", name, got[name], want)
		}
	}
	if len(got) != 5 || !strings.HasSuffix(got["api/.env"], " ID=1\n") {
		t.Errorf("the files are %q", got)
	}
	if now, _ := os.Lstat(filepath.Join(dir, "api", "Dockerfile")); os.SameFile(old, now) {
		t.Error("the file was written in place")
	}
}

func TestRootBehindALink(t *testing.T) {
	dir, changes := project(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if written, err := Write(context.Background(), link, changes); err != nil || len(written) != 3 {
		t.Error(written, err)
	}
}

func TestNothingToWrite(t *testing.T) {
	dir := t.TempDir()
	if written, err := Write(context.Background(), dir, nil); written == nil || len(written) > 0 || err != nil {
		t.Error(written, err)
	}
	same := change("gone", "a", "a")
	if written, err := Write(context.Background(), dir, []Change{same}); len(written) > 0 || err != nil {
		t.Error(written, err)
	}
}

// TestRefused has files that are not replaced, and why. Each goes with a second
// change that could be made, and must not be.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		change       Change
		prepare      func(dir string) error
	}{
		{"a path upwards", "out of the root", change("../x", "", "b"), nil},
		{"an absolute path", "out of the root", change("/etc/passwd", "", "b"), nil},
		{"the root", "out of the root", change(".", "", "b"), nil},
		{"read-only", "read-only (mode 0444)", change("f", "a", "b"), func(dir string) error { return os.Chmod(filepath.Join(dir, "f"), 0o444) }},
		{"two names", "2 names (hard links)", change("f", "a", "b"), func(dir string) error { return os.Link(filepath.Join(dir, "f"), filepath.Join(dir, "g")) }},
		{"a folder", "not a regular file", change("d", "a", "b"), nil},
		{"a link to a folder", "not a regular file", change("l", "a", "b"), func(dir string) error { return os.Symlink("d", filepath.Join(dir, "l")) }},
		{"a link out", "out of the root", change("l", "a", "b"), func(dir string) error { return os.Symlink("/etc/hostname", filepath.Join(dir, "l")) }},
		{"a folder that leads out", "out of the root", change("l/hostname", "a", "b"), func(dir string) error { return os.Symlink("/etc", filepath.Join(dir, "l")) }},
		{"a new file in a folder that leads out", "out of the root", Change{&edit.Source{Path: "l/new", Absent: true}, &edit.Source{Path: "l/new", Text: "x"}},
			func(dir string) error { return os.Symlink("/etc", filepath.Join(dir, "l")) }},
		{"in .git", "lies in .git", change(".git/config", "a", "b"), nil},
		{"in .GIT", "lies in .git", Change{&edit.Source{Path: "d/.GIT", Absent: true}, &edit.Source{Path: "d/.GIT", Text: "x"}}, nil},
		{"a link into .git", "lies in .git", change("l", "a", "b"), func(dir string) error { return os.Symlink(".git/config", filepath.Join(dir, "l")) }},
		{"one file twice", "the same file as f", change("l", "a", "c"), func(dir string) error { return os.Symlink("f", filepath.Join(dir, "l")) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "f", "a", 0o644)
			put(t, dir, ".git/config", "a", 0o644)
			put(t, dir, "d/f", "a", 0o644)
			if c.prepare != nil {
				if err := c.prepare(dir); err != nil {
					t.Fatal(err)
				}
			}
			before := state(t, dir)
			second := change("d/f", "a", "b")
			if c.name == "one file twice" {
				second = change("f", "a", "b")
			}
			written, err := Write(context.Background(), dir, []Change{second, c.change})
			var refusal *edit.Refusal
			if !errors.As(err, &refusal) || !strings.Contains(refusal.Reason, c.reason) || refusal.At.Src != c.change.Before || written != nil {
				t.Errorf("written %q, error %v", written, err)
			}
			if after := state(t, dir); !reflect.DeepEqual(before, after) {
				t.Errorf("the files are %q", after)
			}
		})
	}
}

func TestStale(t *testing.T) {
	for name, c := range map[string]Change{
		"other text":         change("f", "b", "c"),
		"other length":       change("f", "bb", "c"),
		"gone":               change("gone", "a", "b"),
		"made meanwhile":     {&edit.Source{Path: "f", Absent: true}, &edit.Source{Path: "f", Text: "x"}},
		"a link meanwhile":   {&edit.Source{Path: "l", Absent: true}, &edit.Source{Path: "l", Text: "x"}},
		"empty is not gone":  {&edit.Source{Path: "empty", Absent: true}, &edit.Source{Path: "empty", Text: "x"}},
		"a link to nowhere":  change("l", "a", "b"),
		"a pipe in the way":  change("f/x", "a", "b"),
		"in a folder undone": change("gone/f", "a", "b"),
	} {
		dir := t.TempDir()
		put(t, dir, "f", "a", 0o644)
		put(t, dir, "g", "a", 0o644)
		put(t, dir, "empty", "", 0o644)
		if err := os.Symlink("nowhere", filepath.Join(dir, "l")); err != nil {
			t.Fatal(err)
		}
		before := state(t, dir)
		written, err := Write(context.Background(), dir, []Change{change("g", "a", "b"), c})
		if written != nil || err == nil || !errors.Is(err, ErrStale) && name != "a pipe in the way" {
			t.Errorf("%s: written %q, error %v", name, written, err)
		}
		if after := state(t, dir); !reflect.DeepEqual(before, after) {
			t.Errorf("%s: the files are %q", name, after)
		}
	}
}

func TestErrorsThatAreBugs(t *testing.T) {
	for _, c := range []Change{
		{&edit.Source{Path: "a"}, &edit.Source{Path: "b", Text: "x"}},
		{&edit.Source{Path: "a", Text: "x"}, &edit.Source{Path: "a", Absent: true}},
	} {
		if _, err := Write(context.Background(), t.TempDir(), []Change{c}); err == nil || errors.Is(err, ErrStale) {
			t.Error(err)
		}
	}
	if _, err := Write(context.Background(), filepath.Join(t.TempDir(), "gone"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	_, err := Write(context.Background(), t.TempDir(), []Change{{&edit.Source{Path: "no/such", Absent: true}, &edit.Source{Path: "no/such", Text: "x"}}})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestCancelled ends the context at each step: before the first rename nothing
// is written, from then on all is.
func TestCancelled(t *testing.T) {
	before, after, steps := outcomes(t)
	for k := 1; k <= steps; k++ {
		dir, changes := project(t)
		ctx, cancel := context.WithCancel(context.Background())
		f := open(t, dir)
		f.at = k
		f.then = func(_ string, do func() error) error { cancel(); return do() }
		written, err := writeTo(ctx, f, changes)
		want := before
		if err == nil {
			want = after
		} else if !errors.Is(err, context.Canceled) || written != nil {
			t.Errorf("step %d: %q, %v", k, written, err)
		}
		if got := state(t, dir); !reflect.DeepEqual(got, want) {
			t.Errorf("step %d (%s): %v; the files are %q", k, f.steps[k-1], err, got)
		}
	}
}

// noLinks is a file system without second names, like FAT.
type noLinks struct{ fileSystem }

func (noLinks) Link(string, string) error { return errors.ErrUnsupported }

func TestWithoutHardLinks(t *testing.T) {
	before, after, _ := outcomes(t)
	for k := 0; ; k++ {
		dir, changes := project(t)
		f := open(t, dir)
		f.fileSystem = noLinks{f.fileSystem}
		f.at, f.then = k, func(string, func() error) error { return errFault }
		written, err := writeTo(context.Background(), f, changes)
		want := before
		if written != nil {
			want = after
		}
		if got := state(t, dir); !reflect.DeepEqual(got, want) {
			t.Errorf("step %d: %v; the files are %q", k, err, got)
		}
		if k > len(f.steps) {
			return
		}
	}
}

func TestCleanStale(t *testing.T) {
	dir := t.TempDir()
	const dead = ".nonroot-2147483647-0123456789abcdef-1.tmp" // above the largest process id of Linux
	stay := []string{
		"Dockerfile", ".nonroot.yaml", ".nonroot-1.tmp", ".nonroot-x-0123456789abcdef-1.tmp", ".nonroot-2147483647-0123456789ABCDEF-1.tmp",
		".nonroot-2147483647-0123456789abcdef-1.tmp.orig", ".nonroot-0-0123456789abcdef-1.tmp", ".nonroot-1-0123456789abcdef-1-2.tmp",
		filepath.Base(tempBeside("x")),
	}
	for _, name := range append(stay, dead, "d/"+dead) {
		put(t, dir, name, "x", 0o600)
	}
	if err := os.Mkdir(filepath.Join(dir, strings.Replace(dead, "-1.", "-2.", 1)), 0o755); err != nil {
		t.Fatal(err)
	}
	removed, err := CleanStale(dir, []string{".", "d", "gone"})
	if err != nil || !reflect.DeepEqual(removed, []string{dead, "d/" + dead}) {
		t.Errorf("removed %q, %v", removed, err)
	}
	if left := state(t, dir); len(left) != len(stay) {
		t.Errorf("left are %q", left)
	}
	for name, want := range map[string]bool{dead: true, stay[len(stay)-1]: true, ".nonroot-1.tmp": false, ".nonroot.yaml": false, "x.tmp": false} {
		if IsTemp(name) != want {
			t.Errorf("IsTemp(%q) is %t", name, !want)
		}
	}
}
