//go:build e2e

package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nonroot/fixer/report"
	"nonroot/fixer/trial"
)

// verifyDockerfile has an image for each way to be right or wrong.
const verifyDockerfile = `FROM alpine:3.20 AS base
RUN addgroup -g 1000 app && adduser -D -u 1000 -G app app && mkdir -p /app/data /app/logs && chown -R app:app /app
CMD ["sleep", "600"]

FROM base AS right
USER app
WORKDIR /app

FROM right AS unreadable
COPY --chmod=600 Dockerfile /app/secret

FROM base AS roots
RUN mkdir -p /srv/roots
USER app
WORKDIR /srv/roots

FROM base AS broken
RUN echo it cannot be built; false
`

const verifyCompose = `x-build: &build {context: ., target: right}
services:
  right:
    build: *build
    read_only: true
    security_opt: ["no-new-privileges:true"]
    tmpfs: ["/tmp:uid=1000,gid=1000,mode=1777", "/app/cache:uid=1000,gid=1000,mode=0755"]
    volumes: ["data:/app/data", "./shared:/shared", "./conf:/conf:ro", "./file:/file"]
    healthcheck: {test: "true", interval: 1s}
  broken: {build: {context: ., target: broken}}
  ends: {build: *build, command: [sh, -c, "echo it cannot start >&2; exit 3"]}
  job: {build: *build, command: ["true"]}
  sick: {build: *build, healthcheck: {test: "echo not well; false", interval: 1s, retries: 1}}
  root: {build: {context: ., target: base}}
  drops: {build: {context: ., target: base}, command: [su, app, -c, "exec sleep 600"], volumes: ["roots:/roots"]}
  loses: {build: *build, tmpfs: [/app/scratch]}
  differs: {build: *build, tmpfs: ["/tmp:uid=0,gid=0,mode=1777"]}
  unreadable: {build: {context: ., target: unreadable}}
  roots: {build: {context: ., target: roots}}
  volume: {build: *build, volumes: ["fresh:/fresh"]}
  mounted: {build: *build, volumes: ["./theirs:/theirs"]}
  declared: {build: *build, read_only: true}
  speaks: {build: *build, command: [sh, -c, "touch /etc/x; exec sleep 600"]}
  below: {build: {context: ., target: right}, image: nonroot-e2e/below:made}
  above: {build: {context: ., dockerfile_inline: "FROM nonroot-e2e/below:made\nLABEL a=b"}}
  waits: {build: *build, depends_on: {ill: {condition: service_healthy}}}
  ill: {image: "alpine:3.20", command: [sh, -c, "echo the reason; sleep 600"], healthcheck: {test: "false", interval: 1s, retries: 1}}
volumes: {data: , roots: , fresh: }
`

