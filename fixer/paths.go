package fixer

import (
	"path"
	"slices"
	"strings"
)

// Ownable reports whether an absolute path may belong to the user that a
// program runs as: a directory of an application, its data, logs or home. What
// the system or a program is read from stays root's, so that a bug in the
// program cannot rewrite it.
func Ownable(p string) bool {
	first, rest, _ := strings.Cut(strings.TrimPrefix(clean(p), "/"), "/")
	switch first {
	case "", "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "root", "sbin", "sys", "nix", "lost+found":
		return false
	case "usr":
		return ownableInUsr(rest)
	case "tmp", "home", "media", "mnt", "opt", "run", "srv":
		return rest != ""
	case "var":
		return ownableInVar(rest)
	}
	return true
}

func ownableInVar(p string) bool {
	first, rest, _ := strings.Cut(p, "/")
	second, _, _ := strings.Cut(rest, "/")
	switch first {
	case "":
		return false
	case "backups", "cache", "lib", "local", "lock", "log", "mail", "opt", "run", "spool", "tmp":
		if rest == "" {
			return false
		}
	}
	switch first + "/" + second {
	case "lib/apt", "lib/dpkg", "lib/apk", "lib/rpm", "lib/dnf", "lib/pam", "lib/systemd", "cache/apt", "cache/apk", "cache/dnf", "cache/ldconfig":
		return false
	}
	return true
}

func ownableInUsr(p string) bool {
	first, rest, _ := strings.Cut(p, "/")
	switch first {
	case "", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec", "include", "share", "games", "X11R6", "etc":
		return false
	case "src":
		return rest != ""
	case "local":
		second, deeper, _ := strings.Cut(rest, "/")
		switch second {
		case "", "bin", "sbin", "lib", "lib64", "libexec", "include", "share", "games", "etc", "man", "go", "bundle":
			return false
		case "src":
			return deeper != ""
		}
	}
	return true
}

// Own are the directories of a target that are its program's: the work directory,
// the home and what the settings declare writable, each as far as it may be owned at
// all. The list is not to be changed.
func (t *Target) Own() []string {
	t.asked.own.Do(func() {
		end := t.Stage.End()
		add := func(dir string) {
			if dir != "" && Ownable(dir) {
				t.asked.dirs = append(t.asked.dirs, clean(dir))
			}
		}
		if dir, known := end.Dir(); known {
			add(dir)
		}
		if home, known := end.Home(); known {
			add(home)
		}
		for _, s := range t.Services {
			for _, w := range s.Settings.Writable {
				add(w.Path)
			}
		}
		t.asked.dirs = slices.Clip(t.asked.dirs)
	})
	return t.asked.dirs
}

// Below reports whether p is dir or lies in it.
func Below(p, dir string) bool {
	p, dir = clean(p), clean(dir)
	return dir == "/" || strings.HasPrefix(p, dir) && (len(p) == len(dir) || p[len(dir)] == '/')
}

// clean is path.Clean, which makes every path anew, of one that mostly is clean.
func clean(p string) string {
	if p == "" || p[0] == '.' {
		return path.Clean(p)
	}
	for i := range len(p) {
		if p[i] == '/' && (i+1 == len(p) || p[i+1] == '/' || p[i+1] == '.') {
			return path.Clean(p)
		}
	}
	return p
}
