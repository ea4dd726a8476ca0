package rules

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"nonroot/fixer"
	"nonroot/fixer/settings"
)

var serviceVolumes = &fixer.Rule{
	ID:       "service-volumes",
	Title:    "A volume that .nonroot.yaml declares for a service is not mounted",
	Severity: "error",
	Safety:   "safe",
	Doc: `Some programs keep what must last below their home: models, indexes, tool caches.
` + "`.nonroot.yaml`" + ` says so,

    services:
      demucs:
        user: demucs
        volumes: {./pipeline-data/models/demucs: /home/demucs/.cache/torch}

and the fix adds the volume to the service, as a bind mount or a named volume, and makes
its mountpoint in the image with the right owner. Paths of the host are relative to the
root, and are written relative to the compose file.`,
	Check: checkServiceVolumes,
}

func checkServiceVolumes(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	for _, s := range p.Services {
		if inherits(p, s) {
			continue
		}
		for _, v := range s.Settings.Volumes {
			if mountsAt(s, v.Target) {
				continue
			}
			part := s.Own()
			f := fixer.Finding{
				Severity: fixer.Error, At: part.Key,
				Subject: fmt.Sprintf("%s service %s volume %s", part.File.Src.Path, part.Name, v.Target),
				Message: fmt.Sprintf("%s declares a volume on %s for %s, and nothing is mounted there", fixer.SettingsFile, v.Target, s.Name),
			}
			text := hostText(s, v) + ":" + v.Target
			fix := &fixer.Fix{Message: "mount " + text, Safety: fixer.Safe}
			if err := mountVolume(s, v, text, fix); err != nil {
				f.Refused = err
			} else {
				f.Fix = fix
			}
			out = append(out, f)
		}
	}
	return out
}

// mountsAt reports whether a volume of the service is mounted at exactly a path.
func mountsAt(s *fixer.Service, dir string) bool {
	for _, m := range s.Volumes() {
		if target, known := s.Value(m.Target); known && path.Clean(target) == dir {
			return true
		}
	}
	return false
}

// hostText is the source of a volume as the compose file writes it.
func hostText(s *fixer.Service, v settings.Volume) string {
	dir, ok := v.Host()
	if !ok || path.IsAbs(dir) {
		return v.Source
	}
	rel, err := filepath.Rel(s.Dir, dir)
	if err != nil {
		return v.Source
	}
	if rel = filepath.ToSlash(rel); !strings.HasPrefix(rel, ".") {
		rel = "./" + rel
	}
	return rel
}

func mountVolume(s *fixer.Service, v settings.Volume, text string, fix *fixer.Fix) error {
	part := s.Own()
	if err := appendItems(part, "volumes", []string{text}, fix); err != nil {
		return err
	}
	return ownMountpoint(s, v.Target, s.Process(), fix)
}
