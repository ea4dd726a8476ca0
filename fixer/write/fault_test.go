package write

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"nonroot/fixer/edit"
)

// faulty counts the steps of a Write and lets one of them go wrong.
type faulty struct {
	fileSystem
	at    int // the step that goes wrong, from 1; 0 for none
	then  func(op string, do func() error) error
	steps []string
}

var errFault = errors.New("the disk is on fire")

func (f *faulty) step(op string, do func() error) error {
	f.steps = append(f.steps, op)
	if f.at > 0 && f.at == len(f.steps) {
		return f.then(op, do)
	}
	return do()
}

func (f *faulty) Resolve(name string) (path string, err error) {
	err = f.step("resolve "+name, func() error { path, err = f.fileSystem.Resolve(name); return err })
	return path, err
}

func (f *faulty) Lstat(name string) (info fs.FileInfo, err error) {
	err = f.step("lstat "+name, func() error { info, err = f.fileSystem.Lstat(name); return err })
	return info, err
}

func (f *faulty) Read(name string) (text string, err error) {
	err = f.step("read "+name, func() error { text, err = f.fileSystem.Read(name); return err })
	return text, err
}

func (f *faulty) Create(name string, mode fs.FileMode) (made file, err error) {
	err = f.step("create "+name, func() error { made, err = f.fileSystem.Create(name, mode); return err })
	if err != nil {
		return nil, err
	}
	return &faultyFile{made, f, name}, nil
}

func (f *faulty) Link(old, new string) error {
	return f.step("link "+old, func() error { return f.fileSystem.Link(old, new) })
}

func (f *faulty) Rename(old, new string) error {
	return f.step("rename "+old, func() error { return f.fileSystem.Rename(old, new) })
}

func (f *faulty) Remove(name string) error {
	return f.step("remove "+name, func() error { return f.fileSystem.Remove(name) })
}

func (f *faulty) SyncDir(name string) error {
	return f.step("sync "+name, func() error { return f.fileSystem.SyncDir(name) })
}

// Two runs at once: what the one wrote between the other's look and its rename, the
// other took back when it found the next file changed, and half of a project was new.
func TestTwoRunsAtOnce(t *testing.T) {
	dir, changes := project(t)
	other := make(chan error, 1)
	f := open(t, dir)
	f.then = func(op string, do func() error) error {
		go func() {
			_, err := Write(context.Background(), dir, changes)
			other <- err
		}()
		select { // it is to wait
		case err := <-other:
			t.Errorf("the other run is done in the middle of this one: %v", err)
			other <- err
		case <-time.After(100 * time.Millisecond):
		}
		return do()
	}
	f.steps, f.at = nil, stepOf(t, "rename")
	_, err := writeTo(context.Background(), f, changes)
	if otherErr := <-other; err != nil || !errors.Is(otherErr, ErrStale) {
		t.Errorf("%v, and the other %v", err, otherErr)
	}
	for _, c := range changes {
		if text, err := os.ReadFile(filepath.Join(dir, c.After.Path)); string(text) != c.After.Text {
			t.Errorf("%s: %q, %v", c.After.Path, text, err)
		}
	}
}

// stepOf is the number of the first step of a kind in a Write of the project.
func stepOf(t *testing.T, kind string) int {
	dir, changes := project(t)
	f := open(t, dir)
	if _, err := writeTo(context.Background(), f, changes); err != nil {
		t.Fatal(err)
	}
	return 1 + slices.IndexFunc(f.steps, func(op string) bool { return strings.HasPrefix(op, kind+" ") })
}

// A lock that is not ours to wait for, as that of flock(1) around us, keeps nobody
// from writing; Ctrl-C ends the wait.
func TestFolderLockedByACaller(t *testing.T) {
	dir, changes := project(t)
	release, busy := open(t, dir).fileSystem.(*rootFS).tryLock("api")
	if busy {
		t.Fatal("nobody has locked it")
	}
	defer release()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := Write(ctx, dir, changes); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if _, err := Write(context.Background(), dir, changes); err != nil {
		t.Error(err)
	}
}

