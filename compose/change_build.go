package compose

import (
	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// Arg is a build argument to be added; the Value may hold variables.
type Arg struct{ Key, Value string }

// AddBuildArgs is the edit that adds build arguments: build: DIR becomes the
// long form, and args are added in the form that is there, a list where there
// are none. It is refused where the service is not built in this file, where it
// has one of the arguments already, and where that changes a service that is
// neither this one nor named.
func (s *Service) AddBuildArgs(args []Arg, opts Options) (edit.Edit, error) {
	e := s.Value.Lookup("build")
	if !e.Found() || e.Value.Kind == tree.Null {
		return edit.Edit{}, edit.Refuse(s.Key, "services.%s has no build in this file", s.Name)
	}
	build := e.Value.Content()
	if build.Kind == tree.Scalar {
		if err := s.mayEdit(e.Value, opts.With); err != nil {
			return edit.Edit{}, err
		}
		return tree.ToMap(e.Value, "context", tree.Field{Key: "args", Value: argList(args)})
	}
	for _, have := range s.Build().Args() {
		for _, arg := range args {
			if have.Key == arg.Key {
				return edit.Edit{}, edit.Refuse(have.Range, "services.%s already has the build argument %s", s.Name, arg.Key)
			}
		}
	}
	in := build.Lookup("args")
	if !in.Found() {
		if err := s.owns(build, s.File.sharedKey(build, "args"), opts.With); err != nil {
			return edit.Edit{}, err
		}
		return tree.AddKeys(build, opts.After, tree.Field{Key: "args", Value: argList(args)})
	}
	v := in.Value.Content()
	if err := s.mayEdit(v, opts.With); err != nil {
		return edit.Edit{}, err
	}
	if v.Kind == tree.Mapping {
		return tree.AddKeys(v, "", argFields(args)...)
	}
	return tree.Append(v, argList(args).Items()...)
}

func argList(args []Arg) tree.New {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = a.Key + "=" + a.Value
	}
	return tree.Strs(texts...)
}

func argFields(args []Arg) []tree.Field {
	fields := make([]tree.Field, len(args))
	for i, a := range args {
		fields[i] = tree.Field{Key: a.Key, Value: tree.Str(a.Value)}
	}
	return fields
}
