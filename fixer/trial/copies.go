package trial

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"nonroot/fixer/trial/seen"
)

// copies stand for what bind mounts of the host could write. A directory's copy is
// a volume that the engine fills, so that owners and modes are kept whoever we
// are, and what containers write there can be removed by anybody; a directory in
// another one is a part of its copy. A file's copy lies in a temporary directory.
type copies struct {
	mark  mark
	kind  fileKind
	dirs  map[string]bool // directories that are copied, or made where they are missing
	files []string
	tops  []*copied
	parts map[string]*part // directories in a copied one
	// fileDir is where the copies of files will lie.
	fileDir string
	read    map[string]bool // directories that are only read
}

// copied is one directory and its copy.
type copied struct {
	source string // empty where there is none
	volume string
	makes  []string // directories in it that a mount needs and that are missing
}

// part is a directory inside of a copied one.
type part struct {
	of     *copied
	rel    string
	volume string
}

func newCopies(s setting) *copies {
	return &copies{mark: s.mark, kind: s.kind, fileDir: s.dir, dirs: map[string]bool{}, parts: map[string]*part{}, read: map[string]bool{}}
}

// add notes one bind mount.
func (c *copies) add(source string, readOnly, create bool) {
	switch kind := c.kind(source); {
	case kind == seen.File && !readOnly:
		if !slices.Contains(c.files, source) {
			c.files = append(c.files, source)
		}
	case kind == seen.Missing && create, kind == seen.Directory && !readOnly:
		c.dirs[source] = true
	case kind == seen.Directory:
		c.read[source] = true
	}
}

// settle sorts directories into copies and their parts.
func (c *copies) settle() {
	for dir := range c.read { // what is read in a copied directory is read there
		if !c.dirs[dir] && slices.ContainsFunc(sortedKeys(c.dirs), func(top string) bool { return inside(dir, top) }) {
			c.dirs[dir] = true
		}
	}
	dirs := sortedKeys(c.dirs)
	slices.SortStableFunc(dirs, func(a, b string) int { return cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")) })
	for _, dir := range dirs {
		at := slices.IndexFunc(c.tops, func(t *copied) bool { return inside(dir, t.source) })
		if at < 0 {
			c.tops = append(c.tops, &copied{source: dir, volume: c.mark.volume(fmt.Sprintf("copy-%d", len(c.tops)))})
			continue
		}
		top := c.tops[at]
		rel := strings.TrimPrefix(dir, top.source+"/")
		c.parts[dir] = &part{top, rel, fmt.Sprintf("%s-%d", top.volume, len(c.parts))}
		if c.kind(dir) == seen.Missing {
			top.makes = append(top.makes, rel)
		}
	}
}

// inside reports whether a path lies below a directory.
func inside(name, dir string) bool { return strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/") }

// of is what stands for a path: a volume, a file, or nothing.
func (c *copies) of(source string) (volume, file string) {
	if p := c.parts[source]; p != nil {
		return p.volume, ""
	}
	for _, t := range c.tops {
		if t.source == source {
			return t.volume, ""
		}
	}
	if i := slices.Index(c.files, source); i >= 0 {
		return "", written(c.filePath(i))
	}
	return "", ""
}

// filePath is where the copy of the i-th file lies.
func (c *copies) filePath(i int) string {
	return path.Join(c.fileDir, fmt.Sprintf("file-%d", i), path.Base(c.files[i]))
}

// kindOf is the kind of what a path of this machine leads to.
func kindOf(name string) string {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return seen.Missing
	case info.IsDir():
		return seen.Directory
	case info.Mode().IsRegular():
		return seen.File
	}
	return seen.Other
}
