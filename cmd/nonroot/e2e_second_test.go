//go:build e2e

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const secondDocument = "second-document"

// module is a service of the second document's project.
type module struct {
	service  string
	user     string   // what USER of its image is; empty: uid:gid
	data     string   // where it sees the shared directory, or a part of it
	dirs     []string // in its image; what is in them belongs to the user, too
	tmpfs    []string
	writes   []string // its files, written again and again
	readOnly bool     // its root
}

var modules = []module{
	{"ingest", "appuser", "/pipeline-data", []string{"/app", "/home/appuser"}, []string{"/tmp", "/var/tmp"},
		[]string{"/pipeline-data/in/tracks.txt", "/tmp/tracks.txt"}, true},
	{"web", "", "/pipeline-data", []string{"/app"}, nil,
		[]string{"/pipeline-data/web/index.html", "/app/cache/index.html"}, false},
	{"worker", "appuser", "/out", []string{"/srv/worker", "/home/appuser"}, []string{"/tmp"},
		[]string{"/out/packed.txt", "/srv/worker/packed.log", "/tmp/packed"}, false},
	{"demucs", "demucs", "/pipeline-data", []string{"/app", "/home/demucs"}, nil,
		[]string{"/pipeline-data/stems/vocals.txt", "/home/demucs/.cache/torch/hub/checkpoints/htdemucs.th",
			"/pipeline-data/models/demucs/hub/checkpoints/htdemucs.th"}, false}, // the same file
}

// ids are those of .env.
type ids struct{ uid, gid string }

func (i ids) owner() string { return i.uid + ":" + i.gid }

// TestSecondDocument takes the project whose services share a bind-mounted
// directory, on four bases. TestGolden proves that fix makes after/ of before/;
// here the ids in .env are all that differs between the runs of after/.
func TestSecondDocument(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to give files to other users")
	}
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip(err)
	}
	needEngine(t, pythonImage, "python:3.12-slim", "node:20-slim", "alpine:3.20")
	t.Run("before", pipelineIsRoot)
	t.Run("1000:1000", func(t *testing.T) { pipelineRunsAs(t, ids{"1000", "1000"}, modules) })
	t.Run("1234:2345", func(t *testing.T) { pipelineRunsAs(t, ids{"1234", "2345"}, modules) })
	// A Mac's ids: 20 is a group of the image.
	t.Run("501:20", func(t *testing.T) { pipelineRunsAs(t, ids{"501", "20"}, modules[1:2]) })
	t.Run("0:0", pipelineRefusesRoot)
}

// noCache makes of a path in the cache of models what it is where root runs and
// nothing is mounted on it.
var noCache = strings.NewReplacer("/home/demucs/.cache", "/root/.cache", "/pipeline-data/models/demucs", "/root/.cache/torch")

// pipelineIsRoot checks that before the fix all works, as root, and leaves
// root's files on the host.
func pipelineIsRoot(t *testing.T) {
	dir := checkout(t, secondDocument, "before")
	s := up(t, composeFile(dir))
	for _, m := range modules {
		m.writes = slices.Clone(m.writes)
		for i, path := range m.writes {
			m.writes[i] = noCache.Replace(path)
		}
		seen := m.written(t, s, look{})
		for _, p := range seen.processes {
			if p.uid != "0" || p.gid != "0" {
				t.Errorf("%s: %s runs as %s:%s before the fix", m.service, p.name, p.uid, p.gid)
			}
		}
		seen.allOwned(t, m.data, "0:0")
	}
}

// pipelineRunsAs builds and runs services of the fixed project with the ids in
// its .env: started, restarted, and after the shared directory became root's.
func pipelineRunsAs(t *testing.T, i ids, services []module) {
	dir := checkout(t, secondDocument, "after")
	setIDs(t, dir, i)
	resetPermissions(t, dir)
	args := []string{"--no-deps"}
	for _, m := range services {
		args = append(args, m.service)
	}
	s := up(t, composeFile(dir), args...)
	each := func(when string, check func(*testing.T, *stack, module)) {
		for _, m := range services {
			t.Run(when+"/"+m.service, func(t *testing.T) { check(t, s.in(t), m) })
		}
	}
	each("started", func(t *testing.T, s *stack, m module) {
		m.isRight(t, s, i, m.written(t, s, look{}))
	})
	if t.Failed() {
		return
	}
	s.restart()
	each("restarted", func(t *testing.T, s *stack, m module) {
		m.isRight(t, s, i, m.written(t, s, m.look(s)))
		if logs := s.logs(m.service); strings.Contains(logs, "failed") {
			t.Errorf("it says:\n%s", logs)
		}
	})
	if t.Failed() {
		return
	}
	makeRoots(t, filepath.Join(dir, "pipeline-data"))
	taken := map[string]look{}
	each("taken", func(t *testing.T, s *stack, m module) {
		eventually(t, "it cannot write what is root's", func() bool {
			return strings.Contains(s.logs(m.service), "failed")
		})
		taken[m.service] = m.look(s)
		taken[m.service].allOwned(t, m.data, "0:0")
	})
	resetPermissions(t, dir)
	each("reset", func(t *testing.T, s *stack, m module) {
		m.isRight(t, s, i, m.written(t, s, taken[m.service]))
		s.running(m.service)
	})
}