// TestVerifyChecks runs one project whose services are each right or wrong in one
// way.
func TestVerifyChecks(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to give files to other users")
	}
	needEngine(t, "alpine:3.20")
	nonroot := build(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Dockerfile": verifyDockerfile, "compose.yaml": verifyCompose, ".git/HEAD": "", "shared/kept": "theirs", "conf/a": "a", "theirs/a": "a", "file": "a",
		".nonroot.yaml": "services:\n  declared:\n    writable: [/app/state]\n  right:\n    writable: [/app/cache]\n",
	} {
		writeFile(t, filepath.Join(dir, name), text)
	}
	for _, name := range []string{"shared", "shared/kept", "file"} {
		if err := os.Chown(filepath.Join(dir, name), 1000, 1000); err != nil {
			t.Fatal(err)
		}
	}
	stdout, stderr, code := nonroot(dir, "verify", "--format", "json", "--settle", "1s")
	if code != exitFound {
		t.Fatalf("nonroot verify exits %d\n%s", code, stderr)
	}
	services := servicesOf(t, stdout)
	for _, c := range []struct {
		service, check string
		status         trial.Status
		evidence       string
	}{
		{"right", trial.CheckBuilds, trial.OK, "builds"},
		{"right", trial.CheckRuns, trial.OK, "healthy, and again after a restart"},
		{"right", trial.CheckNonRoot, trial.OK, "1000:1000 sleep"},
		{"right", trial.CheckNoNewPrivs, trial.OK, "every process"},
		{"right", trial.CheckReadOnly, trial.OK, "read-only"},
		{"right", trial.CheckTmpfs, trial.OK, "/app/cache 1000:1000 755"},
		{"right", trial.CheckFiles, trial.OK, "can be read"},
		{"right", trial.CheckWorkdir, trial.OK, "/app 1000:1000 755"},
		{"right", trial.CheckWritablePaths, trial.OK, "/shared (bind mount ./shared) 1000:1000 755"},
		{"broken", trial.CheckBuilds, trial.Failed, "it cannot be built"},
		{"ends", trial.CheckRuns, trial.Failed, "exit code 3"},
		{"ends", trial.CheckNonRoot, trial.OK, "it starts as 1000:1000"},
		{"job", trial.CheckRuns, trial.OK, "exit code 0"},
		{"sick", trial.CheckRuns, trial.Failed, "not well"},
		{"root", trial.CheckNonRoot, trial.Failed, "0:0 sleep"},
		{"root", trial.CheckNoNewPrivs, trial.Unset, "does not ask"},
		{"root", trial.CheckReadOnly, trial.Unset, "not set"},
		{"root", trial.CheckTmpfs, trial.None, "no tmpfs"},
		{"drops", trial.CheckNonRoot, trial.OK, "1000:1000 sleep"},
		{"drops", trial.CheckWritablePaths, trial.Failed, "/roots (volume roots) 0:0 755: permission denied"},
		{"loses", trial.CheckTmpfs, trial.Failed, "/app/scratch 0:0 1777, after a restart 0:0 755: permission denied"},
		{"differs", trial.CheckTmpfs, trial.Unset, "not the user's"},
		{"unreadable", trial.CheckFiles, trial.Failed, "/app/secret"},
		{"roots", trial.CheckWorkdir, trial.Unset, "/srv/roots 0:0 755: permission denied"},
		{"volume", trial.CheckWritablePaths, trial.Failed, "/fresh (volume fresh) 0:0 755: permission denied"},
		{"mounted", trial.CheckWritablePaths, trial.Failed, "/theirs (bind mount ./theirs) 0:0 755: permission denied"},
		{"right", trial.CheckLog, trial.OK, "no denied access"},
		{"speaks", trial.CheckLog, trial.Failed, "touch: /etc/x: Permission denied"},
		{"above", trial.CheckNonRoot, trial.OK, "1000:1000 sleep"},
		{"waits", trial.CheckRuns, trial.Failed, "unhealthy"},
		{"declared", trial.CheckWritablePaths, trial.Failed, "/app/state (declared): no such file or directory"},
	} {
		s := services[c.service]
		got := s.Check(c.check)
		if got.Status != c.status || !strings.Contains(strings.Join(got.Evidence, "\n"), c.evidence) {
			t.Errorf("%s of %s is %s: %q, want %s: %q", c.check, c.service, got.Status, got.Evidence, c.status, c.evidence)
		}
	}
	if log := strings.Join(services["ends"].Log, "\n"); !strings.Contains(log, "it cannot start") {
		t.Errorf("the log of what ended is %q", log)
	}
	if log := strings.Join(services["waits"].Log, "\n"); !strings.Contains(log, "ill: the reason") {
		t.Errorf("the log of what another waits for is %q", log)
	}
	if out, err := docker("image", "ls", "-q", "nonroot-e2e/below"); err != nil || out != "" {
		t.Errorf("an image has the project's own name: %v %s", err, out)
	}
	for name, s := range services {
		wrong := map[string]bool{"speaks": true, "waits": true, "broken": true, "ends": true, "sick": true, "root": true, "drops": true, "loses": true, "unreadable": true, "volume": true, "mounted": true, "declared": true}[name]
		if s.Failed != wrong {
			t.Errorf("%s failed is %t: %+v", name, s.Failed, s.Checks)
		}
	}
	if entries, _ := os.ReadDir(filepath.Join(dir, "shared")); len(entries) != 1 {
		t.Errorf("the shared directory has %v", entries)
	}
}

// TestVerifyService: a service of one of several projects is looked at, and nothing
// else is started.
func TestVerifyService(t *testing.T) {
	needEngine(t, "alpine:3.20")
	nonroot := build(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		".git/HEAD": "", "a/Dockerfile": "FROM alpine:3.20\nUSER 1000\nCMD [\"sleep\", \"600\"]\n", "b/Dockerfile": "FROM alpine:3.20\nRUN false\n",
		"a/compose.yaml": "services:\n  one: {build: .}\n  two: {build: ../b}\n", "c/compose.yaml": "services:\n  other: {build: ../b}\n",
	} {
		writeFile(t, filepath.Join(dir, name), text)
	}
	stdout, stderr, code := nonroot(dir, "verify", "--service", "one", "--settle", "1s")
	if code != exitOK || strings.Contains(stdout, "two") || !strings.Contains(stderr, "1 service passed") {
		t.Errorf("it exits %d\n%s%s", code, stdout, stderr)
	}
	if stdout, stderr, code := nonroot(dir, "verify", "--service", "on"); code != exitError || stdout != "" || !strings.Contains(stderr, "flag --service: there is no service on") {
		t.Errorf("without such a service it exits %d\n%s%s", code, stdout, stderr)
	}
}

