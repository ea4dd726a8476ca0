package trial

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMarks: what a trial has made is found again by its marks, and only when its
// time is over.
func TestMarks(t *testing.T) {
	m := newMark(time.Minute, false)
	fields := imageFields(m.image(3))
	if want := []string{m.image(3), m.id, m.until}; !slices.Equal(fields, want) {
		t.Errorf("the image says %v, want %v", fields, want)
	}
	if podmans := imageFields("localhost/" + m.probeImage()); len(podmans) != 3 || podmans[1] != m.id {
		t.Errorf("podman's name of the image says %v", podmans)
	}
	for _, name := range []string{"nonroot-trial:latest", "nonroot:1", "nonroot-trial-abc:1", "other/nonroot-trial-a-1:1", ""} {
		if fields := imageFields(name); fields != nil {
			t.Errorf("%q is taken for an image of a trial: %v", name, fields)
		}
	}
	if over(m.until, time.Now()) || !over(m.until, time.Now().Add(time.Minute+grace+2*time.Second)) {
		t.Errorf("%s is not the end of a minute and the time to clean up", m.until)
	}
	kept := newMark(time.Minute, true)
	if over(kept.until, time.Now().Add(1000*time.Hour)) {
		t.Error("what is to be kept is swept")
	}
	if kept.id == m.id {
		t.Error("two trials have one id")
	}
}

// TestSweepTemp: only what is over goes.
func TestSweepTemp(t *testing.T) {
	dir := t.TempDir()
	for name, stays := range map[string]bool{
		"nonroot-trial-1700000000-123": false, "nonroot-trial-99999999999-123": true, "nonroot-trial-keep-123": true, "nonroot-trial-1700000000": true, "other-1700000000-1": true,
	} {
		if err := os.MkdirAll(filepath.Join(dir, name, "files"), 0o700); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != stays {
				t.Errorf("%s stays is %t, want %t", name, err == nil, stays)
			}
		}()
	}
	if err := sweepTemp(dir, time.Now()); err != nil {
		t.Error(err)
	}
}

// TestOverlay: an overlay shows a project with changes, and touches nothing of it.
func TestOverlay(t *testing.T) {
	original, root := t.TempDir(), filepath.Join(t.TempDir(), "project")
	files := map[string]string{
		"compose.yaml": "old", ".env": "A=1", "api/Dockerfile": "FROM a", "api/Dockerfile.dockerignore": "x", "api/src/main.py": "pass", "web/Dockerfile": "FROM b",
	}
	for name, text := range files {
		file := filepath.Join(original, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	changed := map[string]string{"compose.yaml": "new", "api/Dockerfile": "FROM c", "infra/made.yaml": "made"}
	if err := overlay(root, original, changed); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"compose.yaml": "new", ".env": "A=1", "api/Dockerfile": "FROM c", "api/Dockerfile.dockerignore": "x", "api/src/main.py": "pass",
		"web/Dockerfile": "FROM b", "infra/made.yaml": "made",
	} {
		if got, err := os.ReadFile(filepath.Join(root, name)); string(got) != want {
			t.Errorf("%s is %q (%v), want %q", name, got, err, want)
		}
	}
	if info, err := os.Lstat(filepath.Join(root, "api/Dockerfile.dockerignore")); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the file beside a changed Dockerfile is no file of its own: %v", err)
	}
	for name, want := range files {
		if got, _ := os.ReadFile(filepath.Join(original, name)); string(got) != want {
			t.Errorf("the original %s is %q", name, got)
		}
	}
	if _, err := os.Stat(filepath.Join(original, "infra")); err == nil {
		t.Error("the original has a new folder")
	}
}

// TestPlaced: a changed Dockerfile is taken from the overlay, its context from the
// original.
func TestPlaced(t *testing.T) {
	r := &run{project: Project{Root: "/p", Changed: map[string]string{"api/Dockerfile": ""}}}
	all := mapping{"services": mapping{
		"api":   mapping{"build": mapping{"context": "/o/api", "dockerfile": "Dockerfile"}},
		"web":   mapping{"build": mapping{"context": "/o/web", "dockerfile": "Dockerfile"}},
		"outer": mapping{"build": mapping{"context": "/o", "dockerfile": "api/Dockerfile"}, "volumes": []any{mapping{"source": "/o/data"}}},
	}}
	r.placeDockerfiles(all, "/o")
	got := fmt.Sprint(replaced(all, "/o", "/p"))
	for _, want := range []string{
		"api:map[build:map[context:/p/api dockerfile:/o/api/Dockerfile]]", "web:map[build:map[context:/p/web dockerfile:Dockerfile]]",
		"build:map[context:/p dockerfile:/o/api/Dockerfile]", "source:/p/data",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}

func TestTail(t *testing.T) {
	var kept tail
	for i := range 100_000 {
		fmt.Fprintf(&kept, "line %d\n\n", i)
	}
	lines := kept.lines()
	if len(lines) != tailLines || lines[tailLines-1] != "line 99999" || len(kept.kept) > 2*tailBytes {
		t.Errorf("%d lines, the last %q, %d bytes", len(lines), lines[len(lines)-1], len(kept.kept))
	}
}

func TestBuildError(t *testing.T) {
	lines := strings.Split("#1 load\n#2 RUN false\n------\n > [2/2] RUN false:\n------\nDockerfile:2\n--------------------\n 2 | RUN false\n--------------------\nfailed to solve: exit code: 1", "\n")
	got := buildError(lines)
	if got[len(got)-1] != "failed to solve: exit code: 1" || !slices.Contains(got, " > [2/2] RUN false:") {
		t.Errorf("of a failed build is shown %q", got)
	}
}
