package compose

import (
	"fmt"
	"path"
	"slices"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// Loader gives the compose file that extends or include names: file as it is
// written, relative to dir, a folder as in the paths of Sources. Merge passes
// its error on. It may be nil, and then such a file is an error.
type Loader func(dir, file string) (*File, error)

// Model is what several compose files say together.
type Model struct {
	// Services stand in the order in which they are first named.
	Services []*Merged
	// Volumes are the top-level volumes of all files, lowest precedence first.
	Volumes []*Volume

	index map[string]*Merged // of Services, where they are not few
	room  []Merged           // for services to come
}

// Merged is a service with what every file and every service that it extends
// has to say about it.
type Merged struct {
	Attributes
	Name string
}

// Parts are the services that make up this one, lowest precedence first.
func (m *Merged) Parts() []*Service {
	out := make([]*Service, len(m.parts))
	for i, p := range m.parts {
		out[i] = p.svc
	}
	return out
}

// Service is the service of that name, or nil.
func (m *Model) Service(name string) *Merged {
	if m.index != nil {
		return m.index[name]
	}
	for _, s := range m.Services {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// UsedBy are the names of all services that a service of one file is part of:
// its own, and those that extend it.
func (m *Model) UsedBy(part *Service) []string {
	var out []string
	for _, s := range m.Services {
		if slices.Contains(s.Parts(), part) {
			out = append(out, s.Name)
		}
	}
	return out
}

// Merge puts files together as compose does, the base first: their includes,
// extends, and !reset and !override tags are followed. Errors are services
// without content, extends and include that go in a circle or lead nowhere, and
// those of load. Relative paths are relative to the folder of the first file,
// except in what comes from another file by extends or include.
func Merge(load Loader, files ...*File) (*Model, error) {
	if len(files) == 0 {
		return &Model{}, nil
	}
	m := merger{load: load}
	model, err := m.merge(path.Dir(files[0].Src.Path), files)
	if err != nil {
		return nil, err
	}
	for _, s := range model.Services {
		if len(s.parts) == 0 {
			f := files[len(files)-1]
			return nil, fmt.Errorf("%s: services.%s has no content: compose does not take it", f.Src.Path, s.Name)
		}
	}
	return model, nil
}

const (
	// maxFiles bounds how deep includes and extends may lead.
	maxFiles = 50
	// maxMerged bounds how many files come together, each as often as it does: every
	// file may include the next one twice.
	maxMerged = 4_000
)

// nothing is the model of no files, which nobody changes.
var nothing Model

type merger struct {
	load  Loader
	stack []string // the files being merged, and the services being extended
	files int      // that came together so far
}

// enter guards against going in a circle; the caller pops the stack.
func (m *merger) enter(at edit.Range, what string) error {
	for _, s := range m.stack {
		if s == what {
			return edit.Refuse(at, "this leads back to %s, in a circle", what)
		}
	}
	if len(m.stack) >= maxFiles {
		return edit.Refuse(at, "more than %d files or services lead to each other", maxFiles)
	}
	m.stack = append(m.stack, what)
	return nil
}

func (m *merger) leave() { m.stack = m.stack[:len(m.stack)-1] }

func (m *merger) open(at edit.Range, dir, file string) (*File, error) {
	if m.load == nil {
		return nil, edit.Refuse(at, "the file %s is not read", file)
	}
	f, err := m.load(dir, file)
	if err != nil {
		return nil, fmt.Errorf("%w (which %s refers to)", err, at.Src.Path)
	}
	return f, nil
}

func (m *merger) merge(dir string, files []*File) (*Model, error) {
	model := &Model{}
	for _, f := range files {
		if m.files++; m.files > maxMerged {
			return nil, edit.Refuse(edit.Range{Src: f.Src}, "more than %d files come together by include", maxMerged)
		}
		if err := m.enter(edit.Range{Src: f.Src}, f.Src.Path); err != nil {
			return nil, err
		}
		err := m.add(model, dir, f)
		m.leave()
		if err != nil {
			return nil, err
		}
	}
	return model, nil
}

// add puts one file on top of what the model has.
func (m *merger) add(model *Model, dir string, f *File) error {
	included, err := m.includes(dir, f)
	if err != nil {
		return err
	}
	if tag := f.services.Tag(); tag == "!reset" || tag == "!override" {
		model.Services, model.index = nil, nil
	}
	for _, s := range included.Services {
		model.on(s.Name).take(s.parts)
	}
	model.Volumes = append(append(model.Volumes, included.Volumes...), f.Volumes...)
	if f.services.Tag() == "!reset" {
		return nil
	}
	if len(model.Services) == 0 {
		model.Services, model.room = make([]*Merged, 0, len(f.Services)), make([]Merged, len(f.Services))
	}
	for _, s := range f.Services {
		if err := m.addService(model, dir, s, included); err != nil {
			return err
		}
	}
	return nil
}

// addService puts a service, with those that it extends below it, on top.
func (m *merger) addService(model *Model, dir string, s *Service, included *Model) error {
	if s.Value.Tag() == "!reset" {
		model.remove(s.Name)
		return nil
	}
	on := model.on(s.Name)
	if s.Value.Tag() == "!override" {
		on.parts = nil
	}
	if s.Value.Kind == tree.Null {
		return nil
	}
	base, err := m.extended(dir, s, included)
	if err != nil {
		return err
	}
	on.take(base)
	own := part{svc: s, dir: dir}
	if len(on.parts) == 0 && own == s.parts[0] {
		on.parts = s.parts
		return nil
	}
	on.parts = append(on.parts, own)
	return nil
}

// take appends parts, whose tags reach no further than to the first of them.
func (m *Merged) take(parts []part) {
	offset := len(m.parts)
	for _, p := range parts {
		p.reach += offset
		m.parts = append(m.parts, p)
	}
}

// on is the model's service of that name, made where there is none.
func (m *Model) on(name string) *Merged {
	if s := m.Service(name); s != nil {
		return s
	}
	if len(m.room) == 0 {
		m.room = make([]Merged, 1)
	}
	s := &m.room[0]
	m.room = m.room[1:]
	s.Name = name
	m.Services = append(m.Services, s)
	if m.index != nil {
		m.index[name] = s
	} else if len(m.Services) > few {
		m.index = make(map[string]*Merged)
		for _, s := range m.Services {
			m.index[s.Name] = s
		}
	}
	return s
}

func (m *Model) remove(name string) {
	if s := m.Service(name); s != nil {
		delete(m.index, name)
		m.Services = slices.DeleteFunc(m.Services, func(o *Merged) bool { return o == s })
	}
}

// includes is the model of all files that f includes.
func (m *merger) includes(dir string, f *File) (*Model, error) {
	if len(f.Includes) == 0 {
		return &nothing, nil
	}
	model := &Model{}
	for _, in := range f.Includes {
		var files []*File
		for _, file := range in.Paths {
			g, err := m.open(in.At.Range, dir, file)
			if err != nil {
				return nil, err
			}
			files = append(files, g)
		}
		own := path.Dir(files[0].Src.Path)
		if in.ProjectDirectory != "" {
			own = path.Join(dir, in.ProjectDirectory)
		}
		sub, err := m.merge(own, files)
		if err != nil {
			return nil, err
		}
		for _, s := range sub.Services {
			model.on(s.Name).take(s.parts)
		}
		model.Volumes = append(model.Volumes, sub.Volumes...)
	}
	return model, nil
}