// TestVerifyFixed: the projects of both documents pass as fix leaves them, and no
// file of theirs changes; so do images without a shell.
func TestVerifyFixed(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root: what git checks out is root's in these projects")
	}
	needEngine(t, pythonImage, "python:3.12-slim", "node:20-slim", "alpine:3.20", "golang:1.26")
	nonroot := build(t)
	for _, c := range []struct {
		project string
		args    []string
		before  int // services that fail before the fix
		after   int // services that pass behind it
	}{
		{"first-document", nil, 1, 2}, // the worker, whose log says what it is denied
		{"first-document-writable", nil, 2, 2},
		{"second-document", []string{"--unsafe-fixes"}, 4, 4},
		{"scratch", []string{"--unsafe-fixes"}, 1, 1},
		{"distroless", []string{"--unsafe-fixes"}, 1, 1},
	} {
		t.Run(c.project, func(t *testing.T) {
			dir := checkout(t, c.project, "before")
			stdout, stderr, code := nonroot(dir, append([]string{"verify", "--fixed", "--format", "json"}, c.args...)...)
			if code != exitOK {
				t.Errorf("nonroot verify exits %d\n%s\n%s", code, stderr, stdout)
			}
			var v report.Verification
			if err := json.Unmarshal([]byte(stdout), &v); err != nil {
				t.Fatal(err)
			}
			failed := 0
			for _, s := range v.Trials[0].Now.Services {
				if s.Failed {
					failed++
				}
			}
			passed, _, _ := v.Tally()
			if failed != c.before || len(passed) != c.after {
				t.Errorf("%d fail before, %d pass behind the fix; want %d and %d\n%s", failed, len(passed), c.before, c.after, stdout)
			}
			if changed := gitStatus(t, dir); len(changed) > 0 {
				t.Errorf("verify changes %v", changed)
			}
		})
	}
}

// TestVerifyInterrupted ends a run of the command as Ctrl-C does, and as the end of a
// terminal.
func TestVerifyInterrupted(t *testing.T) {
	needEngine(t, "alpine:3.20")
	t.Run("SIGINT", func(t *testing.T) { verifyInterrupted(t, syscall.SIGINT) })
	t.Run("SIGHUP", func(t *testing.T) { verifyInterrupted(t, syscall.SIGHUP) })
}

func verifyInterrupted(t *testing.T, by syscall.Signal) {
	program := filepath.Join(t.TempDir(), "nonroot")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	dir, service := t.TempDir(), fmt.Sprintf("interrupted-%08x", rand.Uint32())
	writeFile(t, filepath.Join(dir, "Dockerfile"), "FROM alpine:3.20\nUSER 1000\nCMD [\"sleep\", \"600\"]\n")
	writeFile(t, filepath.Join(dir, "compose.yaml"), "services:\n  "+service+":\n    build: .\n    volumes: [data:/data]\nvolumes: {data: }\n")
	cmd := exec.Command(program, "verify", "--settle", "5m", dir)
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var id string
	eventually(t, "the service runs", func() bool {
		out, _ := docker("ps", "--filter", "label=com.docker.compose.service="+service, "--format", `{{.Label "nonroot.trial"}}`)
		id = strings.TrimSpace(out)
		return id != ""
	})
	if err := cmd.Process.Signal(by); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(2 * time.Minute):
		cmd.Process.Kill()
		t.Fatal("it does not end")
	}
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("it exits %d, want %d", code, exitInterrupted)
	}
	for _, args := range [][]string{
		{"ps", "-aq", "--filter", "label=nonroot.trial=" + id}, {"network", "ls", "-q", "--filter", "label=nonroot.trial=" + id},
		{"volume", "ls", "-q", "--filter", "label=nonroot.trial=" + id}, {"image", "ls", "-q", "--filter", "reference=nonroot-trial-" + id + "-*"},
	} {
		if out, err := docker(args...); err != nil || strings.TrimSpace(out) != "" {
			t.Errorf("docker %s: %v %s", strings.Join(args, " "), err, out)
		}
	}
}

