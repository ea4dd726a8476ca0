//go:build unix

package main

import (
	"io"
	"os/exec"
	"testing"
	"time"

	"github.com/creack/pty"

	"nonroot/fixer/corpus"
)

// TestStopped presses Ctrl-C at a terminal while fix is at work on many projects,
// sooner and later: it exits 130 within seconds, every file is whole and as it was
// or as it was to be, and no other file is left behind.
func TestStopped(t *testing.T) {
	const count = 100
	whole := t.TempDir()
	if err := corpus.Write(whole, count); err != nil {
		t.Fatal(err)
	}
	before := readTree(t, whole)
	start := time.Now()
	if out, err := exec.CommandContext(t.Context(), "nonroot", "fix", "--yes", whole).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	long := time.Since(start)
	after := readTree(t, whole)
	stopped := 0
	for part := range 5 {
		dir := t.TempDir()
		if err := corpus.Write(dir, count); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "nonroot", "fix", "--yes", dir)
		terminal, err := pty.Start(cmd)
		if err != nil {
			t.Fatal(err)
		}
		go io.Copy(io.Discard, terminal)
		time.Sleep(long * time.Duration(part+1) / 6)
		pressed := time.Now()
		io.WriteString(terminal, ctrlC)
		cmd.Wait()
		terminal.Close()
		switch code := cmd.ProcessState.ExitCode(); code {
		case exitInterrupted:
			stopped++
		case exitOK: // it was through
		default:
			t.Errorf("Ctrl-C after part %d: exit code %d", part, code)
		}
		if took := time.Since(pressed); took > 5*time.Second {
			t.Errorf("it stops after %v", took)
		}
		now := readTree(t, dir)
		for name, text := range now {
			was, old := before[name]
			will, new := after[name]
			switch {
			case !old && !new:
				t.Errorf("it leaves %s behind", name)
			case !(old && text == was) && !(new && text == will):
				t.Errorf("%s is neither as it was nor as it was to be", name)
			}
		}
		for name := range before {
			if _, there := now[name]; !there {
				t.Errorf("%s is gone", name)
			}
		}
	}
	if stopped == 0 {
		t.Error("every run was through before it was stopped")
	}
}
