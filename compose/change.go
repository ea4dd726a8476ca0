package compose

import (
	"slices"
	"strings"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// Options say how an edit of a service is made.
type Options struct {
	// After is the key behind which a new key goes, if the service has it;
	// otherwise it goes behind the last one.
	After string
	// With names the other services that the edit may change, because they
	// share the text with this one.
	With []string
}

// SetItem is the edit that gives the scalar v of this service another text. An
// alias in a list, or as the value of a key, is replaced by the text. It is
// refused where that changes a service that is neither this one nor named.
func (s *Service) SetItem(v *tree.Value, text string, with ...string) (edit.Edit, error) {
	if err := s.mayEdit(v, with); err != nil {
		return edit.Edit{}, err
	}
	return tree.Replace(v, tree.Str(text))
}

// AppendTo is the edit that adds strings to a list attribute: it makes the key
// where there is none, and turns a string into a list. A list that the service
// has by alias or merge key is edited where it is written, if every service
// that shares it is named, and else refused: a list of its own would take the
// place of the shared one.
func (s *Service) AppendTo(key string, items []string, opts Options) (edit.Edit, error) {
	content := tree.Strs(items...)
	e := s.Value.Lookup(key)
	if !e.Found() {
		return s.addKey(key, content, opts)
	}
	v := e.Value.Content()
	if err := s.mayEdit(v, opts.With); err != nil {
		return edit.Edit{}, err
	}
	if v.Kind != tree.Scalar {
		return tree.Append(v, content.Items()...)
	}
	if len(v.Aliases()) > 0 && e.Value.Alias() != nil {
		return edit.Edit{}, edit.Refuse(e.Value.Range, "*%s stands for a single string: write a list here", v.Anchor())
	}
	return tree.ToList(v, content.Items()...)
}

// SetKey is the edit that gives an attribute a value: it makes the key where
// there is none, replaces a scalar by a scalar, fills an empty one, and refuses
// everything else. A scalar that comes by a merge key from a mapping that other
// services merge as well is set in this service alone, where it wins.
func (s *Service) SetKey(key string, content tree.New, opts Options) (edit.Edit, error) {
	e := s.Value.Lookup(key)
	if !e.Found() {
		return s.addKey(key, content, opts)
	}
	if e.Value.Kind > tree.Scalar || content.Kind() != tree.Scalar && e.Value.Kind != tree.Null {
		return edit.Edit{}, edit.Refuse(e.Value.Range, "services.%s.%s is already set to %s", s.Name, key, e.Value.Kind)
	}
	if err := s.mayEdit(e.Value, opts.With); err != nil {
		if e.In != s.Value && content.Kind() == tree.Scalar {
			return s.addKey(key, content, opts)
		}
		return edit.Edit{}, err
	}
	return setValue(e.Value, content)
}

// setValue gives a scalar or an empty value new content.
func setValue(v *tree.Value, content tree.New) (edit.Edit, error) {
	switch content.Kind() {
	case tree.Sequence:
		return tree.Append(v, content.Items()...)
	case tree.Mapping:
		return tree.AddKeys(v, "", content.Fields()...)
	}
	return tree.Replace(v, content)
}

// addKey adds a key that neither the service nor what it merges must keep.
func (s *Service) addKey(key string, content tree.New, opts Options) (edit.Edit, error) {
	if err := s.owns(s.Value, s.File.sharedKey(s.Value, key), opts.With); err != nil {
		return edit.Edit{}, err
	}
	return tree.AddKeys(s.Value, opts.After, tree.Field{Key: key, Value: content})
}

// mayEdit refuses an edit of v that changes a service, or another attribute, that is
// not meant.
func (s *Service) mayEdit(v *tree.Value, with []string) error {
	services, attributes := s.File.users(v)
	if len(attributes) > 1 {
		return edit.Refuse(v.Range, "this is %s at once: write it out in each", strings.Join(attributes, " and "))
	}
	return s.owns(v, services, with)
}

// owns refuses where users, the services that v is part of, are not this one
// and those named.
func (s *Service) owns(v *tree.Value, users, with []string) error {
	var others []string
	for _, name := range users {
		if name != s.Name && !slices.Contains(with, name) {
			others = append(others, name)
		}
	}
	if len(others) == 0 && slices.Contains(users, s.Name) {
		return nil
	}
	if len(others) == 0 {
		return edit.Refuse(v.Range, "this is not part of services.%s", s.Name)
	}
	how := "by extends"
	if r := v.Reused(); r != nil {
		how = "by the anchor &" + r.Anchor()
	}
	return edit.Refuse(v.Range, "this is shared %s with %s: change all of them alike, or write it out in each", how, serviceNames(others))
}

// serviceNames are names as a sentence has them.
func serviceNames(names []string) string {
	const most = 5
	if len(names) > most {
		names = append(slices.Clone(names[:most]), "others")
	}
	return "services." + strings.Join(names, ", services.")
}
