//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

const (
	ctrlC = "\x03"
	ctrlD = "\x04"
)

const onTerminal = `services:
  web:
    image: nginx:1.27
`

// session is one run of the command on a pseudo-terminal.
type session struct {
	answer string // what is typed at the question; "" where there must be none
	signal os.Signal
	before func() // what happens before the answer
	env    []string
	args   []string
	stdout io.Writer // nil: the terminal
	stderr io.Writer // nil: the terminal
}

// on runs the command in a folder, and gives back what the terminal shows and the
// exit code. A question that is not expected, or one that does not come, is an error.
func (s session) on(t *testing.T, dir string) (shown string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "nonroot", s.args...)
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TERM=xterm", "GORACE=" + os.Getenv("GORACE")}, s.env...)
	cmd.Stdout, cmd.Stderr = s.stdout, s.stderr
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	stuck := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer stuck.Stop()

	var seen bytes.Buffer
	asked := false
	for buf := make([]byte, 4096); ; {
		n, err := terminal.Read(buf)
		seen.Write(buf[:n])
		if !asked && strings.Contains(seen.String(), "[y/N] ") {
			asked = true
			if s.before != nil {
				s.before()
			}
			if s.answer == ctrlC {
				keepOutput(t, terminal)
			}
			if s.signal != nil {
				err = cmd.Process.Signal(s.signal)
			} else {
				_, err = io.WriteString(terminal, s.answer)
			}
		}
		if err != nil { // EIO, once the process has ended
			break
		}
	}
	cmd.Wait()
	if wanted := s.answer != "" || s.signal != nil; asked != wanted {
		t.Errorf("nonroot %s: a question is %t, not %t:\n%s", strings.Join(s.args, " "), asked, wanted, seen.String())
	}
	return seen.String(), cmd.ProcessState.ExitCode()
}

// keepOutput has a terminal show what is on its way when Ctrl-C is pressed. Else it
// throws that away after it has sent the signal, and with it what a process says
// that answers quickly (termios(3): NOFLSH).
func keepOutput(t *testing.T, terminal *os.File) {
	t.Helper()
	stty := exec.CommandContext(t.Context(), "stty", "noflsh")
	stty.Stdin = terminal
	if out, err := stty.CombinedOutput(); err != nil {
		t.Fatalf("stty: %v: %s", err, out)
	}
}

// folder makes a project of its own from one compose file.
func folder(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, "compose.yaml", text)
	return dir
}

// wasWritten reports whether the project of folder was changed.
func wasWritten(t *testing.T, dir string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("the folder holds %v", entries)
	}
	return string(text) != onTerminal
}

func TestQuestion(t *testing.T) {
	for name, c := range map[string]struct {
		session
		code    int
		written bool
		says    string
	}{
		"y":                {session{answer: "y\n"}, exitOK, true, "1 fixed in 1 file"},
		"yes, in capitals": {session{answer: " YES \n"}, exitOK, true, "1 fixed in 1 file"},
		"n":                {session{answer: "n\n"}, exitOK, false, "nothing was written"},
		"an empty answer":  {session{answer: "\n"}, exitOK, false, "nothing was written"},
		"another word":     {session{answer: "yep\n"}, exitOK, false, "nothing was written"},
		"end of input":     {session{answer: ctrlD}, exitOK, false, "nothing was written"},
		"y and the end":    {session{answer: "y" + ctrlD + ctrlD}, exitOK, false, "nothing was written"},
		"Ctrl-C":           {session{answer: ctrlC}, exitInterrupted, false, "nonroot: interrupted"},
		"SIGTERM":          {session{signal: syscall.SIGTERM}, exitInterrupted, false, "nonroot: interrupted"},
		"no, --exit-code":  {session{answer: "n\n", args: []string{"--exit-code"}}, exitFound, false, "nothing was written"},
		"--yes":            {session{args: []string{"--yes"}}, exitOK, true, "1 fixed in 1 file"},
		"-y":               {session{args: []string{"-y"}}, exitOK, true, "1 fixed in 1 file"},
		"--dry-run":        {session{args: []string{"--dry-run"}}, exitOK, false, "1 would be fixed in 1 file"},
		"CI":               {session{env: []string{"CI=true"}}, exitOK, true, "1 fixed in 1 file"},
		"nothing to write": {session{args: []string{"--rule", "tmpfs-owner"}}, exitOK, false, "nothing found"},
		"JSON":             {session{answer: "n\n", args: []string{"--format", "json"}}, exitOK, false, `"written": false`},
		"JSON, the files":  {session{answer: "n\n", args: []string{"--format", "json"}}, exitOK, false, "nonroot: would change compose.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, onTerminal)
			c.args = append([]string{"fix", "--rule=no-new-privileges"}, c.args...)
			if name == "nothing to write" {
				c.args = []string{"fix", "--rule", "tmpfs-owner"}
			}
			shown, code := c.on(t, dir)
			if code != c.code {
				t.Errorf("exit code %d, not %d", code, c.code)
			}
			if got := wasWritten(t, dir); got != c.written {
				t.Errorf("written: %t, not %t", got, c.written)
			}
			if !strings.Contains(shown, c.says) {
				t.Errorf("the terminal does not show %q", c.says)
			}
			if t.Failed() {
				t.Log(shown)
			}
		})
	}
}

