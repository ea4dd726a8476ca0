//go:build unix

package inspect

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// engine is a command that answers as docker does, and writes down what it was
// called with. Its export is the archive in files.tar, which slow keeps open.
func engine(t *testing.T, inspect string, files []byte, slow bool) (e *Engine, called func() []string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("inspect.json", inspect, 0o600)
	write("files.tar", string(files), 0o600)
	end := ""
	if slow {
		end = "exec sleep 60"
	}
	write("docker", `#!/bin/sh
cd "$(dirname "$0")"
echo "$@" >> calls
case "$1 $2" in
"version "*) test ! -e off || { echo "something else"; echo "Cannot connect to it" >&2; exit 1; };;
"image inspect") test -s inspect.json || exit 1; cat inspect.json;;
"create "*) echo id;;
"export "*) cat files.tar; `+end+`;;
"rm "*) ;;
*) exit 9;;
esac
`, 0o700)
	return &Engine{program: filepath.Join(dir, "docker"), limits: standard}, func() []string {
		text, err := os.ReadFile(filepath.Join(dir, "calls"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(text)), "\n")
	}
}

const inspectedJSON = `{"Id": "sha256:abc", "Os": "linux", "Architecture": "arm64", "Variant": "v8", "Config": {"User": "app", "Cmd": ["serve"], "WorkingDir": "/app"}}`

// TestEngine makes a container that never starts, reads it and removes it; what
// was seen once needs no second one.
func TestEngine(t *testing.T) {
	e, called := engine(t, inspectedJSON, archive(t, text("etc/passwd", oneAccount), folder("app", 1000, 1000, 0o755)), false)
	cached := t.TempDir()
	for range 2 {
		m, err := New(e, cached).Image(context.Background(), "team/app:1", "linux/arm64")
		if err != nil || m.User != "app" || len(m.Accounts) != 1 || m.Workdir != "/app" || len(m.Paths) != 1 {
			t.Fatalf("%+v %v", m, err)
		}
	}
	calls := called()
	if len(calls) != 5 || calls[0] != "image inspect --format {{json .}} team/app:1" || calls[4] != calls[0] {
		t.Fatalf("calls: %q", calls)
	}
	name, ok := strings.CutPrefix(calls[2], "export ")
	if !ok || calls[1] != "create --name "+name+" --pull never --network none sha256:abc /never-started" || calls[3] != "rm --force --volumes "+name {
		t.Errorf("calls: %q", calls)
	}
}

// TestEngineStops removes the container where the run ends, or the image is
// refused, while it is read.
func TestEngineStops(t *testing.T) {
	removed := func(called func() []string) {
		t.Helper()
		if calls := called(); !strings.HasPrefix(calls[len(calls)-1], "rm --force --volumes nonroot-inspect-") {
			t.Errorf("calls: %q", calls)
		}
	}
	e, called := engine(t, inspectedJSON, nil, true)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(300*time.Millisecond, cancel)
	start := time.Now()
	if _, err := New(e, "").Image(ctx, "app", ""); !errors.Is(err, context.Canceled) || time.Since(start) > 20*time.Second {
		t.Errorf("error %v after %s", err, time.Since(start))
	}
	removed(called)

	e, called = engine(t, inspectedJSON, archive(t, text("etc/passwd", oneAccount)), true)
	e.limits.Unpacked = 600
	_, err := New(e, "").Image(context.Background(), "app", "")
	says(t, err, "the engine has app, but it has more than 600 bytes, and is not read")
	removed(called)
}

func TestEngineRefuses(t *testing.T) {
	ask := func(e *Engine, ref, platform string) error {
		_, err := New(e, "").Image(context.Background(), ref, platform)
		return err
	}
	e, _ := engine(t, inspectedJSON, nil, false)
	says(t, ask(e, "team/app:1", "linux/amd64"), "the engine has team/app:1 for linux/arm64/v8, not for linux/amd64: ")
	says(t, ask(e, "--help", ""), "is not the name of an image")
	e, _ = engine(t, "", nil, false)
	says(t, ask(e, "team/app:1", ""), "the engine has no image team/app:1: ")
	says(t, ask(e, "team/app:1", ""), "pull team/app:1")
	for _, odd := range []string{"[]", "{}", "null", `{"Id": "x"}`, "{"} {
		e, _ = engine(t, odd, nil, false)
		says(t, ask(e, "app", ""), "the engine does not say what app is")
	}
	var off *Unavailable
	if err := ask(&Engine{}, "app", ""); !errors.As(err, &off) {
		t.Errorf("error %v without an engine", err)
	}
	e, _ = engine(t, "", nil, false)
	if err := os.WriteFile(filepath.Join(filepath.Dir(e.program), "off"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := ask(e, "app", "")
	says(t, err, "no engine answers: Cannot connect to it")
	if !errors.As(err, &off) {
		t.Errorf("error %v where the engine is off", err)
	}
}
