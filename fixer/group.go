package fixer

import (
	"cmp"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"

	"nonroot/dockerfile"
)

// group is a project before its Dockerfiles are read.
type group struct {
	paths    []string // of all its files, sorted
	composes []*parsed
	loads    [][]string
	docker   []string
}

const (
	// chunkFiles is how many compose files are parsed at a time.
	chunkFiles = 256
	// maxTrees is how many bytes of compose files stay parsed until their project
	// is worked on; the others are packed until then. A tree takes some ten times its
	// text, and packed half of it.
	maxTrees = 1 << 19
	// maxServices bounds the services of a folder over all sets of files that load
	// together: a base of many may have many variants.
	maxServices = 50_000
)

// grouping is what is known while files are sorted into groups.
type grouping struct {
	in       *input
	sets     *disjoint             // of paths that belong together
	composes map[string]*parsed    // by path
	loads    map[string][][]string // by the path of their base
	problems []Problem
}

// sortIntoGroups parses the compose files, finds out which of them load
// together and which Dockerfiles they build, and sorts all files into connected
// groups, ordered by their first path.
func sortIntoGroups(in *input, dockerfiles, composes []string) ([]*group, []Problem) {
	in.homes = map[string]string{}
	g := &grouping{in: in, sets: newDisjoint(), composes: map[string]*parsed{}, loads: map[string][][]string{}}
	kept := 0
	for chunk := range inChunks(composes) {
		files := g.parse(chunk)
		g.join(files)
		for _, f := range files {
			kept += len(f.src.Text)
		}
		if kept > maxTrees {
			for name, f := range files {
				g.composes[name] = &parsed{src: f.src, packed: f.compose.Pack()}
				kept -= len(f.src.Text)
			}
		}
	}
	for _, name := range dockerfiles {
		g.sets.join(name, name)
	}
	for dir, name := range in.homes {
		in.homes[dir] = g.sets.top(name)
	}
	slices.SortFunc(g.problems, byPath)
	return g.groups(), g.problems
}

// groups are the connected sets.
func (g *grouping) groups() []*group {
	byTop := map[string]*group{}
	for name, top := range g.sets.all {
		to := byTop[top]
		if to == nil {
			to = &group{}
			byTop[top] = to
		}
		to.paths = append(to.paths, name)
		if f := g.composes[name]; f != nil {
			to.composes = append(to.composes, f)
		} else {
			to.docker = append(to.docker, name)
		}
		to.loads = append(to.loads, g.loads[name]...)
	}
	out := make([]*group, 0, len(byTop))
	for _, to := range byTop {
		slices.Sort(to.paths)
		slices.Sort(to.docker)
		slices.SortFunc(to.loads, slices.Compare[[]string])
		out = append(out, to)
	}
	slices.SortFunc(out, func(a, b *group) int { return cmp.Compare(a.paths[0], b.paths[0]) })
	return out
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

// join joins the files of a chunk that load together.
func (g *grouping) join(files map[string]*parsed) {
	for name := range files {
		g.sets.join(name, name)
	}
	services := map[string]int{} // by folder
	for _, load := range loads(files) {
		dir := path.Dir(load[0])
		if services[dir] > maxServices {
			g.problems = append(g.problems, Problem{load[len(load)-1], fmt.Errorf("the compose files of %s that load together have more than %d services, each as often as it is loaded: name the files that matter", dir, maxServices)})
			continue
		}
		services[dir] += g.joinLoad(load)
		g.loads[load[0]] = append(g.loads[load[0]], load)
	}
}

// joinLoad joins the files that load together with each other, with those that
// they refer to, and with the Dockerfiles that they build. It returns how many
// services they have.
func (g *grouping) joinLoad(load []string) int {
	in := g.in
	for _, name := range load {
		g.sets.join(load[0], name)
	}
	dir := path.Dir(load[0])
	if first, ok := in.homes[dir]; ok {
		g.sets.join(first, load[0]) // they share .env and Makefile
	} else {
		in.homes[dir] = load[0]
	}
	model, err := in.merge(load, g.compose)
	if err != nil {
		return 0 // the project says so when it is worked on
	}
	s := &Service{Dir: dir, env: in.env(dir)}
	for _, s.Merged = range model.Services {
		for _, part := range s.Parts() {
			g.sets.join(load[0], part.File.Src.Path)
		}
		b := s.Build()
		if b == nil {
			continue
		}
		ref := in.placeOf(s, b)
		if ref.context != "" {
			in.contexts.add(ref.context)
		}
		if ref.file != "" {
			g.sets.join(load[0], ref.file)
		}
	}
	return len(model.Services)
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
	p := &Project{Settings: in.settings, Kubernetes: in.kubernetes, in: in, loads: g.loads, sharing: sharing{}}
	for _, f := range g.composes {
		p.files = append(p.files, &parsed{src: f.src, compose: f.whole()})
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
