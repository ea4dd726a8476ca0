// Package starter writes the .nonroot.yaml that a project starts from: every
// setting with its default, and what the project has that a setting may be
// about, all as comments.
package starter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nonroot/dockerfile/base"
	"nonroot/fixer"
	"nonroot/fixer/rules"
	"nonroot/fixer/settings"
)

// Found is what one project has that settings may be about.
type Found struct {
	kubernetes bool
	variables  string // by which ids come from .env; empty: they are fixed
	shared     []entry
	images     []entry // base images of which nothing is known
	services   []service
}

// entry is a value of a setting, and why it is proposed.
type entry struct{ text, why string }

// service is what is known of one service.
type service struct {
	name     string
	about    []string // a line each
	user     string   // the account that it runs as, or could; empty: it is not built here
	uid, gid int      // its ids where they are not 1000
	writable []entry
}

// Look finds what a project has.
func Look(p *fixer.Project) Found {
	f := Found{kubernetes: p.Kubernetes}
	if ids := p.IDs(); ids.Args {
		f.variables = ids.UserVar + " and " + ids.GroupVar
	}
	for _, s := range p.Shared() {
		f.shared = append(f.shared, entry{"./" + s.Dir, "mounted by " + mountedBy(s)})
	}
	for _, t := range p.Targets {
		if t.Stage.Base == nil && t.Stage.Ref != "" {
			f.images = append(f.images, entry{fmt.Sprintf("%q: %s", t.Stage.Ref, family(t)), "what " + t.File.Src.Path + " is built on"})
		}
	}
	for _, s := range p.Services {
		f.services = append(f.services, look(p, s))
	}
	return f
}

// mountedBy lists the services of a shared directory.
func mountedBy(s *fixer.Shared) string {
	var names []string
	for _, m := range s.Mounts {
		names = append(names, m.Service.Name)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// family is what the Dockerfile's commands tell of its base; without any it is
// the most frequent one.
func family(t *fixer.Target) settings.Family {
	switch f, _ := t.Stage.End().Family(); f {
	case base.RHEL:
		return settings.RHEL
	case base.Alpine, base.Wolfi:
		return settings.Alpine
	}
	return settings.Debian
}

func look(p *fixer.Project, s *fixer.Service) service {
	out := service{name: s.Name, about: []string{s.Path() + ": " + origin(s) + "; " + runsAs(s)}}
	for _, shared := range p.Shared() {
		for _, m := range shared.Mounts {
			if m.Service == s {
				out.about = append(out.about, fmt.Sprintf("shares ./%s with the host, at %s", m.Dir, m.Shown))
			}
		}
	}
	out.writable = writable(s)
	if s.Target == nil {
		return out
	}
	out.user = account(s)
	if proc := s.Process(); proc.NonRoot() && (proc.UID.N != fixer.DefaultID || proc.GID.N != fixer.DefaultID) {
		out.uid, out.gid = proc.UID.N, proc.GID.N
	}
	return out
}

// origin says where a service's image comes from.
func origin(s *fixer.Service) string {
	switch {
	case s.Target != nil && s.Target.Stage.Ref != "":
		return fmt.Sprintf("built by %s on %s", s.Target.File.Src.Path, s.Target.Stage.Ref)
	case s.Target != nil:
		return "built by " + s.Target.File.Src.Path
	case s.Unbuilt != "":
		return "not built from here (" + s.Unbuilt + ")"
	}
	_, ref := s.ImageFacts()
	return "image " + cmp.Or(ref, "unknown")
}

// runsAs says as whom a service runs.
func runsAs(s *fixer.Service) string {
	proc := s.Process()
	if helper, to := s.Drops(); helper != "" {
		return "starts as root and becomes " + cmp.Or(to, "another user") + " by itself"
	}
	switch {
	case proc.IsRoot():
		return "runs as root"
	case proc.UID.Known && proc.Name != "":
		return fmt.Sprintf("runs as %s (%s:%s)", proc.Name, proc.UID, proc.GID)
	case proc.UID.Known:
		return fmt.Sprintf("runs as %s:%s", proc.UID, proc.GID)
	}
	return "it is not known as whom it runs"
}

// account is the name of whom a service that is built runs as, or would.
func account(s *fixer.Service) string {
	if proc := s.Process(); proc.NonRoot() && proc.Name != "" {
		return proc.Name
	}
	if facts := s.Target.Stage.Base; facts != nil && facts.Service != "" && !s.Process().NonRoot() {
		return facts.Service
	}
	return defaultUser
}

const defaultUser = "appuser"

// writable are the directories that a service writes by all evidence, and that
// nothing is mounted on.
func writable(s *fixer.Service) []entry {
	var out []entry
	seen := map[string]bool{}
	add := func(dir, text, why string) {
		if !seen[dir] && dir != "/tmp" && dir != "/var/tmp" && !s.Mounts(dir) {
			seen[dir] = true
			out = append(out, entry{text, why})
		}
	}
	facts, _ := s.ImageFacts()
	if s.Target != nil {
		facts = s.Target.Stage.Base
		for _, dir := range s.Target.Stage.End().Volumes() {
			add(dir, volume(dir), "a VOLUME of the image")
		}
		for _, dir := range rules.WrittenDirs(s.Target) {
			add(dir, dir, "the Dockerfile makes it")
		}
	} else if facts != nil {
		for _, dir := range facts.Volumes {
			add(dir, volume(dir), "a VOLUME of the image")
		}
	}
	if facts != nil && (s.Target == nil || s.Target.Stage.End().Entrypoint().In == nil) {
		for _, dir := range facts.Writable {
			add(dir, dir, "the image's program writes it")
		}
	}
	return out
}

func volume(dir string) string { return fmt.Sprintf("{path: %q, as: volume}", dir) }
