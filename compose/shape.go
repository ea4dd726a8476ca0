package compose

import (
	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// form is a set of kinds that an attribute may have; empty is always one.
type form uint8

const (
	formText    form = 1 << iota
	formList         // of strings
	formEntries      // a list of strings and mappings
	formMapping      // with any values
)

// shape is the form of an attribute that is read, in the order of the
// compose-spec's schema.
var shapes = [...]struct {
	key  string
	form form
}{
	{"build", formText | formMapping},
	{"cap_add", formList},
	{"cap_drop", formList},
	{"command", formText | formList},
	{"entrypoint", formText | formList},
	{"env_file", formText | formEntries},
	{"environment", formList | formMapping},
	{"extends", formText | formMapping},
	{"image", formText},
	{"network_mode", formText},
	{"privileged", formText},
	{"profiles", formList},
	{"read_only", formText},
	{"security_opt", formList},
	{"tmpfs", formText | formList},
	{"user", formText},
	{"volumes", formEntries},
	{"working_dir", formText},
}

// buildShapes are the forms of what build has in its long form.
var buildShapes = [...]struct {
	key  string
	form form
}{
	{"additional_contexts", formList | formMapping},
	{"args", formList | formMapping},
	{"context", formText},
	{"dockerfile", formText},
	{"dockerfile_inline", formText},
	{"target", formText},
}

// checkShape refuses a service with an attribute that is read and has a form
// that compose does not take either.
func checkShape(s *Service) error {
	if s.Value.Tag() == "!reset" {
		return nil
	}
	if s.Value.Kind != tree.Mapping && s.Value.Kind != tree.Null {
		return edit.Refuse(s.Value.Range, "services.%s must be a mapping, and is %s", s.Name, s.Value.Kind)
	}
	for _, shape := range shapes {
		if err := shape.form.check(s.Value, shape.key, s.Name, ""); err != nil {
			return err
		}
	}
	build := s.Value.Get("build")
	for _, shape := range buildShapes {
		if err := shape.form.check(build, shape.key, s.Name, "build."); err != nil {
			return err
		}
	}
	return nil
}

// check refuses a mapping whose key has a value of another form; it is that of the
// service, or what stands at in there, and nil is one without keys.
func (f form) check(m *tree.Value, key, service, in string) error {
	v := m.Lookup(key).Value
	if v == nil || v.Kind == tree.Null || v.Content().Tag() == "!reset" {
		return nil
	}
	ok := v.Kind == tree.Scalar && f&formText != 0 ||
		v.Kind == tree.Mapping && f&formMapping != 0 ||
		v.Kind == tree.Sequence && f&(formList|formEntries) != 0
	if !ok {
		return edit.Refuse(v.Range, "services.%s.%s%s must be %s, and is %s", service, in, key, f, v.Kind)
	}
	for i, item := range v.Items {
		if item.Kind == tree.Scalar || item.Kind == tree.Mapping && f&formEntries != 0 || item.Content().Tag() == "!reset" {
			continue
		}
		return edit.Refuse(item.Range, "services.%s.%s%s[%d] is %s", service, in, key, i, item.Kind)
	}
	return nil
}

// String is the form in words.
func (f form) String() string {
	var out string
	for _, name := range []struct {
		form form
		text string
	}{{formText, "a string"}, {formList | formEntries, "a list"}, {formMapping, "a mapping"}} {
		if f&name.form == 0 {
			continue
		}
		if out != "" {
			out += " or "
		}
		out += name.text
	}
	return out
}
