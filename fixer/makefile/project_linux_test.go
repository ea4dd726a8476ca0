package makefile

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// project is a directory in which make runs the target, with a sudo that writes
// down what it is called with and has the test, which is root, do it.
type project struct {
	t        *testing.T
	dir, bin string
	uid      uint32 // who runs make
	env      []string

	mu   sync.Mutex
	sudo []string // the calls of the last run
}

// needsRoot skips a test that changes owners.
func needsRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("owners can only be changed by root")
	}
}

// newProject skips the test where there is no make.
func newProject(t *testing.T, makefile string) *project {
	t.Helper()
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip(err)
	}
	base, err := os.MkdirTemp("", "reset permissions")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(base) })
	p := &project{t: t, dir: filepath.Join(base, "the project"), bin: filepath.Join(base, "bin")}
	for _, dir := range []string{base, p.dir, p.bin} {
		must(t, os.MkdirAll(dir, 0o755))
		must(t, os.Chmod(dir, 0o755))
	}
	p.write("Makefile", makefile)
	p.serveSudo()
	return p
}

// serveSudo puts a sudo on the PATH that hands its arguments to the test.
func (p *project) serveSudo() {
	request, reply := filepath.Join(p.bin, "request"), filepath.Join(p.bin, "reply")
	for _, fifo := range []string{request, reply} {
		must(p.t, syscall.Mkfifo(fifo, 0o666))
		must(p.t, os.Chmod(fifo, 0o666))
	}
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" >'" + request + "'\nread code <'" + reply + "'\nexit $code\n"
	must(p.t, os.WriteFile(filepath.Join(p.bin, "sudo"), []byte(script), 0o755))
	must(p.t, os.Chmod(filepath.Join(p.bin, "sudo"), 0o755))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			args, err := os.ReadFile(request)
			if err != nil || len(args) == 0 {
				return
			}
			call := strings.Split(strings.TrimSuffix(string(args), "\n"), "\n")
			p.mu.Lock()
			p.sudo = append(p.sudo, strings.Join(call, " "))
			p.mu.Unlock()
			cmd := exec.Command(call[0], call[1:]...)
			cmd.Dir = p.dir
			code := "0\n"
			if err := cmd.Run(); err != nil {
				code = "1\n"
			}
			os.WriteFile(reply, []byte(code), 0)
		}
	}()
	p.t.Cleanup(func() {
		if f, err := os.OpenFile(request, os.O_WRONLY, 0); err == nil {
			f.Close() // an empty request ends it
		}
		<-done
	})
}

func (p *project) write(name, text string) {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	must(p.t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(p.t, os.WriteFile(path, []byte(text), 0o644))
}

func (p *project) owner(uid, gid int, names ...string) {
	p.t.Helper()
	for _, name := range names {
		must(p.t, os.Lchown(filepath.Join(p.dir, name), uid, gid))
	}
}

// calls are those of sudo in the last run.
func (p *project) calls() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sudo)
}

// make runs make with arguments as p.uid, and gives all that it prints.
func (p *project) make(args ...string) (string, error) {
	p.t.Helper()
	p.mu.Lock()
	p.sudo = nil
	p.mu.Unlock()
	cmd := exec.Command("make", args...)
	cmd.Dir = p.dir
	cmd.Env = append([]string{"PATH=" + p.bin + ":" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_GLOBAL=/dev/null"}, p.env...)
	if p.uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: p.uid, Gid: p.uid}}
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// reset runs the target, which must work and say nothing.
func (p *project) reset(args ...string) {
	p.t.Helper()
	if out, err := p.make(append([]string{"-s", Target}, args...)...); err != nil || out != "" {
		p.t.Fatalf("make %s: %v\n%s", args, err, out)
	}
}

// stops runs the target, which must fail with a text and touch nothing.
func (p *project) stops(want string, args ...string) {
	p.t.Helper()
	before := p.state(".")
	out, err := p.make(append([]string{Target}, args...)...)
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || !strings.Contains(out, want) {
		p.t.Errorf("make %s: %v\n%s\nwant %s", args, err, out, want)
	}
	if after := p.state("."); after != before {
		p.t.Errorf("%s: it stopped, but was\n%s\nis\n%s", want, before, after)
	}
	if calls := p.calls(); len(calls) > 0 {
		p.t.Errorf("%s: sudo was called: %q", want, calls)
	}
}

// state lists what is below a directory, one line each: path, mode, owner, time
// of the last change of any of it.
func (p *project) state(name string) string {
	p.t.Helper()
	return p.list(name, "%P %M %U:%G %C@\n")
}

// owners is state without times.
func (p *project) owners(name string) string {
	p.t.Helper()
	return p.list(name, "%P %m %U:%G\n")
}

func (p *project) list(name, format string) string {
	p.t.Helper()
	cmd := exec.Command("sh", "-c", `find "$1" ! -path '*/.git/*' -printf "$2" | sort`, "sh", name, format)
	cmd.Dir = p.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func (p *project) git(args ...string) {
	p.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null")
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("git %s: %v\n%s", args, err, out)
	}
}
