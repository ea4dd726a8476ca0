package fixer

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"nonroot/dockerfile"
	"nonroot/fixer/write"
)

const (
	// maxListed bounds the files of one COPY that are looked at.
	maxListed = 5000
	// maxSources bounds the files of all sources of a Dockerfile that are kept.
	maxSources = 100_000
	// maxVisited bounds the files of one source that are seen, those that
	// .dockerignore leaves out too.
	maxVisited = 200_000
	// wildcards are the characters that make a source, or a line of .dockerignore, a pattern.
	wildcards = "*?["
)

// Copied is one file or directory that a COPY brings from the build context.
type Copied struct {
	Path string // relative to the context
	Rel  string // relative to the source that it was found in; empty for the source itself
	Mode fs.FileMode
}

// Copies is what a source of a COPY or ADD is in the build context, the source
// itself first and what it holds behind it, without what .dockerignore leaves
// out. known is false where that cannot be told: a URL, a variable, a context
// outside of the repository, or more than 5,000 files.
func (t *Target) Copies(in *dockerfile.Instruction, source string) (list []Copied, known bool) {
	c := t.contexts
	if !c.local(in, source) {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	source = contextPath(source)
	list, ok := c.sources[source]
	if !ok && c.kept < maxSources {
		list = c.find(source)
		c.sources[source] = list
		c.kept += len(list)
	}
	return list, len(list) > 0 && len(list) < maxListed
}

// local reports whether a source is one of the build context, in which it can be looked up.
func (c *contexts) local(in *dockerfile.Instruction, source string) bool {
	if !c.known || strings.ContainsAny(source, "$") || strings.Contains(source, "://") || strings.HasPrefix(source, "git@") {
		return false
	}
	return !hasFlag(in, "from") && !hasFlag(in, "exclude") && !hasFlag(in, "parents")
}

// contextPath is the path of a source in the context; empty for the context itself.
func contextPath(source string) string { return strings.TrimPrefix(path.Clean("/"+source), "/") }

// copiesFile is the one of Copies that a source without wildcards brings from a path below
// it, or that is the source itself where that is a file. It looks at that path alone,
// so that what else the source holds, and how many, does not matter.
func (t *Target) copiesFile(in *dockerfile.Instruction, source, below string) (file Copied, found bool) {
	c := t.contexts
	if !c.local(in, source) {
		return Copied{}, false
	}
	source = contextPath(source)
	info := c.info(source)
	if info == nil || path.Base(path.Join(c.dir, source)) == ".git" {
		return Copied{}, false
	}
	file = Copied{Path: source}
	if info.IsDir() {
		file.Path, file.Rel = path.Join(source, below), below
		info = c.below(source, below)
	}
	if info == nil || !info.Mode().IsRegular() || write.IsTemp(path.Base(file.Path)) {
		return Copied{}, false
	}
	file.Mode = info.Mode()
	left, known := c.ignore().out(file.Path)
	return file, known && !left
}

// below is what lies in a folder of the context, by no symbolic link and not in .git, as in what
// find lists; nil where nothing does.
func (c *contexts) below(dir, rel string) (info fs.FileInfo) {
	at := path.Join(c.dir, dir)
	for name := range strings.SplitSeq(rel, "/") {
		if name == ".git" || info != nil && !info.IsDir() {
			return nil
		}
		var err error
		at = path.Join(at, name)
		if info, err = fs.Lstat(c.fsys, at); err != nil {
			return nil
		}
	}
	return info
}

var (
	errEnough  = errors.New("enough files")
	errTooMany = errors.New("too many files")
)

// find lists a source, a clean path without a slash before it, which may have
// wildcards. It is empty where that cannot be told.
func (c *contexts) find(source string) []Copied {
	clean := source
	if clean == "" {
		clean = "."
	}
	matches := []string{path.Join(c.dir, clean)}
	if strings.ContainsAny(source, wildcards) {
		var err error
		if matches, err = fs.Glob(c.fsys, path.Join(c.dir, clean)); err != nil {
			return nil
		}
	}
	var out []Copied
	seen := 0
	for _, top := range matches {
		err := fs.WalkDir(c.fsys, top, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if seen++; seen > maxVisited {
				return errTooMany
			}
			if write.IsTemp(path.Base(name)) {
				return nil // ours, of a run that was killed: the next one removes it
			}
			if name == ".git" || strings.HasSuffix(name, "/.git") {
				if !d.IsDir() {
					return nil // that of a submodule, which skips nothing else
				}
				return fs.SkipDir
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			inContext := seenFrom(c.dir, name)
			switch left, known := c.ignore().out(inContext); {
			case !known:
				return errTooMany
			case left && d.IsDir() && !c.ignore().matcher.Exclusions():
				return fs.SkipDir
			case left:
				return nil // a pattern with ! may bring back what lies below
			}
			out = append(out, Copied{inContext, seenFrom(top, name), info.Mode()})
			if len(out) >= maxListed {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return nil
		}
	}
	return out
}

// seenFrom is the path of what is dir or lies in it, as seen from there; empty for dir.
func seenFrom(dir, name string) string {
	if name == dir {
		return ""
	}
	if dir == "." {
		return name
	}
	return name[len(dir)+1:]
}
