package fixer

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// keepFiles are tracked to keep a folder that is otherwise empty.
var keepFiles = []string{".gitkeep", ".keep", ".gitignore"}

// sharing are the answers to isShared, by what they depend on: no pass changes what
// is on the disk.
type sharing map[sharingOf]bool

type sharingOf struct{ dir, target string }

// isShared is the strict definition: see findShared. Without git an existing
// folder that holds anything is taken to be the project's own.
func (p *Project) isShared(m SharedMount) bool {
	of := sharingOf{m.Dir, m.Target}
	is, asked := p.sharing[of]
	if !asked {
		is = p.in.isShared(m.Dir, m.Target)
		p.sharing[of] = is
	}
	return is
}

// isShared is Project.isShared of a folder that is mounted at a path of the container.
func (in *input) isShared(dir, target string) bool {
	if dir == ".git" || strings.HasPrefix(dir, ".git/") || in.inContext(dir) {
		return false
	}
	stands, behindOther := in.reached(dir)
	if behindOther {
		return false
	}
	if !stands && (fileLike(path.Base(dir)) || fileLike(strings.TrimPrefix(path.Base(target), "."))) {
		return false
	}
	files, known := in.tracks(dir)
	if !known && stands {
		files = in.holds(dir)
	}
	own := slices.ContainsFunc(files, func(file string) bool { return !slices.Contains(keepFiles, path.Base(file)) })
	return !own && !(stands && in.holdsGit(dir))
}

// inContext reports whether a folder holds a build context of any project under
// the root, or lies in one.
func (in *input) inContext(dir string) bool {
	return in.contexts.hold(dir) || in.contexts.above[dir]
}

// folders is a set of folders, relative to the root.
type folders struct{ in, above map[string]bool }

// add adds a folder, and notes those above it.
func (f *folders) add(dir string) {
	if f.in == nil {
		f.in, f.above = map[string]bool{}, map[string]bool{}
	}
	f.in[dir] = true
	for dir != "." {
		dir = path.Dir(dir)
		f.above[dir] = true
	}
}

// hold reports whether a path is one of the folders or lies in one.
func (f *folders) hold(name string) bool {
	for !f.in[name] {
		if name == "." {
			return false
		}
		name = path.Dir(name)
	}
	return true
}

// reached reports whether a folder stands, and whether something on the way to it, or
// in its place, is none: a file, a symbolic link, a socket.
func (in *input) reached(dir string) (stands, behindOther bool) {
	for at := dir; ; at = path.Dir(at) {
		if at == "." || in.walked(at) {
			return stands || at == dir, false
		}
		info, err := fs.Lstat(in.fsys, at)
		if err == nil && !info.IsDir() {
			return false, true
		}
		stands = stands || at == dir && err == nil
	}
}

// fileLike reports whether a name of something that is not there reads like a
// file's: config.yml, db.sqlite3, .npmrc.
func fileLike(name string) bool { return path.Ext(name) != "" }

// maxSearched bounds the folders of a shared directory that are searched for
// repositories.
const maxSearched = 1000

// holdsGit reports whether a folder is a repository of its own or holds one, as
// far as its first 1,000 folders tell.
func (in *input) holdsGit(dir string) bool {
	for todo, n := []string{dir}, 0; len(todo) > 0 && n < maxSearched; n++ {
		at := todo[0]
		todo = todo[1:]
		entries, _ := fs.ReadDir(in.fsys, at)
		for _, e := range entries {
			if e.Name() == ".git" {
				return true
			}
			if e.IsDir() {
				todo = append(todo, path.Join(at, e.Name()))
			}
		}
	}
	return false
}

// holds lists the files directly in a folder; none where it is missing.
func (in *input) holds(dir string) []string {
	entries, err := fs.ReadDir(in.fsys, dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		out = append(out, path.Join(dir, e.Name()))
	}
	return out
}
