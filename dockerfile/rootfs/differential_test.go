//go:build e2e

package rootfs_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
)

var (
	builds = flag.Int("builds", 100, "how many Dockerfiles TestDifferential generates")
	seed   = flag.Uint64("seed", 1, "where its random numbers start")
)

// TestDifferential compares what the analysis says of generated Dockerfiles with
// what the engine built: it may say that it does not know, and must not be wrong.
// It needs an engine that has the images of bases.
func TestDifferential(t *testing.T) {
	if err := exec.Command("docker", "info").Run(); err != nil {
		t.Skip("no Docker engine answers")
	}
	dir := buildContext(t)
	var sum counts
	of := map[string]*counts{}
	for i := range *builds {
		g := newGenerator(*seed, uint64(i))
		text := g.dockerfile()
		var one counts
		built, err := build(dir, text)
		if err != nil {
			one.failed++
		} else {
			one.built++
			for _, opt := range [...]rootfs.Options{{}, {IsDir: contextIsDir}} {
				st := analyze(t, text, opt).Target("").End()
				if wrong := compare(st, built, &one); len(wrong) > 0 {
					one.wrong += len(wrong)
					t.Errorf("build %d:\n%s\n%s", i, text, strings.Join(wrong, "\n"))
				}
			}
		}
		sum.add(one)
		for name := range g.used {
			if of[name] == nil {
				of[name] = &counts{}
			}
			of[name].add(one)
		}
	}
	t.Logf("%-24s %6s %6s %6s %8s %8s %6s", "in Dockerfiles that have", "built", "failed", "paths", "right", "unknown", "wrong")
	for _, name := range slices.Sorted(maps.Keys(of)) {
		t.Log(of[name].row(name))
	}
	t.Log(sum.row("all"))
	if sum.failed > *builds/2 {
		t.Error("too few builds succeeded")
	}
}

// counts are what was compared: paths, and answers on them and on accounts.
type counts struct{ built, failed, paths, right, unknown, wrong int }

func (c *counts) add(o counts) {
	c.built, c.failed, c.paths = c.built+o.built, c.failed+o.failed, c.paths+o.paths
	c.right, c.unknown, c.wrong = c.right+o.right, c.unknown+o.unknown, c.wrong+o.wrong
}

func (c *counts) row(name string) string {
	return fmt.Sprintf("%-24s %6d %6d %6d %8d %8d %6d", name, c.built, c.failed, c.paths, c.right, c.unknown, c.wrong)
}

var bases = []string{"debian:bookworm-slim", "node:20-slim", "ubuntu:24.04", "python:3.12-slim", "alpine:3.20", "scratch"}

// contextIsDir knows the sources of buildContext.
func contextIsDir(_ *dockerfile.Instruction, source string) (dir, known bool) {
	switch strings.Trim(strings.TrimPrefix(source, "./"), "/") {
	case "a", "b.txt", "l", "tar.tar.gz", "src/f":
		return false, true
	case "src", "src/sub", ".":
		return true, true
	}
	return false, false
}

