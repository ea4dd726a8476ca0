package compose

import (
	"maps"
	"slices"
	"strings"

	"nonroot/compose/tree"
)

// SharedBy are the names, in the order of the file, of all services whose
// content in this file includes v: through anchors, aliases, merge keys, and
// extends within the file. A value that a service replaces by one of its own is
// not its content. A mapping counts where it is included as a whole.
func (f *File) SharedBy(v *tree.Value) []string {
	services, _ := f.users(v)
	return services
}

// users are SharedBy and the attributes that v is or is part of there, sorted; where
// nothing on the way to it is reused, they are none.
func (f *File) users(v *tree.Value) (services, attributes []string) {
	if name := f.onlyService(v); name != "" {
		return []string{name}, nil
	}
	w := walk{file: f}
	if v == f.services {
		for _, s := range f.Services {
			w.service(s.Name, "")
		}
	}
	w.value(v, "")
	return w.names(), slices.Sorted(maps.Keys(w.attributes))
}

// onlyService is the one service whose content v is, where nothing on the way
// outward is reused: no anchor, no merge key, no extends. Empty where that has to
// be looked into.
func (f *File) onlyService(v *tree.Value) string {
	for v.Parent != nil && len(v.Aliases()) == 0 {
		p, paired := v.Pair()
		switch {
		case paired && p.Merge:
			return ""
		case paired && v.Parent == f.services && len(f.extended[p.Key.Text]) == 0:
			return p.Key.Text
		}
		v = v.Parent
	}
	return ""
}

// sharedKey is SharedBy for a key that is to be added to the mapping m.
func (f *File) sharedKey(m *tree.Value, key string) []string {
	if name := f.onlyService(m); name != "" {
		return []string{name}
	}
	w := walk{file: f}
	w.key(m, key, nil, "")
	return w.names()
}

// walk goes from a value outward, along every way by which services reach it.
type walk struct {
	file       *File
	found      map[string]bool
	attributes map[string]bool // of those found, but extensions: nobody reads them
	seen       map[place]bool
}

// place is a key of a mapping, or a value as a whole where the key is "".
type place struct {
	in    *tree.Value
	key   string
	below string
}

func (w *walk) once(p place) bool {
	if w.seen[p] {
		return false
	}
	if w.seen == nil {
		w.seen = make(map[place]bool)
	}
	w.seen[p] = true
	return true
}

// value visits everything that holds v, where it is written and by alias. below
// is the key that leads inward from v, "" where that is not one.
func (w *walk) value(v *tree.Value, below string) {
	if !w.once(place{v, "", below}) {
		return
	}
	w.holder(v, below)
	for _, alias := range v.Aliases() {
		w.holder(alias, below)
	}
}

// holder visits what holds v in this one place.
func (w *walk) holder(v *tree.Value, below string) {
	parent := v.Parent
	if parent == nil {
		return
	}
	if parent.Kind == tree.Sequence {
		for _, m := range merging(parent) {
			w.merged(m, v, below)
		}
		w.list(parent)
		return
	}
	p, _ := v.Pair()
	if p.Merge {
		w.merged(parent, v, below)
		return
	}
	w.key(parent, p.Key.Text, p.Value, below)
}

// list visits everything that holds a list as one: that which merges its entries does not.
func (w *walk) list(l *tree.Value) {
	if !w.once(place{l, "", ""}) {
		return
	}
	for _, at := range append([]*tree.Value{l}, l.Aliases()...) {
		if p, ok := at.Pair(); !ok || !p.Merge {
			w.holder(at, "")
		}
	}
}

// merging are the mappings that merge the entries of a list, where it is written and
// by alias.
func merging(list *tree.Value) []*tree.Value {
	var out []*tree.Value
	for _, at := range append([]*tree.Value{list}, list.Aliases()...) {
		if p, ok := at.Pair(); ok && p.Merge {
			out = append(out, at.Parent)
		}
	}
	return out
}

// merged visits m, which merges all of the mapping v, or only its key below.
func (w *walk) merged(m, v *tree.Value, below string) {
	if below == "" {
		w.value(m, "")
		return
	}
	w.key(m, below, v.Content().Own(below).Value, "")
}

// key visits everything that holds the mapping m, for the sake of its key, whose
// value is v, or nil for one that is to be added.
func (w *walk) key(m *tree.Value, key string, v *tree.Value, below string) {
	if !w.once(place{m, key, below}) {
		return
	}
	if m == w.file.services {
		w.service(key, below)
		return
	}
	for _, at := range append([]*tree.Value{m}, m.Aliases()...) {
		for _, into := range mergeTargets(at) {
			if v != nil && into.Lookup(key).Value == v || v == nil && !into.Own(key).Found() {
				w.key(into, key, v, below)
			}
		}
		w.beside(at, key)
	}
}

// mergeTargets are the mappings that merge the mapping at.
func mergeTargets(at *tree.Value) []*tree.Value {
	if at.Parent != nil && at.Parent.Kind == tree.Sequence {
		return merging(at.Parent)
	}
	if p, ok := at.Pair(); ok && p.Merge {
		return []*tree.Value{at.Parent}
	}
	return nil
}

// beside visits what holds the mapping at, for the sake of its key, but merges it not.
func (w *walk) beside(at *tree.Value, key string) {
	if at.Parent != nil && at.Parent.Kind == tree.Sequence {
		w.list(at.Parent)
		return
	}
	if p, ok := at.Pair(); !ok || !p.Merge {
		w.holder(at, key)
	}
}

// service visits a service, for the sake of its attribute, and those of the
// file that extend it.
func (w *walk) service(name, attribute string) {
	if !w.once(place{nil, name, attribute}) {
		return
	}
	if w.found == nil {
		w.found, w.attributes = make(map[string]bool), make(map[string]bool)
	}
	w.found[name] = true
	if attribute != "" && !strings.HasPrefix(attribute, "x-") {
		w.attributes[attribute] = true
	}
	for _, s := range w.file.extended[name] {
		if own := s.Value.Lookup(attribute); own.Found() && replaces(attribute) {
			continue
		}
		w.service(s.Name, attribute)
	}
}

// replaces reports whether a service's own value of an attribute takes the place
// of the one that it inherits by extends.
func replaces(attribute string) bool {
	switch attribute {
	case "image", "user", "read_only", "privileged", "network_mode", "working_dir", "entrypoint", "command", "init", "restart":
		return true
	}
	return false
}

// names are the found services in the order of the file.
func (w *walk) names() []string {
	out := slices.Collect(maps.Keys(w.found))
	slices.SortFunc(out, func(a, b string) int { return w.file.position(a) - w.file.position(b) })
	return out
}
