package fixer

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"nonroot/compose"
	"nonroot/dockerfile"
	"nonroot/fixer/edit"
	"nonroot/fixer/envfile"
	"nonroot/fixer/makefile"
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
	in.composes = files
	sets := newDisjoint()
	loadsOf := map[string][][]string{}
	for _, load := range loads(files) {
		for _, name := range load {
			sets.join(load[0], name)
		}
		loadsOf[load[0]] = append(loadsOf[load[0]], load)
		model, err := in.merge(load)
		if err != nil {
			continue // the project says so when it is worked on
		}
		for _, s := range model.Services {
			for _, part := range s.Parts() {
				sets.join(load[0], part.File.Src.Path)
			}
			ref := in.buildOf(&Service{Merged: s, Dir: path.Dir(load[0]), env: in.env(path.Dir(load[0]))})
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

var (
	baseName     = regexp.MustCompile(`^(docker-)?compose\.ya?ml$`)
	overrideName = regexp.MustCompile(`^(docker-)?compose\.override\.ya?ml$`)
)

// loads are the sets of files that compose would load together, the base
// first: a base with its override, and each variant (compose.prod.yaml) behind
// its base, or alone where it is complete without one.
func loads(files map[string]*parsed) [][]string {
	byDir := map[string][]string{}
	for name := range files {
		byDir[path.Dir(name)] = append(byDir[path.Dir(name)], name)
	}
	var out [][]string
	for _, names := range byDir {
		slices.Sort(names)
		var bases, overrides, variants []string
		for _, name := range names {
			switch base := path.Base(name); {
			case baseName.MatchString(base):
				bases = append(bases, name)
			case overrideName.MatchString(base):
				overrides = append(overrides, name)
			default:
				variants = append(variants, name)
			}
		}
		for i, base := range bases {
			load := []string{base}
			for _, o := range overrides {
				if sameStem(base, o) || i == 0 && !slices.ContainsFunc(bases, func(b string) bool { return sameStem(b, o) }) {
					load = append(load, o)
					break
				}
			}
			out = append(out, load)
		}
		if len(bases) == 0 {
			variants = append(variants, overrides...)
		}
		for _, v := range variants {
			if len(bases) == 0 || complete(files[v].compose) {
				out = append(out, []string{v})
				continue
			}
			base := bases[0]
			for _, b := range bases {
				if sameStem(b, v) {
					base = b
				}
			}
			out = append(out, []string{base, v})
		}
	}
	return out
}

// sameStem: both are compose.… or both docker-compose.….
func sameStem(a, b string) bool {
	return strings.HasPrefix(path.Base(a), "docker-") == strings.HasPrefix(path.Base(b), "docker-")
}

// complete reports whether every service of a file has an image or a build, so
// that the file loads alone.
func complete(f *compose.File) bool {
	for _, s := range f.Services {
		if s.Image() == nil && s.Build() == nil && s.Extends() == nil {
			return false
		}
	}
	return true
}

// merge loads files together, by their paths.
func (in *input) merge(names []string) (*compose.Model, error) {
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
	p.Problems = append(p.Problems, p.link()...)
	return p
}

// addBeside adds the .env files and Makefiles beside the compose files: as they
// are, or as absent ones that a fix may make. One that cannot be read is a
// Problem, and is left alone.
func (p *Project) addBeside() {
	seen := map[string]bool{}
	add := func(name string, parse func(*edit.Source) (*parsed, error)) {
		if seen[name] || p.in.leftAlone(name) {
			return
		}
		seen[name] = true
		src, err := p.in.read(name)
		if errors.Is(err, fs.ErrNotExist) {
			src, err = &edit.Source{Path: name, Absent: true}, nil
		}
		var f *parsed
		if err == nil {
			f, err = parse(src)
		}
		if err != nil {
			p.Problems = append(p.Problems, Problem{name, err})
			return
		}
		p.files = append(p.files, f)
	}
	for _, load := range p.loads {
		dir := path.Dir(load[0])
		add(p.in.envPath(dir), func(src *edit.Source) (*parsed, error) {
			src.Secret = path.Base(src.Path) == ".env" // what the repository ships in its place is none
			f, err := envfile.Parse(src)
			return &parsed{src: src, env: f}, err
		})
		add(p.in.makefilePath(dir), func(src *edit.Source) (*parsed, error) {
			f, err := makefile.Parse(src)
			return &parsed{src: src, makefile: f}, err
		})
	}
}

// envPath is the file of a project directory that the ids belong into: .env, or
// where git ignores that, what the repository ships in its place.
func (in *input) envPath(dir string) string {
	name := path.Join(dir, ".env")
	if in.ignored(name) {
		for _, suffix := range []string{".example", ".dist", ".sample"} {
			if in.isFile(name + suffix) {
				return name + suffix
			}
		}
	}
	return name
}

// makefilePath is the Makefile that make reads in the nearest folder that has
// one, from a project directory up to the root; where none has one, it is to be
// made in the project directory.
func (in *input) makefilePath(dir string) string {
	for at := dir; ; at = path.Dir(at) {
		for _, name := range []string{"GNUmakefile", "makefile", "Makefile"} {
			if file := path.Join(at, name); in.isFile(file) {
				return file
			}
		}
		if at == "." {
			return path.Join(dir, "Makefile")
		}
	}
}

// disjoint is a union of names; the smallest name of a set stands for it.
type disjoint struct{ parent map[string]string }

func newDisjoint() *disjoint { return &disjoint{map[string]string{}} }

func (d *disjoint) top(name string) string {
	up, ok := d.parent[name]
	if !ok || up == name {
		d.parent[name] = name
		return name
	}
	root := d.top(up)
	d.parent[name] = root
	return root
}

func (d *disjoint) join(a, b string) {
	x, y := d.top(a), d.top(b)
	if y < x {
		x, y = y, x
	}
	d.parent[y] = x
}

// all maps every name to the one that stands for its set.
func (d *disjoint) all() map[string]string {
	out := map[string]string{}
	for name := range d.parent {
		out[name] = d.top(name)
	}
	return out
}
