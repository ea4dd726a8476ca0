package discover

import (
	"os"
	"path/filepath"
	"strings"
	"sync"

	"nonroot/fixer/discover/gitignore"
)

// maxIgnoreFile is how many bytes a .gitignore file may have. A longer one is a
// Problem and ignores nothing.
const maxIgnoreFile = 1 << 20

const separator = string(os.PathSeparator)

// folder is a folder of the walk, or one above it in the same git repository.
// What its .gitignore says is read when it is first asked for.
type folder struct {
	path    string // absolute
	parent  *folder
	out     bool // nothing in it counts but what the user named
	problem func(path string, err error)

	once    sync.Once
	top     bool                // it holds .git: patterns above it say nothing about what is in it
	ignore  *gitignore.Patterns // of its .gitignore
	exclude *gitignore.Patterns // of .git/info/exclude; only at the top

	ask     sync.Once
	tracked map[string]bool // only at the top, once asked: the absolute paths of what git tracks
}

// load reads .gitignore and, at the top of a repository, info/exclude.
func (f *folder) load() {
	f.once.Do(func() {
		f.ignore = f.read(filepath.Join(f.path, ".gitignore"))
		if dir := gitDir(f.path); dir != "" {
			f.top = true
			f.exclude = f.read(filepath.Join(dir, "info", "exclude"))
		}
	})
}

// read parses a file of patterns; like git, it does not follow a symbolic link.
func (f *folder) read(path string) *gitignore.Patterns {
	text, err := readSmall(path, maxIgnoreFile)
	if err != nil {
		f.problem(path, err)
	}
	return gitignore.Parse(text)
}

// ignores reports whether the .gitignore files of f and above say that path,
// which lies directly in f, is ignored. The nearest file that knows it decides.
func (f *folder) ignores(path string, dir bool) bool {
	for at := f; at != nil; at = at.parent {
		at.load()
		if verdict := at.ignore.Match(at.rel(path), dir); verdict != gitignore.Unmatched {
			return verdict == gitignore.Ignored
		}
		if at.top {
			return at.exclude.Match(at.rel(path), dir) == gitignore.Ignored
		}
	}
	return false
}

// rel is a path below f as seen from f, with slashes.
func (f *folder) rel(path string) string {
	return filepath.ToSlash(strings.TrimPrefix(path[len(f.path):], separator))
}

// repository is the top of the git repository that f lies in, or nil.
func (f *folder) repository() *folder {
	for at := f; at != nil; at = at.parent {
		at.load()
		if at.top {
			return at
		}
	}
	return nil
}

// above makes the chain of folders from the top of the repository that root lies
// in down to root's parent. It is nil where root is a top itself, lies in no
// repository, or is ignored by the one that it lies in: who names it wants it.
func above(root string, problem func(string, error)) *folder {
	top := root
	for gitDir(top) == "" {
		if top == filepath.Dir(top) {
			return nil
		}
		top = filepath.Dir(top)
	}
	var at *folder
	for path := top; path != root; {
		at = &folder{path: path, parent: at, problem: problem}
		name, _, _ := strings.Cut(strings.TrimPrefix(root[len(path):], separator), separator)
		path = filepath.Join(path, name)
		if at.ignores(path, true) {
			return nil
		}
	}
	return at
}
