//go:build e2e

package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// templates are images of every kind. Where own is set the image has an account
// with one of the ids 1000 and 20, and the template goes by the numbers.
var templates = []struct {
	image string
	own   bool
	shell bool
}{
	{"debian:bookworm-slim", false, true},
	{"python:3.11-slim", false, true},
	{"node:20-slim", true, true},
	{"ubuntu:24.04", true, true},
	{"alpine:3.20", false, true},
	{"registry.access.redhat.com/ubi9/ubi-minimal:latest", true, true},
	{"gcr.io/distroless/static-debian12:latest", true, false},
	{"scratch", true, false},
}

// TestTemplate builds the template of each image and checks who runs in it, and
// whose the files are.
func TestTemplate(t *testing.T) {
	needEngine(t, "debian:bookworm-slim")
	nonroot := build(t)
	for _, c := range templates {
		t.Run(c.image, func(t *testing.T) {
			if c.image != "scratch" {
				needEngine(t, c.image)
			}
			dir := serviceFolder(t)
			makeTemplate(t, nonroot, dir, c.image)
			ids := []string{"1000:1000", "1234:1234"}
			if c.own {
				ids = append(ids, "501:20", "1000:20")
			}
			for _, id := range ids {
				t.Run(id, func(t *testing.T) { templateRuns(t, dir, id, c.shell) })
			}
			if image, err := buildTemplate(t, dir, "0:0"); err == nil {
				t.Errorf("%s: USER_ID=0 builds", image)
			}
		})
	}
	t.Run("ids of .env", func(t *testing.T) {
		for _, image := range []string{"python:3.11-slim", "alpine:3.20"} {
			needEngine(t, image)
			dir := serviceFolder(t)
			putFile(t, filepath.Join(dir, ".env"), "APP_USER_ID=501\nAPP_GROUP_ID=20\n")
			makeTemplate(t, nonroot, dir, image)
			for _, id := range []string{"501:20", "1000:1000"} {
				t.Run(image+"/"+id, func(t *testing.T) { templateRuns(t, dir, id, true) })
			}
			if image, err := buildTemplate(t, dir, "0:0"); err == nil {
				t.Errorf("%s: USER_ID=0 builds", image)
			}
		}
	})
}

// serviceFolder is a new service, but for its Dockerfile.
func serviceFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	putFile(t, filepath.Join(dir, "server"), "#!/bin/sh\n")
	putFile(t, filepath.Join(dir, ".dockerignore"), ".env\nDockerfile\n")
	return dir
}

func putFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil { // only root's, unless chown gives it away
		t.Fatal(err)
	}
}

// makeTemplate writes the Dockerfile, which check must find nothing in.
func makeTemplate(t *testing.T, nonroot func(string, ...string) (string, string, int), dir, image string) {
	t.Helper()
	if _, stderr, code := nonroot(dir, "template", "--base", image, "--write", "Dockerfile"); code != exitOK {
		t.Fatalf("nonroot template exits %d\n%s", code, stderr)
	}
	if stdout, stderr, code := nonroot(dir, "check", "--notes", "--fail-on", "info"); code != exitOK {
		t.Errorf("nonroot check exits %d\n%s%s", code, stdout, stderr)
	}
}

// buildTemplate builds the image for uid:gid, which is removed when the test ends.
func buildTemplate(t *testing.T, dir, id string) (string, error) {
	t.Helper()
	image := fmt.Sprintf("nonroot-e2e-template-%08x", rand.Uint32())
	uid, gid, _ := strings.Cut(id, ":")
	_, err := docker("build", "-q", "-t", image, "--build-arg", "USER_ID="+uid, "--build-arg", "GROUP_ID="+gid, dir)
	if err == nil {
		t.Cleanup(func() { docker("image", "rm", "-f", image) })
	}
	return image, err
}

// templateRuns checks that the image runs as uid:gid, which owns what it is to own.
func templateRuns(t *testing.T, dir, id string, shell bool) {
	image, err := buildTemplate(t, dir, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"app", "app/data", "app/server"} {
		if owner := owners(t, image)[path]; owner != id {
			t.Errorf("/%s belongs to %q, want %s", path, owner, id)
		}
	}
	if !shell {
		if user := inspectEngine(t, image, "{{.Config.User}}"); user != id {
			t.Errorf("it runs as %q, want %s", user, id)
		}
		return
	}
	out, err := docker("run", "--rm", "--network", "none", image, "sh", "-c",
		`echo "$(id -u):$(id -g)"; cat server >/dev/null; touch new data/new "$HOME/new"`)
	if err != nil || strings.TrimSpace(out) != id {
		t.Errorf("it runs as %q, want %s; %v", out, id, err)
	}
}

// owners are uid:gid of the files of an image below /app.
func owners(t *testing.T, image string) map[string]string {
	t.Helper()
	container, err := docker("create", image)
	if err != nil {
		t.Fatal(err)
	}
	container = strings.TrimSpace(container)
	defer docker("rm", "-f", container)
	archive, err := docker("cp", container+":/app", "-")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := tar.NewReader(strings.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(h.Name, "/")] = fmt.Sprintf("%d:%d", h.Uid, h.Gid)
	}
}
