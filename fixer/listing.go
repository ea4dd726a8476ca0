package fixer

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const (
	// maxListed bounds the files of one COPY that are looked at.
	maxListed = 5000
	// maxSources bounds the files of all sources of a Dockerfile that are kept.
	maxSources = 100_000
	// maxVisited bounds the files of one source that are seen, those that
	// .dockerignore leaves out too.
	maxVisited = 200_000
)

var (
	errEnough  = errors.New("enough files")
	errTooMany = errors.New("too many files")
)

// listing is what a source brings.
type listing struct {
	*contexts
	top   int // bytes of a path before what Copied.Rel is of it
	seen  int
	eager bool // there are so many that each is judged at once
	found []found
}

// found is something that a source brings, unless it is left out.
type found struct {
	Copied
	above *verdict // on the folder of what is not judged yet
	left  bool
}

// find lists a source, a clean path without a slash before it, which may have
// wildcards. Nothing is found where that cannot be told.
func (l *listing) find(source string) {
	tops := []string{source}
	if strings.ContainsAny(source, wildcards) {
		tops = l.glob(source)
	}
	for _, top := range tops {
		switch err := l.addTop(top); err {
		case nil:
		case errEnough:
			return
		default:
			l.found = nil
			return
		}
	}
}

// addTop adds a source, or what one with wildcards matches.
func (l *listing) addTop(top string) error {
	mode, there := l.source(top)
	if !there {
		return fs.ErrNotExist
	}
	if passedOver(path.Base(l.at(top)), mode) {
		return nil
	}
	if l.top = len(top) + 1; top == "" {
		l.top = 0
	}
	l.seen++
	return l.add(Copied{Path: top, Mode: mode}, l.judgeFromTop(top))
}

// add adds what lies at a path of the context, and what it holds, without what is left out.
func (l *listing) add(f Copied, v verdict) error {
	if !v.known {
		return errTooMany
	}
	if !v.left {
		if err := l.note(found{Copied: f}); err != nil {
			return err
		}
	}
	if !f.Mode.IsDir() || v.whole {
		return nil
	}
	entries, err := fs.ReadDir(l.fsys, l.at(f.Path))
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
		mode := info.Mode()
		if passedOver(e.Name(), mode) {
			continue
		}
		at := e.Name()
		if f.Path != "" {
			at = f.Path + "/" + at
		}
		in := Copied{at, at[l.top:], mode}
		if mode.IsDir() {
			err = l.add(in, l.judge(at, v))
		} else {
			err = l.note(found{Copied: in, above: &v})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// note adds one file or folder. What is not judged yet is where there may be too many.
func (l *listing) note(f found) error {
	if l.found = append(l.found, f); len(l.found) < maxListed && !l.eager {
		return nil
	}
	from := len(l.found) - 1
	if !l.eager {
		l.eager, from = true, 0
	}
	for i := range l.found[from:] {
		if !l.settle(&l.found[from+i]) {
			return errTooMany
		}
	}
	brought := slices.DeleteFunc(l.found[from:], func(f found) bool { return f.left })
	if l.found = l.found[:from+len(brought)]; len(l.found) >= maxListed {
		return errEnough
	}
	return nil
}

// settle judges what was found, unless that was done. It reports whether that can be told.
func (l *listing) settle(f *found) bool {
	if f.above == nil {
		return true
	}
	v := l.judge(f.Path, *f.above)
	f.above, f.left = nil, v.left
	return v.known
}

// wanted are those that are wanted and not left out; none where that cannot be told.
func (l *listing) wanted(want func(Copied) bool) []Copied {
	var out []Copied
	for i := range l.found {
		f := &l.found[i]
		if f.left || !want(f.Copied) {
			continue
		}
		if !l.settle(f) {
			l.found = nil
			return nil
		}
		if !f.left {
			out = append(out, f.Copied)
		}
	}
	return out
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
