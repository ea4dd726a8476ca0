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
	Path string      // relative to the context
	Rel  string      // relative to the source that it was found in; empty for the source itself
	Mode fs.FileMode // without permissions where the source itself is a directory
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

// copiesFile is the one of Copies that a source without wildcards brings from a path below
// it, or that is the source itself where that is a file. It looks at that path alone,
// so that what else the source holds, and how many, does not matter.
func (t *Target) copiesFile(in *dockerfile.Instruction, source, below string) (file Copied, found bool) {
	c := t.contexts
	if !c.local(in, source) {
		return Copied{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	file.Path = contextPath(source)
	mode, there := c.source(file.Path)
	if !there || passedOver(path.Base(path.Join(c.dir, file.Path)), mode) {
		return Copied{}, false
	}
	if mode.IsDir() {
		mode = c.below(file.Path, below)
		file.Path, file.Rel = path.Join(file.Path, below), below
	}
	if file.Mode = mode; !mode.IsRegular() {
		return Copied{}, false
	}
	v := c.judgeFromTop(file.Path)
	return file, v.known && !v.left
}

// local reports whether a source is one of the build context, in which it can be looked up.
func (c *contexts) local(in *dockerfile.Instruction, source string) bool {
	if !c.known || strings.ContainsAny(source, "$") || strings.Contains(source, "://") || strings.HasPrefix(source, "git@") {
		return false
	}
	if len(in.Heredocs) > 0 && strings.HasPrefix(source, "<<") {
		return false
	}
	return !hasFlag(in, "from") && !hasFlag(in, "exclude") && !hasFlag(in, "parents")
}

// contextPath is the path of a source in the context; empty for the context itself.
func contextPath(source string) string { return strings.TrimPrefix(path.Clean("/"+source), "/") }

// passedOver reports whether a file or folder of that name is not looked at: git's, and files of
// a run of ours that was killed, which the next one removes.
func passedOver(name string, mode fs.FileMode) bool {
	return name == ".git" || !mode.IsDir() && write.IsTemp(name)
}

// below is the mode of what lies at a path below a folder of the context, where find lists it: by
// no symbolic link, and nothing that is passed over. It is that of an irregular file
// where nothing does.
func (c *contexts) below(dir, rel string) fs.FileMode {
	at, mode := path.Join(c.dir, dir), fs.ModeDir
	for name := range strings.SplitSeq(rel, "/") {
		at = path.Join(at, name)
		info, err := fs.Lstat(c.fsys, at)
		if err != nil || !mode.IsDir() || passedOver(name, info.Mode()) {
			return fs.ModeIrregular
		}
		mode = info.Mode()
	}
	return mode
}

var (
	errEnough  = errors.New("enough files")
	errTooMany = errors.New("too many files")
)

// listing is what find has found so far.
type listing struct {
	*contexts
	top  int // bytes of a path before what Copied.Rel is of it
	seen int
	out  []Copied
}

// find lists a source, a clean path without a slash before it, which may have
// wildcards. It is empty where that cannot be told.
func (c *contexts) find(source string) []Copied {
	tops := []string{source}
	if strings.ContainsAny(source, wildcards) {
		tops = c.glob(source)
	}
	l := &listing{contexts: c}
	for _, top := range tops {
		mode, there := c.source(top)
		if !there {
			return nil
		}
		if passedOver(path.Base(path.Join(c.dir, top)), mode) {
			continue
		}
		if l.top = len(top) + 1; top == "" {
			l.top = 0
		}
		l.seen++
		err := l.add(Copied{Path: top, Mode: mode}, c.judgeFromTop(top))
		if err == errEnough {
			break
		}
		if err != nil {
			return nil
		}
	}
	return l.out
}

// add adds what lies at a path of the context, and what it holds, without what is left out.
func (l *listing) add(f Copied, v verdict) error {
	if !v.known {
		return errTooMany
	}
	if !v.left {
		if l.out = append(l.out, f); len(l.out) >= maxListed {
			return errEnough
		}
	}
	if !f.Mode.IsDir() || v.whole {
		return nil
	}
	entries, err := fs.ReadDir(l.fsys, path.Join(l.dir, f.Path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if l.seen++; l.seen > maxVisited {
			return errTooMany
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if passedOver(e.Name(), info.Mode()) {
			continue
		}
		at := e.Name()
		if f.Path != "" {
			at = f.Path + "/" + at
		}
		if err := l.add(Copied{at, at[l.top:], info.Mode()}, l.judge(at, v)); err != nil {
			return err
		}
	}
	return nil
}

// metas escapes what path.Match reads as a pattern.
var metas = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

// glob are the paths in the context that match a source; none where it is no pattern.
func (c *contexts) glob(source string) []string {
	matches, err := fs.Glob(c.fsys, path.Join(metas.Replace(c.dir), source))
	if err != nil {
		return nil
	}
	for i, name := range matches {
		if c.dir != "." {
			matches[i] = name[len(c.dir)+1:]
		}
	}
	return matches
}
