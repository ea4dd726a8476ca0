package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

var sharedOwner = &fixer.Rule{
	ID:       "shared-owner",
	Title:    "Services that share data run as different users, or cannot write a volume",
	Severity: "warning; error for a volume that the process cannot write",
	Safety:   "safe for volumes; none for different users",
	Doc: `Services that mount the same directory of the host must run with the same ids: what one
writes with mode 644 the other can read and not change. The finding names those that
differ; which id is right is for you to say, in .env or in ` + "`.nonroot.yaml`" + `.

A fresh named volume copies owner and mode of the path in the image; where the image has
no such path it is root's, and a process of another user cannot write. The fix makes the
mountpoint in the Dockerfile with the right owner. A volume that exists already keeps
what it has; give it away once:

    docker compose run --rm --user root --entrypoint chown SERVICE -R UID:GID /path

It is silent where the process is root or its uid is not known, and for paths that
should stay the system's.`,
	Check: checkSharedOwner,
}

func checkSharedOwner(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	for _, shared := range p.Shared() {
		if f, ok := unlikeUsers(shared); ok {
			out = append(out, f)
		}
	}
	for _, s := range p.Services {
		out = append(out, foreignMountpoints(s)...)
	}
	return out
}

// unlikeUsers finds the services that share a directory with different ids.
func unlikeUsers(shared *fixer.Shared) (fixer.Finding, bool) {
	byID := map[string][]string{}
	var order []string
	var at fixer.SharedMount
	for _, m := range shared.Mounts {
		proc := m.Service.Process()
		if !proc.NonRoot() {
			continue // root writes anything, and is run-as-root's business
		}
		id := proc.UID.String() + ":" + proc.GID.String()
		if len(byID[id]) == 0 {
			order = append(order, id)
			at = m
		}
		if !slices.Contains(byID[id], m.Service.Name) {
			byID[id] = append(byID[id], m.Service.Name)
		}
	}
	if len(order) < 2 {
		return fixer.Finding{}, false
	}
	var parts []string
	for _, id := range order {
		parts = append(parts, strings.Join(byID[id], ", ")+" as "+id)
	}
	return fixer.Finding{
		Severity: fixer.Warning, At: at.At, Subject: shared.Dir + " users",
		Message: fmt.Sprintf("%s is shared by services that run as different users: %s", shared.Dir, strings.Join(parts, "; ")),
		Refused: fmt.Errorf("which id is right is for you to say: run them all as one, by .env or by services in %s", fixer.SettingsFile),
	}, true
}

// foreignMountpoints finds named volumes that the image makes root's, or not at
// all, at a path that the process should be able to write.
func foreignMountpoints(s *fixer.Service) []fixer.Finding {
	if s.Target == nil || s.Target.Unclear != "" {
		return nil
	}
	proc := s.Process()
	if !proc.NonRoot() {
		return nil
	}
	var out []fixer.Finding
	for _, m := range s.Volumes() {
		dir, known := s.Value(m.Target)
		if !known || m.Type != "volume" || m.ReadOnly || !fixer.Ownable(dir) || s.VolumeSaysOwner(m.Source) {
			continue
		}
		owner := s.Target.Owner(dir)
		if owner.Exists == rootfs.Unknown || owner.Exists == rootfs.Yes && owner.Writable(as(proc)) != rootfs.No {
			continue
		}
		f := fixer.Finding{
			Severity: fixer.Error, At: m.Value.Range,
			Subject: fmt.Sprintf("%s service %s volume %s", m.Part.File.Src.Path, m.Part.Name, m.Target),
			Message: fmt.Sprintf("a fresh volume on %s is root's, and the process of %s is uid %s", m.Target, s.Name, proc.UID),
		}
		if _, plain := s.Plain(m.Target); !plain {
			f.Refused = fmt.Errorf("where it is comes from .env: make that path in the Dockerfile, with its owner")
			out = append(out, f)
			continue
		}
		fix := &fixer.Fix{Safety: fixer.Safe, Message: fmt.Sprintf(
			"make %s in the image with its owner; a volume that exists keeps what it has: docker compose run --rm --user root --entrypoint chown %s -R %s:%s %s",
			dir, s.Name, proc.UID, proc.GID, dir)}
		if err := ownMountpoint(s, dir, proc, fix); err != nil {
			f.Refused = err
		} else {
			f.Fix = fix
		}
		out = append(out, f)
	}
	return out
}
