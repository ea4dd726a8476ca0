package main

import (
	"errors"
	"path"
	"slices"
	"strings"

	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// Where a run has several roots, what it shows has the paths as seen from the
// folder that all of them lie in.

// source is src with the path that is shown.
func (s scope) source(src *edit.Source) *edit.Source {
	if s.prefix == "" {
		return src
	}
	shown := *src
	shown.Path = path.Join(s.prefix, src.Path)
	return &shown
}

// findings are those of one project, with the paths that are shown.
func (s scope) findings(list []fixer.Judged) []fixer.Judged {
	if s.prefix == "" {
		return list
	}
	sources := map[*edit.Source]*edit.Source{}
	shown := func(src *edit.Source) *edit.Source {
		if sources[src] == nil {
			sources[src] = s.source(src)
		}
		return sources[src]
	}
	list = slices.Clone(list)
	for i := range list {
		f := &list[i]
		f.At.Src = shown(f.At.Src)
		if f.Fix == nil {
			continue
		}
		fix := *f.Fix
		fix.Edits = slices.Clone(fix.Edits)
		for j := range fix.Edits {
			fix.Edits[j].Src = shown(fix.Edits[j].Src)
		}
		f.Fix = &fix
	}
	return list
}

// problem is p with the path that is shown.
func (s scope) problem(p fixer.Problem) fixer.Problem {
	if s.prefix == "" {
		return p
	}
	shown := path.Join(s.prefix, p.Path)
	if rest, ok := strings.CutPrefix(p.Err.Error(), p.Path+":"); ok {
		p.Err = errors.New(shown + ":" + rest)
	}
	return fixer.Problem{Path: shown, Err: p.Err}
}

// labels are the names of services and images that are shown.
func (s scope) labels(names []string) []string {
	if s.prefix == "" {
		return names
	}
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = name + " in " + s.prefix
	}
	return out
}
