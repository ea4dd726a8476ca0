//go:build unix

package confined

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

// tree makes a folder with files, links in and out, modes, a pipe, and beside it
// a file that no path below it may lead to.
func tree(t *testing.T) string {
	t.Helper()
	top := t.TempDir()
	dir := filepath.Join(top, "root")
	for name, text := range map[string]string{
		"file": "text", "deep/er/file": "deep", "empty": "", "long": strings.Repeat("x", 100_000), "../outside": "secret", "deep/name\nline": "odd",
	} {
		full := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(text), 0o640)); err != nil {
			t.Fatal(err)
		}
	}
	links := map[string]string{
		"in": "deep/er/file", "folder": "deep", "up": "deep/../file", "out": "../outside", "absolute": filepath.Join(dir, "file"),
		"elsewhere": "/etc/passwd", "nowhere": "missing", "loop": "loop", "deep/back": "../..", "proc": "/proc/self/root",
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	err := errors.Join(os.Chmod(filepath.Join(dir, "file"), 0o4755), os.Mkdir(filepath.Join(dir, "closed"), 0o1700),
		syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var paths = []string{
	".", "file", "deep", "deep/er/file", "empty", "long", "deep/name\nline", "in", "folder", "folder/er/file", "up", "out", "absolute", "elsewhere",
	"nowhere", "loop", "loop/x", "deep/back", "deep/back/outside", "deep/back/root/file", "proc", "proc/etc/passwd", "closed", "missing", "missing/x",
	"file/x", "../outside", "/etc/passwd", "deep/../file", "", strings.Repeat("n", 300), "nul\x00",
}

// TestAsRoot asserts that every answer is that of os.Root.
func TestAsRoot(t *testing.T) {
	dir := tree(t)
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, name := range append(paths, "pipe") {
		for ask, how := range map[string]func(rootFS) string{
			"stat":  func(r rootFS) string { return described(r.Stat(name)) },
			"lstat": func(r rootFS) string { return described(r.Lstat(name)) },
			"list": func(r rootFS) string {
				if name == "pipe" {
					return "" // os.Root would wait for a writer
				}
				list, err := r.ReadDir(name)
				out := fmt.Sprint(reason(err))
				for _, e := range list {
					out += "\n" + e.Name() + " " + e.Type().String() + " " + described(e.Info())
				}
				return out
			},
			"read": func(r rootFS) string {
				if name == "pipe" {
					return "" // so here
				}
				text, err := r.ReadFile(name)
				return string(text) + fmt.Sprint(reason(err))
			},
		} {
			if got, want := how(f), how(f.slow); got != want {
				t.Errorf("%s of %q: %s, os.Root: %s", ask, name, got, want)
			}
		}
	}
}

// TestSecret asserts that nothing leads to the file beside the folder.
func TestSecret(t *testing.T) {
	f, err := Open(tree(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, name := range paths {
		if text, _ := f.ReadFile(name); strings.Contains(string(text), "secret") || strings.Contains(string(text), "root:") {
			t.Errorf("%q leads out", name)
		}
	}
}

// TestPipe asserts that a pipe is not waited for.
func TestPipe(t *testing.T) {
	f, err := Open(tree(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.ReadFile("pipe"); err == nil {
		t.Error("a pipe is read")
	}
	if _, err := f.readSlow("pipe"); err == nil {
		t.Error("a pipe is read through os.Root")
	}
	if f.fast == nil {
		t.Skip("the kernel has no openat2, and os.Root waits")
	}
	if _, err := f.ReadDir("pipe"); err == nil {
		t.Error("a pipe is listed")
	}
}

// TestTooLong has a file that takes no room on the disk, but would all of memory.
func TestTooLong(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 1<<40)); err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, read := range []func(string) ([]byte, error){f.ReadFile, f.readSlow} {
		if text, err := read("f"); !errors.Is(err, errTooLong) || text != nil {
			t.Errorf("%d bytes, %v", len(text), err)
		}
	}
}

// TestSlowAsRoot asserts that files are read through os.Root as it reads them itself.
func TestSlowAsRoot(t *testing.T) {
	f, err := Open(tree(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, name := range paths {
		got, gotErr := f.readSlow(name)
		want, wantErr := f.slow.ReadFile(name)
		if string(got) != string(want) || fmt.Sprint(reason(gotErr)) != fmt.Sprint(reason(wantErr)) {
			t.Errorf("%q: %.40q, %v; os.Root: %.40q, %v", name, got, gotErr, want, wantErr)
		}
	}
}

// TestReadText asserts that a text is what os.Root reads, by either way, and that a
// file of more bytes than may be read is refused.
func TestReadText(t *testing.T) {
	dir := tree(t)
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for way, f := range map[string]*FS{"fast": f, "slow": {root: f.root, slow: f.slow}} {
		for _, name := range append(paths, "pipe") {
			var want []byte
			wantErr := fs.ErrInvalid
			if name != "pipe" { // os.Root would wait for a writer
				want, wantErr = f.slow.ReadFile(name)
			}
			got, err := f.ReadText(name, 1<<20)
			if got != string(want) || (err == nil) != (wantErr == nil) {
				t.Errorf("%s: %q: %.40q, %v; os.Root: %.40q, %v", way, name, got, err, want, wantErr)
			}
			if len(want) == 0 {
				continue
			}
			if exact, err := f.ReadText(name, int64(len(want))); exact != got || err != nil {
				t.Errorf("%s: %q at most as long as it is: %.40q, %v", way, name, exact, err)
			}
			if text, err := f.ReadText(name, int64(len(want)-1)); text != "" || err == nil || !strings.Contains(err.Error(), fmt.Sprintf("it has %d bytes, and %d are", len(want), len(want)-1)) {
				t.Errorf("%s: %q longer than it may be: %.40q, %v", way, name, text, err)
			}
		}
	}
}

// TestReadHead asserts that the head of a file is its first bytes.
func TestReadHead(t *testing.T) {
	f, err := Open(tree(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for way, f := range map[string]*FS{"fast": f, "slow": {root: f.root, slow: f.slow}} {
		for name, want := range map[string]string{"file": "te", "empty": "", "in": "de", "deep/name\nline": "od"} {
			if got, err := f.ReadHead(name, 2); got != want || err != nil {
				t.Errorf("%s: %q: %q, %v", way, name, got, err)
			}
		}
		if got, err := f.ReadHead("long", 50_000); len(got) != 50_000 || err != nil {
			t.Errorf("%s: %d bytes, %v", way, len(got), err)
		}
		for _, name := range []string{"out", "missing", "deep", "elsewhere", "../outside", "pipe"} {
			if got, err := f.ReadHead(name, 2); got != "" || err == nil {
				t.Errorf("%s: %q: %q, %v", way, name, got, err)
			}
		}
	}
}

// TestReadNoUTF8 asserts that the names of which List tells are read, whatever bytes they
// have, and that such a name leads nowhere else.
func TestReadNoUTF8(t *testing.T) {
	dir := tree(t)
	odd := filepath.Join(dir, "\xff")
	if err := errors.Join(os.Mkdir(odd, 0o755), os.WriteFile(filepath.Join(odd, "\xfe"), []byte("odd"), 0o600)); err != nil {
		t.Skip(err) // not every file system takes them
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for way, f := range map[string]*FS{"fast": f, "slow": {root: f.root, slow: f.slow}} {
		for name, want := range map[string]string{"\xff/\xfe": "odd", "\xff/\xfd": "", "\xff/../../outside": "", "\xff": "", "/\xff/\xfe": ""} {
			text, err := f.ReadText(name, 100)
			head, headErr := f.ReadHead(name, 100)
			if text != want || head != want || (err == nil) != (want != "") || (headErr == nil) != (want != "") {
				t.Errorf("%s: %q: %q, %v; %q, %v", way, name, text, err, head, headErr)
			}
		}
	}
}

// TestList asserts that a listing has the names and types of what is in a folder, and
// that it goes through no symbolic link where the kernel sees to that.
func TestList(t *testing.T) {
	dir := tree(t)
	for i := range 2000 { // more than a buffer takes
		if err := os.WriteFile(filepath.Join(dir, "closed", fmt.Sprintf("%04d-\xff", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	listed := func(f *FS, name string) (string, error) {
		var lines []string
		err := f.List(name, func(name []byte, kind fs.FileMode) { lines = append(lines, fmt.Sprintf("%q %s", name, kind)) })
		slices.Sort(lines)
		return strings.Join(lines, "\n"), err
	}
	slow := &FS{root: f.root, slow: f.slow}
	for _, name := range []string{".", "deep", "deep/er", "closed"} {
		entries, err := os.ReadDir(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, e := range entries {
			lines = append(lines, fmt.Sprintf("%q %s", e.Name(), e.Type()))
		}
		slices.Sort(lines)
		want := strings.Join(lines, "\n")
		for way, f := range map[string]*FS{"fast": f, "slow": slow} {
			if got, err := listed(f, name); got != want || err != nil {
				t.Errorf("%s: %s: %v\n%s\nnot\n%s", way, name, err, got, want)
			}
		}
	}
	for _, name := range []string{"file", "missing", "..", "out", "proc", "elsewhere", "deep/back/..", strings.Repeat("long/", 2000)} {
		for way, f := range map[string]*FS{"fast": f, "slow": slow} {
			if got, err := listed(f, name); got != "" || err == nil {
				t.Errorf("%s: %.100q: %v, %.100s", way, name, err, got)
			}
		}
	}
	if f.fast == nil {
		t.Skip("the kernel has no openat2")
	}
	for _, name := range []string{"folder", "folder/er", "deep/back"} {
		if got, err := listed(f, name); got != "" || !errors.Is(err, syscall.ELOOP) && !errors.Is(err, syscall.EXDEV) {
			t.Errorf("through the link %s: %v, %s", name, err, got)
		}
	}
}

// TestLink asserts that the first symbolic link on the way is found.
func TestLink(t *testing.T) {
	f, err := Open(tree(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, want := range map[string]string{
		"file": "", "deep/er/file": "", "missing": "", "missing/x": "", "folder": "folder", "folder/er/file": "folder", "out": "out", "out/x": "out",
		"deep/back/x": "deep/back", "loop/x": "loop", "closed/in": "",
	} {
		if got := f.Link(name); got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
}

// TestFS asserts what fs.FS asks for, on plain files.
func TestFS(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, "a/b"), 0o755), os.WriteFile(filepath.Join(dir, "a/b/c"), []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := fstest.TestFS(f, "a/b/c"); err != nil {
		t.Error(err)
	}
}

func described(info fs.FileInfo, err error) string {
	if err != nil {
		return fmt.Sprint(reason(err))
	}
	return fmt.Sprint(info.Name(), info.Size(), info.Mode(), info.ModTime(), info.IsDir())
}

// reason is what an error says without the operation.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
