//go:build e2e

package rootfs_test

import (
	"fmt"
	"strings"
)

// fileCommands are commands that root runs on files.
var fileCommands = []construct{
	{"mkdir -p", nil, func(g *generator) string { return "mkdir -p " + g.dir() + " " + g.dir() }},
	{"mkdir -m", nil, func(g *generator) string {
		return fmt.Sprintf("mkdir -p -m %s %s", g.pick("700", "u=rwx,go=", "02770", "1777"), g.dir())
	}},
	{"chown", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && chown %s%s %s", p, g.pick("", "-R "), g.owner(), p)
	}},
	{"chown user:", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && chown %s %s && chgrp %s %s", p, g.name()+":", p, g.pick("50", "users"), p)
	}},
	{"chmod octal", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && chmod %s%s %s", p, g.pick("", "-R "), g.pick("755", "700", "00755", "2775", "1777"), p)
	}},
	{"chmod symbolic", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && chmod %s%s %s", p, g.pick("", "-R "), g.pick("g+w", "a+rwx,+t", "u=rwX,go=rX", "g=u", "o-rx", "+x", "g+s", "u+s,g-w", "=rx", "a=rX", "g-s,o=", "o=t"), p)
	}},
	{"setgid directory", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && chgrp 50 %s && chmod g+s %s && mkdir -p %s/%s && touch %s/f", p, p, p, p, g.pick("k", "k/l"), p)
	}},
	{"touch", nil, func(g *generator) string { p := g.dir(); return fmt.Sprintf("mkdir -p %s && touch %s/f %s/g", p, p, p) }},
	{"install -d", nil, func(g *generator) string {
		return fmt.Sprintf("install -d %s%s%s", g.pick("", "-m 700 ", "-m 0755 ", "-m u=rwx,g=rx "), g.pick("", "-o 33 ", "-g 50 ", "-o 33 -g 33 "), g.dir())
	}},
	{"install", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && install %s%s/etc/hostname %s/%s", p, g.pick("", "-m 640 ", "-m 0755 "), g.pick("", "-o 33 ", "-g 50 "), p, g.pick("", "h"))
	}},
	{"install -D", nil, func(g *generator) string {
		return fmt.Sprintf("install -D -m 644 /etc/passwd %s/deep/er/p", g.dir())
	}},
	{"cp", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && cp /etc/passwd %s/%s", p, p, g.pick("", "p"))
	}},
	{"cp -a", nil, func(g *generator) string {
		p, q := g.dir(), g.dir()
		return fmt.Sprintf("mkdir -p %s/k && touch %s/k/f && chown -R 33:50 %s/k && mkdir -p %s && cp -a %s/k %s/%s", p, p, p, q, p, q, g.pick("", "k2"))
	}},
	{"cp -r", nil, func(g *generator) string {
		p, q := g.dir(), g.dir()
		return fmt.Sprintf("mkdir -p %s/k %s && touch %s/k/f && chown -R 33:50 %s/k && cp -r %s/k %s/%s", p, q, p, p, p, q, g.pick("", "k3"))
	}},
	{"cp -p", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && touch %s/o && chown 33 %s/o && chmod 600 %s/o && cp -p %s/o %s/o2", p, p, p, p, p, p)
	}},
	{"mv", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s/m && rm -rf %s/n && mv %s/m %s/n", p, p, p, p)
	}},
	{"ln -s", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && ln -sf%s %s %s/l", p, g.pick("", "n"), g.pick("/dev/null", "/app", "f"), p)
	}},
	{"rm", nil, func(g *generator) string {
		p := g.dir()
		if !strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "$") {
			p = "/app"
		}
		return g.pick("rm -rf "+p+"/*", "rm -rf "+p+"/k", "rm -f "+p+"/f", "rm -rf /opt/y")
	}},
	{"> file", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && echo x >%s %s/r", p, g.pick("", ">"), p)
	}},
	{"tee", nil, func(g *generator) string { p := g.dir(); return fmt.Sprintf("mkdir -p %s && echo x | tee %s/t", p, p) }},
	{"sed -i", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && echo x > %s/r && chown 33:50 %s/r && sed -i s/x/y/ %s/r", p, p, p, p)
	}},
	{"if", nil, func(g *generator) string {
		return fmt.Sprintf("if [ %s = 1 ]; then mkdir -p %s; else mkdir -p %s; fi", g.pick("1", "0", "$WHO"), g.dir(), g.dir())
	}},
	{"if of a file", nil, func(g *generator) string {
		return fmt.Sprintf("if [ -%s %s ]; then mkdir -p %s/in; fi", g.pick("e", "d"), g.dir(), g.dir())
	}},
	{"for", nil, func(g *generator) string { return fmt.Sprintf("for d in x y; do mkdir -p %s/$d; done", g.dir()) }},
	{"for over a pattern", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s/q && for d in %s/*; do chmod 711 $d; done", p, p)
	}},
	{"subshell", nil, func(g *generator) string { return fmt.Sprintf("(cd /tmp && mkdir -p here) && mkdir -p %s", g.dir()) }},
	{"cd", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p %s && cd %s && mkdir -p down && cd - > /dev/null", p, p)
	}},
	{"||", nil, func(g *generator) string { p := g.dir(); return fmt.Sprintf("test -e %s || mkdir -p %s", p, p) }},
	{"|| true", nil, func(g *generator) string {
		return g.pick("mkdir "+g.dir()+" 2>/dev/null || true", "chown 33 "+g.dir()+" 2>/dev/null || true", "chmod 700 /none || :", "install -d -o nobodyhasthis "+g.dir()+" || true")
	}},
	{"&& that may fail", nil, func(g *generator) string {
		p := g.dir()
		first := g.pick("mkdir "+p, "chmod 700 "+g.dir(), "touch "+p+"/f", "rm "+p+"/f", "cp "+p+"/f "+p+"/f2", "ln -s f "+p+"/l2", "install -d -g nobodyhasthis "+p, "cd "+p, "id app", "rmdir /none")
		return fmt.Sprintf("%s && mkdir -p %s/and%s", first, g.dir(), g.pick(" || true", "; true", " || mkdir -p /opt/y"))
	}},
	{"|| exit", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("{ mkdir -p %s || exit 1; } && { chown 33 %s || { echo no; exit 1; }; }", p, p)
	}},
	{"umask", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("(umask %s; mkdir -p %s/um; touch %s/um/f; mkdir -m 755 -p %s/um2; cp /etc/passwd %s/um3)", g.pick("077", "0002", "000", "u=rwx,g=,o="), p, p, p, p)
	}},
	{"function", nil, func(g *generator) string {
		return fmt.Sprintf("f() { mkdir -p \"$1\" && chown %s \"$1\"; } && f %s", g.user(), g.dir())
	}},
	{"case", nil, func(g *generator) string {
		return fmt.Sprintf("case \"$WHO\" in 33) mkdir -p %s;; *) mkdir -p %s;; esac", g.dir(), g.dir())
	}},
	{"sh -c", nil, func(g *generator) string { return fmt.Sprintf("sh -c 'mkdir -p %s/sh; touch %s/sh/f'", "/app", "/app") }},
	{"su", nil, func(g *generator) string {
		return fmt.Sprintf("mkdir -p /app/su && chmod 777 /app/su && su -s /bin/sh %s -c 'mkdir -p /app/su/%s'", g.name(), g.pick("a", "b"))
	}},
	{"find -exec", nil, func(g *generator) string {
		return fmt.Sprintf("mkdir -p %s && find %s -type d -exec chmod %s {} +", "/app", "/app", g.pick("755", "700"))
	}},
	{"variable", nil, func(g *generator) string {
		return fmt.Sprintf("D=%s; mkdir -p \"$D/va\" && chown ${WHO} $D/va", g.dir())
	}},
	{"undeclared variable", nil, func(g *generator) string { return "mkdir -p ${NOWHERE:-/app}/n" }},
	{"tar", nil, func(g *generator) string {
		p := g.dir()
		return fmt.Sprintf("mkdir -p /tmp/ta/in %s && chown 33 /tmp/ta/in && tar -C /tmp/ta -cf /tmp/ta.tar in && tar -C %s -xf /tmp/ta.tar && rm /tmp/ta.tar", p, p)
	}},
}

func alpine(g *generator) bool { return strings.HasPrefix(g.base, "alpine") }
func shadow(g *generator) bool { return !alpine(g) }

// canAdd reports whether a name is free.
func canAdd(g *generator) bool {
	n := len(g.users)
	name := g.free()
	g.users = g.users[:n]
	return name != ""
}

func hasMade(g *generator) bool { return g.made() != "" }

// accountCommands are commands that root runs on accounts.
var accountCommands = []construct{
	{"useradd", func(g *generator) bool { return shadow(g) && canAdd(g) }, func(g *generator) string {
		name := g.free()
		return g.pick("useradd ", "useradd -m ", "useradd -r ", "useradd -l -M ", "useradd -m -d /data/a -s /bin/sh ", "useradd -N -G users,staff ", "useradd -U -u 1812 ", "useradd -o -u 33 ", "useradd -b /srv -m ") + name
	}},
	{"groupadd and useradd", func(g *generator) bool { return shadow(g) && canAdd(g) && len(g.groups) == 0 }, func(g *generator) string {
		g.groups = append(g.groups, "grp")
		return "groupadd " + g.pick("-g 1501 ", "", "-r ") + "grp && useradd " + g.pick("-u 1500 ", "") + "-g grp -d /app " + g.free()
	}},
	{"adduser of Debian", func(g *generator) bool { return shadow(g) && canAdd(g) }, func(g *generator) string {
		return g.pick("adduser --disabled-password --gecos '' ", "adduser --system --group --no-create-home ", "adduser --system ", "adduser --disabled-password --gecos '' --uid 1777 --home /app --no-create-home ") + g.free()
	}},
	{"adduser of busybox", func(g *generator) bool { return alpine(g) && canAdd(g) }, func(g *generator) string {
		name := g.free()
		return g.pick("adduser -D "+name, "adduser -D -H "+name, "addgroup -S "+name+" && adduser -S -G "+name+" "+name, "adduser -D -u 1813 -h /app "+name, "getent group 1700 || addgroup -g 1700 "+name+" && adduser -D -G "+name+" "+name)
	}},
	{"asked first", canAdd, func(g *generator) string {
		name := g.free()
		if alpine(g) {
			return g.pick("id "+name+" || adduser -D "+name, "getent passwd 1000 || adduser -D -u 1000 "+name+" || true")
		}
		return g.pick("id "+name+" || useradd -u 1700 "+name, "getent group 1000 || groupadd -g 1000 grp; useradd -g 1000 "+name, "if ! getent passwd "+name+"; then useradd "+name+"; fi", "useradd -u 1000 "+name+" || useradd "+name)
	}},
	{"echo >> /etc/passwd", canAdd, func(g *generator) string {
		name := g.free()
		return g.pick("echo '"+name+":x:1600:1601::/app:/bin/sh' >> /etc/passwd", "echo '"+name+":x:1600:' >> /etc/group && echo '"+name+":x:1600:1600::/app:/bin/sh' >> /etc/passwd", "printf '"+name+":x:1650:0::/app:/bin/sh\\n' | tee -a /etc/passwd")
	}},
	{"sed /etc/passwd", nil, func(g *generator) string {
		return g.pick("sed -i 's/^nobody:x:65534/nobody:x:65533/' /etc/passwd", "sed -i '/^daemon:/d' /etc/passwd /etc/group", "sed -i 's|/nonexistent|/tmp|' /etc/passwd")
	}},
	{"usermod", func(g *generator) bool { return shadow(g) && hasMade(g) }, func(g *generator) string {
		return "usermod " + g.pick("-u 1900", "-g users", "-aG staff", "-d /srv/x", "-s /bin/bash", "-u 1901 -g 50", "-d /data/moved -m", "-G users", "-L") + " " + g.made()
	}},
	{"usermod -l", func(g *generator) bool { return shadow(g) && hasMade(g) }, func(g *generator) string {
		name := g.made()
		g.gone(name)
		return "usermod -l web " + name
	}},
	{"usermod of the base", func(g *generator) bool { return g.base == "node:20-slim" || g.base == "ubuntu:24.04" }, func(g *generator) string {
		name := strings.SplitN(g.base, ":", 2)[0]
		return g.pick("usermod -u 1950 "+name, "groupmod -g 1951 "+name, "usermod -u 1950 "+name+" && groupmod -g 1950 "+name)
	}},
	{"groupmod", func(g *generator) bool { return shadow(g) && len(g.groups) > 0 }, func(g *generator) string { return "groupmod " + g.pick("-g 1902", "-n grp", "-o -g 33") + " grp" }},
	{"userdel", func(g *generator) bool { return shadow(g) && hasMade(g) }, func(g *generator) string {
		name := g.made()
		g.gone(name)
		return "userdel " + g.pick("", "-r ", "-f ") + name + g.pick("", " || true")
	}},
	{"userdel of the base", func(g *generator) bool { return g.base == "node:20-slim" || g.base == "ubuntu:24.04" }, func(g *generator) string {
		name := strings.SplitN(g.base, ":", 2)[0]
		g.gone(name)
		return "userdel " + g.pick("", "-r ") + name
	}},
	{"deluser of busybox", func(g *generator) bool { return alpine(g) && hasMade(g) }, func(g *generator) string {
		name := g.made()
		g.gone(name)
		return "deluser " + g.pick("", "--remove-home ") + name
	}},
	{"groupdel", func(g *generator) bool { return len(g.groups) > 0 }, func(g *generator) string {
		if alpine(g) {
			return "delgroup grp || true"
		}
		return "groupdel grp || true"
	}},
	{"addgroup", func(g *generator) bool { return alpine(g) && len(g.groups) == 0 }, func(g *generator) string {
		g.groups = append(g.groups, "grp")
		return "addgroup " + g.pick("", "-S ", "-g 1502 ") + "grp"
	}},
	{"member", hasMade, func(g *generator) string {
		if alpine(g) {
			return g.pick("addgroup ", "adduser ") + g.made() + " users || true"
		}
		return g.pick("gpasswd -a "+g.made()+" staff", "adduser "+g.made()+" staff || true")
	}},
}
