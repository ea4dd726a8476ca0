package fixer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"nonroot/dockerfile/base"
	"nonroot/fixer/edit"
)

// asked is an Inspector that has one image for all names but some.
type asked struct {
	mu   sync.Mutex
	refs []string
	of   func(ref, platform string) (*base.Image, error)
}

func (a *asked) Image(_ context.Context, ref, platform string) (*base.Image, error) {
	a.mu.Lock()
	a.refs = append(a.refs, strings.TrimSpace(ref+" "+platform))
	a.mu.Unlock()
	return a.of(ref, platform)
}

func worker(string, string) (*base.Image, error) {
	return &base.Image{Family: base.Debian, User: "worker", Accounts: []base.Account{{Name: "worker", UID: 1234, GID: 1234}}, Started: true}, nil
}

// inspected opens files and looks into their images.
func inspected(t *testing.T, with *asked, files map[string]string) (*Workspace, []Uninspected) {
	t.Helper()
	fsys, list := fstest.MapFS{}, Listing{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
		switch {
		case strings.HasSuffix(name, "Dockerfile"):
			list.Dockerfiles = append(list.Dockerfiles, name)
		case strings.HasSuffix(name, "compose.yaml"):
			list.Composes = append(list.Composes, name)
		}
	}
	slices.Sort(list.Dockerfiles)
	list.FS = fsys
	ws, err := OpenFS(list)
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	failed, err := ws.Inspect(context.Background(), with, func(done, total int) {
		if last = done; done > total {
			t.Errorf("%d of %d are done", done, total)
		}
	})
	if err != nil || last != len(ws.in.looked) {
		t.Fatal(last, err)
	}
	slices.Sort(with.refs)
	return ws, failed
}

