//go:build e2e

package rootfs_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// generator makes Dockerfiles that build more often than not. What it does not
// make: ADD of URLs and installations of packages, which need a network; setcap,
// which no stand-in has; adduser -S without -G, whose group the stand-in of Alpine lacks; Windows and its shells, which no engine here builds.
type generator struct {
	r      *rand.Rand
	out    strings.Builder
	base   string
	users  []string // that exist
	groups []string // that were made
	root   bool     // USER is root
	bash   bool     // SHELL is bash
	used   map[string]bool
}

func newGenerator(seed, n uint64) *generator {
	return &generator{r: rand.New(rand.NewPCG(seed, n)), used: map[string]bool{}}
}

func (g *generator) pick(words ...string) string { return words[g.r.IntN(len(words))] }

func (g *generator) line(format string, args ...any) { fmt.Fprintf(&g.out, format+"\n", args...) }

// one writes one of several constructs, and notes which.
func (g *generator) one(list []construct) string {
	for {
		c := list[g.r.IntN(len(list))]
		if c.when == nil || c.when(g) {
			g.used[c.name] = true
			return c.text(g)
		}
	}
}

// construct is something that Dockerfiles have.
type construct struct {
	name string
	when func(*generator) bool // nil: always
	text func(*generator) string
}

func (g *generator) dockerfile() string {
	if g.r.IntN(3) == 0 {
		g.used["ARG before FROM"] = true
		g.line("ARG TOP=/data")
	}
	g.stage(g.pick("debian:bookworm-slim", "alpine:3.20"), " AS first", 2+g.r.IntN(4))
	base := g.pick(bases...)
	if g.r.IntN(4) == 0 {
		base = "first"
		g.used["FROM stage"] = true
	}
	g.stage(base, "", 3+g.r.IntN(7))
	return g.out.String()
}

func (g *generator) stage(base, name string, n int) {
	if base != "first" {
		g.base, g.users, g.groups, g.root = base, []string{"root", "33", "1500"}, nil, true
		switch base {
		case "node:20-slim":
			g.users = append(g.users, "node")
		case "ubuntu:24.04":
			g.users = append(g.users, "ubuntu")
		}
		g.bash = false
	}
	g.line("FROM %s%s", base, name)
	g.line("ARG WHERE=%s WHO=%s", g.pick("/app", "/data", "/srv/x"), g.pick("33", "1500"))
	for range n {
		switch {
		case g.base == "scratch":
			g.line("%s", g.one(instructions))
		case name != "" && g.r.IntN(10) == 0:
			g.used["ONBUILD"] = true
			g.line("ONBUILD RUN %s", g.command())
		case g.r.IntN(2) == 0:
			g.line("%s", g.one(instructions))
		default:
			g.line("%s", g.one(runs))
		}
	}
	if g.base != "scratch" && g.r.IntN(2) == 0 {
		g.line("USER %s", g.user())
	}
	g.root = true
	g.line("USER root")
}

func (g *generator) user() string {
	if g.base == "scratch" {
		return g.pick("0", "33", "1500")
	}
	return g.pick(g.users...)
}

// name is an account that is there and has a name, or root.
func (g *generator) name() string {
	for range 4 {
		if u := g.user(); u[0] > '9' {
			return u
		}
	}
	return "root"
}

func (g *generator) owner() string {
	u := g.user()
	switch g.r.IntN(4) {
	case 0:
		return u + ":" + g.pick("0", "50", "1500")
	case 1:
		if g.base != "scratch" {
			return u + ":" + g.pick("users", "root", "daemon")
		}
	}
	return u
}

func (g *generator) path() string {
	return g.pick("/app", "/app/", "/app/src", "/data", "/data/a", "/srv/x", "/opt/y/z", "/home/app", "/tmp/x", "/w/a", "/usr/src/app", "/var/x/y", ".", "sub", "/home/u1/in", "$WHERE", "${WHERE}/v", "${WHERE:-/none}/d")
}

// dir is path without a slash at the end.
func (g *generator) dir() string { return strings.TrimSuffix(g.path(), "/") }

func (g *generator) flags() string {
	f := ""
	if g.r.IntN(2) == 0 {
		f += "--chown=" + g.owner() + " "
		g.used["--chown"] = true
	} else if g.r.IntN(8) == 0 {
		f += "--chown=$WHO "
		g.used["--chown=$ARG"] = true
	}
	if g.r.IntN(5) == 0 {
		f += "--chmod=" + g.pick("755", "0644", "711", "2775") + " "
		g.used["--chmod"] = true
	}
	if g.r.IntN(6) == 0 {
		f += "--link "
		g.used["--link"] = true
	}
	return f
}

var notScratch = func(g *generator) bool { return g.base != "scratch" }

