//go:build e2e

package inspect

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"nonroot/dockerfile/base"
)

// run is what a command in a container of the image prints.
func run(t *testing.T, image string, argv ...string) string {
	t.Helper()
	args := append([]string{"run", "--rm", "--network", "none", "--user", "0", "--entrypoint", argv[0], image}, argv[1:]...)
	out, err := exec.Command("docker", args...).Output()
	if err != nil {
		t.Fatalf("docker %q: %v", args, err)
	}
	return string(out)
}

// TestEngineSeesWhatIs compares what is said of images with what runs in them.
// Images that are not there, and an engine that is not, are skipped with a message.
func TestEngineSeesWhatIs(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct {
		ref     string
		family  base.Family
		tools   base.Tools
		drops   string
		noShell bool
	}{
		{"debian:bookworm-slim", base.Debian, base.Useradd, "", false},
		{"python:3.11-slim", base.Debian, base.Useradd, "", false},
		{"node:20-slim", base.Debian, base.Useradd, "", false},
		{"ubuntu:24.04", base.Debian, base.Useradd, "", false},
		{"alpine:3.20", base.Alpine, base.BusyboxAdduser, "", false},
		{"registry.access.redhat.com/ubi9/ubi-minimal", base.RHEL, base.NoTools, "", false},
		{"postgres:16", base.Debian, base.Useradd, "gosu", false},
		{"gcr.io/distroless/static-debian12:nonroot", base.Static, base.NoTools, "", true},
	} {
		t.Run(tt.ref, func(t *testing.T) {
			m, err := New(NewEngine(), "").Image(ctx, tt.ref, "")
			var off *Unavailable
			if errors.As(err, &off) || err != nil && strings.Contains(err.Error(), "has no image") {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if m.Family != tt.family || m.Tools != tt.tools || m.Shell == tt.noShell || m.Drops != tt.drops {
				t.Errorf("family %v, tools %v, shell %v, drops %q", m.Family, m.Tools, m.Shell, m.Drops)
			}
			if known, ok := base.Lookup(tt.ref); ok && known.Manager == m.Manager { // else it only stands in for the image
				compare(t, known, m)
			}
			if tt.noShell {
				return
			}
			var accounts strings.Builder
			for _, a := range m.Accounts {
				fmt.Fprintf(&accounts, "%s:%d:%d:%s:%s\n", a.Name, a.UID, a.GID, a.Home, a.Shell)
			}
			if is := run(t, tt.ref, "sh", "-c", `while IFS=: read -r n p u g c h s; do echo "$n:$u:$g:$h:$s"; done < /etc/passwd`); is != accounts.String() {
				t.Errorf("/etc/passwd is\n%s\nnot\n%s", is, accounts.String())
			}
			argv := []string{"stat", "-c", "%n %u %g %a"}
			var want strings.Builder
			for _, p := range m.Paths {
				argv = append(argv, p.Path)
				fmt.Fprintln(&want, p.Path, p.UID, p.GID, strconv.FormatUint(uint64(p.Mode), 8))
			}
			if is := run(t, tt.ref, argv...); is != want.String() {
				t.Errorf("owners are\n%s\nnot\n%s", is, want.String())
			}
		})
	}
	nothingLeft(t)
}

// compare holds an image against what the table says: what both know is the same.
func compare(t *testing.T, known, seen *base.Image) {
	t.Helper()
	for _, a := range known.Accounts {
		if is, ok := seen.Account(a.Name); ok && (is.UID != a.UID || is.GID != a.GID || is.Home != a.Home) {
			t.Errorf("the table has %v, the image %v", a, is)
		}
	}
	if known.User != seen.User || known.Drops != "" && known.Drops != seen.Drops {
		t.Errorf("the table has USER %q and drops %q, the image %q and %q", known.User, known.Drops, seen.User, seen.Drops)
	}
}

// TestEngineInterrupted leaves no container when the run ends while it is read.
func TestEngineInterrupted(t *testing.T) {
	e := NewEngine()
	for _, after := range []time.Duration{50, 200, 400, 1000, 2000} {
		ctx, cancel := context.WithTimeout(context.Background(), after*time.Millisecond)
		_, err := New(e, "").Image(ctx, "node:20-slim", "")
		cancel()
		var off *Unavailable
		if errors.As(err, &off) || err != nil && strings.Contains(err.Error(), "has no image") {
			t.Skip(err)
		}
	}
	nothingLeft(t)
}

func nothingLeft(t *testing.T) {
	t.Helper()
	out, err := exec.Command("docker", "ps", "--all", "--filter", "name=nonroot-inspect-", "--format", "{{.Names}}").Output()
	if err != nil {
		t.Skip("no engine answers")
	}
	if len(out) > 0 {
		t.Errorf("containers are left: %s", out)
	}
}
