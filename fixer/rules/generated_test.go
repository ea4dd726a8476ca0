package rules_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/rules"
)

var generated = flag.Int("generated", 250, "how many generated projects to fix")

// TestGenerated fixes projects that are put together at random, with features
// that hardly anyone combines, and asserts of each what must hold of any fix.
// More of them: go test ./fixer/rules -run TestGenerated -generated 10000.
func TestGenerated(t *testing.T) {
	for seed := range int64(*generated) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			fixGenerated(t, rand.New(rand.NewSource(seed)))
		})
	}
}

// fixGenerated makes a project, with the rules and the fixes that are asked for,
// and runs it as a case, and one of its twins.
func fixGenerated(t *testing.T, r *rand.Rand) {
	c := &testCase{files: generateProject(r), modes: map[string]fs.FileMode{}, options: []string{"all"}}
	if r.Intn(4) == 0 {
		c.modes["conf/k"] = 0o600
	}
	if r.Intn(4) == 0 {
		c.modes["x"] = 0o700
	}
	if r.Intn(8) == 0 {
		c.options = append(c.options, "kubernetes")
	}
	if r.Intn(2) == 0 {
		c.options = append(c.options, "unsafe")
	}
	if r.Intn(4) == 0 {
		all := rules.All()
		c.rule, c.options = all[r.Intn(len(all))].ID, c.options[1:]
	}
	twin := slices.Sorted(maps.Keys(twins))[r.Intn(len(twins))]
	defer func() {
		if t.Failed() {
			t.Logf("%s %v, twin %s\n%s", c.rule, c.options, twin, written(c.files))
		}
	}()
	got := c.run(t, c.files)
	if !t.Failed() {
		c.runTwin(t, twins[twin], got)
	}
}

// written is a project as a case would have it.
func written(files map[string]string) string {
	var out strings.Builder
	for _, name := range []string{"Dockerfile", "compose.yaml", "compose.override.yaml", "compose.prod.yaml", ".nonroot.yaml", ".env"} {
		if files[name] != "" {
			fmt.Fprintf(&out, "-- %s --\n%s", name, files[name])
		}
	}
	return out.String()
}

func generateProject(r *rand.Rand) map[string]string {
	files := map[string]string{
		"Dockerfile": generateDockerfile(r), "compose.yaml": generateCompose(r),
		"ep": "x", "conf/k": "k", "x": "x", "a.tar.gz": "x", "ep.sh": "#!/bin/sh\nexec \"$@\"\n", "r.txt": "",
	}
	maybe := func(of int, name, text string) {
		if r.Intn(of) == 0 {
			files[name] = text
		}
	}
	maybe(3, "compose.override.yaml", "services:\n  a:\n"+generateOverride(r))
	maybe(6, "compose.prod.yaml", "services:\n  a:\n"+generateOverride(r))
	maybe(4, ".env", pick(r, "APP_USER_ID=1000\n", "APP_USER_ID=501\nAPP_GROUP_ID=20\n", "APP_USER_ID=0\n", "OTHER=x\n"))
	maybe(3, ".nonroot.yaml", pick(r,
		"services:\n  a:\n    writable: [/app/logs, {path: /data, as: volume}]\n", "numeric: true\n", "ids: args\n", "ids: fixed\n",
		"services:\n  a:\n    user: shop\n    uid: 1500\n    gid: 1600\n    home: /home/shop\n    volumes: {./m: /home/shop/.cache/m}\n",
		"services:\n  a:\n    writable: [{path: /app/state, as: tmpfs-volume}]\n  b:\n    writable: [/app]\n"))
	return files
}

func pick(r *rand.Rand, list ...string) string { return list[r.Intn(len(list))] }

var generatedBases = []string{
	"debian:bookworm-slim", "python:3.12-slim", "node:20-slim", "alpine:3.20", "ubuntu:24.04", "nginx:1.27", "postgres:16", "scratch",
	"gcr.io/distroless/static-debian12", "gcr.io/distroless/static-debian12:nonroot", "registry.access.redhat.com/ubi9/ubi-minimal",
	"foo/bar", "golang:1.26", "$BASE",
}

var generatedLines = []string{
	"RUN apt-get update && apt-get install -y curl\n", "RUN useradd -u 1000 app\n", "RUN useradd app\n",
	"RUN groupadd -g 1000 app && useradd -u 1000 -g app -m app\n", "RUN adduser -D app\n",
	"ARG USER_ID=1000\nARG GROUP_ID=1000\nRUN groupadd -g ${GROUP_ID} g && useradd -u ${USER_ID} -g g u\n", "USER u\n",
	"WORKDIR /app\n", "WORKDIR src\n", "WORKDIR /home/app\n", "WORKDIR /usr/share/nginx/html\n", "WORKDIR /\n",
	"COPY . .\n", "COPY conf/ /app/conf/\n", "COPY --chown=app:app . /app\n", "COPY --chown=1000 x /app/x\n", "COPY x /etc/x\n",
	"COPY --link x /app/x\n", "ADD https://e.com/a /app/a\n", "ADD a.tar.gz /app/\n",
	"USER app\n", "USER 1000\n", "USER 1000:1000\n", "USER root\n", "USER 0:0\n", "USER $APPUID\n", "USER nobody\n",
	"ARG APPUID=1000\n", "ENV APPUID=1000\n", "ENV HOME=/app\n", "ENV HOME=/root\n",
	"VOLUME /data\n", "VOLUME [\"/app/logs\"]\n", "RUN mkdir -p /app/logs /app/cache\n", "RUN mkdir -p /data && chown -R app /data\n",
	"RUN chown -R 1000:1000 /app\n", "RUN chmod -R 777 /app\n", "RUN --mount=type=cache,target=/root/.cache pip install x\n",
	"RUN npm ci\n", "RUN pip install -r r.txt\n", "RUN <<EOF\nuseradd -u 1000 app\nmkdir /app\nEOF\n", "COPY <<EOF /app/f\nUSER x\nEOF\n",
	"ONBUILD USER app\n", "ONBUILD COPY . /app\n", "SHELL [\"/bin/bash\", \"-c\"]\n", "SHELL [\"pwsh\"]\n", "HEALTHCHECK CMD curl x\n",
	"CMD [\"./x\"]\n", "ENTRYPOINT [\"/app/ep.sh\"]\n", "CMD exec ./x\n", "EXPOSE 80\n", "# a comment\n", "\n",
	"run useradd -u 1000 app \\\n  # c\n  && mkdir /app\n", "copy --chmod=755 x /app/\n", "COPY --from=0 /app /app\n", "RUN ln -s /dev/stdout /app/log\n",
}

