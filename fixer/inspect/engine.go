package inspect

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Engine asks the local engine by its command line for images that it has: it
// pulls none and runs none.
type Engine struct {
	program string // docker or podman; empty: there is none
	limits  limits
}

// NewEngine is docker, or podman where there is no docker.
func NewEngine() *Engine {
	e := &Engine{limits: standard}
	for _, program := range [...]string{"docker", "podman"} {
		if _, err := exec.LookPath(program); err == nil {
			e.program = program
			break
		}
	}
	return e
}

func (e *Engine) String() string { return "the engine" }

// inspected is what image inspect says of an image.
type inspected struct {
	ID           string `json:"Id"`
	OS           string `json:"Os"`
	Architecture string
	Variant      string
	Config       *Config
}

// Find asks the engine for an image that it has.
func (e *Engine) Find(ctx context.Context, ref name.Reference, platform string) (Found, error) {
	if e.program == "" {
		return Found{}, &Unavailable{"there is neither docker nor podman to ask"}
	}
	out, err := e.output(ctx, "image", "inspect", "--format", "{{json .}}", ref.String())
	if err != nil {
		if _, off := e.output(ctx, "version", "--format", "{{.Server.Version}}"); off != nil && ctx.Err() == nil {
			return Found{}, &Unavailable{"no engine answers: " + off.Error()}
		}
		return Found{}, fmt.Errorf("the engine has no image %s: %s pull %s", ref, e.program, ref)
	}
	var i inspected
	if err := json.Unmarshal(out, &i); err != nil || i.ID == "" || i.Config == nil {
		return Found{}, fmt.Errorf("the engine does not say what %s is", ref)
	}
	is := &v1.Platform{OS: i.OS, Architecture: i.Architecture, Variant: i.Variant}
	if platform != "" && !fits(is, platform) {
		return Found{}, fmt.Errorf("the engine has %s for %s, not for %s: %s pull --platform %s %s", ref, is, platform, e.program, platform, ref)
	}
	return Found{Digest: i.ID, Look: func(ctx context.Context) (*Seen, error) {
		seen, err := e.look(ctx, &i)
		var large tooLarge
		var not notRead
		switch {
		case errors.As(err, &large), errors.As(err, &not):
			return nil, fmt.Errorf("the engine has %s, but %w", ref, err)
		case err != nil:
			return nil, fmt.Errorf("the engine has %s, but it cannot be read: %w", ref, err)
		}
		return seen, nil
	}}, nil
}

// look makes a container of the image, which never starts, reads its files, and
// removes it.
func (e *Engine) look(ctx context.Context, i *inspected) (seen *Seen, err error) {
	if i.OS == "windows" {
		return &Seen{OS: i.OS, Architecture: i.Architecture, Config: *i.Config}, nil
	}
	container := "nonroot-inspect-" + strings.ToLower(rand.Text())
	// Neither is cut short by the end of ctx: a container whose making was given
	// up would stay.
	lasting := context.WithoutCancel(ctx)
	defer func() {
		if _, failed := e.within(lasting, "rm", "--force", "--volumes", container); failed != nil && err == nil {
			err = fmt.Errorf("the container %s that it was read from is still there: %w", container, failed)
		}
	}()
	if _, err := e.within(lasting, "create", "--name", container, "--pull", "never", "--network", "none", i.ID, "/never-started"); err != nil {
		return nil, err
	}
	files := newTree(e.limits, i.Config.wanted())
	if err := e.export(ctx, container, files); err != nil {
		return nil, err
	}
	return look(*i.Config, i.OS, i.Architecture, files)
}

// export streams all files of a container into the tree.
func (e *Engine) export(ctx context.Context, container string, files *tree) error {
	command := e.command(ctx, "export", container)
	var says bytes.Buffer
	command.Stderr = &limited{&says, maxFile}
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	err = files.add(ctx, out)
	if err != nil {
		command.Process.Kill() // nothing reads what it writes
	}
	if ended := command.Wait(); err == nil && ended != nil {
		return failed(ended, says.String())
	}
	return err
}

// within is output for what is quick, bounded by itself.
func (e *Engine) within(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return e.output(ctx, args...)
}

// output runs the engine's command and returns what it prints.
func (e *Engine) output(ctx context.Context, args ...string) ([]byte, error) {
	command := e.command(ctx, args...)
	var out, says bytes.Buffer
	command.Stdout, command.Stderr = &limited{&out, maxConfig}, &limited{&says, maxFile}
	if err := command.Run(); err != nil {
		return nil, failed(err, says.String())
	}
	return out.Bytes(), nil
}

// command is one that Ctrl-C at the terminal does not reach: it is stopped by ctx.
func (e *Engine) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, e.program, args...)
	command.WaitDelay = 5 * time.Second
	apart(command)
	return command
}

// failed is the last line that a command said, or how it ended.
func failed(err error, says string) error {
	lines := strings.Split(strings.TrimSpace(says), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return errors.New(last)
	}
	return err
}

// limited keeps the first bytes of what is written, and takes the rest for nothing.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	if n > 0 {
		if _, err := l.w.Write(p[:n]); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}
