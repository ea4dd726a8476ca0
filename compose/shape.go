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

// attribute is one that is read, by number.
type attribute uint8

// The attributes that are read, in the order of the compose-spec's schema.
const (
	attrBuild attribute = iota
	attrCapAdd
	attrCapDrop
	attrCommand
	attrEntrypoint
	attrEnvFile
	attrEnvironment
	attrExtends
	attrImage
	attrNetworkMode
	attrPrivileged
	attrProfiles
	attrReadOnly
	attrSecurityOpt
	attrTmpfs
	attrUser
	attrVolumes
	attrWorkingDir
	attributes // how many there are
)

// shapes are their keys, and the forms that they may have.
var shapes = [attributes]struct {
	key  string
	form form
}{
	attrBuild:       {"build", formText | formMapping},
	attrCapAdd:      {"cap_add", formList},
	attrCapDrop:     {"cap_drop", formList},
	attrCommand:     {"command", formText | formList},
	attrEntrypoint:  {"entrypoint", formText | formList},
	attrEnvFile:     {"env_file", formText | formEntries},
	attrEnvironment: {"environment", formList | formMapping},
	attrExtends:     {"extends", formText | formMapping},
	attrImage:       {"image", formText},
	attrNetworkMode: {"network_mode", formText},
	attrPrivileged:  {"privileged", formText},
	attrProfiles:    {"profiles", formList},
	attrReadOnly:    {"read_only", formText},
	attrSecurityOpt: {"security_opt", formList},
	attrTmpfs:       {"tmpfs", formText | formList},
	attrUser:        {"user", formText},
	attrVolumes:     {"volumes", formEntries},
	attrWorkingDir:  {"working_dir", formText},
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
	for a := range attributes {
		if err := shapes[a].form.check(s.lookup(a).Value, shapes[a].key, s.Name, ""); err != nil {
			return err
		}
	}
	build := s.lookup(attrBuild).Value.Content()
	if build == nil || build.Kind != tree.Mapping {
		return nil
	}
	for _, shape := range buildShapes {
		if err := shape.form.check(build.Lookup(shape.key).Value, shape.key, s.Name, "build."); err != nil {
			return err
		}
	}
	return nil
}

// check refuses a value of another form. The key is that of a service, or of what
// stands at in there; nil is a key that is not there.
func (f form) check(v *tree.Value, key, service, in string) error {
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
