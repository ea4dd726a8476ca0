package trial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Engine is a container engine, spoken to through its command line: that knows
// contexts, remote engines, credentials, BuildKit and the whole of compose, and is
// what the project's own users run.
type Engine struct {
	Name    string // docker or podman
	Version string
	Arch    string // of the machine that runs the containers, as Go names it
	Local   bool   // paths of this machine are the engine's, too
	// Desktop says that a virtual machine shows bind mounts to whoever looks at
	// them as that one's own.
	Desktop bool
}

// ErrNoEngine is the error of Find where no engine answers.
var ErrNoEngine = errors.New("no container engine answers")

// Find asks docker, and then podman, whether an engine with compose is there.
func Find(ctx context.Context) (*Engine, error) {
	var said []string
	for _, name := range []string{"docker", "podman"} {
		e := &Engine{Name: name}
		err := e.ask(ctx)
		if err == nil {
			return e, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		said = append(said, name+": "+lastLine(err))
	}
	return nil, fmt.Errorf("%w (%s): start one, and see that docker compose version or podman compose version answers", ErrNoEngine, strings.Join(said, "; "))
}

// ask fills in what the engine says of itself.
func (e *Engine) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if _, err := exec.LookPath(e.Name); err != nil {
		return errors.New("is not installed")
	}
	format := "{{.Server.Version}} {{.Server.Arch}}"
	if e.Name == "podman" {
		format = "{{.Client.Version}} {{.Client.OsArch}}" // the same program where it is local
	}
	out, err := e.run(ctx, nil, "version", "--format", format)
	if err != nil {
		return err
	}
	fields := strings.Fields(out)
	if len(fields) != 2 {
		return fmt.Errorf("version says %q", out)
	}
	e.Version, e.Arch = fields[0], strings.TrimPrefix(fields[1], "linux/")
	if _, err := e.run(ctx, nil, "compose", "version"); err != nil {
		return err
	}
	if e.Name == "podman" {
		remote, _ := e.run(ctx, nil, "info", "--format", "{{.Host.ServiceIsRemote}}")
		e.Local = remote != "true"
		return nil
	}
	host := os.Getenv("DOCKER_HOST")
	if host == "" {
		host, _ = e.run(ctx, nil, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
	}
	e.Local = strings.HasPrefix(host, "unix:") || strings.HasPrefix(host, "npipe:")
	system, _ := e.run(ctx, nil, "info", "--format", "{{.OperatingSystem}}")
	e.Desktop = strings.Contains(system, "Docker Desktop")
	return nil
}

// run runs a command of the engine and returns what it printed, without blanks
// around it. The error is a *CommandError.
func (e *Engine) run(ctx context.Context, stdin io.Reader, args ...string) (string, error) {
	var stdout bytes.Buffer
	err := e.stream(ctx, command{args: args, stdin: stdin, stdout: &stdout})
	return strings.TrimSpace(stdout.String()), err
}

// command is one call of the engine's command line.
type command struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	dir            string // where it runs; empty: here
	pwd            string // what it is told of that; empty: nothing else
}

// stream is run that hands on what is printed as it comes.
func (e *Engine) stream(ctx context.Context, c command) error {
	cmd := exec.CommandContext(ctx, e.Name, c.args...)
	ownGroup(cmd)
	cmd.Dir = c.dir
	cmd.WaitDelay = 2 * time.Second
	cmd.Env = append(os.Environ(), "BUILDKIT_PROGRESS=plain", "COMPOSE_ANSI=never", "COMPOSE_PROGRESS=plain",
		"COMPOSE_MENU=false", "COMPOSE_IGNORE_ORPHANS=true", "DOCKER_CLI_HINTS=false", "PODMAN_COMPOSE_WARNING_LOGS=false")
	if c.pwd != "" {
		cmd.Env = append(cmd.Env, "PWD="+c.pwd)
	}
	tail := &tail{}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.stdin, c.stdout, tail
	if c.stderr != nil {
		cmd.Stderr = io.MultiWriter(tail, c.stderr)
	}
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &CommandError{Args: append([]string{e.Name}, c.args...), Said: tail.lines(), Err: err}
	}
	return nil
}

// CommandError is a command that failed, with the last lines that it said.
type CommandError struct {
	Args []string
	Said []string
	Err  error
}

func (c *CommandError) Error() string {
	text := strings.Join(c.Args[:min(len(c.Args), 3)], " ") + ": " + c.Err.Error()
	if len(c.Said) > 0 {
		text += ": " + strings.Join(c.Said[max(0, len(c.Said)-3):], "; ")
	}
	return text
}

func (c *CommandError) Unwrap() error { return c.Err }

// lastLine is the end of what a failed command said, else its error.
func lastLine(err error) string {
	var c *CommandError
	if errors.As(err, &c) && len(c.Said) > 0 {
		return c.Said[len(c.Said)-1]
	}
	return err.Error()
}

// said are the last lines of a failed command, else its error.
func said(err error) []string {
	var c *CommandError
	if errors.As(err, &c) && len(c.Said) > 0 {
		return c.Said
	}
	return strings.Split(strings.TrimSpace(err.Error()), "\n")
}

// tail keeps the last bytes that are written to it, by several at a time.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

// A command's last words are kept up to so many bytes and lines.
const (
	tailBytes = 16 << 10
	tailLines = 40
)

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - 2*tailBytes; over > 0 {
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-tailBytes:]...)
	}
	return len(p), nil
}

func (t *tail) lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []string
	for line := range strings.Lines(string(t.kept)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out[max(0, len(out)-tailLines):]
}
