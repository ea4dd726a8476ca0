package fixer

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

const (
	// maxMatching bounds the bytes of the patterns of a .dockerignore that have
	// wildcards, times the bytes of the paths of one Dockerfile's context that they are
	// compared with.
	maxMatching = 200_000_000
	// maxShared and maxSharedBytes bound the files of .dockerignore that are kept for
	// other Dockerfiles, and the bytes of each.
	maxShared, maxSharedBytes = 32, 4 << 10
)

// ignoreFile is a .dockerignore.
type ignoreFile struct {
	unknown    bool     // there is one, of which nothing can be said
	size       int      // bytes of the patterns with wildcards
	exceptions []string // patterns with !, each with a slash behind it
	anywhere   bool     // one of these has wildcards, and may match in any folder

	mu      sync.Mutex                     // the matcher compiles a pattern when it is first compared
	matcher *patternmatcher.PatternMatcher // nil: it ignores nothing
}

// ignores are the files that were read, by their texts: those of a repository are often alike.
type ignores struct {
	mu     sync.Mutex
	byText map[string]*ignoreFile
}

// of parses a text, unless that was done.
func (s *ignores) of(text string) *ignoreFile {
	if len(text) > maxSharedBytes {
		return parseIgnore(text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.byText[text]
	if f == nil {
		if f = parseIgnore(text); len(s.byText) >= maxShared || s.byText == nil {
			s.byText = map[string]*ignoreFile{}
		}
		s.byText[text] = f
	}
	return f
}

func parseIgnore(text string) *ignoreFile {
	patterns, err := ignorefile.ReadAll(strings.NewReader(text))
	if err != nil {
		return &ignoreFile{unknown: true}
	}
	f := &ignoreFile{}
	if f.matcher, err = patternmatcher.New(patterns); err != nil {
		return &ignoreFile{unknown: true}
	}
	for _, p := range f.matcher.Patterns() {
		text := p.String()
		if strings.ContainsAny(text, wildcards) {
			f.size += len(text)
		}
		if p.Exclusion() {
			prefix := strings.TrimSuffix(strings.TrimSuffix(text, "/**"), "/*")
			f.anywhere = f.anywhere || strings.ContainsAny(prefix, wildcards+`]^\`)
			f.exceptions = append(f.exceptions, prefix+"/")
		}
	}
	return f
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
		return in.ignores.of(text)
	}
	return &ignoreFile{}
}

// verdict is what a .dockerignore says of a path of the context.
type verdict struct {
	known bool // it can be told, and does not take too long
	left  bool // the path is left out
	whole bool // with all that may lie in it
	match patternmatcher.MatchInfo
}

// judge says whether a path of the context is left out, from the verdict on the folder
// that it lies in; that on the context itself is known, and says no. As in BuildKit's
// client (github.com/tonistiigi/fsutil, filter.go), what a pattern says of a folder goes
// for what lies in it only where it counted for the folder: "!docs" brings nothing back
// that a pattern before it leaves out of docs, unless docs itself is left out.
func (f *ignoreFile) judge(name string, above verdict) verdict {
	f.mu.Lock()
	defer f.mu.Unlock()
	left, match, err := f.matcher.MatchesUsingParentResults(name, above.match)
	if err != nil {
		return verdict{}
	}
	return verdict{known: true, left: left, whole: left && !f.excepts(name+"/"), match: match}
}

// excepts reports whether a pattern with ! may bring back something in a folder, whose path
// ends in a slash.
func (f *ignoreFile) excepts(folder string) bool {
	if f.anywhere {
		return true
	}
	for _, prefix := range f.exceptions {
		if strings.HasPrefix(prefix, folder) {
			return true
		}
	}
	return false
}

// judge is that of the .dockerignore, as long as it does not take too long.
func (c *contexts) judge(name string, above verdict) verdict {
	f := c.ignore()
	switch {
	case f.unknown:
		return verdict{}
	case f.matcher == nil || above.whole || !above.known:
		return above
	}
	if c.matched += f.size * len(name); c.matched > maxMatching {
		return verdict{}
	}
	return f.judge(name, above)
}

// judgeFromTop is the verdict on a path, by way of all folders above it.
func (c *contexts) judgeFromTop(name string) verdict {
	v := verdict{known: true}
	for i := range len(name) {
		if name[i] == '/' {
			v = c.judge(name[:i], v)
		}
	}
	if name == "" {
		return v
	}
	return c.judge(name, v)
}
