package fixer

import (
	"path"
	"strings"
)

// Ownable reports whether an absolute path may belong to the user that a
// program runs as: a directory of an application, its data, logs or home. What
// the system or a program is read from stays root's, so that a bug in the
// program cannot rewrite it.
func Ownable(p string) bool {
	p = path.Clean(p)
	parts := strings.Split(strings.TrimPrefix(p, "/"), "/")
	switch parts[0] {
	case "", "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "root", "sbin", "sys", "nix", "lost+found":
		return false
	case "usr":
		return ownableInUsr(parts[1:])
	case "tmp":
		return len(parts) > 1
	case "home", "media", "mnt", "opt", "run", "srv":
		return len(parts) > 1
	case "var":
		return ownableInVar(parts[1:])
	}
	return true
}

func ownableInVar(parts []string) bool {
	if len(parts) == 0 {
		return false
	}
	switch parts[0] {
	case "backups", "cache", "lib", "local", "lock", "log", "mail", "opt", "run", "spool", "tmp":
		if len(parts) == 1 {
			return false
		}
	}
	if len(parts) > 1 {
		switch parts[0] + "/" + parts[1] {
		case "lib/apt", "lib/dpkg", "lib/apk", "lib/rpm", "lib/dnf", "lib/pam", "lib/systemd", "cache/apt", "cache/apk", "cache/dnf", "cache/ldconfig":
			return false
		}
	}
	return true
}

func ownableInUsr(parts []string) bool {
	if len(parts) == 0 {
		return false
	}
	switch parts[0] {
	case "bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec", "include", "share", "games", "X11R6", "etc":
		return false
	case "src":
		return len(parts) > 1
	case "local":
		if len(parts) == 1 {
			return false
		}
		switch parts[1] {
		case "bin", "sbin", "lib", "lib64", "libexec", "include", "share", "games", "etc", "man", "src", "go", "bundle":
			return len(parts) > 2 && parts[1] == "src"
		}
	}
	return true
}

// Below reports whether p is dir or lies in it.
func Below(p, dir string) bool {
	p, dir = path.Clean(p), path.Clean(dir)
	return p == dir || dir == "/" || strings.HasPrefix(p, dir+"/")
}