// processes is as whom each target runs, by its label.
func processes(t *testing.T, ws *Workspace) map[string]Process {
	t.Helper()
	out := map[string]Process{}
	err := Each(context.Background(), ws, func(p *Project) (struct{}, error) { return struct{}{}, nil }, func(p *Project, _ struct{}, _ []Problem) {
		for _, t := range p.Targets {
			out[t.Label()] = t.ImageProcess()
		}
		for _, s := range p.Services {
			out[s.Name] = s.Process()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestInspectAsks for each image once that neither the settings nor the table
// know, and that something is made of which runs.
func TestInspectAsks(t *testing.T) {
	with := &asked{of: worker}
	ws, failed := inspected(t, with, map[string]string{
		".nonroot.yaml": "base-images: {\"mine/*\": debian}\n",
		"a/Dockerfile":  "FROM example/build:1 AS build\nFROM example/base:1 AS start\nUSER worker\nFROM start\nCOPY --from=build /x /x\n",
		"b/Dockerfile":  "ARG V=1\nFROM --platform=$BUILDPLATFORM example/base:${V}\n",
		"c/Dockerfile":  "FROM mine/base:1\n",
		"d/Dockerfile":  "FROM debian:12\n",
		"e/Dockerfile":  "ARG V\nFROM example/${V}\n",
		"f/Dockerfile":  "FROM --platform=linux/arm64 example/arm\n",
		"compose.yaml":  "services:\n  one: {image: example/service, platform: linux/riscv64}\n  two: {image: \"example/${NONE}\"}\n  three: {image: example/base:1}\n  four: {image: nginx}\n",
	})
	want := []string{"example/", "example/arm linux/arm64", "example/base:1", "example/service linux/riscv64"}
	if !slices.Equal(with.refs, want) || len(failed) > 0 {
		t.Errorf("asked for %q, want %q; failed: %v", with.refs, want, failed)
	}
	seen := processes(t, ws)
	for _, label := range []string{"a/Dockerfile", "b/Dockerfile", "f/Dockerfile", "one", "three"} {
		if p := seen[label]; p.Name != "worker" || p.UID.N != 1234 {
			t.Errorf("%s: %+v", label, p)
		}
	}
	for _, label := range []string{"c/Dockerfile", "d/Dockerfile", "four"} {
		if p := seen[label]; !p.IsRoot() {
			t.Errorf("%s: %+v: the settings and the table come first", label, p)
		}
	}
}

// TestInspectFails says why in what is not known, and goes on.
func TestInspectFails(t *testing.T) {
	with := &asked{of: func(ref, platform string) (*base.Image, error) {
		if ref == "example/none" {
			return nil, errors.New("the engine has no image example/none: docker pull example/none")
		}
		m, err := worker(ref, platform)
		if platform == "linux/arm64" {
			m.User = ""
		}
		return m, err
	}}
	ws, failed := inspected(t, with, map[string]string{
		"a/Dockerfile": "FROM example/none\n", "b/Dockerfile": "FROM example/base\n",
		"c/Dockerfile": "FROM --platform=linux/arm64 example/two\n", "d/Dockerfile": "FROM --platform=linux/amd64 example/two\n",
		"compose.yaml": "services:\n  one: {image: example/none}\n",
	})
	if len(failed) != 2 || failed[0].Ref != "example/none" || failed[1].Err.Error() != "the image example/two is not the same for linux/amd64 and linux/arm64" {
		t.Errorf("failed: %v", failed)
	}
	seen := processes(t, ws)
	for _, label := range []string{"a/Dockerfile", "one"} {
		if p := seen[label]; !strings.Contains(p.Why, "docker pull example/none") {
			t.Errorf("%s: %+v", label, p)
		}
	}
	if p := seen["b/Dockerfile"]; p.Name != "worker" {
		t.Errorf("b: %+v", p)
	}
}

// TestInspectNamesOfEnv asks nobody about an image whose name has a value of .env in
// it: the registry of a stranger's choice would be told.
func TestInspectNamesOfEnv(t *testing.T) {
	with := &asked{of: worker}
	ws, failed := inspected(t, with, map[string]string{
		".env":         "SECRET=hunter2\n",
		"a/Dockerfile": "ARG TAG=1\nFROM example.com/a:$TAG\n",
		"compose.yaml": "services:\n  a: {build: {context: a, args: {TAG: $SECRET}}}\n" +
			"  b: {image: example.com/b/$SECRET}\n  c: {image: example/c, platform: linux/$SECRET}\n  d: {image: example/d}\n",
	})
	if !slices.Equal(with.refs, []string{"example/d"}) {
		t.Errorf("asked for %q", with.refs)
	}
	if len(failed) != 2 || failed[0].Ref != "example.com/b/$SECRET" || !strings.Contains(failed[0].Err.Error(), ".env") || failed[1].Ref != "example/c" {
		t.Errorf("failed: %v", failed)
	}
	seen := processes(t, ws)
	for _, name := range []string{"a", "b", "c"} {
		if p := seen[name]; p.UID.Known || strings.Contains(p.Why, "hunter") || p.Why == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// TestInspectFailsOnce: a pass that leaves the Dockerfile as it is leaves what is
// said of its image as it is.
func TestInspectFailsOnce(t *testing.T) {
	with := &asked{of: func(string, string) (*base.Image, error) { return nil, errors.New("no engine answers") }}
	ws, _ := inspected(t, with, map[string]string{"Dockerfile": "FROM example/none\n", "compose.yaml": "services:\n  one: {build: .}\n"})
	p := ws.groups[0].load(ws.in)
	before := p.Targets[0].ImageProcess().Why
	if strings.Count(before, "no engine answers") != 1 {
		t.Fatal(before)
	}
	old := p.file("compose.yaml").src
	next, err := p.With([]*edit.Source{{Path: old.Path, Text: old.Text + "\n"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, t2 := range []*Target{p.Targets[0], next.Targets[0]} {
		if now := t2.ImageProcess().Why; now != before {
			t.Errorf("%q, and before the pass %q", now, before)
		}
	}
}

// TestInspectCompletes looks into images that the table knows in part, and keeps
// what it knows.
func TestInspectCompletes(t *testing.T) {
	with := &asked{of: worker}
	ws, _ := inspected(t, with, map[string]string{"Dockerfile": "FROM " + partly(t) + "\n"})
	if len(with.refs) != 1 || processes(t, ws)["Dockerfile"].Name != "worker" {
		t.Errorf("asked for %q, %+v", with.refs, processes(t, ws))
	}
}

// partly is an image of which the table does not know what is in it.
func partly(t *testing.T) string {
	t.Helper()
	for _, ref := range []string{"ghcr.io/astral-sh/uv", "ghcr.io/astral-sh/uv:latest", "astral/uv", "prom/prometheus"} {
		if m, ok := base.Lookup(ref); ok && m.Unlisted {
			return ref
		}
	}
	t.Fatal("the table knows all of its images")
	return ""
}
