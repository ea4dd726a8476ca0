package diagnose

import (
	"fmt"
	"slices"

	"nonroot/fixer"
)

// Options say how a log is attributed.
type Options struct {
	// Service is whose log it is, where its lines name none; lines that name another
	// one are left out. Empty: what the lines say.
	Service string
	Rules   []*fixer.Rule // by which fixes are looked for
	// Path is the path that the command line names the project by; empty for the
	// current folder. The commands of fixes have it.
	Path string
	// Near is the same path relative to the root: where several services have the name
	// that the log has, docker compose takes those that it loads there.
	Near string
}

// Match is what one project says to one group.
type Match struct {
	Group int  // its index
	Level int  // how sure it is that the group is of this place: see level
	Near  bool // docker compose loads the service for the path of the command line
	Label string
	Name  string
	Entry Entry // empty where the group names no service and the project has several
}

// Attribute explains the groups that may come from a project.
func Attribute(p *fixer.Project, groups []Group, opt Options) []Match {
	a := &attributor{project: p, opt: opt, runs: map[string]*fixer.Project{}}
	all, files := places(p), near(p, opt.Near)
	var out []Match
	for i, g := range groups {
		name := nameOf(g, opt)
		for _, pl := range all {
			m := Match{Group: i, Label: pl.label(), Name: pl.name(), Near: slices.Contains(files, pl.file())}
			switch {
			case g.Source != "":
				m.Level = pl.level(name)
			case name == m.Name:
				m.Level = byName
			}
			if name != "" && m.Level == 0 {
				continue
			}
			if name == "" && len(all) == 1 || name != "" && (opt.Service == "" || m.Name == opt.Service) {
				m.Entry = a.explain(pl, g)
			}
			out = append(out, m)
		}
	}
	return out
}

// nameOf is whose log the line of a group is, as far as anything says.
func nameOf(g Group, opt Options) string {
	if g.Source == "" {
		return opt.Service
	}
	return g.Source
}

// attributor explains the events of one project.
type attributor struct {
	project *fixer.Project
	opt     Options
	runs    map[string]*fixer.Project // what a fix makes of the project; nil where it changes nothing
}

// Entry is a group that is explained.
type Entry struct {
	Group
	Cause    *Cause
	Service  string   // empty where it is not known, or no service runs the image
	File     string   // the compose file, or the Dockerfile
	Where    string   // the path in the container: absolute where that is known
	More     []string // further paths with the same cause and the same fix
	User     string   // as whom the process runs
	Owner    string   // who owns the path, as far as that matters and is known
	Mount    string   // what covers the path, empty where nothing does
	Facts    []string // what the project says of it
	Advice   []string // what to do, for a person
	Command  string   // what does it
	Rule     string   // of the command
	Add      []Line   // lines to add to files
	Open     string   // why it could not be attributed, and what settles it
	Possible []string // the services that it may be of
}

// Line is text to add under a key of a file.
type Line struct{ File, Text string }

// Conclude joins what the projects say: each group becomes one entry, and those
// with one cause, one place and one fix become one.
func Conclude(groups []Group, matches []Match, opt Options) []Entry {
	by := map[int][]Match{}
	for _, m := range matches {
		by[m.Group] = append(by[m.Group], m)
	}
	var out []Entry
	for i, g := range groups {
		best := surest(by[i])
		if opt.Service != "" && g.Source != "" && !slices.ContainsFunc(best, func(m Match) bool { return m.Name == opt.Service }) {
			continue // of another service
		}
		out = join(out, conclude(g, best, nameOf(g, opt)))
	}
	return out
}

// surest are the matches of the highest level, and of those the near ones, where
// there are any.
func surest(found []Match) []Match {
	var best []Match
	for _, m := range found {
		if len(best) > 0 && m.Level > best[0].Level {
			best = best[:0]
		}
		if len(best) == 0 || m.Level == best[0].Level {
			best = append(best, m)
		}
	}
	if slices.ContainsFunc(best, func(m Match) bool { return m.Near }) {
		best = slices.DeleteFunc(best, func(m Match) bool { return !m.Near })
	}
	return best
}

func conclude(g Group, best []Match, name string) Entry {
	if len(best) == 1 {
		return best[0].Entry
	}
	open := Entry{Group: g, Cause: CauseByID("unknown"), Where: g.Path}
	switch {
	case g.Kind == HostPath: // the engine says it, of no container
		open.because("host-path")
		return open
	case len(best) == 0 && name != "":
		open.Open = fmt.Sprintf("the project has no service %s: --project names where its compose file is", name)
	case len(best) == 0:
		open.Open = "there is no compose file and no Dockerfile here that it could be of: --project names where they are"
	case name == "":
		open.Open = "the line names no service: --service says whose log it is"
	default:
		open.Open = fmt.Sprintf("several services are called %s: --project names which folder or file is meant", name)
	}
	for _, m := range best {
		open.Possible = append(open.Possible, m.Label)
	}
	return open
}

// join adds an entry to a list, to one with the same cause, place and fix where
// there is one.
func join(list []Entry, e Entry) []Entry {
	for i := range list {
		o := &list[i]
		if o.Cause != e.Cause || o.Service != e.Service || o.File != e.File || o.Kind != e.Kind || o.Open != e.Open || o.Port != e.Port || !same(o, &e) {
			continue
		}
		o.Count += e.Count
		if e.Where != "" && e.Where != o.Where {
			o.More = append(o.More, e.Where)
		}
		return list
	}
	return append(list, e)
}

// same reports whether two entries have the same fix for the same thing.
func same(a, b *Entry) bool {
	if a.Open != "" || a.Cause.ID == "unknown" {
		return a.Where == b.Where && a.Source == b.Source
	}
	return a.Command == b.Command && a.Mount == b.Mount && fmt.Sprint(a.Advice, a.Add, a.Facts) == fmt.Sprint(b.Advice, b.Add, b.Facts)
}
