package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/fixer"
)

var tmpfsOwner = &fixer.Rule{
	ID:       "tmpfs-owner",
	Title:    "A tmpfs does not belong to the process",
	Severity: "error where the process cannot write there, else warning",
	Safety:   "safe; unsafe where ids that are there are replaced, or come from a build argument",
	Doc: `A bare ` + "`tmpfs: /path`" + ` belongs to root. Where the image has the path, the mode is
copied from it: good for an image's own /tmp (1777), not for /app/logs. Where the image
has no such path the mode is 1777 until the container is restarted, then 0755, and the
process gets "permission denied". ` + "`mode=`" + ` alone keeps root as owner, ` + "`uid=,gid=`" + ` alone
loses the mode at a restart; all three together hold.

The fix adds what is missing: the ids of the process and ` + "`mode=1777`" + ` for /tmp and
/var/tmp, ` + "`mode=0755`" + ` for others. What is written there (size, exec, a mode) stays. Ids of
somebody else are replaced on request. Where ` + "`user:`" + ` has variables, so has the entry. Compose merges the lists of a base file and its
override by exact text, so that an entry is changed in all files or in none; one that
several services share is changed where it is defined, if they all run as the same user.

It is silent where the process is root or its uid is not known.`,
	Check: checkTmpfsOwner,
}

func checkTmpfsOwner(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	entries := tmpfsEntries(p)
	for _, e := range entries {
		if f, ok := tmpfsFinding(p, entries, e); ok {
			out = append(out, f)
		}
	}
	return out
}

// tmpfsFinding checks one entry for all services that have it.
func tmpfsFinding(p *fixer.Project, entries []*tmpfsEntry, e *tmpfsEntry) (fixer.Finding, bool) {
	f := fixer.Finding{At: e.value.Range}
	for i, s := range e.services {
		m, proc := e.mounts[i], s.Process()
		by, ok := ownerOf(p, s)
		if !ok {
			continue
		}
		want, missing, wrong := tmpfsWant(s, m, by)
		if len(missing)+len(wrong) == 0 {
			continue
		}
		path, _ := s.Value(m.Path)
		f.Subject = fmt.Sprintf("%s service %s tmpfs %s", m.Part.File.Src.Path, m.Part.Name, m.Path)
		f.Severity, f.Message = tmpfsMessage(s, m, proc, wrong)
		f.Fix = &fixer.Fix{Message: "make it " + want, Safety: fixer.Safe}
		if len(wrong) > 0 && !sameIDs(s, m, proc) || proc.Arg != "" && !strings.Contains(by.uid, "$") && tmpfsMode(path) != "1777" {
			f.Fix.Safety = fixer.Unsafe
		}
		if err := tmpfsEdits(p, f.Fix, entries, e); err != nil {
			f.Fix, f.Refused = nil, err
		}
		return f, true
	}
	return f, false
}

// runAlike refuses an entry whose services run as different users.
func runAlike(p *fixer.Project, e *tmpfsEntry) error {
	text := ""
	for i, s := range e.services {
		if err := preStart(s, "tmpfs"); err != nil {
			return err
		}
		by, ok := ownerOf(p, s)
		if !ok {
			return fmt.Errorf("%s has the same entry, and does not run as a user that is known and not root", s.Name)
		}
		want, _, _ := tmpfsWant(s, e.mounts[i], by)
		if i > 0 && want != text {
			return fmt.Errorf("%s and %s share the entry and run as different users: give each its own", e.services[0].Name, s.Name)
		}
		text = want
	}
	return nil
}

// sameIDs reports whether the ids of an entry are those of the process, so that
// only how they are written changes.
func sameIDs(s *fixer.Service, m compose.Tmpfs, proc fixer.Process) bool {
	for _, w := range []struct{ key, id string }{{"uid", proc.UID.String()}, {"gid", proc.GID.String()}} {
		if o, ok := m.Option(w.key); ok {
			if value, known := s.Value(o.Value); !known || value != w.id {
				return false
			}
		}
	}
	return true
}

func tmpfsMessage(s *fixer.Service, m compose.Tmpfs, proc fixer.Process, wrong []string) (fixer.Severity, string) {
	if len(wrong) > 0 && sameIDs(s, m, proc) {
		return fixer.Warning, fmt.Sprintf("the tmpfs on %s has %s, and the ids of %s come from .env: it would not follow", m.Path, strings.Join(wrong, ","), s.Name)
	}
	if len(wrong) > 0 {
		return fixer.Error, fmt.Sprintf("the tmpfs on %s has %s, and the process of %s is %s:%s", m.Path, strings.Join(wrong, ","), s.Name, proc.UID, proc.GID)
	}
	if why := tmpfsWritable(s, m, proc); why != "" {
		return fixer.Warning, fmt.Sprintf("the tmpfs on %s does not say that it is for uid %s of %s: only %s lets it write there", m.Path, proc.UID, s.Name, why)
	}
	return fixer.Error, fmt.Sprintf("the tmpfs on %s belongs to root: uid %s of %s cannot write there, at the latest after a restart", m.Path, proc.UID, s.Name)
}

// tmpfsEdits edits an entry, and with it every entry of the same services that
// is for the same path.
func tmpfsEdits(p *fixer.Project, fix *fixer.Fix, entries []*tmpfsEntry, e *tmpfsEntry) error {
	done := map[*tmpfsEntry]bool{}
	todo := []*tmpfsEntry{e}
	for len(todo) > 0 {
		e := todo[0]
		todo = todo[1:]
		if done[e] {
			continue
		}
		done[e] = true
		if err := runAlike(p, e); err != nil {
			return err
		}
		s, m := e.services[0], e.mounts[0]
		by, _ := ownerOf(p, s)
		text, missing, wrong := tmpfsWant(s, m, by)
		if len(missing)+len(wrong) > 0 {
			with := sharing(m.Part, e.value)
			for _, name := range with {
				if !slices.Contains(serviceNames(e.services), name) {
					return fmt.Errorf("%s shares the entry: give each its own", name)
				}
			}
			change, err := m.Part.SetItem(m.Value, text, with...)
			if err != nil {
				return err
			}
			fix.Edits = append(fix.Edits, change)
			fix.Means = append(fix.Means, means(m.Part, "tmpfs", with, false)...)
		}
		todo = append(todo, partners(entries, e)...)
	}
	return nil
}

// partners are the other entries for the path of e in the services of e.
func partners(entries []*tmpfsEntry, e *tmpfsEntry) []*tmpfsEntry {
	var out []*tmpfsEntry
	for _, o := range entries {
		if o == e {
			continue
		}
		for i, s := range o.services {
			for j, t := range e.services {
				if s == t && o.mounts[i].Path == e.mounts[j].Path {
					out = append(out, o)
				}
			}
		}
	}
	return out
}
