package fixer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer/edit"
	"nonroot/fixer/envfile"
	"nonroot/fixer/makefile"
	"nonroot/fixer/settings"
)

// Project is a connected set of compose files and the Dockerfiles they build; a
// Dockerfile that no compose file names is a project of its own. It is
// read-only: With makes the next version.
type Project struct {
	Settings   *settings.Settings
	Kubernetes bool // the repository has Kubernetes or Helm manifests
	Services   []*Service
	Targets    []*Target
	Problems   []Problem // files that could not be read or parsed

	in       *input
	files    []*parsed // by path
	loads    [][]string
	shared   []*Shared
	sharing  sharing
	unloaded []Problem // what of loads does not load
	ids      IDs
}

// parsed is one file of a project; one of docker, compose, env and makefile is set.
type parsed struct {
	src      *edit.Source
	docker   *dockerfile.File
	compose  *compose.File
	env      *envfile.File
	makefile *makefile.File
	contexts *contexts // of a Dockerfile: what its COPYs bring
}

// Service is a service of one model: of a base file with its override, or with
// a variant.
type Service struct {
	*compose.Merged
	Dir    string // the project directory, relative to the root
	Target *Target
	// Unbuilt says why a service that builds has no Target.
	Unbuilt string
	// Settings are what .nonroot.yaml says of the service.
	Settings settings.Service

	env     func(string) (string, bool)
	model   *compose.Model
	project *Project
}

// Target is a stage of which an image is made that runs.
type Target struct {
	File     *dockerfile.File
	Analysis *rootfs.Analysis
	Stage    *rootfs.Stage
	Services []*Service // that run it; none where no compose file names it
	// Unclear says why nothing can be told of it for all its services.
	Unclear string
	// Hidden says which path comes from .env: none may be written or shown. Else empty.
	Hidden string

	contexts *contexts
	project  *Project
	asked    answers
}

// Sources are the files of the project, by path.
func (p *Project) Sources() []*edit.Source {
	out := make([]*edit.Source, len(p.files))
	for i, f := range p.files {
		out[i] = f.src
	}
	return out
}

func (p *Project) file(path string) *parsed {
	i, ok := p.at(path)
	if !ok {
		return nil
	}
	return p.files[i]
}

// at is where among the files the one of a path is.
func (p *Project) at(path string) (int, bool) {
	return slices.BinarySearchFunc(p.files, path, func(f *parsed, path string) int { return cmp.Compare(f.src.Path, path) })
}

// With is the project with some files changed: those are parsed anew, and services,
// targets and ids are worked out again. Kept are the other files, what lies on the
// disk, which no pass changes, and what an unchanged Dockerfile does with unchanged
// arguments. A file that no longer parses is an error.
func (p *Project) With(changed []*edit.Source) (*Project, error) {
	next := &Project{Settings: p.Settings, Kubernetes: p.Kubernetes, Problems: p.Problems, in: p.in, loads: p.loads, sharing: p.sharing, files: slices.Clone(p.files)}
	for _, src := range changed {
		at, ok := next.at(src.Path)
		if !ok {
			return nil, fmt.Errorf("%s: it is no file of this project", src.Path)
		}
		now, err := next.files[at].again(src)
		if err != nil {
			return nil, fmt.Errorf("the fix makes a file that cannot be read: %w", err)
		}
		now.contexts = next.files[at].contexts
		next.files[at] = now
	}
	next.unloaded = next.link()
	for _, now := range next.unloaded {
		if !slices.ContainsFunc(p.unloaded, func(was Problem) bool { return was.Path == now.Path && was.Err.Error() == now.Err.Error() }) {
			return nil, fmt.Errorf("the fix makes a project that does not load: %w", now.Err)
		}
	}
	return next, nil
}

// again parses another version of the file as what it is.
func (f *parsed) again(src *edit.Source) (*parsed, error) {
	out := &parsed{src: src}
	var err error
	switch {
	case f.compose != nil:
		out.compose, err = compose.Parse(src)
	case f.docker != nil:
		out.docker, err = dockerfile.Parse(src)
	case f.env != nil:
		out.env, err = envfile.Parse(src)
	default:
		out.makefile, err = makefile.Parse(src)
	}
	return out, err
}

// RootServices names the services and unreferenced Dockerfiles that run as root,
// as far as that is known: "api (infra/compose.yaml)". Images that drop root by
// themselves are not among them.
func (p *Project) RootServices() []string {
	var out []string
	for _, s := range p.Services {
		if proc := s.Process(); proc.IsRoot() && !drops(s) {
			out = append(out, s.Label())
		}
	}
	for _, t := range p.Targets {
		if len(t.Services) == 0 && t.Stage.End().User().IsRoot() == rootfs.Yes && !drops(t) {
			out = append(out, t.Label())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Drops tells by which helper the service, started as root, becomes another user
// by itself, and which; empty where it does not, as far as is known.
func (s *Service) Drops() (helper, to string) {
	if s.User() != nil || s.Entrypoint() != nil {
		return "", ""
	}
	if s.Target != nil {
		return s.Target.Drops()
	}
	if facts, _ := s.ImageFacts(); facts != nil {
		return facts.Drops, facts.DropsTo
	}
	return "", ""
}

func drops(d interface{ Drops() (helper, to string) }) bool {
	helper, _ := d.Drops()
	return helper != ""
}

// Label names the service for people.
func (s *Service) Label() string {
	return s.Name + " (" + s.Path() + ")"
}

// Path is the file that defines the service first.
func (s *Service) Path() string { return s.Parts()[0].File.Src.Path }

// Label names the target for people.
func (t *Target) Label() string {
	if name := t.Stage.Syntax.Name; name != "" && len(t.File.Stages) > 1 {
		return fmt.Sprintf("%s (stage %s)", t.File.Src.Path, name)
	}
	return t.File.Src.Path
}

// Value interpolates a text of a compose file as compose would, with the
// project's .env; known is false where a variable has no value.
func (s *Service) Value(text string) (value string, known bool) {
	if !strings.Contains(text, "$") {
		return text, true
	}
	return compose.Interpolate(text, s.env)
}

// Plain is Value where .env has no part in it, as it must not in what is written to
// other files, and shown.
func (s *Service) Plain(text string) (value string, known bool) {
	value, known = s.Value(text)
	without, same := compose.Interpolate(text, lookup(nil))
	return without, known && same && value == without
}

// Shown is a text of a compose file for people: its value, or where that is not Plain
// the text as it is written.
func (s *Service) Shown(text string) string {
	if value, plain := s.Plain(text); plain {
		return value
	}
	return text
}

// Chain is the stages that end in the target, the outermost parent first.
func (t *Target) Chain() []*rootfs.Stage {
	var out []*rootfs.Stage
	for s := t.Stage; s != nil; s = s.Parent {
		out = append(out, s)
	}
	slices.Reverse(out)
	return out
}

// ServiceNames lists the services of a target, or its file where it has none.
func (t *Target) ServiceNames() string {
	if len(t.Services) == 0 {
		return t.Label()
	}
	var names []string
	for _, s := range t.Services {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}
