package fixer

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"nonroot/compose"
	"nonroot/dockerfile"
	"nonroot/fixer/edit"
)

// group is a project before its Dockerfiles are read.
type group struct {
	paths    []string // of all its files, sorted
	composes map[string]*parsed
	loads    [][]string
	docker   []string
}

const (
	// chunkFiles is how many compose files are parsed at a time.
	chunkFiles = 256
	// maxTrees is how many bytes of compose files stay parsed until their project
	// is worked on; the others are parsed again then. A tree takes some sixteen times
	// its text.
	maxTrees = 3 << 19
	// maxServices bounds the services of a folder over all sets of files that load
	// together: a base of many may have many variants.
	maxServices = 50_000
)

// sortIntoGroups parses the compose files, finds out which of them load
// together and which Dockerfiles they build, and sorts all files into connected
// groups, ordered by their first path.
func sortIntoGroups(in *input, dockerfiles, composes []string) ([]*group, []Problem) {
	in.composes, in.homes = map[string]*parsed{}, map[string]string{}
	sets := newDisjoint()
	loadsOf := map[string][][]string{}
	var problems []Problem
	kept := 0
	for chunk := range inChunks(composes) {
		files, wrong := parseComposes(in, chunk)
		problems = append(problems, wrong...)
		size := 0
		for name, f := range files {
			in.keep(name, f)
			sets.join(name, name)
			size += len(f.src.Text)
		}
		services := map[string]int{} // by folder
		for _, load := range loads(files) {
			dir := path.Dir(load[0])
			if services[dir] > maxServices {
				problems = append(problems, Problem{load[len(load)-1], fmt.Errorf("the compose files of %s that load together have more than %d services, each as often as it is loaded: name the files that matter", dir, maxServices)})
				continue
			}
			services[dir] += in.joinLoad(sets, load)
			loadsOf[load[0]] = append(loadsOf[load[0]], load)
		}
		if kept += size; kept > maxTrees {
			kept -= size
			for name, f := range files {
				in.keep(name, &parsed{src: f.src})
			}
		}
	}
	for _, name := range dockerfiles {
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
		if f := in.composes[name]; f != nil {
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

// inChunks yields the names folder by folder, as many at a time as are parsed
// together: those of a folder load together.
func inChunks(names []string) iter.Seq[[]string] {
	byDir := map[string][]string{}
	for _, name := range names {
		byDir[path.Dir(name)] = append(byDir[path.Dir(name)], name)
	}
	return func(yield func([]string) bool) {
		var chunk []string
		for _, dir := range slices.Sorted(maps.Keys(byDir)) {
			if chunk = append(chunk, byDir[dir]...); len(chunk) >= chunkFiles {
				if !yield(chunk) {
					return
				}
				chunk = nil
			}
		}
		if len(chunk) > 0 {
			yield(chunk)
		}
	}
}

// joinLoad joins the files that load together with each other, with those that
// they refer to, and with the Dockerfiles that they build. It returns how many
// services they have.
func (in *input) joinLoad(sets *disjoint, load []string) int {
	for _, name := range load {
		sets.join(load[0], name)
	}
	dir := path.Dir(load[0])
	if first, ok := in.homes[dir]; ok {
		sets.join(first, load[0]) // they share .env and Makefile
	} else {
		in.homes[dir] = load[0]
	}
	model, err := in.merge(load)
	if err != nil {
		return 0 // the project says so when it is worked on
	}
	for _, s := range model.Services {
		for _, part := range s.Parts() {
			sets.join(load[0], part.File.Src.Path)
		}
		ref := in.buildOf(&Service{Merged: s, Dir: dir, env: in.env(dir)})
		if ref.context != "" {
			in.contexts.add(ref.context)
		}
		if ref.file != "" && in.isFile(ref.file) {
			sets.join(load[0], ref.file)
		}
	}
	return len(model.Services)
}

// parseComposes reads and parses in parallel. YAML without services is passed
// over in silence, and so is what cannot be read and does not have that word, but
// not under a name that compose reads without being told.
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
			case isBase(path.Base(name)) || isOverride(path.Base(name)):
				var unread *edit.Refusal
				if errors.As(err, &unread) {
					problems = append(problems, Problem{name, unread})
				}
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
		in.keep(name, f)
		return f.compose, nil
	}
}

// keep has a compose file at hand for compose; one without its tree is parsed
// again each time.
func (in *input) keep(name string, f *parsed) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.composes[name] = f
}

// compose is a parsed compose file, nil where there is none of that path.
func (in *input) compose(name string) *parsed {
	in.mu.Lock()
	f := in.composes[name]
	in.mu.Unlock()
	return f.whole()
}

// whole is the compose file with its tree.
func (f *parsed) whole() *parsed {
	if f == nil || f.compose != nil {
		return f
	}
	tree, err := compose.Parse(f.src)
	if err != nil {
		panic(err) // it was parsed before
	}
	return &parsed{src: f.src, compose: tree}
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
		p.files = append(p.files, f.whole())
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
