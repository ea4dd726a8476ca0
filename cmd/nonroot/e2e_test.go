//go:build e2e

// The end-to-end tests build and run the projects of testdata/projects on a
// Docker engine, before and after nonroot fix. They pull the base images that
// are not there, and skip where that cannot be.
package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const pythonImage = "python:3.11-slim"

// TestFirstDocument takes the project whose image and compose file both say
// 1000:1000 and whose files and tmpfs are root's all the same.
func TestFirstDocument(t *testing.T) {
	needEngine(t, pythonImage)
	nonroot := build(t)
	dir := checkout(t, "first-document", "before")
	compose := filepath.Join(dir, "infra", "compose.yaml")
	t.Run("before", func(t *testing.T) {
		stdout, _, code := nonroot(dir, "check")
		if code != exitFound {
			t.Errorf("nonroot check exits %d, want %d", code, exitFound)
		}
		for _, rule := range []string{"create-user", "copy-chown", "workdir-owner", "tmpfs-owner", "tmpfs-var-tmp"} {
			if !strings.Contains(stdout, rule) {
				t.Errorf("nonroot check does not find %s:\n%s", rule, stdout)
			}
		}
		s := up(t, compose)
		for _, service := range []string{"api", "worker"} {
			documentIsRight(t, s, service)
		}
	})
	if t.Failed() {
		return
	}
	if _, stderr, code := nonroot(dir, "fix", "--yes"); code != exitOK {
		t.Fatalf("nonroot fix exits %d\n%s", code, stderr)
	}
	t.Run("after", func(t *testing.T) {
		if stdout, _, code := nonroot(dir, "check"); code != exitOK {
			t.Errorf("nonroot check exits %d, want %d\n%s", code, exitOK, stdout)
		}
		s := up(t, compose)
		for _, when := range []string{"started", "restarted"} {
			if when == "restarted" {
				s.restart()
			}
			for _, service := range []string{"api", "worker"} {
				t.Run(when+"/"+service, func(t *testing.T) { verified(t, s.in(t), service) })
			}
		}
	})
}

// documentIsRight checks the trouble that the document describes: everything
// is root's, and there is no account for the uid.
func documentIsRight(t *testing.T, s *stack, service string) {
	t.Helper()
	seen := s.look(service, "/app", "/tmp", "/var/tmp")
	seen.allRunAs(t, "1000", "1000")
	seen.allOwned(t, "/app", "0:0")
	seen.has(t, "/tmp", "0:0", "1777")
	if _, err := s.exec(service, "id", "-un"); err == nil {
		t.Errorf("%s: uid 1000 has a name before the fix", service)
	}
	if _, err := s.exec(service, "touch", "/var/tmp/test.txt"); err == nil || !strings.Contains(err.Error(), "Read-only file system") {
		t.Errorf("%s: touch /var/tmp/test.txt before the fix: %v", service, err)
	}
}

// The lines of ls -ldn and ls -lAn that the document asks for.
const (
	tmpfsLine = `^drwxrwxrwt\S* +\d+ 1000 +1000 .* /tmp\n$`
	filesLine = `^[-d]\S+ +\d+ 1000 +1000 .*\n?$`
)

// verified goes through the document's four verification steps. Slim images
// have no ps: the processes are read from /proc.
func verified(t *testing.T, s *stack, service string) {
	s.running(service)
	s.must(service, tmpfsLine, "ls", "-ldn", "/tmp")
	listing := s.must(service, `^total `, "ls", "-lAn", "/app")
	for line := range strings.Lines(listing[strings.Index(listing, "\n")+1:]) {
		if !regexp.MustCompile(filesLine).MatchString(line) {
			t.Errorf("ls -lAn /app: %q is not 1000:1000", line)
		}
	}
	s.must(service, `^$`, "touch", "/tmp/test.txt", "/var/tmp/test.txt", "/tmp/another.txt")
	s.must(service, `^appuser\n$`, "id", "-un")
	s.must(service, `^/app\n$`, "sh", "-c", "echo ~")

	seen := s.look(service, "/app", "/tmp", "/var/tmp")
	seen.allRunAs(t, "1000", "1000")
	seen.allOwned(t, "/app", "1000:1000")
	seen.has(t, "/tmp", "1000:1000", "1777")
	seen.has(t, "/var/tmp", "1000:1000", "1777")
	if logs := s.logs(service); strings.Contains(logs, "failed") || strings.Contains(logs, "Error") {
		t.Errorf("%s says:\n%s", service, logs)
	}
}

