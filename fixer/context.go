package fixer

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
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
	// maxMatching bounds the bytes of the patterns of a .dockerignore that have
	// wildcards, times the bytes of the paths that they are compared with.
	maxMatching = 200_000_000
	// maxScript bounds the bytes of an entrypoint script that is read.
	maxScript = 256 << 10
)

// contexts is what the COPYs of one Dockerfile bring from its build context. It
// is looked up once and kept over the passes, which do not change it.
type contexts struct {
	fsys fs.FS
	dir  string // the context, relative to the root; known says whether it is
	// known is false where the context is not in the repository: a URL, a folder
	// outside of the root, or two services that build with different contexts.
	known  bool
	ignore func() *ignoreFile

	mu      sync.Mutex
	kept    int // files in sources
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
	c := &contexts{fsys: in.fsys, dir: dir, known: known, sources: map[string][]Copied{}, scripts: map[string]string{}, infos: map[string]fs.FileInfo{}}
	c.ignore = sync.OnceValue(func() *ignoreFile { return in.readIgnore(dir, file) })
	return c
}

// ignoreFile is a .dockerignore.
type ignoreFile struct {
	matcher *patternmatcher.PatternMatcher // nil: it ignores nothing
	unknown bool                           // there is one, of which nothing can be said
	size    int                            // bytes of the patterns with wildcards
	work    int                            // of maxMatching, so far
}

// readIgnore reads the .dockerignore that BuildKit would: that of the
// Dockerfile, else that of the context.
func (in *input) readIgnore(dir, file string) *ignoreFile {
	for _, name := range []string{file + ".dockerignore", path.Join(dir, ".dockerignore")} {
		if in.lacks(name) {
			continue
		}
		text, err := in.text(name, maxBeside)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return &ignoreFile{unknown: true}
		}
		patterns, err := ignorefile.ReadAll(strings.NewReader(text))
		if err != nil {
			return &ignoreFile{unknown: true}
		}
		f := &ignoreFile{}
		for _, p := range patterns {
			if strings.ContainsAny(p, "*?[") {
				f.size += len(p)
			}
		}
		f.matcher, err = patternmatcher.New(patterns)
		f.unknown = err != nil
		return f
	}
	return &ignoreFile{}
}

// out reports whether a path of the context is left out; known is false where that
// cannot be told, or takes too long.
func (f *ignoreFile) out(name string) (out, known bool) {
	if f.unknown {
		return false, false
	}
	if f.matcher == nil || name == "" || name == "." {
		return false, true
	}
	if f.work += f.size * len(name) * (1 + strings.Count(name, "/")); f.work > maxMatching {
		return false, false
	}
	out, err := f.matcher.MatchesOrParentMatches(name)
	return out, err == nil
}

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
	if !c.known || strings.ContainsAny(source, "$") || strings.Contains(source, "://") || strings.HasPrefix(source, "git@") {
		return nil, false
	}
	if hasFlag(in, "from") || hasFlag(in, "exclude") || hasFlag(in, "parents") {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	source = strings.TrimPrefix(path.Clean("/"+source), "/")
	list, ok := c.sources[source]
	if !ok && c.kept < maxSources {
		list = c.find(source)
		c.sources[source] = list
		c.kept += len(list)
	}
	return list, len(list) > 0 && len(list) < maxListed
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
	if strings.ContainsAny(source, "*?[") {
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

// CopiesGit reports whether a source of a COPY or ADD brings a git repository
// with it: a folder that holds .git, which .dockerignore does not leave out.
func (t *Target) CopiesGit(in *dockerfile.Instruction, source string) bool {
	c := t.contexts
	inContext := path.Join(strings.TrimPrefix(path.Clean("/"+source), "/"), ".git")
	if !c.known || hasFlag(in, "from") || strings.Contains(source, "://") {
		return false
	}
	if c.info(inContext) == nil {
		return false
	}
	left, _ := c.ignore().out(inContext)
	return !left
}

// isDir and mode are what the analysis asks of a source.
func (c *contexts) isDir(in *dockerfile.Instruction, source string) (dir, known bool) {
	info, ok := c.stat(in, source)
	return ok && info.IsDir(), ok
}

func (c *contexts) mode(in *dockerfile.Instruction, source string) (mode uint32, known bool) {
	info, ok := c.stat(in, source)
	if !ok {
		return 0, false
	}
	return uint32(info.Mode().Perm()), true
}

func (c *contexts) stat(in *dockerfile.Instruction, source string) (fs.FileInfo, bool) {
	if !c.known || hasFlag(in, "from") || strings.ContainsAny(source, "$*?[") || strings.Contains(source, "://") {
		return nil, false
	}
	info := c.info(strings.TrimPrefix(path.Clean("/"+source), "/"))
	return info, info != nil
}

// info is what a path in the context is, behind symbolic links; nil where there
// is nothing.
func (c *contexts) info(name string) fs.FileInfo {
	c.mu.Lock()
	defer c.mu.Unlock()
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
