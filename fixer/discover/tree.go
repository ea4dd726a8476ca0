package discover

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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

	walker *walker
}

// Problem is a path of which nothing can be said, and why.
type Problem struct {
	Path string
	Err  error // without the path
}

// take adds a file to the tree.
func (w *walker) take(path, rel string, k kind, mode fs.FileMode) {
	switch {
	case k == chartKind || k == yamlKind:
		w.evidence(path, k, mode)
		return
	case mode&fs.ModeSymlink != 0 && k != tempKind:
		target, err := w.follow(path)
		if err == nil {
			w.list(k, rel, target)
		} else if k == dockerfileKind || k == composeKind {
			w.problem(path, err)
		}
	case mode.IsRegular():
		w.list(k, rel, "")
	case k == dockerfileKind || k == composeKind:
		w.problem(path, errors.New("it is not a regular file"))
	}
}

func (w *walker) list(k kind, rel, target string) {
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
func (w *walker) evidence(path string, k kind, mode fs.FileMode) {
	if mode.IsRegular() && !w.kubernetes.Load() && (k == chartKind || isManifest(path)) {
		w.kubernetes.Store(true)
	}
}

// follow is the regular file in the root that the symbolic link leads to,
// relative to the root. What lies in a .git folder is no target.
func (w *walker) follow(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", errors.New("it is a symbolic link that leads nowhere")
	}
	rel, err := filepath.Rel(w.root, real)
	if err != nil || !filepath.IsLocal(rel) {
		return "", errors.New("it is a symbolic link that leads out of the root")
	}
	rel = filepath.ToSlash(rel)
	if slices.Contains(strings.Split(rel, "/"), ".git") {
		return "", errors.New("it is a symbolic link that leads into .git")
	}
	info, err := os.Lstat(real)
	if err != nil || !info.Mode().IsRegular() {
		return "", errors.New("it is a symbolic link to something that is not a regular file")
	}
	return rel, nil
}

// findTracked adds the files that git tracks although it ignores them.
func (w *walker) findTracked() {
	for top := range w.lost {
		for path := range w.trackedBelow(top) {
			rel := w.rel(path)
			if !w.isOut(path, rel) {
				continue // it was taken, or is left out for another reason
			}
			if info, err := os.Lstat(path); err == nil && !info.IsDir() {
				w.take(path, rel, kindOf(filepath.Base(path)), info.Mode().Type())
			}
		}
	}
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
	parent, walked := w.folders.Load(filepath.Dir(path))
	return !walked || parent.(*folder).out || parent.(*folder).ignores(path, false)
}

// trackedBelow has the files below the root that the repository of top tracks.
func (w *walker) trackedBelow(top *folder) map[string]bool {
	top.ask.Do(func() {
		dir := top.path
		if len(dir) < len(w.root) {
			dir = w.root
		}
		top.tracked = map[string]bool{}
		for _, path := range tracked(w.ctx, dir) {
			top.tracked[filepath.Join(dir, filepath.FromSlash(path))] = true
		}
	})
	return top.tracked
}

// GitIgnored reports whether git ignores the path of a file, which need not
// exist: it is not tracked, and a .gitignore file names it or a folder above it.
func (t *Tree) GitIgnored(path string) bool {
	w := t.walker
	f, _ := w.folders.Load(w.root)
	at := f.(*folder)
	full := filepath.Join(w.root, filepath.FromSlash(path))
	ignored := false
	for i := len(w.root) + 1; i < len(full) && !ignored; i++ {
		if !os.IsPathSeparator(full[i]) {
			continue
		}
		if ignored = at.ignores(full[:i], true); ignored {
			break
		}
		if known, ok := w.folders.Load(full[:i]); ok {
			at = known.(*folder)
		} else {
			at = &folder{path: full[:i], parent: at, problem: func(string, error) {}}
		}
	}
	if !ignored && !at.ignores(full, false) {
		return false
	}
	top := at.repository()
	return top == nil || !w.trackedBelow(top)[full]
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
