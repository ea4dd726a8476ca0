package write

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAttributesAreKept(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "f", "a", 0o640)
	path := filepath.Join(dir, "f")
	// An access control list as acl(5) stores it: rw- for the owner, r-- for user
	// 1234, the group and the mask, nothing for others.
	list := []byte{2, 0, 0, 0,
		1, 0, 6, 0, 255, 255, 255, 255,
		2, 0, 4, 0, 0xd2, 4, 0, 0,
		4, 0, 4, 0, 255, 255, 255, 255,
		16, 0, 4, 0, 255, 255, 255, 255,
		32, 0, 0, 0, 255, 255, 255, 255}
	attributes := map[string][]byte{
		"user.small":              []byte("x"),
		"user.empty":              {},
		"user.large":              bytes.Repeat([]byte("y"), 1000),
		"system.posix_acl_access": list,
	}
	for name, value := range attributes {
		setAttribute(t, path, name, value)
	}
	if _, err := Write(context.Background(), dir, []Change{change("f", "a", "b")}); err != nil {
		t.Fatal(err)
	}
	for name, want := range attributes {
		got := make([]byte, 2000)
		n, err := unix.Getxattr(path, name, got)
		if err != nil || !bytes.Equal(got[:n], want) {
			t.Errorf("%s: %q, %v", name, got[:max(n, 0)], err)
		}
	}
	if got := state(t, dir); got["f"] != "-rw-r----- b" {
		t.Errorf("%q", got)
	}
}

// setAttribute skips the test where the file system has no such attribute.
func setAttribute(t *testing.T, path, name string, value []byte) {
	t.Helper()
	if err := unix.Setxattr(path, name, value, 0); errors.Is(err, unix.ENOTSUP) {
		t.Skipf("the file system has no attribute %s: %s", name, path)
	} else if err != nil {
		t.Fatal(err)
	}
}

// A folder may have a default access control list, which a new file in it takes on:
// the old file did not have it.
func TestNoAttributesAreAdded(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "f", "a", 0o664)
	// rwx for the owner, user 1234 and the mask, nothing for the group and others.
	list := []byte{2, 0, 0, 0,
		1, 0, 7, 0, 255, 255, 255, 255,
		2, 0, 7, 0, 0xd2, 4, 0, 0,
		4, 0, 0, 0, 255, 255, 255, 255,
		16, 0, 7, 0, 255, 255, 255, 255,
		32, 0, 0, 0, 255, 255, 255, 255}
	setAttribute(t, dir, "system.posix_acl_default", list)
	if _, err := Write(context.Background(), dir, []Change{change("f", "a", "b")}); err != nil {
		t.Fatal(err)
	}
	if _, err := unix.Getxattr(filepath.Join(dir, "f"), "system.posix_acl_access", nil); !errors.Is(err, unix.ENODATA) {
		t.Errorf("the file has an access control list that it did not have: %v", err)
	}
	if got := state(t, dir); got["f"] != "-rw-rw-r-- b" {
		t.Errorf("%q", got)
	}
}

func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("a small disk needs root: %v", err)
	}
	defer syscall.Unmount(dir, 0)
	put(t, dir, "f", "a", 0o644)
	put(t, dir, "d/g", "a", 0o644)
	before := state(t, dir)
	_, err := Write(context.Background(), dir, []Change{change("f", "a", "b"), change("d/g", "a", strings.Repeat("b", 100_000))})
	if !errors.Is(err, unix.ENOSPC) {
		t.Error(err)
	}
	if after := state(t, dir); !reflect.DeepEqual(before, after) {
		t.Errorf("%q", after)
	}
	if _, err := os.Stat(filepath.Join(dir, "d")); err != nil {
		t.Error(err)
	}
}
