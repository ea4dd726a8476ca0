package compose

import "nonroot/compose/tree"

// Attributes reads what a service asks for, from one file or from several.
// Values come with every key that YAML merges into the service. Variables stay
// as written: see Interpolate. What an accessor gives is nil or empty where
// nothing is asked for.
type Attributes struct {
	parts []part // lowest precedence first
}

// part is a service of one file, as far as it contributes. Its !reset and
// !override tags take away what the parts from index reach on have.
type part struct {
	svc   *Service
	reach int
	dir   string // what its relative paths are relative to
}

// Item is a value of a service. The Value is as the file has it: an alias where
// one is written, which reads like what it stands for.
type Item struct {
	*tree.Value
	// Part is the service in the file that the value comes from.
	Part *Service
	// Dir is what a relative path in it is relative to: a folder as in the
	// paths of Sources.
	Dir string
}

// found is a value under a key of some part.
type found struct {
	Item
	part int // index of the part
	key  *tree.Value
}

// find gives the values of an attribute that are in force, lowest precedence first.
func (a Attributes) find(attr attribute) []found {
	return a.each(func(s *Service) tree.Entry { return s.lookup(attr) })
}

// each gives the values that the parts have, as far as they are in force.
func (a Attributes) each(lookup func(*Service) tree.Entry) []found {
	var out []found
	for i, p := range a.parts {
		if e := lookup(p.svc); e.Found() {
			out = a.add(out, found{Item{e.Value, p.svc, p.dir}, i, e.Key})
		}
	}
	return out
}

// add appends a value, heeding its tag.
func (a Attributes) add(out []found, f found) []found {
	tag := f.Content().Tag()
	if tag == "!reset" || tag == "!override" {
		kept := out[:0]
		for _, o := range out {
			if o.part < a.parts[f.part].reach {
				kept = append(kept, o)
			}
		}
		out = kept
	}
	if tag == "!reset" {
		return out
	}
	return append(out, f)
}

// last is the value that wins where values replace each other; one that is
// empty does not.
func last(all []found) *Item {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind != tree.Null {
			return &all[i].Item
		}
	}
	return nil
}

// Raw is the value of any attribute that is replaced as a whole by a later file.
func (a Attributes) Raw(key string) *Item {
	return last(a.each(func(s *Service) tree.Entry { return s.Value.Lookup(key) }))
}

func (a Attributes) value(attr attribute) *Item { return last(a.find(attr)) }

// Image is what image says.
func (a Attributes) Image() *Item { return a.value(attrImage) }

// User is what user says; a number is a Value whose Type is "!!int", which
// compose refuses.
func (a Attributes) User() *Item { return a.value(attrUser) }

// ReadOnly is what read_only says: see Truth.
func (a Attributes) ReadOnly() *Item { return a.value(attrReadOnly) }

// Privileged is what privileged says: see Truth.
func (a Attributes) Privileged() *Item { return a.value(attrPrivileged) }

// NetworkMode is what network_mode says.
func (a Attributes) NetworkMode() *Item { return a.value(attrNetworkMode) }

// WorkingDir is what working_dir says.
func (a Attributes) WorkingDir() *Item { return a.value(attrWorkingDir) }

// Entrypoint is a string or a list; an empty value in a later file takes it away.
func (a Attributes) Entrypoint() *Item { return a.replaced(attrEntrypoint) }

// Command is a string or a list; an empty value in a later file takes it away.
func (a Attributes) Command() *Item { return a.replaced(attrCommand) }

func (a Attributes) replaced(attr attribute) *Item {
	all := a.find(attr)
	if len(all) == 0 || all[len(all)-1].Kind == tree.Null {
		return nil
	}
	return &all[len(all)-1].Item
}

// SecurityOpt are the entries of security_opt, of all files.
func (a Attributes) SecurityOpt() []Item { return distinct(elements(a.find(attrSecurityOpt)), whole) }

// CapAdd are the entries of cap_add, of all files.
func (a Attributes) CapAdd() []Item { return distinct(elements(a.find(attrCapAdd)), name) }

// CapDrop are the entries of cap_drop, of all files.
func (a Attributes) CapDrop() []Item { return distinct(elements(a.find(attrCapDrop)), name) }

// Profiles are the profiles that the service belongs to.
func (a Attributes) Profiles() []Item { return distinct(elements(a.find(attrProfiles)), name) }

// Truth reads a boolean as compose does, after Interpolate; known is false
// where it is none or depends on a variable that lookup does not know.
func (i *Item) Truth(lookup func(string) (string, bool)) (value, known bool) {
	if i == nil {
		return false, true
	}
	text, known := Interpolate(i.Text, lookup)
	if !known || i.Kind != tree.Scalar {
		return false, false
	}
	return truth(text)
}
