package rules

import (
	"nonroot/compose"
	"nonroot/compose/tree"
	"nonroot/fixer"
	"nonroot/fixer/settings"
)

var readOnlyRoot = &fixer.Rule{
	ID:       "read-only-root",
	Title:    "The root filesystem is writable",
	Severity: "info",
	Safety:   "shown only; unsafe once .nonroot.yaml declares what the service writes",
	Doc: `With ` + "`read_only: true`" + ` a hole in the program cannot change the program, and what it
leaves behind is gone with the container. But nobody can know statically all that a
program writes, so this is never done unasked.

Find out what the service writes (` + "`nonroot verify --observe`" + ` runs it and looks for a
while), declare it in ` + "`.nonroot.yaml`" + `:

    services:
      api:
        writable: [/app/logs, /app/cache]

and ` + "`nonroot fix --unsafe-fixes`" + ` sets read_only together with a tmpfs for each of them, for
/tmp and for /var/tmp. ` + "`read_only: false`" + ` is a decision, and stays.`,
	Check: checkReadOnlyRoot,
}

func checkReadOnlyRoot(p *fixer.Project) []fixer.Finding {
	out := make([]fixer.Finding, 0, len(p.Services))
	for _, s := range p.Services {
		if s.ReadOnly() != nil || inherits(p, s) {
			continue
		}
		part := s.Own()
		f := fixer.Finding{
			Severity: fixer.Info, At: part.Key,
			Subject: part.File.Src.Path + " service " + part.Name + " read_only",
			Message: "the root filesystem of " + s.Name + " is writable",
		}
		if len(s.Settings.Writable) == 0 {
			f.Fix = &fixer.Fix{Message: "declare what " + s.Name + " writes under services in " + fixer.SettingsFile + ", then read_only can be set"}
		} else {
			f.Fix, f.Refused = readOnlyFix(p, s, part)
		}
		out = append(out, f)
	}
	return out
}

// readOnlyFix sets read_only with all that the service needs then.
func readOnlyFix(p *fixer.Project, s *fixer.Service, part *compose.Service) (*fixer.Fix, error) {
	fix := &fixer.Fix{Message: "set read_only, with a tmpfs for each declared path, /tmp and /var/tmp", Safety: fixer.Unsafe}
	if err := preStart(s, "read_only"); err != nil {
		return nil, err
	}
	e, err := part.SetKey("read_only", tree.Bool(true), compose.Options{})
	if err != nil {
		return nil, err
	}
	fix.Edits = append(fix.Edits, e)
	fix.Means = append(fix.Means, means(part, "read_only", nil, true)...)
	dirs := append(missingDirs(s), foreignVolumes(s)...)
	for _, tmp := range []string{"/tmp", "/var/tmp"} {
		if !s.Mounts(tmp) {
			dirs = append(dirs, writableDir{path: tmp, as: settings.Tmpfs, why: "temporary files", declared: true})
		}
	}
	if err := provide(p, s, dirs, fix); err != nil {
		return nil, err
	}
	return fix, nil
}