func buildContext(t *testing.T) string {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"a": 0o644, "b.txt": 0o600, "src/f": 0o755, "src/sub/g": 0o640} {
		p := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(p), 0o755)
		if err := os.WriteFile(p, []byte("x\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	os.Chmod(filepath.Join(dir, "src/sub"), 0o750)
	if err := errors.Join(os.Symlink("a", filepath.Join(dir, "l")), os.Symlink("f", filepath.Join(dir, "src/l"))); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	w.WriteHeader(&tar.Header{Name: "d/", Typeflag: tar.TypeDir, Mode: 0o755, Uid: 77, Gid: 78})
	w.WriteHeader(&tar.Header{Name: "d/t", Typeflag: tar.TypeReg, Mode: 0o644, Uid: 77, Gid: 78})
	w.Close()
	z.Close()
	if err := os.WriteFile(filepath.Join(dir, "tar.tar.gz"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// image is what a build made.
type image struct {
	files         map[string]*tar.Header // by absolute path; a link's target is not looked at
	passwd, group string
}

// build builds a Dockerfile and reads the files of the image.
func build(dir, text string) (*image, error) {
	cmd := exec.Command("docker", "build", "-q", "-f", "-", "--output", "type=tar,dest=-", dir)
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	m := &image{files: map[string]*tar.Header{"/": {Typeflag: tar.TypeDir, Mode: 0o755}}}
	for r := tar.NewReader(bytes.NewReader(out)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return m, nil
		}
		if err != nil {
			return nil, err
		}
		name := path.Clean("/" + h.Name)
		m.files[name] = h
		if name == "/etc/passwd" || name == "/etc/group" {
			body, err := io.ReadAll(r)
			if err != nil {
				return nil, err
			}
			if name == "/etc/passwd" {
				m.passwd = string(body)
			} else {
				m.group = string(body)
			}
		}
	}
}

// compare asks the analysis about every path outside of the system's own and
// about accounts, and gives the answers that are wrong.
func compare(st rootfs.State, m *image, sum *counts) []string {
	var wrong []string
	note := func(ok rootfs.Tri, format string, args ...any) {
		switch ok {
		case rootfs.Yes:
			sum.right++
		case rootfs.Unknown:
			sum.unknown++
		default:
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	for _, p := range []string{"/none", "/app", "/app/src", "/app/src/f", "/data", "/data/a", "/srv/x", "/opt/y", "/home/app", "/home/node", "/home/u1", "/usr/src/app", "/tmp/x", "/w", "/w/a/b"} {
		if m.files[p] == nil {
			o := st.Owner(p)
			note(answer(o.Exists != rootfs.Unknown && o.Doubt == nil, o.Exists == rootfs.No), "%s is not there; the analysis says %s", p, show(o))
		}
	}
	for p, h := range m.files {
		if systemFile(p) {
			continue
		}
		sum.paths++
		o := st.Owner(p)
		sure := o.Doubt == nil
		note(answer(sure && o.Exists != rootfs.Unknown, o.Exists == rootfs.Yes), "%s is there; the analysis says %s", p, show(o))
		note(answer(sure && o.UID.Known, o.UID.N == h.Uid), "%s has uid %d; the analysis says %s", p, h.Uid, show(o))
		note(answer(sure && o.GID.Known, o.GID.N == h.Gid), "%s has gid %d; the analysis says %s", p, h.Gid, show(o))
		note(answer(sure && o.Mode.Known, int64(o.Mode.Bits) == h.Mode&0o7777), "%s has mode %o; the analysis says %s", p, h.Mode, show(o))
		note(answer(sure && o.Kind != rootfs.UnknownKind, o.Kind == kindOf(h)), "%s is a %c; the analysis says %s", p, h.Typeflag, show(o))
	}
	compareAccounts(st, m, note)
	return wrong
}

func answer(known, right bool) rootfs.Tri {
	switch {
	case !known:
		return rootfs.Unknown
	case right:
		return rootfs.Yes
	}
	return rootfs.No
}

// systemFile reports whether a path is of the kind that images of the
// distributions have in numbers.
func systemFile(p string) bool {
	for _, dir := range []string{"/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr", "/var", "/root/", "/linuxrc"} {
		if strings.HasPrefix(p, dir) && !strings.HasPrefix(p, "/usr/src/") && !strings.HasPrefix(p, "/var/x") {
			return true
		}
	}
	return false
}

func kindOf(h *tar.Header) rootfs.Kind {
	switch h.Typeflag {
	case tar.TypeDir:
		return rootfs.Dir
	case tar.TypeReg:
		return rootfs.File
	}
	return rootfs.Other
}

func compareAccounts(st rootfs.State, m *image, note func(rootfs.Tri, string, ...any)) {
	users, groups := lines(m.passwd), lines(m.group)
	for _, name := range []string{"app", "u1", "node", "ubuntu", "root", "nobody", "daemon", "sys1", "web", "grp"} {
		a, found := st.Account(name)
		u, ok := users[name]
		note(answer(found != rootfs.Unknown, (found == rootfs.Yes) == ok), "user %s: there is %v; the analysis says %s", name, u, account(a, found))
		if found == rootfs.Yes && ok {
			note(answer(a.UID.Known, a.UID.String() == u[2]), "user %s: %v; the analysis says %s", name, u, account(a, found))
			note(answer(a.GID.Known, a.GID.String() == u[3]), "user %s: %v; the analysis says %s", name, u, account(a, found))
			note(answer(a.Home != "", a.Home == u[5]), "user %s: %v; the analysis says %s", name, u, account(a, found))
		}
		g, found := st.Group(name)
		h, ok := groups[name]
		note(answer(found != rootfs.Unknown, (found == rootfs.Yes) == ok), "group %s: there is %v; the analysis says %v", name, h, g)
		if found == rootfs.Yes && ok {
			note(answer(g.GID.Known, g.GID.String() == h[2]), "group %s: %v; the analysis says %v", name, h, g)
		}
	}
	for _, uid := range []int{0, 1, 33, 1000, 1001, 1500, 1900} {
		_, found := st.AccountByUID(uid)
		there := false
		for _, u := range users {
			there = there || u[2] == strconv.Itoa(uid)
		}
		note(answer(found != rootfs.Unknown, (found == rootfs.Yes) == there), "uid %d: there is one: %v; the analysis says %v", uid, there, found)
	}
}

func lines(file string) map[string][]string {
	out := map[string][]string{}
	for _, l := range strings.Split(strings.TrimSpace(file), "\n") {
		if f := strings.Split(l, ":"); len(f) > 2 {
			out[f[0]] = f
		}
	}
	return out
}
