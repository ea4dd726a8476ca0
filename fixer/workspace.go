package fixer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"

	"nonroot/fixer/confined"
	"nonroot/fixer/discover"
	"nonroot/fixer/edit"
	"nonroot/fixer/settings"
)

// SettingsFile is the name of the settings at the root.
const SettingsFile = ".nonroot.yaml"

// Problem is a file that could not be read, parsed or planned. The other files
// are still done.
type Problem struct {
	Path string
	Err  error
}

// Workspace is a root and the projects under it.
type Workspace struct {
	Root     string // absolute
	Settings *settings.Settings
	Problems []Problem // of the walk and of files that are in no project
	Untold   error     // why git does not say what it tracks of what it ignores: all that is left out; nil: it does
	groups   []group
	in       *input
	temps    []string
	given    bool // the groups are given up
	close    func() error
}

// input is what every project of a root is made from.
type input struct {
	fsys       fs.FS
	settings   *settings.Settings
	kubernetes bool
	leftAlone  func(path string) bool // what the settings say to leave alone
	ignored    func(path string) bool // what git ignores
	// tracks lists what git tracks at and below a folder; known is false where
	// git cannot tell.
	tracks func(dir string) (paths []string, known bool)
	// listed are the files that the walk has found to be regular ones: every .env,
	// Makefile, Dockerfile and compose file. Nil: there was no walk.
	listed map[string]bool
	lacks  func(path string) bool // of a .env or .dockerignore: the walk saw that there is none
	walked func(path string) bool // of a folder: the walk went there, by no symbolic link
	links  map[string]string      // the symbolic links among what the walk has found, with their targets
	bases  sync.Map               // what base.Lookup says, by the names of images
	looked map[string]looked      // images that Inspect has looked into, by their names; nil: nobody asked

	ignores ignores // the .dockerignore files

	mu       sync.Mutex
	contexts folders                      // the build contexts of all projects
	homes    map[string]string            // project directories, with what stands for their project
	envs     map[string]map[string]string // .env, by folder
}

// Open reads what lies under root and sorts it into projects. Only projects with
// a file at or below one of the paths (relative to the root, with slashes; "."
// is all) are kept. Settings that are wrong are an error.
func Open(ctx context.Context, root string, paths []string) (*Workspace, error) {
	dir, err := confined.Open(root)
	if err != nil {
		return nil, err
	}
	ws, err := open(ctx, root, dir, paths)
	if err != nil {
		dir.Close()
		return nil, err
	}
	ws.close = dir.Close
	return ws, nil
}

// Close gives back what Open took.
func (ws *Workspace) Close() error { return ws.close() }

func open(ctx context.Context, root string, dir *confined.FS, paths []string) (*Workspace, error) {
	set, err := readSettings(dir)
	if err != nil {
		return nil, err
	}
	tree, err := discover.Walk(ctx, dir, root, discover.Options{Ignore: set.Ignore, Named: paths})
	if err != nil {
		return nil, err
	}
	ws := &Workspace{Root: root, Settings: set, Untold: tree.Untold, in: &input{fsys: dir, settings: set, kubernetes: tree.Kubernetes}}
	for _, p := range tree.Problems {
		if within(p.Path, paths) {
			ws.Problems = append(ws.Problems, Problem{p.Path, p.Err})
		}
	}
	ws.in.leftAlone = discover.LeftAlone(set.Ignore)
	ws.temps = tree.Temps
	ws.in.listed, ws.in.links, ws.in.lacks = regular(tree), tree.Links, tree.Lacks
	ws.in.walked = tree.Walked
	groups, problems := sortIntoGroups(ws.in, real(tree, tree.Dockerfiles), real(tree, tree.Composes))
	ws.in.ignored = tree.GitIgnored
	ws.in.tracks = discover.Tracks(ctx, root)
	for _, p := range problems {
		if within(p.Path, paths) {
			ws.Problems = append(ws.Problems, p)
		}
	}
	ws.groups = slices.DeleteFunc(groups, func(g group) bool {
		if slices.ContainsFunc(g.paths, func(p string) bool { return within(p, paths) }) {
			return false
		}
		g.giveUp()
		return true
	})
	return ws, nil
}

// real leaves out the symbolic links whose target is listed as well: a file has
// one name in a project.
func real(tree *discover.Tree, list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool {
		target, link := tree.Links[name]
		return link && slices.Contains(list, target)
	})
}

// regular are the files of a walk that are no symbolic links.
func regular(tree *discover.Tree) map[string]bool {
	out := make(map[string]bool, len(tree.Dockerfiles)+len(tree.Composes)+len(tree.Makefiles)+len(tree.EnvFiles))
	for _, list := range [][]string{tree.Dockerfiles, tree.Composes, tree.Makefiles, tree.EnvFiles} {
		for _, name := range list {
			if _, link := tree.Links[name]; !link {
				out[name] = true
			}
		}
	}
	return out
}

