package discover

import (
	"errors"
	"io/fs"
	slashpath "path"
	"path/filepath"
	"slices"
	"strings"
)

var (
	errLinkOut     = errors.New("it is a symbolic link that leads out of the root")
	errLinkNowhere = errors.New("it is a symbolic link that leads nowhere")
)

// maxLinks is how many symbolic links a path may go through, as in Linux.
const maxLinks = 40

// follow is the regular file in the root that the symbolic link leads to,
// relative to the root. What lies in a .git folder is no target.
func (w *walker) follow(rel string) (string, error) {
	rel, info, err := w.resolve(rel)
	switch {
	case err != nil:
		return "", err
	case slices.Contains(strings.Split(rel, "/"), ".git"):
		return "", errors.New("it is a symbolic link that leads into .git")
	case !info.Mode().IsRegular():
		return "", errors.New("it is a symbolic link to something that is not a regular file")
	}
	return rel, nil
}

// resolve is a path without its symbolic links, and what is there. It looks at
// nothing out of the root: whether something is there is nobody's to learn, so
// that a link that leaves the root leads out of it even where it comes back.
func (w *walker) resolve(rel string) (at string, info fs.FileInfo, err error) {
	at = "."
	links := 0
	for rest := strings.Split(rel, "/"); len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		switch {
		case name == "" || name == ".":
			continue
		case name == ".." && at == ".":
			return "", nil, errLinkOut
		case name == "..":
			at = slashpath.Dir(at)
			continue
		}
		next := slashpath.Join(at, name)
		if info, err = w.dir.Lstat(next); err != nil || len(rest) > 0 && info.Mode().IsRegular() {
			return "", nil, errLinkNowhere
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		if links++; links > maxLinks {
			return "", nil, errLinkNowhere
		}
		target, err := w.dir.ReadLink(next)
		if err != nil {
			return "", nil, errLinkNowhere
		}
		if target = filepath.ToSlash(target); filepath.IsAbs(target) {
			below, ok := strings.CutPrefix(target, strings.TrimSuffix(filepath.ToSlash(w.root), "/")+"/")
			if !ok {
				return "", nil, errLinkOut
			}
			at, target = ".", below
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	info, err = w.dir.Lstat(at)
	return at, info, err
}
