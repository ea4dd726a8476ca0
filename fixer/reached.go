package fixer

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"nonroot/fixer/discover"
)

// keepReached leaves in a tree what is found through fsys, which no symbolic link
// leads out of. The walk goes by paths: where somebody puts a link in the place of a
// folder meanwhile, it lists what is behind that, and not even a name of it may be
// shown. Such a folder is a Problem; what is gone is not.
func keepReached(fsys fs.FS, tree *discover.Tree) {
	swapped := map[string]bool{}
	lost := func(name string) bool {
		reached, link := reach(fsys, name)
		if link != "" {
			swapped[link] = true
		}
		return !reached
	}
	for _, list := range []*[]string{&tree.Dockerfiles, &tree.Composes, &tree.Makefiles, &tree.EnvFiles, &tree.Temps} {
		*list = slices.DeleteFunc(*list, lost)
	}
	tree.Problems = slices.DeleteFunc(tree.Problems, func(p discover.Problem) bool {
		return p.Path != ".." && !strings.HasPrefix(p.Path, "../") && lost(p.Path) // others lie above the root, which is its user's
	})
	for link := range swapped {
		tree.Problems = append(tree.Problems, discover.Problem{
			Path: link, Err: errors.New("a symbolic link took the place of this folder while it was read; run again"),
		})
	}
	slices.SortFunc(tree.Problems, func(a, b discover.Problem) int { return strings.Compare(a.Path, b.Path) })
}

// reach reports whether there is a file of that name, and otherwise which of the
// folders above it is a symbolic link, if one is.
func reach(fsys fs.FS, name string) (reached bool, link string) {
	if !utf8.ValidString(name) {
		return listed(fsys, name), ""
	}
	_, err := fs.Lstat(fsys, name)
	if err == nil || errors.Is(err, fs.ErrPermission) {
		return true, ""
	}
	for i, c := range name {
		if c != '/' {
			continue
		}
		info, err := fs.Lstat(fsys, name[:i])
		if err != nil {
			return false, ""
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return false, name[:i]
		}
	}
	return false, ""
}

// listed is reach for a name that is no UTF-8, which an fs.FS does not take: whether
// the first such element of it is in its folder.
func listed(fsys fs.FS, name string) bool {
	dir := "."
	for element := range strings.SplitSeq(name, "/") {
		if utf8.ValidString(element) {
			dir = path.Join(dir, element)
			continue
		}
		list, _ := fs.ReadDir(fsys, dir)
		return slices.ContainsFunc(list, func(e fs.DirEntry) bool { return e.Name() == element })
	}
	return false
}