// servicesOf are the services of the only trial of a run, as it is.
func servicesOf(t *testing.T, document string) map[string]trial.Service {
	t.Helper()
	var v report.Verification
	if err := json.Unmarshal([]byte(document), &v); err != nil {
		t.Fatalf("%v\n%s", err, document)
	}
	if len(v.Trials) != 1 || v.Trials[0].Now == nil {
		t.Fatalf("there is no one result:\n%s", document)
	}
	out := map[string]trial.Service{}
	for _, s := range v.Trials[0].Now.Services {
		out[s.Name] = s
	}
	return out
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFixVerify: fix --verify makes unsafe fixes that pass, and writes nothing of
// what does not.
func TestFixVerify(t *testing.T) {
	needEngine(t, "alpine:3.20")
	nonroot := build(t)
	t.Run("passes", func(t *testing.T) {
		dir := checkout(t, "alpine", "before")
		_, stderr, code := nonroot(dir, "fix", "--verify", "--yes")
		if code != exitOK || !strings.Contains(stderr, "verified on docker") {
			t.Errorf("it exits %d\n%s", code, stderr)
		}
		if got, want := readTree(t, dir), readTree(t, filepath.Join(projectsDir, "alpine", "after")); got["Dockerfile"] != want["Dockerfile"] || got["compose.yaml"] != want["compose.yaml"] {
			t.Errorf("the files are not as fix --unsafe-fixes leaves them: %v\n%s", gitStatus(t, dir), stderr)
		}
	})
	t.Run("fails", func(t *testing.T) {
		dir := t.TempDir()
		files := map[string]string{
			"compose.yaml": "services:\n  app:\n    build: .\n",
			"Dockerfile":   "FROM alpine:3.20\nCMD [\"awk\", \"BEGIN { f = \\\"/var/lib/state\\\"; print 1 > f; close(f); system(\\\"sleep 600\\\") }\"]\n",
			".git/HEAD":    "",
		}
		for name, text := range files {
			writeFile(t, filepath.Join(dir, name), text)
		}
		if stdout, _, _ := nonroot(dir, "fix", "--dry-run", "--unsafe-fixes"); !strings.Contains(stdout, "+USER appuser") {
			t.Fatalf("the fix is not what this test is about:\n%s", stdout)
		}
		for _, how := range []string{"--dry-run", "--yes"} {
			stdout, stderr, code := nonroot(dir, "fix", "--verify", how)
			if code != exitFound || stdout != "" || !strings.Contains(stderr, "not written: compose.yaml: as fixed, app: runs failed: it ended with exit code") {
				t.Errorf("with %s it exits %d\n%s%s", how, code, stdout, stderr)
			}
		}
		for name, want := range files {
			if got, _ := os.ReadFile(filepath.Join(dir, name)); string(got) != want {
				t.Errorf("%s is written:\n%s", name, got)
			}
		}
	})
}

// TestObserve watches services, declares what it prints, and makes the fix that
// follows from it, which passes.
func TestObserve(t *testing.T) {
	needEngine(t, "alpine:3.20")
	nonroot := build(t)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, ".git/HEAD"), "")
	writeFile(t, filepath.Join(dir, "Dockerfile"), `FROM alpine:3.20
RUN addgroup -g 1000 app && adduser -D -u 1000 -G app app && mkdir -p /app/bin /app/logs /app/db && chown -R app:app /app
WORKDIR /app
COPY --chown=app:app write /app/bin/write
USER app
CMD ["sh", "/app/bin/write"]
`)
	writeFile(t, filepath.Join(dir, "write"), `echo 1 > /app/logs/access.log || exit 1
mkdir -p /app/site/pages && echo 1 > /app/site/pages/index || exit 1
echo 1 > /app/db/state || exit 1
echo 1 > /tmp/scratch || exit 1
echo 1 > /data/kept || exit 1
exec sleep 600
`)
	writeFile(t, filepath.Join(dir, "compose.yaml"), "services:\n  app:\n    build: .\n    tmpfs: [\"/data:uid=1000,gid=1000,mode=0755\"]\n")
	stdout, stderr, code := nonroot(dir, "verify", "--observe", "--for", "2s", "--exec", "touch /app/by-hand", "--settle", "1s")
	if code != exitOK {
		t.Fatalf("nonroot verify --observe exits %d\n%s", code, stderr)
	}
	for _, want := range []string{
		"  app:  # compose.yaml, 1000:1000\n", "      - /app/logs  # by its name it may go at a restart; access.log\n",
		"      - {path: /app/db, as: volume}  # it may have to last; a tmpfs if not; state\n", "      - {path: /app/site, as: volume}  # ",
		"# by hand: it writes /app/by-hand: it lies beside the program", "# mounted already: /data: kept\n", "# it writes to /tmp or /var/tmp",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}
	writeFile(t, filepath.Join(dir, ".nonroot.yaml"), stdout)
	if stdout, stderr, code := nonroot(dir, "fix", "--verify", "--yes"); code != exitOK || !strings.Contains(stdout, "+    read_only: true") {
		t.Errorf("with what was printed nonroot fix --verify exits %d\n%s%s", code, stdout, stderr)
	}
	if stdout, _, code := nonroot(dir, "verify"); code != exitOK || !strings.Contains(stdout, "read-only root     ok") {
		t.Errorf("and nonroot verify %d\n%s", code, stdout)
	}
}
