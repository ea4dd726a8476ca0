package discover

import (
	"bytes"
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
	path   string // absolute
	parent *folder
	walker *walker // which takes in what cannot be read

	once   sync.Once
	ignore *gitignore.Patterns // of its .gitignore; nil: none
	top    *top                // nil where it holds no .git

	out               bool // nothing in it counts but what the user named
	listed            bool // the walk has seen all that is directly in it
	env, dockerignore bool // among that, something that .env, and *.dockerignore, may open
}

// top is what a folder that holds .git has: patterns above it say nothing about
// what is in it.
type top struct {
	exclude *gitignore.Patterns // of .git/info/exclude; nil: none

	ask     sync.Once
	tracked map[string]bool // once asked: the absolute paths of what git tracks
	silent  error           // why git does not say
}

// note keeps what Tree.Lacks needs to know of a name in the folder. To some file
// systems upper and lower case are the same.
func (f *folder) note(name []byte) {
	const env, ignore = ".env", ".dockerignore"
	f.env = f.env || len(name) == len(env) && bytes.EqualFold(name, []byte(env))
	f.dockerignore = f.dockerignore || len(name) >= len(ignore) && bytes.EqualFold(name[len(name)-len(ignore):], []byte(ignore))
}

// load reads .gitignore and, at the top of a repository, info/exclude.
func (f *folder) load() {
	f.once.Do(func() {
		f.ignore = f.read(f.below(".gitignore"))
		f.loadTop()
	})
}

// loadTop finds out whether the folder is the top of a repository.
func (f *folder) loadTop() {
	if dir := gitDir(f.path); dir != "" {
		f.top = &top{exclude: f.read(filepath.Join(dir, "info", "exclude"))}
	}
}

// read parses a file of patterns; like git, it does not follow a symbolic link.
func (f *folder) read(path string) *gitignore.Patterns {
	text, err := readSmall(path, maxIgnoreFile)
	if err != nil {
		f.walker.problem(path, err)
	}
	if text == "" {
		return nil
	}
	return gitignore.Parse(text)
}

// ignores reports whether the .gitignore files of f and above say that what has that
// name in f is ignored. The nearest file that knows it decides.
func (f *folder) ignores(name string, dir bool) bool {
	path := ""
	match := func(at *folder, patterns *gitignore.Patterns) gitignore.Verdict {
		if patterns == nil {
			return gitignore.Unmatched
		}
		if path == "" {
			path = f.below(name)
		}
		return patterns.Match(filepath.ToSlash(strings.TrimPrefix(path[len(at.path):], separator)), dir)
	}
	for at := f; at != nil; at = at.parent {
		at.load()
		if verdict := match(at, at.ignore); verdict != gitignore.Unmatched {
			return verdict == gitignore.Ignored
		}
		if at.top != nil {
			return match(at, at.top.exclude) == gitignore.Ignored
		}
	}
	return false
}

// below is the path of what has that name in f.
func (f *folder) below(name string) string {
	return strings.TrimSuffix(f.path, separator) + separator + name // of the root of the file system, too
}

// appendBelow appends the path of f and a separator.
func (f *folder) appendBelow(to []byte) []byte {
	return append(append(to, strings.TrimSuffix(f.path, separator)...), separator...)
}

// repository is the top of the git repository that f lies in, or nil.
func (f *folder) repository() *folder {
	for at := f; at != nil; at = at.parent {
		at.load()
		if at.top != nil {
			return at
		}
	}
	return nil
}

// above makes the chain of folders from the top of the repository that root lies
// in down to root's parent. It is nil where root is a top itself, lies in no
// repository, or is ignored by the one that it lies in: who names it wants it.
func above(root string, w *walker) *folder {
	top := root
	for gitDir(top) == "" {
		if top == filepath.Dir(top) {
			return nil
		}
		top = filepath.Dir(top)
	}
	var at *folder
	for path := top; path != root; {
		at = &folder{path: path, parent: at, walker: w}
		name, _, _ := strings.Cut(strings.TrimPrefix(root[len(path):], separator), separator)
		path = at.below(name)
		if at.ignores(name, true) {
			return nil
		}
	}
	return at
}

// enterAll makes the folders in another one that are to be walked. There are many of
// them and they are kept: what they need is taken at once.
func (w *walker) enterAll(f *folder, paths string, ends []int) []*folder {
	made, out := make([]folder, len(ends)), make([]*folder, 0, len(ends))
	start := 0
	for _, end := range ends {
		if sub := &made[len(out)]; w.folder(sub, f, paths[start:end]) {
			out = append(out, w.add(sub))
		}
		start = end
	}
	return out
}

// folder makes the folder of a path in another one, and reports whether it is walked.
func (w *walker) folder(made, parent *folder, path string) bool {
	rel := w.rel(path)
	name := filepath.Base(path)
	if name == ".git" || w.left.Match(rel, true) == gitignore.Ignored {
		return false
	}
	out := parent.out || skipped(name)
	if !out && parent.ignores(name, true) {
		out = true
		w.lose(parent)
	}
	switch {
	case !out:
		made.path, made.parent = path, parent
	case w.named[rel]:
		made.path = path
	case w.namedBelow(rel):
		made.path, made.parent, made.out = path, parent, true
	default:
		return false
	}
	return true
}

// namedBelow reports whether the user named something in a folder.
func (w *walker) namedBelow(rel string) bool {
	for named := range w.named {
		if strings.HasPrefix(named, rel+"/") {
			return true
		}
	}
	return false
}