type faultyFile struct {
	file
	f    *faulty
	name string
}

func (f *faultyFile) WriteString(s string) (n int, err error) {
	err = f.f.step("write "+f.name, func() error { n, err = f.file.WriteString(s); return err })
	return n, err
}

func (f *faultyFile) Chown(uid, gid int) error {
	return f.f.step("chown "+f.name, func() error { return f.file.Chown(uid, gid) })
}

func (f *faultyFile) Chmod(mode fs.FileMode) error {
	return f.f.step("chmod "+f.name, func() error { return f.file.Chmod(mode) })
}

func (f *faultyFile) CopyAttributes(from string) error {
	return f.f.step("attributes "+f.name, func() error { return f.file.CopyAttributes(from) })
}

func (f *faultyFile) Sync() error {
	return f.f.step("sync "+f.name, f.file.Sync)
}

func (f *faultyFile) Stat() (info fs.FileInfo, err error) {
	err = f.f.step("stat "+f.name, func() error { info, err = f.file.Stat(); return err })
	return info, err
}

func (f *faultyFile) Close() error {
	return f.f.step("close "+f.name, f.file.Close)
}

// project is a folder with three files that change: one that is executable, one
// behind a symbolic link, one that is made; and one that stays.
func project(t *testing.T) (dir string, changes []Change) {
	dir = t.TempDir()
	put(t, dir, "api/Dockerfile", "FROM a\n", 0o755)
	put(t, dir, "deploy/real.yaml", "services: {}\n", 0o640)
	put(t, dir, "other", "stays\n", 0o644)
	if err := os.Symlink("deploy/real.yaml", filepath.Join(dir, "compose.yaml")); err != nil {
		t.Fatal(err)
	}
	return dir, []Change{
		change("api/Dockerfile", "FROM a\n", "FROM a\nUSER app\n"),
		change("compose.yaml", "services: {}\n", "services: {a: {}}\n"),
		change("other", "stays\n", "stays\n"),
		{&edit.Source{Path: "api/.env", Absent: true}, &edit.Source{Path: "api/.env", Text: "ID=1\n"}},
	}
}

func change(path, before, after string) Change {
	return Change{&edit.Source{Path: path, Text: before}, &edit.Source{Path: path, Text: after}}
}