// TestFirstDocumentWritable adds directories that .nonroot.yaml declares.
func TestFirstDocumentWritable(t *testing.T) {
	needEngine(t, pythonImage)
	nonroot := build(t)
	dir := checkout(t, "first-document-writable", "before")
	compose := filepath.Join(dir, "infra", "compose.yaml")
	t.Run("before", func(t *testing.T) {
		s := start(t, compose)
		eventually(t, "the API cannot write its log", func() bool {
			return strings.Contains(s.logs("api"), "Read-only file system: '/app/logs'")
		})
	})
	if _, stderr, code := nonroot(dir, "fix", "--yes"); code != exitOK {
		t.Fatalf("nonroot fix exits %d\n%s", code, stderr)
	}
	t.Run("after", func(t *testing.T) {
		s := up(t, compose)
		for _, when := range []string{"started", "restarted"} {
			if when == "restarted" {
				s.restart()
			}
			t.Run(when, func(t *testing.T) {
				s := s.in(t)
				verified(t, s, "worker")
				s.must("api", `^$`, "touch", "/app/logs/test.txt", "/app/cache/test.txt")
				seen := s.look("api", "/app", "/tmp", "/var/tmp")
				seen.allRunAs(t, "1000", "1000")
				seen.allOwned(t, "/app", "1000:1000")
				seen.has(t, "/app/logs", "1000:1000", "755")
				seen.has(t, "/app/cache", "1000:1000", "755")
				seen.has(t, "/tmp", "1000:1000", "1777")
				seen.has(t, "/var/tmp", "1000:1000", "1777")
			})
		}
	})
}

// baseProject is a project that runs as root: the service in it, the id that it must
// run as, its work directory, and the files that it writes again and again.
type baseProject struct {
	project, service, id, workdir string
	writes                        []string
	images                        []string
}

var bases = []baseProject{
	{"node", "web", "1000", "/app", []string{"/app/last.html", "/app/data/visits", "/tmp/last.html"}, []string{"node:20-slim"}},
	{"ubuntu", "greeter", "1000", "/app", []string{"/app/greetings", "/tmp/greetings"}, []string{"ubuntu:24.04"}},
	{"alpine", "ticker", "1000", "/srv/ticker", []string{"/srv/ticker/journal", "/tmp/tick"}, []string{"alpine:3.20"}},
	{"ubi", "report", "1000", "/app", []string{"/app/report.txt", "/app/.config/last", "/tmp/report"},
		[]string{"registry.access.redhat.com/ubi9/ubi-minimal:latest"}},
	{"distroless", "server", "65532", "/app", []string{"/app/last.txt", "/tmp/last.txt"},
		[]string{"gcr.io/distroless/static-debian12:latest", "golang:1.26"}},
	{"unpacked", "broker", "1000", "/opt/broker", []string{"/opt/broker/data/journal", "/opt/broker/logs/broker.log", "/opt/broker/broker.pid", "/tmp/broker.started"},
		[]string{"debian:bookworm-slim"}},
	{"scratch", "clock", "1000", "/app", []string{"/app/now", "/tmp/now"}, []string{"golang:1.26"}},
}

// TestBases makes one project of each base non-root and runs it.
func TestBases(t *testing.T) {
	needEngine(t)
	nonroot := build(t)
	for _, b := range bases {
		t.Run(b.project, func(t *testing.T) {
			needEngine(t, b.images...)
			dir := checkout(t, b.project, "before")
			compose := filepath.Join(dir, "compose.yaml")
			t.Run("before", func(t *testing.T) { b.isRoot(t, up(t, compose)) })
			if _, stderr, code := nonroot(dir, "fix", "--yes", "--unsafe-fixes"); code != exitOK {
				t.Fatalf("nonroot fix exits %d\n%s", code, stderr)
			}
			t.Run("after", func(t *testing.T) { b.isNot(t, up(t, compose)) })
		})
	}
}

// isRoot checks that the project runs, as root.
func (b baseProject) isRoot(t *testing.T, s *stack) {
	s.running(b.service)
	for _, p := range s.look(b.service).processes {
		if p.uid != "0" {
			t.Errorf("%s runs as %s before the fix", p.name, p.uid)
		}
	}
}

// isNot checks that the project works as its user, and still does after a
// restart, when each tmpfs is a new one.
func (b baseProject) isNot(t *testing.T, s *stack) {
	seen := b.written(t, s, look{})
	b.isRight(t, s, seen)
	s.restart()
	b.isRight(t, s, b.written(t, s, seen))
}

func (b baseProject) isRight(t *testing.T, s *stack, seen look) {
	t.Helper()
	s.running(b.service)
	seen.allRunAs(t, b.id, b.id)
	seen.allOwned(t, b.workdir, b.id+":"+b.id)
	for _, path := range b.writes {
		seen.allOwned(t, path, b.id+":"+b.id)
	}
	// /tmp is the image's own, which is root's, or a tmpfs of the service; in
	// either case it is for everybody.
	if mode := seen.files["/tmp"].mode; mode != "1777" {
		t.Errorf("/tmp has mode %s, want 1777", mode)
	}
}

// written waits until the service has written all its files again since before,
// and returns what there is to see then.
func (b baseProject) written(t *testing.T, s *stack, before look) (seen look) {
	t.Helper()
	eventually(t, b.service+" writes "+strings.Join(b.writes, ", "), func() bool {
		seen = s.look(b.service, b.workdir, "/tmp")
		for _, path := range b.writes {
			if seen.files[path].changed <= before.files[path].changed {
				return false
			}
		}
		return true
	})
	return seen
}