var instructions = []construct{
	{"COPY", nil, func(g *generator) string {
		return fmt.Sprintf("COPY %s%s %s", g.flags(), g.pick("a", "src", "src/", "src/f", "src/sub", "a b.txt", "src a", ".", "l", "s*"), g.path()+g.pick("", "/"))
	}},
	{"COPY twice", nil, func(g *generator) string {
		return fmt.Sprintf("COPY %sa %s/\nCOPY %ssrc %s", g.flags(), g.dir(), g.flags(), g.path())
	}},
	{"ADD", nil, func(g *generator) string {
		return fmt.Sprintf("ADD %s%s %s/", g.flags(), g.pick("tar.tar.gz", "a", "src"), g.dir())
	}},
	{"WORKDIR", nil, func(g *generator) string { return "WORKDIR " + g.path() }},
	{"WORKDIR around USER", notScratch, func(g *generator) string {
		text := fmt.Sprintf("WORKDIR %s\nUSER %s\nWORKDIR %s\nUSER root", g.path(), g.user(), g.path())
		g.root = true
		return text
	}},
	{"COPY --from", func(g *generator) bool {
		return strings.Contains(g.out.String(), "\nFROM") && !strings.HasSuffix(g.out.String(), " AS first\n") && strings.Count(g.out.String(), "FROM ") > 1
	}, func(g *generator) string {
		return fmt.Sprintf("COPY %s--from=%s %s %s", g.flags(), g.pick("first", "0"), g.pick("/app", "/data", "/srv", "/etc/passwd", "/home"), g.path()+g.pick("", "/"))
	}},
	{"COPY heredoc", nil, func(g *generator) string {
		return fmt.Sprintf("COPY %s<<EOF %s/doc\nRUN useradd no\nEOF", g.flags(), g.dir())
	}},
	{"USER", notScratch, func(g *generator) string {
		u := g.user()
		g.root = u == "root"
		return "USER " + u
	}},
	{"VOLUME and writes", nil, func(g *generator) string {
		p := g.pick("/data", "/app/vol", "/srv/x")
		text := fmt.Sprintf("VOLUME %s\n", p)
		if g.base != "scratch" && g.root {
			text += fmt.Sprintf("RUN mkdir -p %s/w && chown %s %s && touch %s/f\n", p, g.owner(), p, p)
		}
		return text + fmt.Sprintf("COPY %sa %s/", g.flags(), p)
	}},
	{"ENV", nil, func(g *generator) string {
		return fmt.Sprintf("ENV WHERE=%s OTHER=%s", g.pick("/app/e", "/data"), g.pick("x", `"a b"`))
	}},
	{"ARG", nil, func(g *generator) string {
		return fmt.Sprintf("ARG WHERE=%s\nARG TOP\nWORKDIR ${TOP:-/app}", g.pick("/app", "/w"))
	}},
	{"SHELL", notScratch, func(g *generator) string {
		if strings.HasPrefix(g.base, "alpine") {
			return `SHELL ["/bin/sh", "-eo", "pipefail", "-c"]`
		}
		g.bash = true
		return g.pick(`SHELL ["/bin/bash", "-o", "pipefail", "-c"]`, `SHELL ["/bin/bash", "-ec"]`)
	}},
}

var asRoot = func(g *generator) bool { return g.root }

var runs = []construct{
	{"RUN", nil, func(g *generator) string { return g.run() }},
	{"RUN again", asRoot, func(g *generator) string { return g.run() }},
	{"RUN heredoc", asRoot, func(g *generator) string {
		return fmt.Sprintf("RUN <<EOF\n%s%s\nEOF", g.pick("", "set -e\n"), strings.Join(g.commands(), "\n"))
	}},
	{"RUN heredoc to a file", asRoot, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("RUN mkdir -p %s && cat <<EOF > %s/conf\nRUN x\nEOF", p, p)
	}},
	{"RUN in JSON form", asRoot, func(g *generator) string { return fmt.Sprintf(`RUN ["mkdir", "-p", "/app/json", %q]`, "/data/json") }},
	{"cache mount", nil, func(g *generator) string {
		return fmt.Sprintf("RUN --mount=type=cache,target=%s%s (touch %s/x || true) && (mkdir -p /tmp/after || true)", g.pick("/app/cache", "/data", "/c/d"), g.pick("", ",uid=1500,gid=1500", ",mode=0777"), g.pick("/app/cache", "/data"))
	}},
	{"tmpfs mount", asRoot, func(g *generator) string {
		return fmt.Sprintf("RUN --mount=type=tmpfs,target=/t/m mkdir -p /t/m/in %s", g.dir())
	}},
	{"bind mount", asRoot, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("RUN --mount=type=bind,target=/ctx --mount=type=bind,source=a,target=/b/a mkdir -p %s && cp -r /ctx/src %s", p, p)
	}},
	{"RUN as USER", notScratch, func(g *generator) string {
		u := g.user()
		return fmt.Sprintf("USER root\nRUN mkdir -p /app/own && chown %s /app/own\nUSER %s\nRUN cd /app/own && mkdir -p m && touch m/f && chmod 750 m\nUSER root", u, u)
	}},
}

func (g *generator) commands() []string {
	var cmds []string
	for range 1 + g.r.IntN(3) {
		cmds = append(cmds, g.command())
	}
	return cmds
}

func (g *generator) run() string {
	cmds := g.commands()
	if !g.root { // what a user may not do fails; each command is on its own
		return "RUN " + strings.Join(cmds, "\nRUN ")
	}
	return "RUN " + strings.Join(cmds, g.pick(" && ", " && \\\n    ", "; "))
}

func (g *generator) command() string {
	if !g.root {
		return g.pick("mkdir -p /tmp/"+g.pick("x", "y/z"), "touch /tmp/f", "true", "mkdir -p /tmp/x && chmod 700 /tmp/x")
	}
	if g.r.IntN(5) == 0 {
		return g.one(accountCommands)
	}
	return g.one(fileCommands)
}

// free is a name that no account has, and notes it.
func (g *generator) free() string {
	for _, name := range []string{"app", "u1", "sys1"} {
		if !slices.Contains(g.users, name) {
			g.users = append(g.users, name)
			return name
		}
	}
	return ""
}

// made is an account that the generator made, empty where there is none.
func (g *generator) made() string {
	for _, name := range []string{"app", "u1", "sys1"} {
		if slices.Contains(g.users, name) {
			return name
		}
	}
	return ""
}

func (g *generator) gone(name string) {
	g.users = slices.DeleteFunc(g.users, func(u string) bool { return u == name })
}
