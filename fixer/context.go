package fixer

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
)

// contexts is what the COPYs of one Dockerfile bring from its build context. It
// is looked up once and kept over the passes, which do not change it.
type contexts struct {
	fsys   fs.FS
	walked func(dir string) bool
	dir    string // the context, relative to the root; known says whether it is
	// known is false where the context is not in the repository: a URL, a folder
	// outside of the root, or two services that build with different contexts.
	known  bool
	ignore func() *ignoreFile

	mu      sync.Mutex
	kept    int // files in sources
	matched int // of maxMatching
	sources map[string][]Copied
	scripts map[string]string
	infos   map[string]fs.FileInfo // by the path in the context; nil: there is none

	last    *rootfs.Analysis // of file with args
	file    *dockerfile.File
	args    map[string]string
	brought map[wanted]string // what Script says of its stages
}

// analyze is what the stages of the Dockerfile do, with what is known of images. A
// pass that changes neither it nor its arguments gets what the pass before got.
func (c *contexts) analyze(file *dockerfile.File, args map[string]string, in *input) *rootfs.Analysis {
	if c.last == nil || c.file != file || !maps.Equal(c.args, args) {
		c.last = rootfs.Analyze(file, rootfs.Options{Args: args, Bases: in.found, IsDir: c.isDir, Mode: c.mode})
		in.explain(c.last)
		c.file, c.args, c.brought = file, args, map[wanted]string{}
	}
	return c.last
}

func newContexts(in *input, dir string, known bool, file string) *contexts {
	c := &contexts{fsys: in.fsys, walked: in.walked, dir: dir, known: known, sources: map[string][]Copied{}, scripts: map[string]string{}, infos: map[string]fs.FileInfo{}}
	c.ignore = sync.OnceValue(func() *ignoreFile { return in.readIgnore(dir, file) })
	return c
}

// CopiesGit reports whether a source of a COPY or ADD brings a git repository
// with it: a folder that holds .git, which .dockerignore does not leave out.
func (t *Target) CopiesGit(in *dockerfile.Instruction, source string) bool {
	c := t.contexts
	if !c.known || hasFlag(in, "from") || strings.Contains(source, "://") {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	name := path.Join(contextPath(source), ".git")
	return c.info(name) != nil && !c.judgeFromTop(name).left
}

// isDir and mode are what the analysis asks of a source.
func (c *contexts) isDir(in *dockerfile.Instruction, source string) (dir, known bool) {
	mode, known := c.modeOf(in, source)
	return mode.IsDir(), known
}

func (c *contexts) mode(in *dockerfile.Instruction, source string) (mode uint32, known bool) {
	bits, known := c.modeOf(in, source)
	return uint32(bits.Perm()), known && !bits.IsDir()
}

func (c *contexts) modeOf(in *dockerfile.Instruction, source string) (mode fs.FileMode, known bool) {
	if !c.known || hasFlag(in, "from") || strings.ContainsAny(source, "$"+wildcards) || strings.Contains(source, "://") {
		return 0, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.source(contextPath(source))
}

// source is the mode of a source without wildcards, behind symbolic links: of a folder, the
// type alone.
func (c *contexts) source(name string) (mode fs.FileMode, there bool) {
	if c.walked(path.Join(c.dir, name)) {
		return fs.ModeDir, true
	}
	info := c.info(name)
	switch {
	case info == nil:
		return 0, false
	case info.IsDir():
		return fs.ModeDir, true
	}
	return info.Mode(), true
}

// info is what a path in the context is, behind symbolic links; nil where there
// is nothing.
func (c *contexts) info(name string) fs.FileInfo {
	info, ok := c.infos[name]
	if !ok {
		if found, err := fs.Stat(c.fsys, path.Join(c.dir, name)); err == nil {
			info = found
		}
		c.infos[name] = info
	}
	return info
}

func hasFlag(in *dockerfile.Instruction, name string) bool {
	return slices.ContainsFunc(in.Flags, func(f dockerfile.Flag) bool { return f.Name == name })
}