// pipelineRefusesRoot checks that with the ids of root no image is built.
func pipelineRefusesRoot(t *testing.T) {
	dir := checkout(t, secondDocument, "after")
	setIDs(t, dir, ids{"0", "0"})
	s := newStack(t, composeFile(dir))
	for _, m := range modules {
		if _, err := s.try("build", m.service); err == nil {
			t.Errorf("%s is built with USER_ID=0", m.service)
		}
	}
	if out, err := makeReset(dir); err == nil {
		t.Errorf("make reset-permissions gives the directory to root:\n%s", out)
	}
}

// look looks at all that belongs to the module.
func (m module) look(s *stack) look {
	s.t.Helper()
	return s.look(m.service, append(slices.Concat(m.dirs, m.tmpfs), m.data, "/root")...)
}

// written waits until the module has written all its files again since before,
// and returns what there is to see then.
func (m module) written(t *testing.T, s *stack, before look) (seen look) {
	t.Helper()
	eventually(t, m.service+" writes "+strings.Join(m.writes, ", "), func() bool {
		seen = m.look(s)
		for _, path := range m.writes {
			if seen.files[path].changed <= before.files[path].changed {
				return false
			}
		}
		return true
	})
	return seen
}

// isRight checks image, processes, files, tmpfs, shared directory and home.
func (m module) isRight(t *testing.T, s *stack, i ids, seen look) {
	t.Helper()
	user := m.user
	if user == "" {
		user = i.owner()
	}
	if got := inspectEngine(t, s.container(m.service), "{{.Config.User}}"); got != user {
		t.Errorf("USER is %q, want %q", got, user)
	}
	seen.allRunAs(t, i.uid, i.gid)
	for _, path := range append(slices.Concat(m.dirs, m.tmpfs), m.data) {
		seen.allOwned(t, path, i.owner())
	}
	for _, path := range m.tmpfs {
		seen.has(t, path, i.owner(), "1777")
	}
	seen.has(t, m.data, i.owner(), "755")
	if !m.readOnly {
		s.must(m.service, `^$`, "sh", "-c", "cd && touch .test && rm .test")
	}
}

func composeFile(dir string) string { return filepath.Join(dir, "docker-compose.yml") }

// setIDs changes .env, and nothing else.
func setIDs(t *testing.T, dir string, i ids) {
	t.Helper()
	path := filepath.Join(dir, ".env")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer("USER_ID=1000", "USER_ID="+i.uid, "GROUP_ID=1000", "GROUP_ID="+i.gid).Replace(string(text))
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
}

func makeReset(dir string) (string, error) {
	out, err := exec.Command("make", "--no-print-directory", "-C", dir, "reset-permissions").CombinedOutput()
	return string(out), err
}

// resetPermissions runs the make target and checks the modes that it leaves.
func resetPermissions(t *testing.T, dir string) {
	t.Helper()
	if out, err := makeReset(dir); err != nil {
		t.Fatalf("make reset-permissions: %v\n%s", err, out)
	}
	walk(t, filepath.Join(dir, "pipeline-data"), func(path string, entry fs.DirEntry) error {
		want := fs.FileMode(0o644)
		if entry.IsDir() {
			want = 0o755
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm() != want {
			t.Errorf("make reset-permissions leaves %s with mode %o", path, info.Mode().Perm())
		}
		return err
	})
}

// makeRoots gives a directory with all that is in it to root alone.
func makeRoots(t *testing.T, dir string) {
	t.Helper()
	walk(t, dir, func(path string, entry fs.DirEntry) error {
		mode := fs.FileMode(0o600)
		if entry.IsDir() {
			mode = 0o700
		}
		if err := os.Chmod(path, mode); err != nil {
			return err
		}
		return os.Chown(path, 0, 0)
	})
}

func walk(t *testing.T, dir string, visit func(string, fs.DirEntry) error) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return visit(path, entry)
	})
	if err != nil {
		t.Fatal(err)
	}
}
