//go:build e2e

package trial

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// engine skips the test where none answers.
func engine(t *testing.T) *Engine {
	t.Helper()
	e, err := Find(t.Context())
	if err != nil {
		t.Skipf("needs a container engine with compose, and alpine:3.20: %v", err)
	}
	return e
}

// small is a project with something of every kind that a trial makes.
func small(t *testing.T, dockerfile string) Project {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"compose.yaml": `services:
  app:
    build: {context: ., tags: ["nonroot-e2e/never:made"]}
    image: nonroot-e2e/never:made
    container_name: nonroot-e2e-never-made
    ports: ["127.0.0.1:48123:80"]
    volumes: [data:/data, /anonymous, ./shared:/shared, ./missing:/missing, ./file:/file]
    networks: [front, back]
    depends_on: [other]
  other:
    image: alpine:3.20
    command: sleep 600
volumes: {data: {name: nonroot-e2e-never-made}}
networks: {front: {name: nonroot-e2e-never-made}, back: {ipam: {config: [{subnet: 10.251.251.0/24}]}}}
`,
		"Dockerfile": dockerfile, "file": "theirs", "shared/kept": "theirs",
	} {
		file := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return Project{Root: root, Files: []string{"compose.yaml"}}
}

// writes is an image that writes wherever it is let.
const writes = `FROM alpine:3.20
CMD for f in /data/f /anonymous/f /shared/f /shared/kept /missing/f /file; do echo ours > $f; done; exec sleep 600
`

func options() Options {
	return Options{Timeout: 3 * time.Minute, Settle: time.Second, CopyMax: 1 << 20}
}

// left lists what there is of a trial on the engine.
func left(t *testing.T, e *Engine, m mark) []string {
	t.Helper()
	var out []string
	for _, o := range objects {
		names, err := e.listed(context.Background(), o, func(id, _ string) bool { return id == m.id })
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			out = append(out, o.kind+" "+name)
		}
	}
	for _, args := range [][]string{
		{"ps", "-aq", "--filter", "name=nonroot-e2e-never-made"}, {"image", "ls", "-q", "nonroot-e2e/never"},
		{"volume", "ls", "-q", "--filter", "name=nonroot-e2e-never-made"}, {"network", "ls", "-q", "--filter", "name=nonroot-e2e-never-made"},
		{"ps", "-aq", "--filter", "label=com.docker.compose.project=" + m.project()},
		{"volume", "ls", "-q", "--filter", "label=com.docker.compose.project=" + m.project()},
	} {
		said, err := e.run(context.Background(), nil, args...)
		if err != nil {
			t.Fatal(err)
		}
		if said != "" {
			out = append(out, strings.Join(args, " ")+": "+said)
		}
	}
	return out
}

// nothingLeft checks that of a trial nothing is left on the engine or the disk, and that
// the project's own files are as they were.
func nothingLeft(t *testing.T, e *Engine, m mark, p Project) {
	t.Helper()
	if m.id == "" {
		t.Fatal("the trial did not begin")
	}
	for _, what := range left(t, e, m) {
		t.Errorf("left: %s", what)
	}
	for name, want := range map[string]string{"file": "theirs", "shared/kept": "theirs"} {
		if got, err := os.ReadFile(filepath.Join(p.Root, name)); string(got) != want {
			t.Errorf("%s is %q (%v)", name, got, err)
		}
	}
	for _, name := range []string{"shared/f", "missing"} {
		if _, err := os.Stat(filepath.Join(p.Root, name)); err == nil {
			t.Errorf("%s was made", name)
		}
	}
}

// temporary makes the temporary folder one of the test's own, and checks in the end
// that it is empty.
func temporary(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Cleanup(func() {
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("left in the temporary folder: %v", entries)
		}
	})
}

// TestCleanup: whatever becomes of a trial, nothing of it is left.
func TestCleanup(t *testing.T) {
	e := engine(t)
	temporary(t)
	for _, c := range []struct {
		name, dockerfile string
		stop             string // the trial is ended when it says so
		timeout          bool
		check            func(*testing.T, *Result, error)
	}{
		{name: "success", dockerfile: writes, check: func(t *testing.T, r *Result, err error) {
			if err != nil || len(r.Services) != 1 || r.Services[0].Check(CheckRuns).Status != OK {
				t.Errorf("%v %+v", err, r)
			}
		}},
		{name: "build fails", dockerfile: "FROM alpine:3.20\nRUN echo no such luck; false\n", check: func(t *testing.T, r *Result, err error) {
			if err != nil || r.Services[0].Check(CheckBuilds).Status != Failed || !strings.Contains(strings.Join(r.Services[0].Check(CheckBuilds).Evidence, "\n"), "no such luck") {
				t.Errorf("%v %+v", err, r)
			}
		}},
		{name: "does not start", dockerfile: "FROM alpine:3.20\nENTRYPOINT [\"/none\"]\n", check: func(t *testing.T, r *Result, err error) {
			if err != nil || r.Services[0].Check(CheckRuns).Status != Failed || !strings.Contains(strings.Join(r.Services[0].Check(CheckRuns).Evidence, "\n"), "no such file") {
				t.Errorf("%v %+v", err, r)
			}
		}},
		{name: "interrupted while building", dockerfile: "FROM alpine:3.20\nRUN sleep 600\n", stop: "sleep 600", check: interrupted},
		{name: "interrupted while running", dockerfile: writes, stop: "waiting for app", check: interrupted},
		{name: "timeout", dockerfile: writes, stop: "waiting for app", timeout: true, check: func(t *testing.T, _ *Result, err error) {
			if err == nil || !strings.Contains(err.Error(), "longer than") {
				t.Errorf("the error is %v", err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := small(t, c.dockerfile)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			opt := options()
			if c.timeout {
				opt.Timeout, opt.Settle = 8*time.Second, time.Minute
			}
			var m mark
			opt.begun = func(made mark) { m = made }
			opt.Progress = func(line string) {
				if c.stop != "" && !c.timeout && strings.Contains(line, c.stop) {
					cancel()
				}
			}
			result, err := e.Run(ctx, p, opt)
			c.check(t, result, err)
			nothingLeft(t, e, m, p)
		})
	}
}

func interrupted(t *testing.T, _ *Result, err error) {
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

// TestTwoAtOnce runs one project twice at the same time.
func TestTwoAtOnce(t *testing.T) {
	e := engine(t)
	temporary(t)
	p := small(t, writes)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			var m mark
			opt := options()
			opt.begun = func(made mark) { m = made }
			result, err := e.Run(t.Context(), p, opt)
			if err != nil || result.Services[0].Check(CheckRuns).Status != OK {
				t.Errorf("%v %+v", err, result)
			}
			if found := left(t, e, m); len(found) > 0 {
				t.Errorf("left: %v", found)
			}
		})
	}
	all.Wait()
}

// TestSweep: what a run has left that was killed goes once its time is over; what is
// kept, and what another run uses, stays.
func TestSweep(t *testing.T) {
	e := engine(t)
	marks := map[string]mark{"over": newMark(time.Minute, false), "in use": newMark(time.Minute, false), "kept": newMark(time.Minute, true)}
	old := marks["over"]
	old.until = "1700000000"
	marks["over"] = old
	for _, m := range marks {
		t.Cleanup(func() { e.clean(context.Background(), m) })
		if err := e.bringProbe(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if found := left(t, e, m); len(found) != 3 {
			t.Fatalf("a container, a volume and an image make %v", found)
		}
	}
	if err := e.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, m := range marks {
		if found := left(t, e, m); (name == "over") != (len(found) == 0) {
			t.Errorf("%s: %v", name, found)
		}
	}
}