// Temps are temporary files below the root that a run of ours left when it was
// killed, or that another run uses now.
func (ws *Workspace) Temps() []string { return ws.temps }

// Listing is what a file system holds, named instead of found: for tests.
type Listing struct {
	FS                    fs.FS
	Dockerfiles, Composes []string
	Kubernetes            bool
	Ignored               func(path string) bool                        // by git; nil: nothing is
	Tracks                func(dir string) (paths []string, known bool) // nil: git cannot tell
}

// OpenFS is Open over a file system.
func OpenFS(list Listing) (*Workspace, error) {
	set, err := readSettings(list.FS)
	if err != nil {
		return nil, err
	}
	in := &input{
		fsys: list.FS, settings: set, kubernetes: list.Kubernetes, leftAlone: discover.LeftAlone(set.Ignore),
		ignored: list.Ignored, tracks: list.Tracks,
	}
	in.lacks = func(string) bool { return false }
	in.walked = in.lacks
	if in.ignored == nil {
		in.ignored = func(string) bool { return false }
	}
	if in.tracks == nil {
		in.tracks = func(string) ([]string, bool) { return nil, false }
	}
	ws := &Workspace{Settings: set, in: in, close: func() error { return nil }}
	ws.groups, ws.Problems = sortIntoGroups(in, list.Dockerfiles, list.Composes)
	return ws, nil
}

func readSettings(fsys fs.FS) (*settings.Settings, error) {
	if leadsToEnv(fsys, SettingsFile) {
		return nil, plain(SettingsFile, errSecret)
	}
	text, err := readText(fsys, SettingsFile, maxBeside)
	if errors.Is(err, fs.ErrNotExist) {
		return &settings.Settings{}, nil
	}
	if err != nil {
		return nil, plain(SettingsFile, err)
	}
	return settings.Parse(&edit.Source{Path: SettingsFile, Text: text})
}

// within reports whether p is one of the paths or lies below one.
func within(p string, paths []string) bool {
	return slices.ContainsFunc(paths, func(root string) bool {
		return root == "." || p == root || strings.HasPrefix(p, root+"/")
	})
}

// Len is the number of projects.
func (ws *Workspace) Len() int { return len(ws.groups) }

// inFlight bounds the projects that have begun and are not yet done, for each
// core: one that takes long must not have the results of all others wait in memory.
const inFlight = 16

// Each loads the projects, works on them in parallel, as many at a time as there
// are cores, and calls done in path order with what work returned. A project
// that fails, even by a panic, is a Problem and does not stop the others. What
// the projects are made from is given up on the way: a second Each of a workspace is
// an error.
func Each[T any](ctx context.Context, ws *Workspace, work func(*Project) (T, error), done func(*Project, T, []Problem)) error {
	type result struct {
		project  *Project
		value    T
		problems []Problem
	}
	if ws.given {
		return errors.New("the projects of this workspace were worked on before, and are no longer in memory")
	}
	ws.given = true
	waiting := map[int]result{} // for those before them
	var mu sync.Mutex
	advanced := sync.NewCond(&mu)
	next := 0
	inParallel(len(ws.groups), func(i int) {
		mu.Lock()
		for i >= next+inFlight*runtime.GOMAXPROCS(0) {
			advanced.Wait()
		}
		g := ws.groups[i]
		ws.groups[i] = group{}
		mu.Unlock()
		var r result
		if ctx.Err() == nil {
			r.project, r.value, r.problems = one(ws.in, &g, work)
		}
		g.giveUp()
		mu.Lock()
		defer mu.Unlock()
		waiting[i] = r
		for r, ready := waiting[next]; ready; r, ready = waiting[next] {
			delete(waiting, next)
			next++
			if ctx.Err() == nil {
				done(r.project, r.value, r.problems)
			}
		}
		advanced.Broadcast()
	})
	return ctx.Err()
}

// one works on one project.
func one[T any](in *input, g *group, work func(*Project) (T, error)) (p *Project, value T, problems []Problem) {
	defer func() {
		if cause := recover(); cause != nil {
			problems = append(problems, Problem{g.paths[0], bug(g.paths[0], cause)})
		}
	}()
	p = g.load(in)
	problems = p.Problems
	value, err := work(p)
	if err != nil {
		problems = append(problems, Problem{g.paths[0], err})
	}
	return p, value, problems
}

// bug is the error of a panic while a file was worked on.
func bug(name string, cause any) error {
	return fmt.Errorf("%s: this is a bug in nonroot, please report it with the file: %v", name, cause)
}

func byPath(a, b Problem) int { return cmp.Compare(a.Path, b.Path) }