func generateDockerfile(r *rand.Rand) string {
	var b strings.Builder
	if r.Intn(8) == 0 {
		b.WriteString("# syntax=docker/dockerfile:1\n")
	}
	b.WriteString("ARG BASE=debian:bookworm-slim\n")
	for i := range 1 + r.Intn(3) {
		if i > 0 && r.Intn(2) == 0 {
			fmt.Fprintf(&b, "FROM s%d AS s%d\n", r.Intn(i), i)
		} else {
			fmt.Fprintf(&b, "FROM %s AS s%d\n", pick(r, generatedBases...), i)
		}
		for range r.Intn(9) {
			if line := pick(r, generatedLines...); i > 0 || !strings.Contains(line, "--from=0") {
				b.WriteString(line)
			}
		}
	}
	if r.Intn(2) == 0 {
		b.WriteString("CMD [\"./x\"]\n")
	}
	return b.String()
}

var generatedKeys = [][]string{
	{"user: \"1000:1000\"", "user: app", "user: root", "user: \"${UID:-1000}\"", "user: \"0\"", "user: \"$UID\"", "user: \"1000\""},
	{"read_only: true", "read_only: \"true\"", "read_only: false", "read_only: ${RO:-true}", "read_only: ${RO}"},
	{
		"tmpfs: /tmp", "tmpfs: [/tmp, /app/logs]", "tmpfs:\n      - /tmp\n      - /run:uid=0\n      - /app/cache:size=1m", "tmpfs: *t",
		"tmpfs: [\"/tmp:uid=${UID:-1000},gid=1\"]", "tmpfs: []", "tmpfs:\n    - /tmp # c\n    - /var/tmp", "tmpfs: ${TM:-/tmp}",
		"tmpfs:\n      - /tmp:mode=700\n      - /tmp", "tmpfs: [\"/tmp:uid=${APP_USER_ID:-1000}\"]",
	},
	{"security_opt: []", "security_opt: [seccomp:unconfined]", "security_opt:\n      - no-new-privileges:true", "security_opt:\n      - label:disable", "security_opt: *so"},
	{
		"volumes: [\"data:/data\"]", "volumes:\n      - ./:/app", "volumes:\n      - type: tmpfs\n        target: /tmp",
		"volumes:\n      - logs:/app/logs:ro", "volumes: []", "volumes: [\"./shared:/shared\", \"../up:/up\"]",
	},
	{"command: sudo x", "entrypoint: [\"/app/ep.sh\"]", "command: [\"x\"]"},
	{"privileged: true", "cap_add: [NET_ADMIN]", "extends: {service: a}", "<<: *base"},
}

func generateService(r *rand.Rand, build bool) string {
	var b strings.Builder
	switch {
	case build:
		b.WriteString(pick(r, "    build: .\n", "    build:\n      context: .\n      target: s0\n", "    build:\n      context: .\n      target: s1\n",
			"    build: {context: ., args: {APPUID: 1001}}\n", "    build:\n      context: .\n      args:\n        - USER_ID=${APP_USER_ID:-1000}\n"))
	case r.Intn(3) > 0:
		fmt.Fprintf(&b, "    image: %s\n", pick(r, generatedBases[:12]...))
	}
	for _, key := range generatedKeys {
		if r.Intn(2) == 0 {
			fmt.Fprintf(&b, "    %s\n", pick(r, key...))
		}
	}
	if b.Len() == 0 {
		b.WriteString("    image: x\n")
	}
	return b.String()
}

func generateCompose(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("x-t: &t\n  - /tmp\n  - /app/logs\nx-so: &so [\"label:disable\"]\nx-base: &base\n  read_only: true\n  tmpfs: [/tmp]\nservices:\n")
	for i := range 1 + r.Intn(3) {
		fmt.Fprintf(&b, "  %c:\n%s", 'a'+i, generateService(r, r.Intn(4) > 0))
	}
	b.WriteString("volumes:\n  data:\n  logs:\n")
	return b.String()
}

func generateOverride(r *rand.Rand) string {
	var b strings.Builder
	for _, key := range generatedKeys[:5] {
		lines := slices.DeleteFunc(slices.Clone(key), func(line string) bool { return strings.Contains(line, "*") })
		if r.Intn(3) == 0 {
			fmt.Fprintf(&b, "    %s\n", pick(r, lines...))
		}
	}
	if b.Len() == 0 {
		b.WriteString("    environment: {A: b}\n")
	}
	return b.String()
}
