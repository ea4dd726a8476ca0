package discover

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	slashpath "path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"nonroot/fixer/discover/gitignore"
)

// Tree is what lies under a root. All paths are relative to it, with slashes,
// and sorted; they name regular files, or symbolic links to some in the root.
type Tree struct {
	Root        string
	Dockerfiles []string
	Composes    []string
	Makefiles   []string
	EnvFiles    []string // .env, .env.example, .env.dist and .env.sample; also ignored ones: compose reads them
	Temps       []string // temporary files that a run of ours left when it was killed, or that one uses now

	// Links has the symbolic links among these, and the path that each leads to,
	// which may be listed as well.
	Links map[string]string
	// Kubernetes says that there is a manifest, a Helm chart or a kustomization.
	Kubernetes bool
	// Problems are what could not be read, and the Dockerfiles and compose files
	// that are left out since they are no regular files or lead out of the root.
	Problems []Problem
	// Untold is why git does not say which of the files that it ignores it tracks: all of
	// them are left out. Nil: it did, or ignores none.
	Untold error

	walker *walker
}

// Problem is a path of which nothing can be said, and why.
type Problem struct {
	Path string
	Err  error // without the path
}

// take adds a file to the tree.
func (w *walker) take(rel string, k kind, mode fs.FileMode) {
	switch {
	case k == chartKind || k == yamlKind:
		w.evidence(rel, k, mode)
		return
	case mode&fs.ModeSymlink != 0 && k != tempKind:
		target, err := w.follow(rel)
		if err == nil {
			w.enter(k, rel, target)
		} else if k == dockerfileKind || k == composeKind {
			w.problem(w.full(rel), err)
		}
	case mode.IsRegular():
		w.enter(k, rel, "")
	case k == dockerfileKind || k == composeKind:
		w.problem(w.full(rel), errors.New("it is not a regular file"))
	}
}

func (w *walker) full(rel string) string { return filepath.Join(w.root, filepath.FromSlash(rel)) }

func (w *walker) enter(k kind, rel, target string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if target != "" {
		w.tree.Links[rel] = target
	}
	t := w.tree
	switch k {
	case dockerfileKind:
		t.Dockerfiles = append(t.Dockerfiles, rel)
	case composeKind:
		t.Composes = append(t.Composes, rel)
	case makefileKind:
		t.Makefiles = append(t.Makefiles, rel)
	case envKind:
		t.EnvFiles = append(t.EnvFiles, rel)
	case tempKind:
		t.Temps = append(t.Temps, rel)
	}
}

// evidence looks for Kubernetes; one hit in the tree is enough.
func (w *walker) evidence(rel string, k kind, mode fs.FileMode) {
	if mode.IsRegular() && !w.kubernetes.Load() && (k == chartKind || isManifest(w.dir, rel)) {
		w.kubernetes.Store(true)
	}
}

// findTracked adds the files that git tracks although it ignores them.
func (w *walker) findTracked() {
	for _, top := range slices.SortedFunc(maps.Keys(w.lost), func(a, b *folder) int { return cmp.Compare(a.path, b.path) }) {
		below := w.trackedBelow(top)
		w.tree.Untold = cmp.Or(w.tree.Untold, top.top.silent)
		for path := range below {
			rel := w.rel(path)
			if !w.isOut(path, rel) {
				continue // it was taken, or is left out for another reason
			}
			mode, err := w.typeOf(rel)
			switch {
			case err != nil:
				w.swapped(rel)
			case !mode.IsDir():
				w.take(rel, kindOf(filepath.Base(path)), mode)
			}
		}
	}
}

// typeOf is the type of what git names, whose folders may be anything by now.
func (w *walker) typeOf(rel string) (mode fs.FileMode, err error) {
	if utf8.ValidString(rel) {
		info, err := w.dir.Lstat(rel)
		if err != nil {
			return 0, err
		}
		return info.Mode().Type(), nil
	}
	err = fs.ErrNotExist
	listErr := w.dir.List(slashpath.Dir(rel), func(name []byte, kind fs.FileMode) {
		if string(name) == slashpath.Base(rel) {
			mode, err = kind, nil
		}
	})
	return mode, cmp.Or(listErr, err)
}

// isOut reports whether git alone kept the walk from a file.
func (w *walker) isOut(path, rel string) bool {
	if leftAlone(w.left, rel) || w.named[rel] {
		return false
	}
	for dir := range strings.SplitSeq(filepath.ToSlash(filepath.Dir(rel)), "/") {
		if skipped(dir) {
			return false
		}
	}
	parent, walked := w.folders[slashpath.Dir(rel)]
	return !walked || parent.out || parent.ignores(filepath.Base(path), false)
}

// trackedBelow has the files below the root that the repository of top tracks.
func (w *walker) trackedBelow(f *folder) map[string]bool {
	f.top.ask.Do(func() {
		dir := f.path
		if len(dir) < len(w.root) {
			dir = w.root
		}
		paths, err := tracked(w.ctx, dir)
		f.top.tracked, f.top.silent = map[string]bool{}, err
		for _, path := range paths {
			f.top.tracked[filepath.Join(dir, filepath.FromSlash(path))] = true
		}
	})
	return f.top.tracked
}

// GitIgnored reports whether git ignores the path of a file, which need not
// exist: it is not tracked, and a .gitignore file names it or a folder above it.
func (t *Tree) GitIgnored(path string) bool {
	w := t.walker
	at := w.folders["."]
	ignored := false
	start := 0 // of the element of the path that lies in at
	for i := range len(path) {
		if path[i] != '/' {
			continue
		}
		name := path[start:i]
		if ignored = at.ignores(name, true); ignored {
			break
		}
		start = i + 1
		if known := w.folders[path[:i]]; known != nil {
			at = known
		} else {
			at = &folder{path: at.below(name), parent: at, walker: w}
		}
	}
	if !ignored && !at.ignores(path[start:], false) {
		return false
	}
	top := at.repository()
	return top == nil || !w.trackedBelow(top)[w.full(path)]
}

// Lacks reports whether there is nothing of a path, which ends in .env or .dockerignore:
// the walk saw all that is in its folder.
func (t *Tree) Lacks(path string) bool {
	f := t.walker.folders[slashpath.Dir(path)]
	switch name := slashpath.Base(path); {
	case f == nil || !f.listed:
		return false
	case name == ".env":
		return !f.env
	default:
		return !f.dockerignore && strings.HasSuffix(name, ".dockerignore")
	}
}

// Walked reports whether the walk listed a folder, to which it goes by no symbolic link.
func (t *Tree) Walked(dir string) bool {
	f := t.walker.folders[dir]
	return f != nil && f.listed
}

// LeftAlone makes the test for the paths that patterns of Options.Ignore leave
// alone: those that they match, and all below folders that they match.
func LeftAlone(patterns []string) func(path string) bool {
	p := gitignore.New(patterns...)
	return func(path string) bool { return leftAlone(p, path) }
}

func leftAlone(p *gitignore.Patterns, path string) bool {
	for i := range len(path) {
		if path[i] == '/' && p.Match(path[:i], true) == gitignore.Ignored {
			return true
		}
	}
	return p.Match(path, false) == gitignore.Ignored
}

func (t *Tree) sort() {
	for _, list := range [][]string{t.Dockerfiles, t.Composes, t.Makefiles, t.EnvFiles, t.Temps} {
		slices.Sort(list)
	}
	slices.SortFunc(t.Problems, func(a, b Problem) int { return cmp.Compare(a.Path, b.Path) })
}
