package discover

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"nonroot/fixer/confined"
	"nonroot/fixer/discover/gitignore"
)

// Options narrow and widen a walk. Paths are relative to the root, with slashes.
type Options struct {
	// Ignore has patterns in the language of .gitignore, seen from the root, of
	// what is left alone whether git tracks it, or the user names it, or not.
	Ignore []string
	// Named are files and folders that the user named. Neither .gitignore nor
	// the list of skipped folders keeps them out; what lies in a named folder
	// that is ignored is judged as though the folder were a repository's top.
	Named []string
}

// walker is one walk. Its methods are called by several goroutines.
type walker struct {
	ctx        context.Context
	dir        *confined.FS
	root       string
	left       *gitignore.Patterns
	named      map[string]bool
	kubernetes atomic.Bool

	mu      sync.Mutex
	tree    *Tree
	folders map[string]*folder // that are walked, by their paths as seen from the root
	lost    map[*folder]bool   // tops of repositories in which git ignored something
	done    bool               // the tree is the caller's, and changes no more
	failed  error              // of the root
}

// Walk finds the files under root, which is as Root gives it, and what dir has open. It skips
// .git, .hg, .svn, node_modules, bower_components, .venv, venv, __pycache__,
// .terraform and .tox, what .gitignore files and .git/info/exclude ignore unless
// git tracks it, and what opt says. The user's own core.excludesFile is not
// read, so that the answer is the same for everyone. Symbolic links to folders
// are not followed, also where one takes the place of a folder meanwhile: that is a
// Problem. A folder that cannot be read is one; a root that cannot be read is an error,
// and so is the end of ctx.
func Walk(ctx context.Context, dir *confined.FS, root string, opt Options) (*Tree, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	w := &walker{
		ctx: ctx, dir: dir, root: root, left: gitignore.New(opt.Ignore...),
		named: map[string]bool{}, folders: map[string]*folder{}, lost: map[*folder]bool{},
	}
	for _, name := range opt.Named {
		w.named[path.Clean(name)] = true
	}
	w.tree = &Tree{Root: root, Links: map[string]string{}, walker: w}
	drain(w.add(&folder{path: root, parent: above(root, w)}), w.list)
	if w.failed != nil {
		return nil, w.failed
	}
	w.findTracked()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w.tree.Kubernetes = w.kubernetes.Load()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = true
	w.tree.sort()
	return w.tree, nil
}

// found is a file of a folder, whose name matters.
type found struct {
	name string
	kind kind
	mode fs.FileMode
}

// list takes in what lies directly in a folder, and returns the folders in it that
// are to be walked.
func (w *walker) list(f *folder) []*folder {
	if w.ctx.Err() != nil {
		return nil
	}
	var paths []byte // of the folders in it, absolute, one behind the other
	var ends []int   // of each
	var files []found
	var ignore, git bool // there is .gitignore, .git
	err := w.dir.List(cmp.Or(w.rel(f.path), "."), func(name []byte, mode fs.FileMode) {
		f.note(name)
		switch string(name) {
		case ".git":
			git = true
		case ".gitignore":
			ignore = mode.IsRegular()
		}
		if mode.IsDir() {
			paths = append(f.appendBelow(paths), name...)
			ends = append(ends, len(paths))
			return
		}
		if k := kindOf(string(name)); k != other {
			files = append(files, found{string(name), k, mode})
		}
	})
	if err != nil {
		w.unread(f, err)
	}
	f.listed = err == nil
	if f.listed && len(files)+len(ends) > 0 { // not listed, what is not seen may be there; and where nothing is to be ignored nobody asks
		f.once.Do(func() { w.load(f, ignore, git) })
	}
	for _, file := range files {
		w.file(f, file)
	}
	return w.enterAll(f, string(paths), ends)
}

// load is folder.load for one that was listed.
func (w *walker) load(f *folder, ignore, git bool) {
	if ignore {
		name := path.Join(w.rel(f.path), ".gitignore")
		text, err := w.dir.ReadText(name, maxIgnoreFile)
		if err != nil {
			w.problem(filepath.Join(f.path, ".gitignore"), err)
		}
		f.ignore = gitignore.Parse(text)
	}
	if git {
		f.loadTop()
	}
}

// unread notes that a folder could not be listed.
func (w *walker) unread(f *folder, err error) {
	rel := w.rel(f.path)
	if rel == "" {
		w.failed = err
	} else if !w.swapped(rel) {
		w.problem(f.path, err)
	}
}

// swapped notes it where a folder on the way to a path, or in its place, is a symbolic link.
func (w *walker) swapped(rel string) bool {
	link := w.dir.Link(rel)
	if link == "" {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.ContainsFunc(w.tree.Problems, func(p Problem) bool { return p.Path == link && p.Err == errSwapped }) {
		w.tree.Problems = append(w.tree.Problems, Problem{link, errSwapped})
	}
	return true
}

var errSwapped = errors.New("a symbolic link took the place of this folder while it was read; run again")

// file takes in a file whose name matters, unless it is ignored.
func (w *walker) file(parent *folder, f found) {
	rel := path.Join(w.rel(parent.path), f.name)
	if w.left.Match(rel, false) == gitignore.Ignored {
		return
	}
	if !w.named[rel] {
		if parent.out {
			return
		}
		if f.kind != envKind && f.kind != tempKind && parent.ignores(f.name, false) {
			w.lose(parent)
			return
		}
	}
	w.take(rel, f.kind, f.mode)
}

// lose notes that git ignores something in f, which it may track all the same.
func (w *walker) lose(f *folder) {
	if top := f.repository(); top != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.lost[top] = true
	}
}

func (w *walker) add(f *folder) *folder {
	f.walker = w
	w.mu.Lock()
	defer w.mu.Unlock()
	w.folders[cmp.Or(w.rel(f.path), ".")] = f
	return f
}

// rel is an absolute path as seen from the root, with slashes.
func (w *walker) rel(path string) string {
	return filepath.ToSlash(strings.TrimPrefix(path[len(w.root):], separator))
}

func (w *walker) problem(path string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done || errors.Is(err, fs.ErrNotExist) { // what someone removes during the walk is not there
		return
	}
	rel, relErr := filepath.Rel(w.root, path)
	if relErr != nil {
		rel = path
	}
	var named *fs.PathError
	if errors.As(err, &named) {
		err = named.Err
	}
	w.tree.Problems = append(w.tree.Problems, Problem{filepath.ToSlash(rel), err})
}