// TestQuestionNeedsStdinAndStderr pipes one stream or the other.
func TestQuestionNeedsStdinAndStderr(t *testing.T) {
	var stdout, stderr bytes.Buffer
	dir := folder(t, onTerminal)
	shown, code := session{answer: "n\n", args: []string{"fix"}, stdout: &stdout}.on(t, dir)
	if code != exitOK || wasWritten(t, dir) {
		t.Errorf("with stdout in a pipe a no writes, or exits %d", code)
	}
	if !strings.HasPrefix(stdout.String(), "--- a/compose.yaml\n") || strings.Contains(stdout.String(), "\x1b") || strings.Contains(shown, "+++") {
		t.Errorf("stdout in a pipe is %q, and the terminal shows %q", stdout.String(), shown)
	}
	shown, code = session{args: []string{"fix"}, stderr: &stderr}.on(t, dir)
	if code != exitOK || !wasWritten(t, dir) || !strings.Contains(stderr.String(), "1 fixed") || strings.Contains(shown, "nonroot:") {
		t.Errorf("with stderr in a pipe: exit code %d, terminal %q, stderr %q", code, shown, stderr.String())
	}
}

// TestEditedAtTheQuestion lets someone save a file while the question stands:
// their text stays, and nothing counts as fixed.
func TestEditedAtTheQuestion(t *testing.T) {
	dir := folder(t, onTerminal)
	save := func() { put(t, dir, "compose.yaml", "# saved\n"+onTerminal) }
	shown, code := session{answer: "y\n", before: save, args: []string{"fix"}}.on(t, dir)
	text, err := os.ReadFile(filepath.Join(dir, "compose.yaml"))
	if err != nil || string(text) != "# saved\n"+onTerminal || !wasWritten(t, dir) {
		t.Errorf("the file is %q, %v", text, err)
	}
	if code != exitError || !strings.Contains(shown, "compose.yaml: the file has changed since it was read; run again") || !strings.Contains(shown, "0 fixed") {
		t.Errorf("exit code %d, %q", code, shown)
	}
}

func TestColourOnTerminalsOnly(t *testing.T) {
	dir := folder(t, onTerminal)
	for _, args := range [][]string{{"check"}, {"fix", "--dry-run"}} {
		if shown, _ := (session{args: args}).on(t, dir); !strings.Contains(shown, "\x1b[3") {
			t.Errorf("%v has no colour on a terminal: %q", args, shown)
		}
		for _, env := range []string{"NO_COLOR=1", "TERM=dumb"} {
			if shown, _ := (session{args: args, env: []string{env}}).on(t, dir); strings.Contains(shown, "\x1b") {
				t.Errorf("%v has colour with %s: %q", args, env, shown)
			}
		}
		var stdout bytes.Buffer
		if shown, _ := (session{args: args, stdout: &stdout}).on(t, dir); strings.Contains(stdout.String()+shown, "\x1b") {
			t.Errorf("%v has colour in a pipe: %q %q", args, stdout.String(), shown)
		}
	}
}

// TestNothingRawReachesTheTerminal puts control characters, format characters and
// bytes that are no UTF-8 into names and contents.
func TestNothingRawReachesTheTerminal(t *testing.T) {
	const name = "\x1b]0;owned\x07\u202e\u009b\x7f"
	const evil = name + "\x9b31m"
	dir := t.TempDir()
	put(t, dir, "a"+name+"/Dockerfile", "# "+evil+"\nFROM debian:12\n# "+evil+"\r\nCOPY a"+evil+" /app/"+evil+"\nWORKDIR /app\nUSER 1000:1000\nCMD [\"sleep\", \"1\"] # "+evil+"\n")
	put(t, dir, "b"+name+"/compose.yaml", "services:\n  \"x\\e[2J\u202e\":\n    image: nginx:1.27\n")
	put(t, dir, "c"+name+"/compose.yaml", "services: "+evil+"\n")
	put(t, dir, "not UTF-8 \x9b/Dockerfile", "FROM scratch\n")
	put(t, dir, "d/Dockerfile", "FROM debian:12\n"+evil+" x\n")
	for _, args := range [][]string{
		{"check", "--notes"}, {"check", "--format", "json"}, {"fix", "--dry-run"}, {"fix", "--dry-run", "--unsafe-fixes"},
		{"fix", "--dry-run", "--format=json"}, {"check", "nowhere" + evil}, {"fix", "--" + evil}, {"explain", evil}, {evil}, {"check", "--rule", evil},
	} {
		for _, env := range []string{"X=", "NO_COLOR=1"} {
			shown, _ := session{args: args, env: []string{env}}.on(t, dir)
			for _, code := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m", "\r\n"} {
				shown = strings.ReplaceAll(shown, code, "")
			}
			for _, r := range []string{"\x1b", "\x07", "\x9b", "\u202e", "\u009b", "\x7f", "\r"} {
				if strings.Contains(strings.ReplaceAll(shown, "\n", ""), r) {
					t.Errorf("nonroot %q shows %q raw: %q", args, r, shown)
				}
			}
		}
	}
	if shown, _ := (session{args: []string{"check"}}).on(t, dir); !strings.Contains(shown, `\x1b`) || !strings.Contains(shown, "create-user") {
		t.Errorf("the case has lost its point: %q", shown)
	}
}
