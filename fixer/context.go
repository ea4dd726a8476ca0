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
	kept    int // what the sources have found
	matched int // of maxMatching
	sources map[string]*listing
	scripts map[string]string
	modes   map[string]fs.FileMode // what source says, by the path in the context

	last    *rootfs.Analysis // of file with args
	file    *dockerfile.File
	args    map[string]string
	secret  map[string]bool   // of args
	brought map[wanted]string // what Script says of its stages
}

// analyze is what the stages of the Dockerfile do, with what is known of images. A
// pass that changes neither it nor its arguments gets what the pass before got.
func (c *contexts) analyze(file *dockerfile.File, args map[string]string, secret map[string]bool, in *input) *rootfs.Analysis {
	if c.last == nil || c.file != file || !maps.Equal(c.args, args) || !maps.Equal(c.secret, secret) {
		c.last = rootfs.Analyze(file, rootfs.Options{Args: args, Secret: secret, Bases: in.found, IsDir: c.isDir, Mode: c.mode})
		in.explain(c.last)
		c.file, c.args, c.secret, c.brought = file, args, secret, map[wanted]string{}
	}
	return c.last
}

func newContexts(in *input, dir string, known bool, file string) *contexts {
	c := &contexts{fsys: in.fsys, walked: in.walked, dir: dir, known: known, sources: map[string]*listing{}, scripts: map[string]string{}, modes: map[string]fs.FileMode{}}
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
	_, there := c.source(name)
	return there && !c.judgeFromTop(name).left
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

// at is the path of what has a clean path in the context, relative to the root.
func (c *contexts) at(name string) string {
	switch {
	case name == "":
		return c.dir
	case c.dir == ".":
		return name
	}
	return c.dir + "/" + name
}

// source is the mode of a source without wildcards, behind symbolic links: of a folder, the
// type alone.
func (c *contexts) source(name string) (mode fs.FileMode, there bool) {
	at := c.at(name)
	if c.walked(at) {
		return fs.ModeDir, true
	}
	mode, ok := c.modes[name]
	if !ok {
		mode = c.look(at)
		c.modes[name] = mode
	}
	return mode, mode != fs.ModeIrregular
}

// look is the mode of what lies at a path, behind symbolic links: of a folder, the type
// alone, and where there is nothing, that of an irregular file.
func (c *contexts) look(name string) fs.FileMode {
	info, err := fs.Stat(c.fsys, name)
	switch {
	case err != nil:
		return fs.ModeIrregular
	case info.IsDir():
		return fs.ModeDir
	}
	return info.Mode()
}

func hasFlag(in *dockerfile.Instruction, name string) bool {
	return slices.ContainsFunc(in.Flags, func(f dockerfile.Flag) bool { return f.Name == name })
}
