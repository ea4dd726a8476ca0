//go:build e2e

package main

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// fix [FLAG…] fixes the folder; what it prints can be seen. From here on what
// is noted is of the fixed project. "fix unchanged" must change nothing.
func (s *scene) fix(args []string) {
	s.t.Helper()
	unchanged := len(args) > 0 && args[0] == "unchanged"
	before := readTree(s.t, s.dir)
	stdout, stderr := runFix(s.t, []string{"--yes", "--unsafe-fixes", s.dir})
	s.fixed = true
	after := readTree(s.t, s.dir)
	same := len(before) == len(after)
	for name, text := range after {
		same = same && before[name] == text
	}
	if same != unchanged {
		s.t.Fatalf("fix: the files are unchanged: %t\n%s%s", same, stdout, stderr)
	}
	if again, _ := runFix(s.t, []string{"--yes", "--unsafe-fixes", s.dir}); again != "" {
		s.t.Errorf("a second run prints\n%s", again)
	}
	var found, errors bytes.Buffer
	run(s.t.Context(), []string{"check", "--notes", s.dir}, streams{strings.NewReader(""), &found, &errors})
	s.t.Logf("%s\n%s\n%s", stdout, stderr, found.String())
	s.out = stdout + stderr + found.String()
	if unchanged {
		s.note("left as it is")
	}
}

// same FILE… checks that fix has left these files alone.
func (s *scene) same(names []string) error {
	for _, f := range s.c.files {
		if !slices.Contains(names, f.Name) {
			continue
		}
		if text, err := os.ReadFile(filepath.Join(s.dir, f.Name)); err != nil || !bytes.Equal(text, f.Data) {
			return fmt.Errorf("%s has changed: %w\n%s", f.Name, err, text)
		}
	}
	return nil
}

// lives builds and starts the services and checks who runs in one of them and
// that it writes its files, again and again, also after a restart:
//
//	root SERVICE FILE…          as 0:0, without the restart
//	right SERVICE UID:GID FILE… and cannot gain privileges
//	keeps SERVICE UID:GID FILE… and may gain them
func (s *scene) lives(kind string, args []string) error {
	s.t.Helper()
	service, id, files := args[0], "0:0", args[1:]
	if kind != "root" {
		id, files = args[1], args[2:]
	}
	if err := s.up(); err != nil {
		return err
	}
	s.stack.wait()
	s.alive(service, id, files, kind == "right")
	if kind == "root" {
		s.note("runs as 0:0")
		return nil
	}
	s.stack.restart()
	s.alive(service, id, files, kind == "right")
	s.note("%s", strings.TrimSuffix("runs as "+id+", before and after a restart; writes "+strings.Join(files, ", "), "; writes "))
	return nil
}

// alive waits until the files are written anew and checks who runs, and that
// the files are theirs.
func (s *scene) alive(service, id string, files []string, noNewPrivs bool) {
	s.t.Helper()
	var dirs []string
	for _, f := range files {
		if dir := path.Dir(f); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	var seen look
	eventually(s.t, service+" writes "+strings.Join(files, ", "), func() bool {
		seen = s.stack.look(service, dirs...)
		return !slices.ContainsFunc(files, func(f string) bool { return seen.files[f].changed <= s.times[f] })
	})
	for _, f := range files {
		s.times[f] = seen.files[f].changed
		seen.allOwned(s.t, f, id)
	}
	s.stack.in(s.t).running(service)
	for _, p := range seen.processes {
		if p.uid+":"+p.gid != id || noNewPrivs && !p.noNewPrivs {
			s.t.Errorf("%s runs as %s:%s, no_new_privs %t; want %s", p.name, p.uid, p.gid, p.noNewPrivs, id)
		}
	}
}

// owns SERVICE UID:GID MODE PATH checks one path of a running service.
func (s *scene) owns(args []string) {
	s.t.Helper()
	seen := s.started().look(args[0], path.Dir(args[3]))
	seen.has(s.t, args[3], args[1], args[2])
	s.note("%s is %s %s", args[3], args[1], args[2])
}
