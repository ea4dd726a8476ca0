package fixer

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// maxMatching bounds the bytes of the patterns of a .dockerignore that have
// wildcards, times the bytes of the paths that they are compared with.
const maxMatching = 200_000_000

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
			if strings.ContainsAny(p, wildcards) {
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
