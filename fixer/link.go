package fixer

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer/settings"
)

// link works out services and targets from the parsed files.
func (p *Project) link() []Problem {
	var problems []Problem
	builds := map[string][]build{} // by Dockerfile
	for _, load := range p.loads {
		model, err := p.in.merge(load, p.compose)
		if err != nil {
			problems = append(problems, Problem{load[len(load)-1], err})
			continue
		}
		dir := path.Dir(load[0])
		env := p.env(dir)
		for _, m := range model.Services {
			s := &Service{Merged: m, Dir: dir, Settings: p.Settings.Service(m.Name), env: env, model: model, project: p}
			p.Services = append(p.Services, s)
			b := p.in.buildOf(s)
			switch {
			case b.file == "":
				s.Unbuilt = b.why
			case p.file(b.file) == nil || p.file(b.file).docker == nil:
				s.Unbuilt = "the Dockerfile " + b.file + " could not be read"
			default:
				builds[b.file] = append(builds[b.file], b)
			}
		}
	}
	for _, f := range p.files {
		if f.docker != nil {
			p.addTargets(f, builds[f.src.Path])
		}
	}
	slices.SortStableFunc(p.Targets, func(a, b *Target) int {
		return cmp.Or(cmp.Compare(a.File.Src.Path, b.File.Src.Path), cmp.Compare(a.Stage.Syntax.Index, b.Stage.Syntax.Index))
	})
	p.linkIDs()
	return problems
}

// addTargets makes the targets of one Dockerfile: the stages that services
// build, and the last one, unless it is for work only.
func (p *Project) addTargets(f *parsed, builds []build) {
	if dir, known := contextOf(f.src.Path, builds); f.contexts == nil || f.contexts.dir != dir || f.contexts.known != known {
		f.contexts = newContexts(p.in, dir, known, f.src.Path)
	}
	if len(f.docker.Stages) == 0 {
		return
	}
	lendIDs(builds)
	args, differ := agreed(builds)
	analysis := f.contexts.analyze(f.docker, args, secretArgs(builds), p.in)
	unclear, hidden := argsMatter(f.docker, differ), hiddenPaths(f.docker, builds)
	byStage := map[*rootfs.Stage]*Target{}
	add := func(stage *rootfs.Stage) *Target {
		t := byStage[stage]
		if t == nil {
			t = &Target{File: f.docker, Analysis: analysis, Stage: stage, Unclear: unclear, Hidden: hidden, contexts: f.contexts, project: p}
			byStage[stage] = t
			p.Targets = append(p.Targets, t)
		}
		return t
	}
	for _, b := range builds {
		stage := analysis.Target(b.target)
		if stage == nil {
			b.service.Unbuilt = fmt.Sprintf("%s has no stage %s", f.src.Path, b.service.Build().Target().Text)
			continue
		}
		t := add(stage)
		b.service.Target = t
		t.Services = append(t.Services, b.service)
	}
	if last := analysis.Target(""); len(builds) == 0 || !forWork(last.Syntax.Name) {
		add(last)
	}
}

// forWork reports whether a stage is, by its name, for those who work on the
// project: where services build other stages of the file, it is none that runs.
func forWork(stage string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(stage), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		switch word {
		case "dev", "devel", "development", "devcontainer", "test", "tests", "testing", "debug", "lint", "ci":
			return true
		}
	}
	return false
}

// contextOf is the one build context of a Dockerfile. Where no service builds
// it, it is taken to be its own folder, which is the usual way.
func contextOf(file string, builds []build) (dir string, known bool) {
	if len(builds) == 0 {
		return path.Dir(file), true
	}
	for _, b := range builds {
		if b.context != builds[0].context {
			return "", false
		}
	}
	return builds[0].context, true
}

// base looks an image up.
func (p *Project) base(ref string) (*base.Image, bool) { return p.in.found(ref) }

// familyBase is an image of which the settings name the family: it is taken to
// be the plain one of that family.
func familyBase(family settings.Family) (*base.Image, bool) {
	ref := map[settings.Family]string{
		settings.Debian:  "debian",
		settings.RHEL:    "rockylinux:9",
		settings.Alpine:  "alpine",
		settings.Busybox: "busybox",
		settings.Minimal: "registry.access.redhat.com/ubi9/ubi-minimal",
		settings.None:    "scratch",
	}[family]
	return base.Lookup(ref)
}

// Numeric reports whether USER is written as a number: where the settings or
// Kubernetes ask for it.
func (p *Project) Numeric(t *Target) bool {
	for _, s := range t.Services {
		if s.Settings.Numeric != nil {
			return *s.Settings.Numeric
		}
	}
	if p.Settings.Numeric != nil {
		return *p.Settings.Numeric
	}
	return p.Kubernetes
}

// Siblings are the other targets of the same Dockerfile.
func (t *Target) Siblings() []*Target {
	var out []*Target
	for _, o := range t.project.Targets {
		if o != t && o.File == t.File {
			out = append(out, o)
		}
	}
	return out
}

// Loads are the sets of compose files that load together, by path.
func (p *Project) Loads() [][]string { return p.loads }
