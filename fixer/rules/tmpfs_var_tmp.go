package rules

import (
	"fmt"
	"slices"

	"nonroot/compose"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

var tmpfsVarTmp = &fixer.Rule{
	ID:       "tmpfs-var-tmp",
	Title:    "A read-only root has a /tmp and no /var/tmp",
	Severity: "warning",
	Safety:   "safe",
	Doc: `Programs that keep larger or longer-lived temporary files use /var/tmp (SQLite, systemd's
tools, vi, many package managers). Under ` + "`read_only: true`" + ` with a tmpfs on /tmp alone they
fail with "Read-only file system".

The fix adds a tmpfs on /var/tmp with the ids of the process and mode 1777, beside the
one on /tmp and in its style. It is refused where the list is shared with a service
that would need another owner.`,
	Check: checkTmpfsVarTmp,
}

func checkTmpfsVarTmp(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	for _, s := range p.Services {
		m, ok := lacksVarTmp(s)
		if !ok {
			continue
		}
		f := fixer.Finding{
			Severity: fixer.Warning, At: m.Value.Range,
			Subject: fmt.Sprintf("%s service %s /var/tmp", s.Path(), s.Name),
			Message: fmt.Sprintf("%s has a read-only root with a tmpfs on /tmp and none on /var/tmp", s.Name),
		}
		f.Fix, f.Refused = varTmpFix(p, s, m)
		out = append(out, f)
	}
	return out
}

// lacksVarTmp finds the entry for /tmp of a service that has a read-only root
// and nothing on /var/tmp.
func lacksVarTmp(s *fixer.Service) (compose.Tmpfs, bool) {
	if readOnly, _ := s.IsReadOnly(); !readOnly || s.Mounts("/var/tmp") {
		return compose.Tmpfs{}, false
	}
	for _, m := range allTmpfs(s) {
		if path, known := s.Value(m.Path); known && path == "/tmp" {
			return m, true
		}
	}
	return compose.Tmpfs{}, false
}

func varTmpFix(p *fixer.Project, s *fixer.Service, m compose.Tmpfs) (*fixer.Fix, error) {
	text := tmpfsText(p, s, "/var/tmp", "1777")
	list := m.Part.Value.Lookup("tmpfs").Value.Content()
	with := sharing(m.Part, list)
	for _, o := range holders(p, m.Part, with) {
		if err := preStart(o, "tmpfs"); err != nil {
			return nil, err
		}
		if o.Name != s.Name {
			if _, lacks := lacksVarTmp(o); !lacks {
				return nil, fmt.Errorf("service %s shares the list and does not need the entry: give each a list of its own", o.Name)
			}
		}
		if tmpfsText(p, o, "/var/tmp", "1777") != text {
			return nil, fmt.Errorf("service %s of %s has the same list and runs as another user: give each a list of its own", o.Name, o.Path())
		}
	}
	e, err := m.Part.AppendTo("tmpfs", []string{text}, compose.Options{With: with})
	if err != nil {
		return nil, err
	}
	return &fixer.Fix{
		Message: "add " + text, Safety: fixer.Safe, Edits: []edit.Edit{e},
		Means: means(m.Part, "tmpfs", with, m.Parent == nil),
	}, nil
}

// holders are the services, of all models, that have what a part of one says or
// what the named services of its file take from it.
func holders(p *fixer.Project, part *compose.Service, with []string) []*fixer.Service {
	var out []*fixer.Service
	for _, s := range p.Services {
		for _, o := range s.Parts() {
			if o.File == part.File && (o.Name == part.Name || slices.Contains(with, o.Name)) && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// serviceIn finds a service that a file defines.
func serviceIn(p *fixer.Project, file *compose.File, name string) *fixer.Service {
	for _, s := range p.Services {
		if s.Name != name {
			continue
		}
		for _, part := range s.Parts() {
			if part.File == file {
				return s
			}
		}
	}
	return nil
}
