package fixer

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"nonroot/compose"
	"nonroot/dockerfile"
)

// group is a project before its Dockerfiles are read.
type group struct {
	paths    []string // of all its files, sorted
	composes map[string]*parsed
	loads    [][]string
	docker   []string
}

// sortIntoGroups parses the compose files, finds out which of them load
// together and which Dockerfiles they build, and sorts all files into connected
// groups, ordered by their first path.
func sortIntoGroups(in *input, dockerfiles, composes []string) ([]*group, []Problem) {
	files, problems := parseComposes(in, composes)
	in.composes, in.homes = files, map[string]string{}
	sets := newDisjoint()
	loadsOf := map[string][][]string{}
	for _, load := range loads(files) {
		for _, name := range load {
			sets.join(load[0], name)
		}
		loadsOf[load[0]] = append(loadsOf[load[0]], load)
		dir := path.Dir(load[0])
		if first, ok := in.homes[dir]; ok {
			sets.join(first, load[0]) // they share .env and Makefile
		} else {
			in.homes[dir] = load[0]
		}
		model, err := in.merge(load)
		if err != nil {
			continue // the project says so when it is worked on
		}
		for _, s := range model.Services {
			for _, part := range s.Parts() {
				sets.join(load[0], part.File.Src.Path)
			}
			ref := in.buildOf(&Service{Merged: s, Dir: path.Dir(load[0]), env: in.env(path.Dir(load[0]))})
			if ref.context != "" {
				in.contexts.add(ref.context)
			}
			if ref.file != "" && in.isFile(ref.file) {
				sets.join(load[0], ref.file)
			}
		}
	}
	for _, name := range dockerfiles {
		sets.join(name, name)
	}
	for name := range files {
		sets.join(name, name)
	}
	groups := map[string]*group{}
	for name, top := range sets.all() {
		g := groups[top]
		if g == nil {
			g = &group{composes: map[string]*parsed{}}
			groups[top] = g
		}
		g.paths = append(g.paths, name)
		if f := in.compose(name); f != nil {
			g.composes[name] = f
		} else {
			g.docker = append(g.docker, name)
		}
		g.loads = append(g.loads, loadsOf[name]...)
	}
	for dir, name := range in.homes {
		in.homes[dir] = sets.top(name)
	}
	var out []*group
	for _, g := range groups {
		slices.Sort(g.paths)
		slices.Sort(g.docker)
		slices.SortFunc(g.loads, slices.Compare[[]string])
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b *group) int { return cmp.Compare(a.paths[0], b.paths[0]) })
	slices.SortFunc(problems, byPath)
	return out, problems
}

// parseComposes reads and parses in parallel. YAML without services is passed
// over in silence.
func parseComposes(in *input, names []string) (map[string]*parsed, []Problem) {
	files := map[string]*parsed{}
	var problems []Problem
	var mu sync.Mutex
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for _, name := range names {
		workers.Go(func() error {
			f, err := in.parseCompose(name)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				files[name] = f
			case !errors.Is(err, compose.ErrNoServices):
				problems = append(problems, Problem{name, err})
			}
			return nil
		})
	}
	workers.Wait()
	return files, problems
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

// merge loads files together, by their paths.
func (in *input) merge(names []string) (model *compose.Model, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			model, err = nil, bug(names[0], cause)
		}
	}()
	files := make([]*compose.File, len(names))
	for i, name := range names {
		files[i] = in.compose(name).compose
	}
	return compose.Merge(in.loader(in.compose), files...)
}

// loader finds the file that an extends or include names, inside of the root.
func (in *input) loader(find func(string) *parsed) compose.Loader {
	return func(dir, file string) (*compose.File, error) {
		name := path.Join(dir, file)
		if path.IsAbs(file) || !fs.ValidPath(name) {
			return nil, errors.New(file + " lies outside of the root, and is not read")
		}
		if f := find(name); f != nil {
			return f.compose, nil
		}
		f, err := in.parseCompose(name)
		if err != nil {
			return nil, err
		}
		in.mu.Lock()
		defer in.mu.Unlock()
		in.composes[name] = f
		return f.compose, nil
	}
}

// compose is a parsed compose file, nil where there is none of that path.
func (in *input) compose(name string) *parsed {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.composes[name]
}

func (in *input) isFile(name string) bool {
	if in.listed[name] {
		return true
	}
	if !fs.ValidPath(name) {
		return false
	}
	info, err := fs.Stat(in.fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// load reads the group's Dockerfiles and works out the project.
func (g *group) load(in *input) *Project {
	p := &Project{Settings: in.settings, Kubernetes: in.kubernetes, in: in, loads: g.loads}
	for _, f := range g.composes {
		p.files = append(p.files, f)
	}
	for _, name := range g.docker {
		src, err := in.read(name)
		var f *dockerfile.File
		if err == nil {
			f, err = dockerfile.Parse(src)
		}
		if err != nil {
			p.Problems = append(p.Problems, Problem{name, err})
			continue
		}
		p.files = append(p.files, &parsed{src: src, docker: f})
	}
	p.addBeside()
	slices.SortFunc(p.files, func(a, b *parsed) int { return cmp.Compare(a.src.Path, b.src.Path) })
	p.unloaded = p.link()
	p.Problems = append(p.Problems, p.unloaded...)
	return p
}
