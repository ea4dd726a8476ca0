package write

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// mountEnv tells TestRenameFails that it is the process that may mount.
const mountEnv = "NONROOT_TEST_MOUNT"

// cannotMount is what that process says where it may not.
const cannotMount = "cannot mount:"

// TestRenameFails has a file on which something is mounted, which no rename can replace
// (EBUSY), behind one that is replaced by then: that one is put back. It mounts in a
// mount namespace of its own, so that nothing stays mounted whatever happens.
func TestRenameFails(t *testing.T) {
	if os.Getenv(mountEnv) == "" {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestRenameFails$", "-test.v")
		cmd.Env = append(os.Environ(), mountEnv+"=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		}
		out, err := cmd.CombinedOutput()
		switch {
		case errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) || strings.Contains(string(out), cannotMount):
			t.Skipf("a namespace to mount in is not allowed here: %v, %s", err, out)
		case err != nil || !strings.Contains(string(out), "--- PASS"):
			t.Errorf("%v: %s", err, out)
		}
		return
	}
	dir, changes := project(t)
	mounted := filepath.Join(dir, "deploy/real.yaml") // the second of the changes
	if err := syscall.Mount(mounted, mounted, "", syscall.MS_BIND, ""); err != nil {
		t.Fatal(cannotMount, err)
	}
	defer syscall.Unmount(mounted, syscall.MNT_DETACH)
	before := state(t, dir)
	f := open(t, dir)
	written, err := writeTo(context.Background(), f, changes)
	if !errors.Is(err, syscall.EBUSY) || written != nil {
		t.Errorf("%q, %v", written, err)
	}
	if got := state(t, dir); !maps.Equal(got, before) {
		t.Errorf("the files are %q", got)
	}
	replaced := false
	for _, step := range f.steps {
		replaced = replaced || strings.HasPrefix(step, "rename api/")
	}
	if !replaced {
		t.Errorf("no file was replaced before: %q", f.steps)
	}
}
