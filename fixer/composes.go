package fixer

import (
	"errors"
	"io/fs"
	"path"
	"sync"

	"nonroot/compose"
	"nonroot/fixer/edit"
)

// parse reads and parses compose files in parallel, and notes what is wrong with
// them. YAML without services is passed over in silence, and so is what cannot be
// read and does not have that word, but not under a name that compose reads without
// being told.
func (g *grouping) parse(names []string) map[string]*parsed {
	files := map[string]*parsed{}
	var mu sync.Mutex
	inParallel(len(names), func(i int) {
		name := names[i]
		f, err := g.in.parseCompose(name)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			files[name] = f
			g.composes[name] = held{src: f.src, compose: f.compose}
		case !errors.Is(err, compose.ErrNoServices):
			g.problems = append(g.problems, Problem{name, err})
		case isBase(path.Base(name)) || isOverride(path.Base(name)):
			var unread *edit.Refusal
			if errors.As(err, &unread) {
				g.problems = append(g.problems, Problem{name, unread})
			}
		}
	})
	return files
}

func (in *input) parseCompose(name string) (out *parsed, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			out, err = nil, bug(name, cause)
		}
	}()
	src, err := in.read(name)
	if err != nil {
		return nil, err
	}
	f, err := compose.Parse(src)
	return &parsed{src: src, compose: f}, err
}

// finding gives the compose file of a path.
type finding func(name string) (*compose.File, error)

// merge loads files together, by their paths.
func (in *input) merge(names []string, find finding) (model *compose.Model, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			model, err = nil, bug(names[0], cause)
		}
	}()
	files := make([]*compose.File, len(names))
	for i, name := range names {
		if files[i], err = find(name); err != nil {
			return nil, err
		}
	}
	return compose.Merge(loader(find), files...)
}

// loader finds the file that an extends or include names, inside of the root.
func loader(find finding) compose.Loader {
	return func(dir, file string) (*compose.File, error) {
		name := path.Join(dir, file)
		if path.IsAbs(file) || !fs.ValidPath(name) {
			return nil, errors.New(file + " lies outside of the root, and is not read")
		}
		return find(name)
	}
}

// compose is the file of a path; one that was not parsed yet is, and belongs to
// the files that are sorted from then on.
func (g *grouping) compose(name string) (*compose.File, error) {
	if f, ok := g.composes[name]; ok {
		return f.whole(), nil
	}
	f, err := g.in.parseCompose(name)
	if err != nil {
		return nil, err
	}
	g.composes[name] = held{src: f.src, compose: f.compose}
	return f.compose, nil
}

// compose is the file of a path; one that is none of the project is read anew.
func (p *Project) compose(name string) (*compose.File, error) {
	if f := p.file(name); f != nil && f.compose != nil {
		return f.compose, nil
	}
	f, err := p.in.parseCompose(name)
	if err != nil {
		return nil, err
	}
	return f.compose, nil
}
