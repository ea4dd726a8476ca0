package fixer

import (
	"io/fs"
	"path"
	"strings"

	"nonroot/dockerfile"
	"nonroot/fixer/write"
)

// wildcards are the characters that make a source, or a line of .dockerignore, a pattern.
const wildcards = "*?["

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
	list = t.CopiesOf(in, source, func(Copied) bool { return true })
	return list, len(list) > 0 && len(list) < maxListed
}

// CopiesOf are those of Copies, as far as they are known, that are wanted. .dockerignore is
// not asked about the files that are not.
func (t *Target) CopiesOf(in *dockerfile.Instruction, source string, want func(Copied) bool) []Copied {
	c := t.contexts
	if !c.local(in, source) {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	source = contextPath(source)
	l, ok := c.sources[source]
	if !ok {
		l = &listing{contexts: c}
		if c.kept < maxSources {
			l.find(source)
		}
		c.sources[source] = l
		c.kept += len(l.found)
	}
	return l.wanted(want)
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
	if !there || passedOver(path.Base(c.at(file.Path)), mode) {
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
func contextPath(source string) string {
	if fs.ValidPath(source) && source != "." {
		return source
	}
	return strings.TrimPrefix(path.Clean("/"+source), "/")
}

// passedOver reports whether a file or folder of that name is not looked at: git's, and files of
// a run of ours that was killed, which the next one removes.
func passedOver(name string, mode fs.FileMode) bool {
	return name == ".git" || !mode.IsDir() && write.IsTemp(name)
}

// below is the mode of what lies at a path below a folder of the context, where find lists it: by
// no symbolic link, and nothing that is passed over. It is that of an irregular file
// where nothing does.
func (c *contexts) below(dir, rel string) fs.FileMode {
	at, mode := c.at(dir), fs.ModeDir
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