func put(t *testing.T, dir, name, text string, mode fs.FileMode) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// state is the mode and text of each file, and the target of each link.
func state(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if target, err := os.Readlink(path); err == nil {
			all[rel] = "-> " + target
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		all[rel] = fmt.Sprintf("%v %s", info.Mode(), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// outcomes are the states of project before and after a Write that succeeds.
func outcomes(t *testing.T) (before, after map[string]string, steps int) {
	dir, changes := project(t)
	before = state(t, dir)
	f := open(t, dir)
	if _, err := writeTo(context.Background(), f, changes); err != nil {
		t.Fatal(err)
	}
	return before, state(t, dir), len(f.steps)
}

func open(t *testing.T, dir string) *faulty {
	fsys, err := openRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fsys.close)
	return &faulty{fileSystem: fsys}
}

func TestAllOrNothingWhateverStepFails(t *testing.T) {
	before, after, steps := outcomes(t)
	if steps < 40 {
		t.Fatalf("only %d steps were seen", steps)
	}
	faults := map[string]func(op string, do func() error) error{
		"fails":               func(string, func() error) error { return errFault },
		"is done, then fails": func(_ string, do func() error) error { return errors.Join(do(), errFault) },
		"is not permitted":    func(string, func() error) error { return &fs.PathError{Op: "x", Path: "y", Err: syscall.EPERM} },
	}
	for name, fault := range faults {
		failed := 0
		for k := 1; k <= steps; k++ {
			dir, changes := project(t)
			f := open(t, dir)
			f.at, f.then = k, fault
			written, err := writeTo(context.Background(), f, changes)
			want := before
			if err == nil || len(written) > 0 {
				want = after
			}
			if got := state(t, dir); !maps.Equal(got, want) {
				t.Errorf("step %d (%s) %s: it says %v, %v; the files are %q", k, f.steps[k-1], name, written, err, got)
			}
			if err != nil {
				failed++
			}
		}
		if failed < steps/2 {
			t.Errorf("of %d faults only %d were noticed", steps, failed)
		}
	}
}

// TestEveryFileIsWholeWhenNothingWorksAnyMore lets all steps fail from one on:
// what cannot be put back is named, and is new and whole.
func TestEveryFileIsWholeWhenNothingWorksAnyMore(t *testing.T) {
	before, after, steps := outcomes(t)
	for k := 1; k <= steps; k++ {
		dir, changes := project(t)
		f := open(t, dir)
		f.at = k
		f.then = func(string, func() error) error { f.at++; return errFault }
		written, err := writeTo(context.Background(), f, changes)
		for name, text := range state(t, dir) {
			if IsTemp(filepath.Base(name)) || text == before[name] {
				continue
			}
			if text != after[name] {
				t.Errorf("step %d (%s): %s is %q", k, f.steps[k-1], name, text)
			}
			named := strings.Replace(name, "deploy/real.yaml", "compose.yaml", 1) + " has its new text"
			if written == nil && !strings.Contains(err.Error(), named) {
				t.Errorf("step %d (%s): %v does not say that %s", k, f.steps[k-1], err, named)
			}
		}
	}
}

// killed is what a step panics with to end a Write as kill -9 does.
type killed struct{}

// TestKillAtAnyStep ends a Write before and after each step, and writes again.
func TestKillAtAnyStep(t *testing.T) {
	before, after, steps := outcomes(t)
	for k := 1; k <= 2*steps; k++ {
		dir, changes := project(t)
		f := open(t, dir)
		f.at = (k + 1) / 2
		f.then = func(_ string, do func() error) error {
			if k%2 == 0 {
				_ = do()
			}
			panic(killed{})
		}
		func() {
			defer func() {
				if cause := recover(); cause != (killed{}) {
					t.Fatal(cause)
				}
			}()
			_, _ = writeTo(context.Background(), f, changes)
		}()
		op := f.steps[f.at-1]
		for name, text := range state(t, dir) {
			if !IsTemp(filepath.Base(name)) && text != before[name] && text != after[name] {
				t.Errorf("killed at step %d (%s): %s is %q", f.at, op, name, text)
			}
		}
		writeAgain(t, dir, after, op)
	}
}

// writeAgain is the next run after a kill: it reads the files, makes the changes
// that are still to be made, and cleans up.
func writeAgain(t *testing.T, dir string, after map[string]string, op string) {
	t.Helper()
	disown(t, dir)
	var rest []Change
	_, changes := project(t)
	for _, c := range changes {
		text, err := os.ReadFile(filepath.Join(dir, c.Before.Path))
		rest = append(rest, Change{&edit.Source{Path: c.Before.Path, Text: string(text), Absent: err != nil}, c.After})
	}
	if _, err := Write(context.Background(), dir, rest); err != nil {
		t.Errorf("killed at %s: the next run says %v", op, err)
	}
	if _, err := CleanStale(dir, []string{"api", "deploy", ".", "gone"}); err != nil {
		t.Error(err)
	}
	if got := state(t, dir); !maps.Equal(got, after) {
		t.Errorf("killed at %s: after the next run the files are %q", op, got)
	}
}

// disown renames this process's temporary files to those of one that is dead.
func disown(t *testing.T, dir string) {
	t.Helper()
	for name := range state(t, dir) {
		if pid, its, ok := tempOwner(filepath.Base(name)); ok && pid == os.Getpid() && its == run() {
			other := strings.Replace(name, run(), "0123456789abcdef", 1)
			if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, other)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestSomeoneElseWritesMeanwhile changes a file at each step: their text is
// never lost, and nothing of ours is left unless all was written before.
func TestSomeoneElseWritesMeanwhile(t *testing.T) {
	_, _, steps := outcomes(t)
	for k := 1; k <= steps; k++ {
		dir, changes := project(t)
		f := open(t, dir)
		f.at = k
		theirs := filepath.Join(dir, "deploy", "real.yaml")
		f.then = func(op string, do func() error) error {
			put(t, dir, "deploy/saved", "theirs\n", 0o640)
			if err := os.Rename(filepath.Join(dir, "deploy", "saved"), theirs); err != nil {
				t.Fatal(err)
			}
			return do()
		}
		written, err := writeTo(context.Background(), f, changes)
		text, readErr := os.ReadFile(theirs)
		if readErr != nil {
			t.Fatal(readErr)
		}
		op := f.steps[k-1]
		// Only right before the rename, behind the last look, can it go unseen.
		unseen := strings.HasPrefix(op, "rename deploy/")
		if string(text) != "theirs\n" && !(unseen && string(text) == "services: {a: {}}\n") {
			t.Errorf("step %d (%s): their text is lost: %q, %v", k, op, text, err)
		}
		if written == nil && !errors.Is(err, ErrStale) {
			t.Errorf("step %d (%s): %v", k, op, err)
		}
		for name := range state(t, dir) {
			if IsTemp(filepath.Base(name)) {
				t.Errorf("step %d (%s): %s is left", k, op, name)
			}
		}
	}
}

// TestFolderSwappedForALink has a folder replaced at each step by a symbolic link to one
// outside of the root with the same files: those are never touched, and no file is made there.
func TestFolderSwappedForALink(t *testing.T) {
	before, after, steps := outcomes(t)
	for _, folder := range []string{"api", "deploy"} {
		for k := 1; k <= steps; k++ {
			outside, _ := project(t)
			theirs := state(t, outside)
			dir, changes := project(t)
			f := open(t, dir)
			f.at = k
			f.then = func(_ string, do func() error) error {
				swapped := filepath.Join(dir, folder)
				if err := errors.Join(os.Rename(swapped, swapped+".was"), os.Symlink(filepath.Join(outside, folder), swapped)); err != nil {
					t.Fatal(err)
				}
				return do()
			}
			written, err := writeTo(context.Background(), f, changes)
			if got := state(t, outside); !maps.Equal(got, theirs) {
				t.Fatalf("%s swapped at step %d (%s): outside is %q", folder, k, f.steps[k-1], got)
			}
			if written == nil && err == nil {
				t.Errorf("%s swapped at step %d (%s): nothing is said", folder, k, f.steps[k-1])
			}
			for name, text := range state(t, dir) {
				name = strings.Replace(name, folder+".was/", folder+"/", 1)
				if !IsTemp(filepath.Base(name)) && name != folder && text != before[name] && text != after[name] {
					t.Errorf("%s swapped at step %d (%s): %s is %q", folder, k, f.steps[k-1], name, text)
				}
			}
		}
	}
}

// readOnly refuses what changes a file system before it looks at the names, as one
// that is mounted read-only does.
type readOnly struct{ fileSystem }

func (readOnly) Create(name string, _ fs.FileMode) (file, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EROFS}
}

func (readOnly) Remove(name string) error {
	return &fs.PathError{Op: "remove", Path: name, Err: syscall.EROFS}
}

// TestReadOnlyFileSystem says what is wrong, and nothing of a temporary file that was
// never made.
func TestReadOnlyFileSystem(t *testing.T) {
	dir, changes := project(t)
	_, err := writeTo(context.Background(), readOnly{open(t, dir).fileSystem}, changes)
	if !errors.Is(err, syscall.EROFS) || strings.Contains(err.Error(), "could not be removed") || strings.Contains(err.Error(), ".tmp") || !strings.Contains(err.Error(), "beside it") {
		t.Error(err)
	}
}
