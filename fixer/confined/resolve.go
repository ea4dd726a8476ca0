package confined

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

var (
	errLinkOut     = errors.New("it is a symbolic link that leads out of the root")
	errLinkNowhere = errors.New("it is a symbolic link that leads nowhere")
)

// maxLinks is how many symbolic links a path may go through, as in Linux.
const maxLinks = 40

// Resolve is a path without its symbolic links, of which it tells through the paths,
// and what is there. It looks at nothing out of the root: whether something is there
// is nobody's to learn, so that a link that leaves the root leads out of it even
// where it comes back.
func (f *FS) Resolve(name string, through func(link string)) (at string, info fs.FileInfo, err error) {
	at = "."
	links := 0
	for rest := strings.Split(name, "/"); len(rest) > 0; {
		element := rest[0]
		rest = rest[1:]
		switch {
		case element == "" || element == ".":
			continue
		case element == ".." && at == ".":
			return "", nil, errLinkOut
		case element == "..":
			at = path.Dir(at)
			continue
		}
		next := path.Join(at, element)
		if info, err = f.Lstat(next); err != nil || len(rest) > 0 && info.Mode().IsRegular() {
			return "", nil, errLinkNowhere
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		through(next)
		if links++; links > maxLinks {
			return "", nil, errLinkNowhere
		}
		target, err := f.ReadLink(next)
		if err != nil {
			return "", nil, errLinkNowhere
		}
		if target = filepath.ToSlash(target); filepath.IsAbs(target) {
			below, ok := strings.CutPrefix(target, strings.TrimSuffix(filepath.ToSlash(f.root.Name()), "/")+"/")
			if !ok {
				return "", nil, errLinkOut
			}
			at, target = ".", below
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	info, err = f.Lstat(at)
	return at, info, err
}
