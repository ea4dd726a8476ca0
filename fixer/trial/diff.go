package trial

import (
	"path"
	"slices"
	"strings"

	"nonroot/fixer/trial/seen"
)

// diff is what a container has changed of its image, as docker diff lists it.
type diff struct {
	added, changed map[string]bool
	deleted        []string
}

// readDiff reads docker diff. What is mounted, with the mountpoints that the engine
// made, is not the container's own.
func readDiff(said string, mounted []string) *diff {
	d := &diff{added: map[string]bool{}, changed: map[string]bool{}}
	mounted = append(slices.Clone(mounted), probeDir, "/dev", "/proc", "/sys")
	for line := range strings.Lines(said) {
		kind, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if !ok || slices.ContainsFunc(mounted, func(m string) bool { return name == m || inside(name, m) || inside(m, name) }) {
			continue
		}
		switch kind {
		case "A":
			d.added[name] = true
		case "C":
			d.changed[name] = true
		case "D":
			d.deleted = append(d.deleted, name)
		}
	}
	return d
}

// leaves are the paths that were written: what has nothing that was written below it.
func (d *diff) leaves() []string {
	above := map[string]bool{}
	for _, set := range []map[string]bool{d.added, d.changed} {
		for name := range set {
			for dir := path.Dir(name); dir != "/"; dir = path.Dir(dir) {
				above[dir] = true
			}
		}
	}
	for _, name := range d.deleted {
		for dir := path.Dir(name); dir != "/"; dir = path.Dir(dir) {
			above[dir] = true
		}
	}
	var out []string
	for _, set := range []map[string]bool{d.added, d.changed} {
		for name := range set {
			if !above[name] {
				out = append(out, name)
			}
		}
	}
	out = append(out, d.deleted...)
	slices.Sort(out)
	return out
}

// place is the directory that must be writable for a path to be: the outermost one
// that the container made itself, else the image's directory that it lies in.
func (d *diff) place(leaf string) (dir string, own bool) {
	dir = path.Dir(leaf)
	for at := dir; at != "/"; at = path.Dir(at) {
		if d.added[at] {
			dir, own = at, true
		}
	}
	return dir, own
}

// parents are the image's directories that were written into.
func (d *diff) parents() []string {
	var out []string
	for _, leaf := range d.leaves() {
		if dir, own := d.place(leaf); !own && !slices.Contains(out, dir) && !isSystem(dir) {
			out = append(out, dir)
		}
	}
	return out
}

// Directories that hold programs and settings: nothing can be mounted there.
func isSystem(dir string) bool {
	for _, top := range []string{"/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/boot"} {
		if dir == top || inside(dir, top) {
			return true
		}
	}
	return slices.Contains([]string{"/", "/var", "/home", "/opt", "/srv", "/root", "/mnt", "/var/lib"}, dir)
}

// forgettable are names of directories whose files may go at a restart.
var forgettable = []string{"cache", ".cache", "log", "logs", "tmp", "temp", "run", "session", "sessions", "pid", "pids", ".npm", ".pnpm", "lock"}

// propose sorts what was written into what can be declared and what cannot. entries
// are how many files and directories the image's directories hold now; without a
// number a directory is taken to hold files of the image.
func (d *diff) propose(o *Observation, entries map[string]int, workdir string) {
	byDir := map[string][]string{}
	for _, leaf := range d.leaves() {
		dir, _ := d.place(leaf)
		switch {
		case strings.Contains(leaf, "/__pycache__"):
			if note := "Python writes __pycache__: it goes on without where it cannot; PYTHONDONTWRITEBYTECODE=1 stops it"; !slices.Contains(o.Notes, note) {
				o.Notes = append(o.Notes, note)
			}
		case inside(leaf, "/tmp") || inside(leaf, "/var/tmp"):
			o.Temporary = true
		default:
			byDir[dir] = append(byDir[dir], leaf)
		}
	}
	dirs := sortedKeys(byDir)
	for _, dir := range dirs {
		files := byDir[dir]
		outer := slices.IndexFunc(o.Writable, func(p Proposal) bool { return inside(dir, p.Path) })
		switch why := d.unfit(dir, workdir); {
		case why != "":
			o.ByHand = append(o.ByHand, Written{list(files, ""), why})
		case outer >= 0:
			o.Writable[outer].More += len(files)
		default:
			p := Proposal{Path: dir, More: max(0, len(files)-seen.MaxListed)}
			for _, f := range files[:len(files)-p.More] {
				p.Files = append(p.Files, strings.TrimPrefix(f, dir+"/"))
			}
			p.As, p.Why = d.storage(dir, entries)
			o.Writable = append(o.Writable, p)
		}
	}
}

// unfit says why nothing can be mounted at a directory.
func (d *diff) unfit(dir, workdir string) string {
	switch {
	case d.added[dir]:
		return ""
	case isSystem(dir):
		return dir + " holds more than this: let it write to a directory of its own"
	case workdir != "" && workdir != "/" && (dir == workdir || inside(workdir, dir)):
		return "it lies beside the program in " + dir + ": let it write to a directory of its own"
	}
	return ""
}

// storage is what a directory is to be made of.
func (d *diff) storage(dir string, entries map[string]int) (as, why string) {
	if !d.added[dir] {
		there, known := entries[dir]
		below := 0
		for name := range d.added {
			if inside(name, dir) {
				below++
			}
		}
		if !known || there-1 > below {
			return "volume", "the image has files there, which a tmpfs would hide"
		}
	}
	for at := dir; at != "/"; at = path.Dir(at) {
		if slices.Contains(forgettable, path.Base(at)) {
			return "tmpfs", "by its name it may go at a restart"
		}
	}
	return "volume", "it may have to last; a tmpfs if not"
}
