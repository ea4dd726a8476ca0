package compose

import (
	"path"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// Extends is what extends says: a service, of another file where File is not "".
type Extends struct {
	Item
	Service, File string
}

// Extends is what the service of this one file extends, or nil.
func (s *Service) Extends() *Extends { return s.extends }

func (s *Service) readExtends() *Extends {
	all := s.find(attrExtends)
	if len(all) == 0 || all[0].Kind == tree.Null {
		return nil
	}
	e := &Extends{Item: all[0].Item, Service: all[0].Text}
	if e.Kind != tree.Mapping {
		return e
	}
	e.Service, e.File = textOf(e.Get("service")), textOf(e.Get("file"))
	return e
}

// extended are the parts of the service that s extends, lowest first; their
// relative paths are relative to dir, or to the folder of another file.
func (m *merger) extended(dir string, s *Service, included *Model) ([]part, error) {
	e := s.Extends()
	if e == nil {
		return nil, nil
	}
	if err := m.enter(e.Range, s.File.Src.Path+" services."+s.Name); err != nil {
		return nil, err
	}
	defer m.leave()
	file := s.File
	if e.File != "" {
		var err error
		if file, err = m.open(e.Range, dir, e.File); err != nil {
			return nil, err
		}
		dir, included = path.Dir(file.Src.Path), &Model{}
	}
	base := file.Service(e.Service)
	other := included.Service(e.Service)
	if base == nil && other == nil {
		return nil, edit.Refuse(e.Range, "services.%s extends %q, and %s has no such service", s.Name, e.Service, file.Src.Path)
	}
	out := &Merged{}
	if other != nil {
		out.take(other.parts)
	}
	if base == nil || base.Value.Kind == tree.Null || base.Value.Tag() == "!reset" {
		return out.parts, nil
	}
	below, err := m.extended(dir, base, included)
	if err != nil {
		return nil, err
	}
	out.take(below)
	out.parts = append(out.parts, part{svc: base, dir: dir})
	return out.parts, nil
}
