package discover

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/charlievieth/fastwalk"

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
	root       string
	left       *gitignore.Patterns
	named      map[string]bool
	folders    sync.Map // absolute path → *folder
	kubernetes atomic.Bool

	mu   sync.Mutex
	tree *Tree
	lost map[*folder]bool // tops of repositories in which git ignored something
	done bool             // the tree is the caller's, and changes no more
}

// Walk finds the files under root, which is as Root gives it. It skips
// .git, .hg, .svn, node_modules, bower_components, .venv, venv, __pycache__,
// .terraform and .tox, what .gitignore files and .git/info/exclude ignore unless
// git tracks it, and what opt says. The user's own core.excludesFile is not
// read, so that the answer is the same for everyone. Symbolic links to folders
// are not followed. A folder that cannot be read is a Problem; a root that
// cannot be read is an error, and so is the end of ctx.
func Walk(ctx context.Context, root string, opt Options) (*Tree, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	w := &walker{ctx: ctx, root: root, left: gitignore.New(opt.Ignore...), named: map[string]bool{}, lost: map[*folder]bool{}}
	for _, name := range opt.Named {
		w.named[path.Clean(name)] = true
	}
	w.tree = &Tree{Root: root, Links: map[string]string{}, walker: w}
	w.add(&folder{path: root, parent: above(root, w.problem)})
	conf := &fastwalk.Config{NumWorkers: runtime.GOMAXPROCS(0)}
	if err := fastwalk.Walk(conf, root, w.visit); err != nil {
		return nil, err
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

// visit is called for each folder, before what is in it, and for each file.
func (w *walker) visit(path string, entry fs.DirEntry, err error) error {
	if !entry.IsDir() {
		if k := kindOf(entry.Name()); k != other {
			w.file(path, k, entry.Type())
		}
		return nil
	}
	if ctxErr := w.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	switch {
	case path == w.root:
		return err
	case err != nil:
		w.problem(path, err)
		return nil
	}
	return w.folder(path, entry.Name())
}

// folder decides whether to walk a folder.
func (w *walker) folder(path, name string) error {
	rel := w.rel(path)
	if name == ".git" || w.left.Match(rel, true) == gitignore.Ignored {
		return fs.SkipDir
	}
	parent := w.parent(path)
	out := parent.out || skipped(name)
	if !out && parent.ignores(path, true) {
		out = true
		w.lose(parent)
	}
	if !out {
		w.add(&folder{path: path, parent: parent})
		return nil
	}
	if w.named[rel] {
		w.add(&folder{path: path})
		return nil
	}
	for named := range w.named {
		if strings.HasPrefix(named, rel+"/") {
			w.add(&folder{path: path, parent: parent, out: true})
			return nil
		}
	}
	return fs.SkipDir
}

// file takes in a file whose name matters, unless it is ignored.
func (w *walker) file(path string, k kind, mode fs.FileMode) {
	rel, parent := w.rel(path), w.parent(path)
	if w.left.Match(rel, false) == gitignore.Ignored {
		return
	}
	if !w.named[rel] {
		if parent.out {
			return
		}
		if k != envKind && k != tempKind && parent.ignores(path, false) {
			w.lose(parent)
			return
		}
	}
	w.take(path, rel, k, mode)
}

// lose notes that git ignores something in f, which it may track all the same.
func (w *walker) lose(f *folder) {
	if top := f.repository(); top != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.lost[top] = true
	}
}

func (w *walker) add(f *folder) {
	f.problem = w.problem
	w.folders.Store(f.path, f)
}

// parent is the folder that path lies in; visit has seen it before.
func (w *walker) parent(path string) *folder {
	f, _ := w.folders.Load(filepath.Dir(path))
	return f.(*folder)
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
