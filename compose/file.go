// Package compose reads compose files: what their services ask for, where in
// the bytes it is written, and how several files come together. Edits are made
// by package tree; here it is seen to that an edit of one service does not
// change another one.
package compose

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// ErrNoServices is the error of Parse for YAML that is no compose file: there
// is no mapping of services.
var ErrNoServices = errors.New("no services")

// File is one compose file. Services and Volumes stand in the order of the file.
type File struct {
	Src *edit.Source
	// Name is the file's own name for the project, "" where it has none.
	Name     string
	Services []*Service
	Volumes  []*Volume
	Includes []Include
	Root     *tree.Value

	services *tree.Value           // the mapping of services
	index    map[string]int        // of Services by name, where they are not few
	extended map[string][]*Service // the services of this file that extend one of it
}

// Service is one service as one file has it. Value is its mapping, with an
// alias resolved; it is a Null where the file has only the name.
type Service struct {
	Attributes
	File  *File
	Name  string
	Key   edit.Range
	Value *tree.Value

	extends *Extends
	places  places
}

// Include is an entry of include: files whose services belong to the project.
type Include struct {
	At *tree.Value
	// Paths are one file and those that override it, as written.
	Paths []string
	// ProjectDirectory and EnvFiles are as written, empty where they are not.
	ProjectDirectory string
	EnvFiles         []string
}

// maxServices bounds the services of a file.
const maxServices = 10_000

// Parse reads one compose file. The error is ErrNoServices for YAML without a
// mapping of services, and for a text without that word that cannot be read, where it
// wraps the *edit.Refusal; and otherwise what tree.Parse gives, or an
// *edit.Refusal for an attribute of a form that compose does not know.
func Parse(src *edit.Source) (*File, error) {
	root, err := tree.Parse(src)
	if err != nil {
		var refused *edit.Refusal
		if errors.As(err, &refused) && !strings.Contains(src.Text, "services") {
			return nil, fmt.Errorf("%w: %w", ErrNoServices, err)
		}
		return nil, err
	}
	return read(src, root, checkShape)
}

// Packed is a file in little memory: see tree.Packed.
type Packed struct{ tree tree.Packed }

// Pack packs a file.
func (f *File) Pack() Packed { return Packed{tree.Pack(f.Root)} }

// Unpack is the file of the source that Parse read and Pack packed, as it was.
func Unpack(src *edit.Source, packed Packed) *File {
	f, err := read(src, tree.Unpack(src, packed.tree), func(*Service) error { return nil })
	if err != nil {
		panic(err) // it was read before
	}
	return f
}

// read is what the tree of a file says; check may refuse a service.
func read(src *edit.Source, root *tree.Value, check func(*Service) error) (*File, error) {
	services := root.Get("services")
	if services == nil || services.Kind != tree.Mapping {
		return nil, ErrNoServices
	}
	f := &File{Src: src, Root: root, services: services}
	f.Name = textOf(root.Get("name"))
	if err := f.readServices(check); err != nil {
		return nil, err
	}
	if err := f.readVolumes(); err != nil {
		return nil, err
	}
	return f, f.readIncludes()
}

func (f *File) readServices(check func(*Service) error) error {
	entries := f.services.Entries()
	if n := len(entries); n > maxServices {
		return edit.Refuse(f.services.Range, "the file has %d services; no more than %d are read", n, maxServices)
	}
	dir := path.Dir(f.Src.Path)
	services, parts := make([]Service, len(entries)), make([]part, len(entries))
	f.Services = make([]*Service, len(entries))
	if len(entries) > few {
		f.index = make(map[string]int, len(entries))
	}
	for i, e := range entries {
		s := &services[i]
		parts[i] = part{svc: s, dir: dir}
		*s = Service{Attributes{parts[i : i+1 : i+1]}, f, e.Key.Text, e.Key.Range, e.Value.Content(), nil, places{}}
		s.place()
		if err := check(s); err != nil {
			return err
		}
		f.Services[i] = s
		if f.index != nil {
			f.index[s.Name] = i
		}
		s.extends = s.readExtends()
		if e := s.extends; e != nil && (e.File == "" || path.Join(dir, e.File) == f.Src.Path) {
			if f.extended == nil {
				f.extended = make(map[string][]*Service)
			}
			f.extended[e.Service] = append(f.extended[e.Service], s)
		}
	}
	return nil
}

// Service is the service of that name, or nil.
func (f *File) Service(name string) *Service {
	if i := f.position(name); i >= 0 {
		return f.Services[i]
	}
	return nil
}

// position is the index of a service, -1 where there is none of that name.
func (f *File) position(name string) int {
	if f.index == nil {
		return slices.IndexFunc(f.Services, func(s *Service) bool { return s.Name == name })
	}
	if i, ok := f.index[name]; ok {
		return i
	}
	return -1
}

func (f *File) readIncludes() error {
	include := f.Root.Get("include")
	if include == nil || include.Kind == tree.Null {
		return nil
	}
	if include.Kind != tree.Sequence {
		return edit.Refuse(include.Range, "include must be a list")
	}
	for _, item := range include.Items {
		in := Include{At: item}
		switch item.Kind {
		case tree.Scalar:
			in.Paths = []string{item.Text}
		case tree.Mapping:
			in.Paths = texts(item.Get("path"))
			in.EnvFiles = texts(item.Get("env_file"))
			in.ProjectDirectory = textOf(item.Get("project_directory"))
		}
		if len(in.Paths) == 0 {
			return edit.Refuse(item.Range, "an include must name a file")
		}
		f.Includes = append(f.Includes, in)
	}
	return nil
}

// texts are the scalars of a string or a list.
func texts(v *tree.Value) []string {
	if v == nil {
		return nil
	}
	if v.Kind == tree.Scalar {
		return []string{v.Text}
	}
	var out []string
	for _, item := range v.Items {
		if item.Kind == tree.Scalar {
			out = append(out, item.Text)
		}
	}
	return out
}
