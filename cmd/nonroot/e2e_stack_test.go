//go:build e2e

package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// commandTimeout is the longest that one command of docker may take; a build
// that pulls its base image is in it.
const commandTimeout = 5 * time.Minute

// inspector is the image by which containers without a shell are looked into.
const inspector = "alpine:3.20"

// needEngine skips the test where no engine answers or one of the images is
// neither there nor to be had.
func needEngine(t *testing.T, images ...string) {
	t.Helper()
	images = append(images, inspector)
	needs := "needs a Docker engine with compose and the images " + strings.Join(images, ", ")
	for _, probe := range [][]string{{"info", "--format", "{{.ServerVersion}}"}, {"compose", "version"}} {
		if _, err := docker(probe...); err != nil {
			t.Skipf("%s: %v", needs, err)
		}
	}
	for _, image := range images {
		if _, err := docker("image", "inspect", image); err == nil {
			continue
		}
		if _, err := docker("pull", "-q", image); err != nil {
			t.Skipf("%s: %v", needs, err)
		}
	}
}

// docker runs the docker command and returns its stdout; the error has its
// stderr.
func docker(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.Env = append(os.Environ(), "BUILDKIT_PROGRESS=plain", "COMPOSE_ANSI=never")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("docker %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String(), nil
}

// stack is a compose project under a name of its own. It is taken down with its
// volumes and images when the test ends, whatever the outcome.
type stack struct {
	t    *testing.T
	name string
	file string
}

// newStack is a stack of which nothing is built yet.
func newStack(t *testing.T, file string) *stack {
	s := &stack{t, fmt.Sprintf("nonroot-e2e-%08x", rand.Uint32()), file}
	t.Cleanup(s.down)
	return s
}

// start builds and starts the services of a compose file, without waiting for
// them. More arguments are those of docker compose up.
func start(t *testing.T, file string, args ...string) *stack {
	t.Helper()
	s := newStack(t, file)
	s.compose(append([]string{"up", "--detach", "--build"}, args...)...)
	return s
}

// up is start that waits until the services run and are healthy.
func up(t *testing.T, file string, args ...string) *stack {
	t.Helper()
	s := start(t, file, args...)
	s.wait()
	return s
}

func (s *stack) down() {
	if s.t.Failed() {
		logs, _ := s.try("logs", "--no-color", "--tail", "20")
		s.t.Logf("the logs' ends:\n%s", logs)
	}
	if _, err := s.try("down", "--volumes", "--remove-orphans", "--rmi", "local", "--timeout", "1"); err != nil {
		s.t.Error(err)
	}
}

// wait returns when all services run and those with a health check are healthy.
// It fails the test where one ends or is unhealthy.
func (s *stack) wait() {
	s.t.Helper()
	for _, id := range strings.Fields(s.compose("ps", "--all", "--quiet")) {
		eventually(s.t, "all services run and are healthy", func() bool {
			switch state := inspectEngine(s.t, id, "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}"); state {
			case "running", "running healthy":
				return true
			case "created", "restarting", "restarting starting", "running starting":
				return false
			default:
				s.t.Fatalf("a container is %s: %s", state, inspectEngine(s.t, id, "{{.Name}}"))
				return false
			}
		})
	}
}

// restart restarts all services and waits for them.
func (s *stack) restart() {
	s.t.Helper()
	s.compose("restart", "--timeout", "1")
	s.wait()
}

// compose runs a compose command that must succeed and returns its stdout.
func (s *stack) compose(args ...string) string {
	s.t.Helper()
	out, err := s.try(args...)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *stack) try(args ...string) (string, error) {
	return docker(append([]string{"compose", "--project-name", s.name, "--file", s.file}, args...)...)
}

// exec runs a command in a service, as the service's user.
func (s *stack) exec(service string, args ...string) (string, error) {
	return s.try(append([]string{"exec", "--no-TTY", service}, args...)...)
}

// in is the stack for a subtest: what fails there fails the subtest.
func (s *stack) in(t *testing.T) *stack {
	return &stack{t, s.name, s.file}
}

// must runs a command in a service; it must succeed and print what the pattern
// says.
func (s *stack) must(service, pattern string, args ...string) string {
	s.t.Helper()
	out, err := s.exec(service, args...)
	if err != nil {
		s.t.Errorf("%s: %v", service, err)
	} else if !regexp.MustCompile(pattern).MatchString(out) {
		s.t.Errorf("%s: %s prints %q, want %s", service, strings.Join(args, " "), out, pattern)
	}
	return out
}

// logs are all lines that a service has printed.
func (s *stack) logs(service string) string {
	s.t.Helper()
	return s.compose("logs", "--no-color", "--no-log-prefix", service)
}

// container is the id of a service's container.
func (s *stack) container(service string) string {
	s.t.Helper()
	id := strings.TrimSpace(s.compose("ps", "--all", "--quiet", service))
	if id == "" || strings.Contains(id, "\n") {
		s.t.Fatalf("want one container of %s, have %q", service, id)
	}
	return id
}

// running checks that a service runs, and never had to be started again by the
// engine.
func (s *stack) running(service string) {
	s.t.Helper()
	if state := inspectEngine(s.t, s.container(service), "{{.State.Status}} {{.RestartCount}}"); state != "running 0" {
		s.t.Errorf("%s: state and restarts are %q, want \"running 0\"", service, state)
	}
}

// inspectEngine is what a template makes of a container.
func inspectEngine(t *testing.T, container, format string) string {
	t.Helper()
	out, err := docker("inspect", "--format", format, container)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// eventually polls until done reports true, for a minute.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(500 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("in a minute it did not come to this: %s", what)
}

// build builds the nonroot command and returns a function that runs it, as a
// user does: in a folder, as a process. The function returns stdout, stderr and
// exit code.
func build(t *testing.T) func(dir string, args ...string) (string, string, int) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "nonroot")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return func(dir string, args ...string) (string, string, int) {
		cmd := exec.Command(program, args...)
		cmd.Dir = dir
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
	}
}
