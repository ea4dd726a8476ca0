package rootfs

import (
	"path"
	"strings"

	"nonroot/dockerfile/base"
)

// initial is what the base image has at p.
func initial(s *Stage, p string) Owner {
	m := s.Base
	switch {
	case p == "/" && (m == nil || !m.Unlisted):
		if m == nil {
			return Owner{Exists: Yes, Kind: Dir}
		}
		return rootDir()
	case m == nil || m.Unlisted || m.Family == base.Windows:
		return Owner{}
	case m.Family == base.Scratch:
		return Owner{Exists: No}
	}
	if o, ok := listed(s, p); ok {
		return o
	}
	if unlisted(s, p) {
		return Owner{}
	}
	return customary(m, p)
}

// unlisted reports whether p lies in the work directory or a volume of the
// image, of which the table does not say whose they are.
func unlisted(s *Stage, p string) bool {
	m := s.Base
	if _, under := relative(p, m.Workdir); under && m.Workdir != "" && m.Workdir != "/" {
		return true
	}
	for _, v := range s.image.volumesAt {
		if _, under := relative(p, v); under {
			return true
		}
	}
	return false
}

func rootDir() Owner {
	return Owner{Exists: Yes, Kind: Dir, UID: KnownID(0), GID: KnownID(0), Mode: Mode{0o755, true}}
}

// listed is what the table of base images says of p.
func listed(s *Stage, p string) (Owner, bool) {
	m := s.Base
	var found Owner
	var ok bool
	for i := len(m.Paths) - 1; i >= 0; i-- {
		e, at := &m.Paths[i], s.image.pathsAt[i]
		rel, under := relative(p, at)
		switch {
		case under && rel == "":
			o := Owner{Exists: Yes, Kind: Dir, UID: KnownID(e.UID), GID: KnownID(e.GID)}
			if e.Mode != 0 {
				o.Mode = Mode{e.Mode, true}
			}
			return o, true
		case under && !ok:
			ok = true
			if e.Tree {
				found = Owner{UID: KnownID(e.UID), GID: KnownID(e.GID)}
			}
		case isAncestor(p, at) && !ok && strings.Count(p, "/") == 1 && !systemDir(p):
			found, ok = rootDir(), true
		}
	}
	return found, ok
}

// customary is what images of the known families have at p: the directories of
// the file system hierarchy, which are root's; nothing else in /, /home, /srv,
// /mnt, /media and, but for a few publishers, /opt and /usr/src.
func customary(m *base.Image, p string) Owner {
	if p == "/usr" || p == "/etc" || p == "/var" || p == "/home" {
		return rootDir()
	}
	maybe := rootDir()
	maybe.Exists = Unknown
	switch p {
	case "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32", "/dev", "/proc", "/sys", "/boot":
		return Owner{Exists: Unknown, UID: KnownID(0), GID: KnownID(0)}
	case "/opt", "/srv", "/mnt", "/media", "/run", "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/local/share", "/usr/share", "/usr/src",
		"/usr/bin", "/usr/sbin", "/usr/lib", "/var/lib", "/var/log", "/var/cache", "/var/opt", "/usr/local/sbin", "/usr/local/etc":
		return maybe
	}
	dir, name := path.Split(p)
	switch top, _, _ := strings.Cut(p[1:], "/"); {
	case !systemDir(p[:1+len(top)]):
		if strings.Contains(top, "entrypoint") || strings.HasSuffix(top, ".sh") {
			return Owner{Exists: Unknown, UID: KnownID(0), GID: KnownID(0)}
		}
		return Owner{Exists: No}
	case top == "home" || top == "srv" || top == "mnt" || top == "media":
		return Owner{Exists: No}
	case dir == "/opt/" || dir == "/usr/src/":
		if publisherDir(name) {
			return maybe
		}
		return Owner{Exists: No}
	case top == "opt" && !publisherDir(strings.Split(p, "/")[2]), strings.HasPrefix(p, "/usr/src/") && !publisherDir(strings.Split(p, "/")[3]):
		return Owner{Exists: No}
	case top == "usr" || top == "etc" || top == "bin" || top == "sbin" || strings.HasPrefix(top, "lib"):
		return Owner{UID: KnownID(0)}
	}
	return Owner{}
}

func systemDir(p string) bool {
	switch p {
	case "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib32", "/lib64", "/libx32", "/media", "/mnt", "/opt", "/proc", "/root", "/run",
		"/sbin", "/srv", "/sys", "/tmp", "/usr", "/var", "/afs", "/lost+found", "/linuxrc":
		return true
	}
	return false
}

// publisherDir reports whether images of the table have such a directory in /opt
// or /usr/src.
func publisherDir(name string) bool {
	for _, p := range [...]string{
		"yarn", "java", "jdk", "openjdk", "gradle", "maven", "bitnami", "conda", "mssql", "microsoft", "google", "rh", "app-root", "rabbitmq", "erlang",
		"openssl", "js-yaml", "jboss", "ibm", "nvidia", "php", "wordpress", "nextcloud", "kibana", "logstash", "elasticsearch", "ruby", "python", "linux",
		"oracle", "amazon", "graalvm", "deno", "jenkins", "mono",
	} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// canonical is a clean path with the symbolic links followed that all of the
// known families have.
func canonical(p string) string {
	p = path.Clean(p)
	if rest, ok := strings.CutPrefix(p, "/var/run"); ok && (rest == "" || rest[0] == '/') {
		return "/run" + rest
	}
	if rest, ok := strings.CutPrefix(p, "/var/lock"); ok && (rest == "" || rest[0] == '/') {
		return "/run/lock" + rest
	}
	return p
}
