package template_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/rules"
	"nonroot/fixer/template"
)

// cases are images of every family: what their template has and has not.
var cases = []struct {
	image    string
	uid, gid int
	has      []string
	hasNot   []string
}{
	{"python:3.11-slim", 0, 0,
		[]string{"groupadd -g ${GROUP_ID} appgroup", "useradd -m -u ${USER_ID} -g appgroup appuser", "--chown=appuser:appgroup", "USER appuser\n"},
		[]string{"getent", "USER root", "HOME="}},
	{"python:3.11-slim", 1234, 1234, []string{"useradd -l -m"}, nil},
	{"python:3.11-slim", 501, 20, // macOS: Debian's group 20 is dialout
		[]string{"getent group ${GROUP_ID} || groupadd", "test ${USER_ID} -gt 0", "USER ${USER_ID}:${GROUP_ID}\n"}, []string{"USER appuser"}},
	{"debian:bookworm-slim", 0, 0, []string{"USER appuser\n"}, []string{"getent"}},
	{"ubuntu:24.04", 0, 0, []string{"getent passwd ${USER_ID} || useradd", "--chown=${USER_ID}:${GROUP_ID}"}, []string{"USER appuser"}},
	{"node:20-slim", 0, 0, []string{"getent"}, []string{"USER appuser"}},
	{"maven", 0, 0, []string{"getent"}, nil}, // some releases have the account
	{"rockylinux:9", 0, 0, []string{"useradd -m -u", "USER appuser\n"}, []string{"adduser"}},
	{"alpine:3.20", 0, 0, []string{"addgroup -g ${GROUP_ID} appgroup", "adduser -D -u ${USER_ID} -G appgroup appuser", "USER appuser\n"}, []string{"useradd", "grep"}},
	{"alpine:3.20", 501, 20, []string{"grep -q \":x:${GROUP_ID}:\" /etc/group || addgroup"}, []string{"getent", "USER appuser"}},
	{"node:20-alpine", 0, 0, []string{"grep -q \":x:${USER_ID}:\" /etc/passwd ||"}, []string{"USER appuser"}},
	{"busybox:1.36", 0, 0, []string{"adduser -D"}, []string{"useradd"}},
	{"cgr.dev/chainguard/wolfi-base", 0, 0, []string{"adduser -D"}, []string{"USER root"}},
	{"cgr.dev/chainguard/python:latest-dev", 0, 0, []string{"runs as 65532", "USER root\n", "USER appuser\n"}, nil},
	{"registry.access.redhat.com/ubi9/ubi-minimal:latest", 0, 0,
		[]string{"ENV HOME=/app", "chown -R ${USER_ID}:${GROUP_ID} /app", "USER ${USER_ID}:${GROUP_ID}\n"}, []string{"useradd", "adduser"}},
	{"gcr.io/distroless/static-debian12:latest", 0, 0,
		[]string{"AS build", "COPY --from=build --chown=${USER_ID}:${GROUP_ID} /out/app /app", "ENV HOME=/app"}, []string{"useradd"}},
	{"gcr.io/distroless/static-debian12:nonroot", 0, 0, []string{"AS build"}, nil},
	{"scratch", 0, 0, []string{"AS build"}, nil},
}

// TestDockerfile checks the texts, that our own rules find nothing in them, and
// that the process owns what it is to own.
func TestDockerfile(t *testing.T) {
	for _, c := range cases {
		facts, ok := base.Lookup(c.image)
		if !ok {
			t.Fatalf("%s is not known", c.image)
		}
		text, err := template.Dockerfile(template.Options{Image: c.image, Facts: facts, UID: c.uid, GID: c.gid})
		if err != nil {
			t.Errorf("%s: %v", c.image, err)
			continue
		}
		for _, want := range append(c.has, "FROM "+c.image+"\n", "ARG USER_ID=1000\nARG GROUP_ID=1000\n", "USER_ID=${APP_USER_ID:-1000}") {
			if !strings.Contains(text, want) {
				t.Errorf("%s with %d:%d has no %q:\n%s", c.image, c.uid, c.gid, want, text)
			}
		}
		for _, not := range append(c.hasNot, "{image}", "{user}", "{owner}", "{run as}") {
			if strings.Contains(text, not) {
				t.Errorf("%s with %d:%d has %q:\n%s", c.image, c.uid, c.gid, not, text)
			}
		}
		passes(t, c.image, text)
	}
}

// passes runs every rule over the text.
func passes(t *testing.T, image, text string) {
	t.Helper()
	ws, err := fixer.OpenFS(fixer.Listing{
		FS:          fstest.MapFS{"Dockerfile": {Data: []byte(text)}, "server": {Data: []byte("x"), Mode: 0o755}},
		Dockerfiles: []string{"Dockerfile"},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = fixer.Each(t.Context(), ws, func(p *fixer.Project) (int, error) {
		for _, f := range fixer.Check(p, rules.All()) {
			t.Errorf("%s: %s finds: %s\n%s", image, f.Rule.ID, f.Message, text)
		}
		target := p.Targets[0]
		if proc := target.Process(); proc.UID.Is(1000) != rootfs.Yes || proc.GID.Is(1000) != rootfs.Yes {
			t.Errorf("%s runs as %v\n%s", image, proc, text)
		}
		for _, dir := range []string{"/app", "/app/data"} {
			if o := target.Stage.End().Owner(dir); o.UID.Is(1000) != rootfs.Yes || o.GID.Is(1000) != rootfs.Yes {
				t.Errorf("%s: %s is %v:%v's", image, dir, o.UID, o.GID)
			}
		}
		return 0, nil
	}, func(_ *fixer.Project, _ int, problems []fixer.Problem) {
		for _, p := range problems {
			t.Errorf("%s: %v", image, p.Err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNames checks that the settings' names, variables and form of USER are used.
func TestNames(t *testing.T) {
	facts, _ := base.Lookup("debian:bookworm-slim")
	text, err := template.Dockerfile(template.Options{
		Image: "debian:bookworm-slim", Facts: facts, User: "im2", Group: "music", UserVar: "IM2_UID", GroupVar: "IM2_GID", Numeric: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"groupadd -g ${GROUP_ID} music", "-g music im2", "--chown=im2:music", "${IM2_UID:-1000}", "${IM2_GID:-1000}", "USER ${USER_ID}:${GROUP_ID}\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q:\n%s", want, text)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ image, user, want string }{
		{"postgres:16", "", "becomes postgres by itself (gosu)"},
		{"php:8.3-apache", "", "by itself"},
		{"mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022", "", "Windows"},
		{"debian:bookworm-slim", "www-data", "has an account www-data with the uid 33"},
		{"debian:bookworm-slim\nRUN evil", "", "not the name of an image"},
		{"--platform=x", "", "not the name of an image"},
	} {
		facts, ok := base.Lookup(c.image)
		if !ok {
			facts, _ = base.Lookup("debian")
		}
		_, err := template.Dockerfile(template.Options{Image: c.image, Facts: facts, User: c.user})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.image, err, c.want)
		}
	}
}
