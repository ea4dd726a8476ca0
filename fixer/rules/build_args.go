package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

var buildArgs = &fixer.Rule{
	ID:       "build-args",
	Title:    "A service does not pass the ids of .env to its build",
	Severity: "warning",
	Safety:   "safe",
	Doc: `The Dockerfile makes its user from ` + "`ARG USER_ID`" + ` and ` + "`ARG GROUP_ID`" + `, the project keeps the
ids in .env, and the service in between does not hand them on: the image is built with
the defaults, whatever .env says.

The fix adds ` + "`USER_ID=${APP_USER_ID:-1000}`" + ` and ` + "`GROUP_ID=${APP_GROUP_ID:-1000}`" + ` to the args of
the build, as a list or a map, whichever is there; ` + "`build: DIR`" + ` becomes the long form.
Arguments that are there keep their order, quotes and comments. An argument that is
given another value on purpose stays.

The names of the variables are set by ` + "`env`" + ` in ` + "`.nonroot.yaml`" + `. It is silent in projects
whose ids are numbers in the Dockerfiles (` + "`ids: fixed`" + `).`,
	Check: checkBuildArgs,
}

func checkBuildArgs(p *fixer.Project) []fixer.Finding {
	if !p.IDs().Args {
		return nil
	}
	var out []fixer.Finding
	for _, s := range p.Services {
		missing := missingArgs(p, s)
		part := buildPart(s)
		if len(missing) == 0 || part == nil {
			continue
		}
		f := fixer.Finding{
			Severity: fixer.Warning, At: part.Build().Base().Range,
			Subject: fmt.Sprintf("%s service %s args", part.File.Src.Path, part.Name),
			Message: fmt.Sprintf("%s is built without %s: its user has the default ids, whatever .env says", s.Name, argNames(missing)),
		}
		if why := collides(p.IDs(), append(s.Target.Siblings(), s.Target)...); why != nil {
			f.Refused = why
		} else {
			f.Fix, f.Refused = argsFix(p, part, missing)
		}
		out = append(out, f)
	}
	return out
}

// missingArgs are the arguments for ids that the service's Dockerfile declares
// and the service does not give.
func missingArgs(p *fixer.Project, s *fixer.Service) []compose.Arg {
	if s.Target == nil {
		return nil
	}
	names, ok := hasIDArgs(s.Target)
	if !ok {
		return nil
	}
	return lackedArgs(p, s, names)
}

// lackedArgs are those of two arguments, of which one may have no name, that the
// service does not give.
func lackedArgs(p *fixer.Project, s *fixer.Service, names idNames) []compose.Arg {
	ids := p.IDs()
	var out []compose.Arg
	for _, arg := range []compose.Arg{{Key: names.user, Value: ids.UserText()}, {Key: names.group, Value: ids.GroupText()}} {
		if arg.Key == "" {
			continue
		}
		given := slices.ContainsFunc(s.Build().Args(), func(kv compose.KeyValue) bool { return kv.Key == arg.Key })
		if !given {
			out = append(out, arg)
		}
	}
	return out
}

// passArgs adds to the fix of a target's Dockerfile what its services must pass.
func passArgs(p *fixer.Project, t *fixer.Target, names idNames, fix *fixer.Fix) error {
	fix.Leads = append(fix.Leads, envIDs.ID)
	if err := collides(p.IDs(), t.Siblings()...); err != nil {
		return err
	}
	var parts []*compose.Service
	args := map[*compose.Service][]compose.Arg{}
	for _, s := range t.Services {
		missing := lackedArgs(p, s, names)
		part := buildPart(s)
		if len(missing) == 0 || part == nil {
			continue
		}
		if args[part] == nil {
			parts = append(parts, part)
		}
		for _, arg := range missing { // what extends a service takes its arguments over
			if !slices.Contains(args[part], arg) && !slices.ContainsFunc(part.Build().Args(), func(kv compose.KeyValue) bool { return kv.Key == arg.Key }) {
				args[part] = append(args[part], arg)
			}
		}
	}
	for _, part := range parts {
		if err := passTo(p, t, part, args[part], fix); err != nil {
			return err
		}
	}
	return nil
}

// passTo adds the arguments to the build of one part.
func passTo(p *fixer.Project, t *fixer.Target, part *compose.Service, args []compose.Arg, fix *fixer.Fix) error {
	with := sharing(part, part.Build().Base().Content())
	for _, name := range with {
		if o := serviceIn(p, part.File, name); o == nil || o.Target != t {
			return fmt.Errorf("service %s shares the build of %s: give each its own", name, part.Name)
		}
	}
	e, err := part.AddBuildArgs(args, compose.Options{With: with})
	if err != nil {
		return err
	}
	if !slices.Contains(fix.Edits, e) {
		fix.Edits = append(fix.Edits, e)
	}
	fix.Means = append(fix.Means, means(part, "build", with, true)...)
	return nil
}

func argNames(args []compose.Arg) string {
	var out []string
	for _, a := range args {
		out = append(out, a.Key)
	}
	return strings.Join(out, " and ")
}

// buildPart is the first part of a service that says how it is built.
func buildPart(s *fixer.Service) *compose.Service {
	for _, part := range s.Parts() {
		if part.Build() != nil {
			return part
		}
	}
	return nil
}

func argsFix(p *fixer.Project, part *compose.Service, args []compose.Arg) (*fixer.Fix, error) {
	with := sharing(part, part.Build().Base().Content())
	for _, name := range with {
		o := serviceIn(p, part.File, name)
		if o == nil || !slices.Equal(missingArgs(p, o), args) {
			return nil, fmt.Errorf("service %s shares the build and needs other arguments: give each its own", name)
		}
	}
	e, err := part.AddBuildArgs(args, compose.Options{With: with})
	if err != nil {
		return nil, err
	}
	return &fixer.Fix{
		Message: "pass " + argNames(args) + " from .env", Safety: fixer.Safe, Edits: []edit.Edit{e},
		Means: means(part, "build", with, true), Leads: []string{envIDs.ID, tmpfsOwner.ID},
	}, nil
}
