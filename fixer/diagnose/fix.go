package diagnose

import (
	"fmt"

	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/makefile"
)

// fix looks for a rule whose fix makes the access work, by making it in memory and
// asking the project that comes of it; and where no rule alone does, whether all
// safe fixes together do.
func (a *attributor) fix(pl place, e *Entry) {
	if e.Cause == nil || len(e.Cause.Rules) == 0 || pl.process().IsRoot() {
		return
	}
	if pl.access(e.Event) == rootfs.Yes {
		e.stale(pl)
		return
	}
	if e.Cause.ID == "bind-owner" {
		a.reset(pl, e)
		return
	}
	for _, safety := range []fixer.Safety{fixer.Safe, fixer.Unsafe} {
		for _, id := range e.Cause.Rules {
			for _, r := range a.opt.Rules {
				if r.ID == id && a.settles(pl, e, []*fixer.Rule{r}, safety) {
					e.command(r.ID, safety, a.opt.Path)
					return
				}
			}
		}
	}
	if a.settles(pl, e, a.opt.Rules, fixer.Safe) {
		e.command("", fixer.Safe, a.opt.Path)
		return
	}
	if len(e.Add) > 0 && e.Add[0].File == fixer.SettingsFile {
		a.declared(pl, e)
	}
}

// stale is an error that the files of the project, as they are, do not lead to.
func (e *Entry) stale(pl place) {
	m := pl.cover(e.Where)
	older, advice := "the log is older than they are, or the image and the container are", "build and create the container anew: docker compose up --build --force-recreate"
	switch m.kind {
	case "volume":
		older, advice = "the volume is older than they are, and keeps its owner", "give the volume away once: "+giveAway(pl, m)
	case "anonymous":
		older, advice = "the anonymous volume is older than they are, and keeps its owner", "make it anew, which loses what is in it: docker compose up --build --renew-anon-volumes"
	}
	e.Facts = append(e.Facts, "by the files of the project the process may do this: "+older)
	e.Advice, e.Add = []string{advice}, nil
}

// declared is the command that mounts what is added to the settings. What the rule
// finds for the service already is fixed together with it.
func (a *attributor) declared(pl place, e *Entry) {
	rule, safety := e.Cause.Rules[0], fixer.Safe
	for _, r := range a.opt.Rules {
		if r.ID != rule {
			continue
		}
		for _, f := range fixer.Check(a.project, []*fixer.Rule{r}) {
			if f.Subject != fmt.Sprintf("%s service %s writable", pl.file(), pl.name()) {
				continue
			}
			if f.Refused != nil {
				e.Facts = append(e.Facts, "the rule "+rule+" refuses what the service must write already: see nonroot check")
				return
			}
			if f.Fix != nil {
				safety = min(safety, f.Fix.Safety)
			}
		}
		e.Rule, e.Command = rule, commandLine(rule, safety, a.opt.Path)
	}
}

// reset is what the project has for a directory that it shares with the host: a
// target of make, or the rule that adds it. It gives the directory to the ids of
// the project, so that it is no help to a process with other ones.
func (a *attributor) reset(pl place, e *Entry) {
	service := a.sharing(pl, e.Where)
	ids, proc := a.project.IDs(), pl.process()
	if service == nil || proc.UID.Is(ids.UID) != rootfs.Yes || proc.GID.Is(ids.GID) != rootfs.Yes {
		return
	}
	run := "make " + makefile.Target
	for _, r := range a.opt.Rules {
		if r.ID == e.Cause.Rules[0] && a.after([]*fixer.Rule{r}, fixer.Safe) != nil {
			e.command(r.ID, fixer.Safe, a.opt.Path)
			e.Advice = append(e.Advice, "or let the rule add a target for all such folders to the Makefile, and then: "+run)
			return
		}
	}
	if file := a.project.Makefile(service); file != nil && len(file.Find(makefile.Target)) > 0 {
		e.Advice = []string{run + ", which gives the folders that the project shares with the host to the ids of .env"}
	}
}

// sharing is the service of a place, where it shares a path with the host as the
// project's data; else nil.
func (a *attributor) sharing(pl place, where string) *fixer.Service {
	for _, s := range a.project.Shared() {
		for _, m := range s.Mounts {
			if m.Service.Label() == pl.label() && fixer.Below(where, m.Target) {
				return m.Service
			}
		}
	}
	return nil
}

// command is what makes the fix. What else was proposed is for where it cannot be made.
func (e *Entry) command(rule string, safety fixer.Safety, path string) {
	e.Rule, e.Command = rule, commandLine(rule, safety, path)
	e.Add = nil
}

func commandLine(rule string, safety fixer.Safety, path string) string {
	text := "nonroot fix"
	if rule != "" {
		text += " --rule " + rule
	}
	if safety == fixer.Unsafe {
		text += " --unsafe-fixes"
	}
	if path != "" {
		text += " " + hostPath(path)
	}
	return text
}

// settles reports whether the fixes of some rules make the access of an event work.
func (a *attributor) settles(pl place, e *Entry, rules []*fixer.Rule, safety fixer.Safety) bool {
	after := a.after(rules, safety)
	if after == nil {
		return false
	}
	now, ok := pl.again(after)
	return ok && (now.access(e.Event) == rootfs.Yes || now.owns(e.Event) && !pl.owns(e.Event))
}

// owns reports whether a path of the image, of which no more is known, belongs to
// the process: the owner reads and writes what is his.
func (pl place) owns(e Event) bool {
	p, known := pl.absolute(e)
	if !known || pl.cover(p).kind != "" || pl.readOnly() && e.Op == Write || e.Kind == ReadOnly || e.Op == Exec {
		return false
	}
	o, _ := pl.nearest(p)
	return o.Doubt == nil && o.UID.Same(pl.user().UID) == rootfs.Yes && (o.Exists != rootfs.Yes || !o.Mode.Known)
}

// after is the project behind the fixes of some rules, nil where they change nothing.
func (a *attributor) after(rules []*fixer.Rule, safety fixer.Safety) *fixer.Project {
	key := safety.String()
	for _, r := range rules {
		key += " " + r.ID
	}
	if p, done := a.runs[key]; done {
		return p
	}
	a.runs[key] = nil
	if r, err := fixer.Run(a.project, fixer.Options{Rules: rules, Safety: safety}); err == nil && len(r.Changes) > 0 {
		a.runs[key] = r.After
	}
	return a.runs[key]
}
