//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// TestDiagnoseOnTerminal: the result has our colours, and nothing that the log or
// the names in it would have the terminal do.
func TestDiagnoseOnTerminal(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "compose.yaml", "services:\n  api:\n    image: nginx:1.27\n    user: \"1000:1000\"\n    volumes: ['./da\\u001bta:/srv']\n")
	put(t, dir, "app.log", "\x1b[36mapi-1  | \x1b[0m\x1b]0;mine\x07open /srv/\x1b[2Ja\x9b\u202eb\x07: permission denied\n")
	shown, code := session{args: []string{"diagnose", "app.log"}}.on(t, dir)
	if code != exitFound || !strings.Contains(shown, "\x1b[31mcause\x1b[0m") || !strings.Contains(shown, "/srv/a") {
		t.Errorf("exit code %d:\n%q", code, shown)
	}
	for _, bad := range []string{"\x1b]", "\x1b[2J", "\x07", "\x9b", "\u202e", "da\x1bta", "mine"} {
		if strings.Contains(shown, bad) {
			t.Errorf("the terminal gets %q:\n%q", bad, shown)
		}
	}
	shown, code = session{args: []string{"diagnose"}}.on(t, dir)
	if code != exitError || !strings.Contains(shown, "no log to read") {
		t.Errorf("without a log it exits %d:\n%s", code, shown)
	}
}

// TestDiagnoseProgress reads for longer than a second.
func TestDiagnoseProgress(t *testing.T) {
	var err bytes.Buffer
	con := newConsole(streams{nil, &bytes.Buffer{}, &err})
	con.errTerminal = true
	log := &logReader{ctx: t.Context(), con: con, in: strings.NewReader(strings.Repeat("x", 3000)), total: 3000, next: time.Now().Add(-time.Second)}
	if _, err := io.Copy(io.Discard, log); err != nil {
		t.Fatal(err)
	}
	log.done()
	if want := "\r\x1b[Knonroot: 0.0 MB of 0.0 MB\r\x1b[K"; err.String() != want {
		t.Errorf("the terminal gets %q, not %q", err.String(), want)
	}
}

// TestDiagnoseInterrupted: a run that waits for its log ends with its context.
func TestDiagnoseInterrupted(t *testing.T) {
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	defer in.Close()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"diagnose", "--project", t.TempDir()}, streams{in, &stdout, &stderr})
	if code != exitInterrupted || stderr.String() != msgInterrupted+"\n" {
		t.Errorf("exits %d and says %q", code, stderr.String())
	}
}
