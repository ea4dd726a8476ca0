package rules

import (
	"fmt"
	"strings"

	"nonroot/fixer"
	"nonroot/fixer/edit"
	"nonroot/fixer/envfile"
)

var envIDs = &fixer.Rule{
	ID:       "env-ids",
	Title:    "The ids that compose passes on are not in .env",
	Severity: "warning; error for a value that is no positive integer",
	Safety:   "safe",
	Doc: `A project whose compose files say ` + "`${APP_USER_ID:-1000}`" + ` has one place to change the ids:
the .env beside them. Without the variables there nobody finds it.

The fix appends both with 1000 and a comment each. Lines that are there stay as they
are; a value that is there wins everywhere. Where git ignores .env and the repository
ships .env.example (or .env.dist, .env.sample), that file gets them: copy the lines to
your own .env if you need other ids.

A value that is no positive integer is an error: 0 would be root, and the build would
fail on anything else. Nothing of a .env but these two values is ever shown. It is
silent in projects whose ids are numbers in the Dockerfiles.`,
	Check: checkEnvIDs,
}

func checkEnvIDs(p *fixer.Project) []fixer.Finding {
	ids := p.IDs()
	if !ids.Args {
		return nil
	}
	var out []fixer.Finding
	for _, s := range p.Services {
		if !passesIDs(s, ids) {
			continue
		}
		if own := p.Env(s); own != nil {
			out = append(out, wrongIDs(own, ids)...)
		}
		file, standsIn := p.EnvFile(s)
		if file == nil {
			continue
		}
		if standsIn {
			out = append(out, wrongIDs(file, ids)...)
		}
		if f, ok := missingIDs(file, standsIn, ids); ok {
			out = append(out, f)
		}
	}
	return out
}

// passesIDs reports whether the service names one of the variables in its build
// arguments.
func passesIDs(s *fixer.Service, ids fixer.IDs) bool {
	b := s.Build()
	if b == nil {
		return false
	}
	for _, kv := range b.Args() {
		if fixer.Uses(kv.Value, ids.UserVar) || fixer.Uses(kv.Value, ids.GroupVar) {
			return true
		}
	}
	return false
}

func missingIDs(file *envfile.File, standsIn bool, ids fixer.IDs) (fixer.Finding, bool) {
	var entries []envfile.Entry
	var names []string
	for _, e := range []envfile.Entry{
		{Name: ids.UserVar, Value: "1000", Comment: "Default UID for service containers"},
		{Name: ids.GroupVar, Value: "1000", Comment: "Default GID for service containers"},
	} {
		if _, ok := file.Get(e.Name); !ok {
			entries = append(entries, e)
			names = append(names, e.Name)
		}
	}
	if len(entries) == 0 {
		return fixer.Finding{}, false
	}
	what := strings.Join(names, " and ")
	f := fixer.Finding{
		Severity: fixer.Warning, At: edit.Range{Src: file.Src, Start: len(file.Src.Text), End: len(file.Src.Text)},
		Subject: file.Src.Path + " ids",
		Message: fmt.Sprintf("%s lacks %s, which the compose file passes to the builds", file.Src.Path, what),
	}
	if text := file.Src.Text; text != "" && !strings.HasSuffix(text, "\n") {
		f.Refused = fmt.Errorf("its last line has no end, so that a diff would show it: end it with a line break")
		return f, true
	}
	e, err := file.Add(entries...)
	if err != nil {
		f.Refused = err
		return f, true
	}
	f.Fix = &fixer.Fix{Message: "add " + what, Safety: fixer.Safe, Edits: []edit.Edit{e}}
	if standsIn {
		f.Fix.Message += "; git ignores .env: copy them there for other ids than 1000"
	}
	return f, true
}

// wrongIDs are the values that are no positive integers.
func wrongIDs(file *envfile.File, ids fixer.IDs) []fixer.Finding {
	var out []fixer.Finding
	for _, name := range []string{ids.UserVar, ids.GroupVar} {
		v, ok := file.Get(name)
		if !ok {
			continue
		}
		if _, _, err := file.Positive(name); err != nil {
			out = append(out, fixer.Finding{
				Severity: fixer.Error, At: v.Range, Subject: file.Src.Path + " " + name,
				Message: fmt.Sprintf("%s is not an id that a container can run with", name), Refused: err,
			})
		}
	}
	return out
}
