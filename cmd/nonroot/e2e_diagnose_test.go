//go:build e2e

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nonroot/fixer/report"
)

// commonErrors are the document's three common permission errors, the third with
// and without a read-only root. /tmp has the mode of the image, which lets
// everybody write, unless the mount says another.
const commonErrors = `services:
  temp:
    build: .
    read_only: true
    security_opt: [no-new-privileges:true]
    tmpfs:
      - /tmp:mode=0755
    command: [python3, -c, "open('/tmp/file.txt', 'w').close(); print('it works', flush=True); import time; time.sleep(600)"]
  script:
    build: .
    read_only: true
    security_opt: [no-new-privileges:true]
    command: [python3, /app/script.py]
  logs:
    build: .
    command: [python3, -c, "import os, time; os.makedirs('/app/logs', exist_ok=True); open('/app/logs/log', 'w').close(); print('it works', flush=True); time.sleep(600)"]
  locked:
    build: .
    read_only: true
    security_opt: [no-new-privileges:true]
    command: [python3, -c, "import os, time; os.makedirs('/app/logs', exist_ok=True); open('/app/logs/log', 'w').close(); print('it works', flush=True); time.sleep(600)"]
`

const commonDockerfile = `FROM python:3.11-slim
WORKDIR /app
COPY script.py /app/script.py
USER 1000:1000
`

const commonScript = `import time
print('it works', flush=True)
time.sleep(600)
`

// commonCauses are what diagnose must say of each service, and by which rule.
var commonCauses = map[string][2]string{
	"temp":   {"tmpfs-owner", "tmpfs-owner"},
	"script": {"file-owner", "copy-chown"},
	"logs":   {"directory-not-writable", "workdir-owner"},
	"locked": {"read-only-filesystem", "writable-dirs"},
}

// TestCommonErrors lets an engine run into each error, gives its logs to diagnose,
// does what that says, runs the project again, and has it verified.
func TestCommonErrors(t *testing.T) {
	needEngine(t, pythonImage)
	nonroot := build(t)
	dir := t.TempDir()
	put(t, dir, "compose.yaml", commonErrors)
	put(t, dir, "Dockerfile", commonDockerfile)
	put(t, dir, "script.py", commonScript)
	if err := os.Chmod(filepath.Join(dir, "script.py"), 0o600); err != nil {
		t.Fatal(err)
	}
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")

	var found report.Diagnosis
	t.Run("before", func(t *testing.T) {
		s := start(t, filepath.Join(dir, "compose.yaml"))
		eventually(t, "all services have failed", func() bool {
			return strings.TrimSpace(s.compose("ps", "--quiet")) == ""
		})
		found = diagnosed(t, nonroot, dir, s, exitFound)
	})
	if len(found.Errors) != len(commonCauses) {
		t.Fatalf("diagnose finds %d errors, not %d: %+v", len(found.Errors), len(commonCauses), found.Errors)
	}
	for _, e := range found.Errors {
		if want := commonCauses[e.Service]; e.Cause != want[0] || e.Rule != want[1] || e.Command == "" {
			t.Errorf("%s: cause %s, rule %s, command %q; want %v", e.Service, e.Cause, e.Rule, e.Command, want)
		}
	}
	for _, e := range found.Errors {
		for _, add := range e.Add {
			put(t, dir, add.File, add.Text+"\n")
		}
		args := append(strings.Fields(e.Command)[1:], "--yes", "--exit-code")
		if stdout, stderr, code := nonroot(dir, args...); code != exitFound {
			t.Errorf("%s changes nothing, or fails with %d:\n%s%s", e.Command, code, stdout, stderr)
		}
	}
	t.Run("after", func(t *testing.T) {
		s := up(t, filepath.Join(dir, "compose.yaml"))
		for _, when := range []string{"started", "restarted"} {
			if when == "restarted" {
				s.restart()
			}
			commonErrorsAreGone(t, nonroot, dir, s)
		}
	})
	t.Run("verify", func(t *testing.T) {
		args := []string{"verify", "--settle", "2s"}
		for service := range commonCauses {
			if service != "logs" { // which has no read-only root
				args = append(args, "--service", service)
			}
		}
		if stdout, stderr, code := nonroot(dir, args...); code != exitOK {
			t.Errorf("nonroot verify exits %d:\n%s%s", code, stdout, stderr)
		}
	})
}

// commonErrorsAreGone is where everything is asked that must hold behind the fixes.
func commonErrorsAreGone(t *testing.T, nonroot func(string, ...string) (string, string, int), dir string, s *stack) {
	t.Helper()
	for service := range commonCauses {
		eventually(t, service+" works", func() bool { return strings.Contains(s.logs(service), "it works") })
		s.running(service)
	}
	if left := diagnosed(t, nonroot, dir, s, exitOK); len(left.Errors) > 0 {
		t.Errorf("diagnose still finds %+v", left.Errors)
	}
}

// diagnosed gives the logs of a stack to diagnose.
func diagnosed(t *testing.T, nonroot func(string, ...string) (string, string, int), dir string, s *stack, want int) report.Diagnosis {
	t.Helper()
	log := filepath.Join(t.TempDir(), "all.log")
	if err := os.WriteFile(log, []byte(s.compose("logs", "--no-color")), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := nonroot(dir, "diagnose", "--format", "json", log)
	var found report.Diagnosis
	if err := json.Unmarshal([]byte(stdout), &found); err != nil || code != want {
		t.Fatalf("diagnose exits %d, want %d: %v\n%s%s", code, want, err, stdout, stderr)
	}
	return found
}
