package fixer

import (
	"cmp"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/dockerfile"
	"nonroot/fixer/edit"
)

// group is a project before its Dockerfiles are read. What its fields lead to lies
// between that of the other groups: there are many of them, and they are kept for long.
type group struct {
	paths    []string // of all its files, sorted
	composes []held   // those of paths that are compose files, in that order
	loads    [][]string
}

// held is a compose file until its project is worked on: a tree, or packed.
type held struct {
	src     *edit.Source
	compose *compose.File
	packed  compose.Packed
}

// giveUp gives up the compose files, which other groups would keep in memory.
func (g *group) giveUp() { clear(g.composes) }

// whole is the compose file with its tree.
func (h *held) whole() *compose.File {
	if h.compose != nil {
		return h.compose
	}
	return compose.Unpack(h.src, h.packed)
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
	composes map[string]held       // by path
	loads    map[string][][]string // by the path of their base
	loaded   int                   // how many loads there are
	problems []Problem
}

// sortIntoGroups parses the compose files, finds out which of them load
// together and which Dockerfiles they build, and sorts all files into connected
// groups, ordered by their first path.
func sortIntoGroups(in *input, dockerfiles, composes []string) ([]group, []Problem) {
	in.homes = map[string]string{}
	g := &grouping{in: in, sets: newDisjoint(), composes: map[string]held{}, loads: map[string][][]string{}}
	for _, name := range dockerfiles {
		g.sets.join(name, name)
	}
	kept := 0
	for chunk := range inChunks(composes) {
		files := g.parse(chunk)
		g.join(files)
		for _, f := range files {
			kept += len(f.src.Text)
		}
		if kept > maxTrees {
			for name, f := range files {
				g.composes[name] = held{src: f.src, packed: f.compose.Pack()}
				kept -= len(f.src.Text)
			}
		}
	}
	for dir, name := range in.homes {
		in.homes[dir] = g.sets.top(name)
	}
	slices.SortFunc(g.problems, byPath)
	return g.groups(), g.problems
}

// groups are the connected sets, ordered by their first paths.
func (g *grouping) groups() []group {
	type member struct{ top, name string }
	members := make([]member, 0, len(g.sets.parent))
	sets := 0
	for name, top := range g.sets.all {
		members = append(members, member{top, name})
		if name == top {
			sets++
		}
	}
	slices.SortFunc(members, func(a, b member) int {
		if order := strings.Compare(a.top, b.top); order != 0 { // the first path stands for its set
			return order
		}
		return strings.Compare(a.name, b.name)
	})
	out := make([]group, 0, sets)
	paths := make([]string, len(members))
	composes := make([]held, 0, len(g.composes))
	loads := make([][]string, 0, g.loaded)
	for start := 0; start < len(members); {
		end, firstCompose, firstLoad := start, len(composes), len(loads)
		for ; end < len(members) && members[end].top == members[start].top; end++ {
			name := members[end].name
			paths[end] = name
			if f, ok := g.composes[name]; ok {
				composes = append(composes, f)
			}
			slices.SortFunc(g.loads[name], slices.Compare[[]string])
			loads = append(loads, g.loads[name]...)
		}
		out = append(out, group{paths[start:end:end], slices.Clip(composes[firstCompose:]), slices.Clip(loads[firstLoad:])})
		start = end
	}
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
		g.loaded++
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
			if file := part.File.Src.Path; file != load[0] {
				g.sets.join(load[0], file)
			}
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
	composes := g.composes
	for _, name := range g.paths {
		if len(composes) > 0 && composes[0].src.Path == name {
			p.files = append(p.files, &parsed{src: composes[0].src, compose: composes[0].whole()})
			composes = composes[1:]
			continue
		}
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
