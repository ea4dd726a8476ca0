package inspect

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// usual are the programs with a set-user-ID or set-group-ID bit that images of
// the families have: what is said of an image is what it has beyond them.
var usual = map[string]bool{
	"su": true, "passwd": true, "chsh": true, "chfn": true, "gpasswd": true, "newgrp": true, "mount": true, "umount": true,
	"expiry": true, "chage": true, "unix_chkpwd": true, "pam_timestamp_check": true, "userhelper": true, "wall": true,
	"write": true, "ssh-agent": true, "bbsuid": true, "newuidmap": true, "newgidmap": true, "utempter": true,
}

// maxGains is how many programs that gain privileges are named.
const maxGains = 50

// owners lists the directories that are not simply root's with mode 755, those
// of which images usually have none, and the programs that gain privileges.
func (t *tree) owners(c Config) ([]Path, []string) {
	o := &ownership{tree: t, mixed: map[string]bool{}, odd: map[string]bool{}, named: map[string]bool{}, listed: map[string]bool{}}
	if c.WorkingDir != "" {
		o.named[path.Clean("/"+c.WorkingDir)] = true
	}
	for v := range c.Volumes {
		o.named[path.Clean("/"+v)] = true
	}
	all := t.sorted()
	for _, p := range slices.Backward(all) {
		o.compare(p)
	}
	below := "" // a listed directory with all below it
	for _, p := range all {
		if below != "" && strings.HasPrefix(p, below+"/") || p == "/" || volatile(p) {
			continue
		}
		if o.list(p) {
			below = p
		}
	}
	return limit(o.paths), o.gains
}

// ownership is owners at work.
type ownership struct {
	tree   *tree
	mixed  map[string]bool // what is below the directory has other owners than it
	odd    map[string]bool // a file in the directory is not root's
	named  map[string]bool // the configuration names the directory
	listed map[string]bool // with what is below it unknown
	paths  []Path
	gains  []string
}

// compare sets a path against its folder; what is below it was set before.
func (o *ownership) compare(p string) {
	e := o.tree.entries[p]
	if p == "/" {
		return
	}
	folder := parent(p)
	above := o.tree.entries[folder]
	if above == nil || o.mixed[p] || e.uid != above.uid || e.gid != above.gid {
		o.mixed[folder] = true
	}
	if e.kind != dir && e.uid != 0 || !printable(path.Base(p)) {
		o.odd[folder], o.mixed[folder] = true, true
	}
	if e.kind == file && (e.mode&0o6000 != 0 || e.gains) && !usual[path.Base(p)] && len(o.gains) < maxGains {
		switch {
		case !printable(p):
			o.gains = append(o.gains, "a program with an odd name")
		case e.gains:
			o.gains = append(o.gains, "file capabilities on "+p)
		default:
			o.gains = append(o.gains, p)
		}
	}
}

// list takes a directory into the list where it says something; whole is true
// where it speaks for all below it.
func (o *ownership) list(p string) (whole bool) {
	e := o.tree.entries[p]
	folder := parent(p)
	place := folder == "/" && !system[p] || elsewhere[folder] || o.named[p]
	if e.kind == symlink && place {
		if _, to := o.tree.find(p); to != nil && to.kind == dir {
			o.paths = append(o.paths, Path{Path: p, UID: to.uid, GID: to.gid, Mode: to.mode})
			o.listed[p] = true
		}
		return false
	}
	if e.kind != dir || !printable(p) || !place && !o.odd[p] && !o.listed[folder] && e.uid == 0 && e.gid == 0 && e.mode == 0o755 {
		return false
	}
	whole = !o.mixed[p]
	o.paths = append(o.paths, Path{p, e.uid, e.gid, e.mode, whole})
	o.listed[p] = !whole
	return whole
}

// system are the directories in / that any image may have.
var system = set("/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib32", "/lib64", "/libx32", "/media", "/mnt", "/opt", "/proc", "/root",
	"/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/var")

// elsewhere are the directories in which images have nothing that is known by heart.
var elsewhere = set("/home", "/srv", "/mnt", "/media", "/opt", "/usr/src")

func set(words ...string) map[string]bool {
	out := map[string]bool{}
	for _, w := range words {
		out[w] = true
	}
	return out
}

// volatile reports whether the engine puts something of its own on the path.
func volatile(p string) bool {
	for _, top := range [...]string{"/proc", "/sys", "/dev"} {
		if p == top || strings.HasPrefix(p, top+"/") {
			return true
		}
	}
	return false
}

// limit keeps the list short: of too many, the deepest are left out, and what is
// below the directory in / that they lie in counts as unknown.
func limit(paths []Path) []Path {
	if len(paths) <= maxPaths {
		return paths
	}
	byDepth := slices.Clone(paths)
	slices.SortStableFunc(byDepth, func(a, b Path) int { return strings.Count(a.Path, "/") - strings.Count(b.Path, "/") })
	tops := map[string]bool{}
	var out []Path
	for _, p := range byDepth[maxPaths:] {
		top := p.Path[:1+strings.IndexByte(p.Path[1:]+"/", '/')]
		if !tops[top] {
			tops[top] = true
			out = append(out, Path{Path: top, Mode: 0o755})
		}
	}
	return append(out, byDepth[:maxPaths]...)
}

// printable reports whether a text has nothing that a terminal would act on.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
