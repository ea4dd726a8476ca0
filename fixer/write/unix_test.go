//go:build unix

package write

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"nonroot/fixer/edit"
)

func TestUmaskOfNewFiles(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	dir := t.TempDir()
	put(t, dir, "f", "a", 0o666)
	_, err := Write(context.Background(), dir, []Change{
		change("f", "a", "b"),
		{&edit.Source{Path: "new", Absent: true}, &edit.Source{Path: "new"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := state(t, dir); got["f"] != "-rw-rw-rw- b" || got["new"] != "-rw-r----- " {
		t.Errorf("%q", got)
	}
}

func TestModesAreKept(t *testing.T) {
	for _, mode := range []fs.FileMode{0o644, 0o600, 0o755, 0o777, 0o200 | 0o040, 0o644 | fs.ModeSetgid, 0o755 | fs.ModeSetuid, 0o644 | fs.ModeSticky} {
		if mode&0o400 == 0 && os.Geteuid() != 0 {
			continue // nothing can be read that could change
		}
		dir := t.TempDir()
		put(t, dir, "f", "a", mode)
		if _, err := Write(context.Background(), dir, []Change{change("f", "a", "b")}); err != nil {
			t.Fatal(err)
		}
		if info, _ := os.Lstat(filepath.Join(dir, "f")); info.Mode() != mode {
			t.Errorf("%v became %v", mode, info.Mode())
		}
	}
}

func TestPipe(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "Dockerfile"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Write(context.Background(), dir, []Change{change("Dockerfile", "", "b")})
	var refusal *edit.Refusal
	if !errors.As(err, &refusal) {
		t.Error(err)
	}
	fsys := open(t, dir).fileSystem
	if _, err := fsys.Read("Dockerfile"); err == nil {
		t.Error("a pipe was read")
	}
}

func TestOwnerIsKept(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	dir := t.TempDir()
	put(t, dir, "f", "a", 0o640)
	put(t, dir, "g", "a", 0o4755)
	path := filepath.Join(dir, "f")
	if err := os.Chown(path, 1234, 2345); err != nil {
		t.Fatal(err)
	}
	denied := open(t, dir)
	denied.fileSystem = noChown{denied.fileSystem}
	_, err := writeTo(context.Background(), denied, []Change{change("g", "a", "b"), change("f", "a", "b")})
	var refusal *edit.Refusal
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Reason, "user 1234 and group 2345") {
		t.Error(err)
	}
	if got := state(t, dir); len(got) != 2 || got["f"] != "-rw-r----- a" || !strings.HasSuffix(got["g"], " a") {
		t.Errorf("%q", got)
	}
	if _, err := Write(context.Background(), dir, []Change{change("f", "a", "b")}); err != nil {
		t.Fatal(err)
	}
	info, _ := os.Lstat(path)
	if uid, gid, _ := ownerOf(info); uid != 1234 || gid != 2345 || info.Mode() != 0o640 {
		t.Errorf("it belongs to %d:%d, mode %v", uid, gid, info.Mode())
	}
}

// noChown is what a user who is not root meets.
type noChown struct{ fileSystem }

func (n noChown) Create(name string, mode fs.FileMode) (file, error) {
	f, err := n.fileSystem.Create(name, mode)
	return noChownFile{f}, err
}

type noChownFile struct{ file }

func (noChownFile) Chown(int, int) error { return syscall.EPERM }

func TestFolderThatCannotBeWritten(t *testing.T) {
	if os.Geteuid() == 0 {
		asNobody(t, "TestFolderThatCannotBeWritten")
		return
	}
	dir := t.TempDir()
	put(t, dir, "d/f", "a", 0o644)
	put(t, dir, "g", "a", 0o644)
	if err := os.Chmod(filepath.Join(dir, "d"), 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(dir, "d"), 0o755)
	before := state(t, dir)
	if _, err := Write(context.Background(), dir, []Change{change("g", "a", "b"), change("d/f", "a", "b")}); !errors.Is(err, fs.ErrPermission) {
		t.Error(err)
	}
	if after := state(t, dir); !reflect.DeepEqual(before, after) {
		t.Errorf("%q", after)
	}
}

// asNobody runs one test of this package as a user without rights.
func asNobody(t *testing.T, test string) {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "nonroot-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, "test")
	binary, err := os.ReadFile(os.Args[0])
	if err == nil {
		err = errors.Join(os.Chmod(dir, 0o777), os.WriteFile(copied, binary, 0o755))
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copied, "-test.run", "^"+test+"$", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("%v: %s", err, out)
	}
}

const killEnv = "NONROOT_TEST_KILL_DIR"

// TestKillNine kills a process that writes, at random instants, and looks at the files.
func TestKillNine(t *testing.T) {
	if dir := os.Getenv(killEnv); dir != "" {
		writeForEver(dir)
		return
	}
	dir := t.TempDir()
	const files = 6
	for i := range files {
		put(t, dir, fmt.Sprintf("d%d/f", i), text(0, i), 0o644)
	}
	random := rand.New(rand.NewPCG(3, 4))
	mixed := 0
	for range 25 {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestKillNine$")
		cmd.Env = append(os.Environ(), killEnv+"="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20*time.Millisecond + time.Duration(random.IntN(40_000))*time.Microsecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if versions := wholeVersions(t, dir, files); len(versions) > 1 {
			mixed++
		}
		repair(t, dir, files)
	}
	t.Logf("%d of 25 kills fell between two renames", mixed)
}

// text is version v of file i, long enough that half of it would be noticed.
func text(v, i int) string { return strings.Repeat(fmt.Sprintf("%d %d\n", v, i), 5000) }

// writeForEver writes version after version of all files until it is killed.
func writeForEver(dir string) {
	for {
		first, _ := os.ReadFile(filepath.Join(dir, "d0", "f"))
		number, _, _ := strings.Cut(string(first), " ")
		v, _ := strconv.Atoi(number)
		var changes []Change
		for i := 0; ; i++ {
			name := fmt.Sprintf("d%d/f", i)
			now, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				break
			}
			changes = append(changes, change(name, string(now), text(v+1, i)))
		}
		if _, err := Write(context.Background(), dir, changes); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// wholeVersions is which versions the files have; a torn one is an error.
func wholeVersions(t *testing.T, dir string, files int) map[int]bool {
	t.Helper()
	versions := map[int]bool{}
	for i := range files {
		got, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("d%d", i), "f"))
		if err != nil {
			t.Fatal(err)
		}
		number, _, _ := strings.Cut(string(got), " ")
		v, err := strconv.Atoi(number)
		if err != nil || string(got) != text(v, i) {
			t.Fatalf("file %d is torn: %d bytes, %.20q", i, len(got), got)
		}
		versions[v] = true
	}
	if len(versions) > 2 {
		t.Errorf("the files have %d versions", len(versions))
	}
	return versions
}

// repair is the next run: one Write, and nothing of the killed one is left.
func repair(t *testing.T, dir string, files int) {
	t.Helper()
	var changes []Change
	var dirs []string
	for i := range files {
		name := fmt.Sprintf("d%d/f", i)
		now, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		changes = append(changes, change(name, string(now), text(0, i)))
		dirs = append(dirs, fmt.Sprintf("d%d", i))
	}
	if _, err := Write(context.Background(), dir, changes); err != nil {
		t.Fatal(err)
	}
	if _, err := CleanStale(dir, dirs); err != nil {
		t.Fatal(err)
	}
	if left := state(t, dir); len(left) != files {
		t.Errorf("left are %d files", len(left))
	}
}
