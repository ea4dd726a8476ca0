//go:build e2e

package rootfs_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes Dockerfiles that build more often than not.
type generator struct {
	r     *rand.Rand
	out   strings.Builder
	base  string
	users []string // that exist
	root  bool     // USER is root
}

func (g *generator) pick(words ...string) string { return words[g.r.IntN(len(words))] }

func (g *generator) line(format string, args ...any) { fmt.Fprintf(&g.out, format+"\n", args...) }

func (g *generator) dockerfile() string {
	g.stage(g.pick("debian:bookworm-slim", "alpine:3.20"), " AS first", 2+g.r.IntN(3))
	base := g.pick(bases...)
	if g.r.IntN(4) == 0 {
		base = "first"
	}
	g.stage(base, "", 3+g.r.IntN(7))
	return g.out.String()
}

func (g *generator) stage(base, name string, n int) {
	if base != "first" {
		g.base, g.users, g.root = base, []string{"root", "33", "1500"}, true
		switch base {
		case "node:20-slim":
			g.users = append(g.users, "node")
		case "ubuntu:24.04":
			g.users = append(g.users, "ubuntu")
		}
	}
	g.line("FROM %s%s", base, name)
	for range n {
		g.instruction(name == "")
	}
	if g.base != "scratch" && g.r.IntN(2) == 0 {
		g.line("USER %s", g.user())
	}
	g.root = true
	g.line("USER root")
}

func (g *generator) user() string {
	u := g.pick(g.users...)
	if g.base == "scratch" {
		u = g.pick("0", "33", "1500")
	}
	return u
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
	return g.pick("/app", "/app/", "/app/src", "/data", "/data/a", "/srv/x", "/opt/y/z", "/home/app", "/tmp/x", "/w/a", "/usr/src/app", "/var/x/y", ".", "sub", "/home/u1/in")
}

func (g *generator) flags() string {
	f := ""
	if g.r.IntN(2) == 0 {
		f += "--chown=" + g.owner() + " "
	}
	if g.r.IntN(5) == 0 {
		f += "--chmod=" + g.pick("755", "0644", "711") + " "
	}
	return f
}

func (g *generator) instruction(last bool) {
	switch n := g.r.IntN(20); {
	case n < 4:
		g.line("COPY %s%s %s", g.flags(), g.pick("a", "src", "src/", "src/f", "src/sub", "a b.txt", "src a", "."), g.path()+g.pick("", "/"))
	case n < 5:
		g.line("ADD %s%s %s", g.flags(), g.pick("tar.tar.gz", "a", "src"), g.path()+"/")
	case n < 6:
		g.line("WORKDIR %s", g.path())
	case n < 7 && last:
		g.line("COPY %s--from=first %s %s", g.flags(), g.pick("/app", "/data", "/srv", "/etc/passwd"), g.path()+g.pick("", "/"))
	case n < 8:
		g.line("COPY %s<<EOF %s/doc\nRUN useradd no\nEOF", g.flags(), strings.TrimSuffix(g.path(), "/"))
	case n < 10 && g.base != "scratch":
		u := g.user()
		g.root = u == "root"
		g.line("USER %s", u)
	case g.base == "scratch":
		g.line("WORKDIR %s", g.path())
	default:
		g.run()
	}
}

func (g *generator) run() {
	var cmds []string
	for range 1 + g.r.IntN(3) {
		cmds = append(cmds, g.command())
	}
	tail := ""
	if !g.root {
		tail = " || true"
	}
	if g.r.IntN(6) == 0 {
		g.line("RUN <<EOF\nset -e\n%s%s\nEOF", strings.Join(cmds, "\n"), tail)
		return
	}
	if !g.root {
		// What a user may not do fails; each command is on its own.
		for _, c := range cmds {
			g.line("RUN %s", c)
		}
		return
	}
	g.line("RUN %s", strings.Join(cmds, g.pick(" && ", " && \\\n    ", "; ")))
}

func (g *generator) command() string {
	p, q := strings.TrimSuffix(g.path(), "/"), strings.TrimSuffix(g.path(), "/")
	if !g.root {
		return g.pick("mkdir -p /tmp/"+g.pick("x", "y/z"), "touch /tmp/f", "true", "mkdir -p /tmp/x && chmod 700 /tmp/x")
	}
	switch g.r.IntN(16) {
	case 0, 1:
		return g.account()
	case 2, 3:
		return "mkdir -p " + p + " " + q
	case 4:
		return fmt.Sprintf("mkdir -p %s && chown %s%s %s", p, g.pick("", "-R "), g.owner(), p)
	case 5:
		return fmt.Sprintf("mkdir -p %s && chmod %s%s %s", p, g.pick("", "-R "), g.pick("755", "700", "g+w", "a+rwx,+t", "u=rwX,go=rX", "2775"), p)
	case 6:
		return fmt.Sprintf("mkdir -p %s && touch %s/f %s/g", p, p, p)
	case 7:
		return fmt.Sprintf("mkdir -p %s && install -d -m %s %s/i", p, g.pick("700", "0755"), p)
	case 8:
		return fmt.Sprintf("mkdir -p %s && cp %s /etc/hostname /etc/passwd %s/ 2>/dev/null || true", p, g.pick("", "-a", "-p"), p)
	case 9:
		return fmt.Sprintf("mkdir -p %s && echo x > %s/r", p, p)
	case 10:
		return fmt.Sprintf("rm -rf %s/*", p)
	case 11:
		return fmt.Sprintf("if [ %s = 1 ]; then mkdir -p %s; else mkdir -p %s; fi", g.pick("1", "0"), p, q)
	case 12:
		return fmt.Sprintf("for d in x y; do mkdir -p %s/$d; done", p)
	case 13:
		return fmt.Sprintf("(cd /tmp && mkdir -p here) && mkdir -p %s/m && mv %s/m %s/n", p, p, p)
	case 14:
		return fmt.Sprintf("test -e %s || mkdir -p %s", p, p)
	}
	return fmt.Sprintf("mkdir -p %s && ln -sf /dev/null %s/l", p, p)
}

func (g *generator) account() string {
	name := g.pick("app", "u1")
	for _, u := range g.users {
		if u == name {
			return "id " + name
		}
	}
	g.users = append(g.users, name)
	if strings.HasPrefix(g.base, "alpine") {
		return g.pick(
			"adduser -D "+name, "addgroup -g 1500 grp && adduser -D -u 1500 -G grp -h /app "+name, "adduser -D -H "+name,
			"addgroup -S "+name+" && adduser -S -G "+name+" "+name, "getent group 1700 || addgroup -g 1700 "+name+" && adduser -D -G "+name+" "+name,
		)
	}
	return g.pick(
		"useradd "+name, "useradd -m "+name, "useradd -r "+name, "groupadd -g 1501 grp && useradd -u 1500 -g grp -d /app "+name, "useradd -m -d /data/a -s /bin/sh "+name,
		"adduser --disabled-password --gecos '' "+name, "useradd -N -G users,staff "+name, "id "+name+" || useradd -u 1700 "+name, "getent group 1000 || groupadd -g 1000 grp; useradd -g 1000 "+name,
		"echo '"+name+":x:1600:1601::/app:/bin/sh' >> /etc/passwd",
	)
}
