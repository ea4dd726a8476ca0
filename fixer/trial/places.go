package trial

import (
	"path/filepath"
	"slices"
	"strings"

	"nonroot/fixer/trial/seen"
)

// path is what was seen of a path in a round; nil where it was not looked at.
func (s *subject) path(round int, name string) *seen.Path {
	if s.look[round] == nil {
		return nil
	}
	for i, p := range s.look[round].Paths {
		if p.Path == name {
			return &s.look[round].Paths[i]
		}
	}
	return nil
}

func owner(p *seen.Path) string {
	if p.Kind == seen.Missing || p.Kind == seen.Hidden {
		return p.Kind
	}
	return ids(p.UID, p.GID) + " " + p.Mode
}

// places lists what the service may have to write.
func (s *subject) places(r *run) {
	state := s.state[0]
	for _, name := range sortedKeys(state.HostConfig.Tmpfs) {
		ro := slices.Contains(strings.Split(state.HostConfig.Tmpfs[name], ","), "ro")
		s.place(Place{Path: name, Kind: KindTmpfs, ReadOnly: ro})
	}
	for _, m := range state.Mounts {
		if m.Destination == probeDir || s.isConfig(m.Destination) {
			continue
		}
		place := Place{Path: m.Destination, Kind: KindVolume, Source: m.Name, Lasts: true, ReadOnly: !m.RW}
		switch {
		case m.Type == "tmpfs":
			place.Kind, place.Source, place.Lasts = KindTmpfs, "", false
		case m.Type == "bind":
			place.Kind, place.Source = KindBind, ""
		}
		if own, host := s.mounted(m.Destination); own != "" {
			place.Source = own
			if host {
				place.Kind, place.Source = KindBind, r.relative(own)
			}
		} else if place.Kind == KindVolume {
			place.Source, place.Lasts = "", false // an anonymous one
		}
		s.place(place)
	}
	for _, name := range r.project.Writable[s.result.Name] {
		s.place(Place{Path: name, Kind: KindDeclared})
	}
	if dir := state.Config.WorkingDir; dir != "" && dir != "/" {
		s.place(Place{Path: dir, Kind: KindWorkdir})
	}
	for _, tree := range s.look[0].Trees {
		for _, p := range tree.Named {
			s.look[0].Paths = append(s.look[0].Paths, p)
			s.place(Place{Path: p.Path, Kind: KindNamed})
		}
	}
	slices.SortStableFunc(s.result.Places, func(a, b Place) int { return strings.Compare(a.Path, b.Path) })
}

// place adds a place with what was seen of it, once.
func (s *subject) place(place Place) {
	if slices.ContainsFunc(s.result.Places, func(p Place) bool { return p.Path == place.Path }) {
		return
	}
	p := s.path(0, place.Path)
	if p == nil {
		return
	}
	place.Writable, place.Why = p.Writable, p.Why
	if p.Mode != "" {
		place.Owner, place.Mode = ids(p.UID, p.GID), p.Mode
	}
	place.File = p.Kind == seen.File
	if after := s.path(1, place.Path); place.Writable && after != nil && !after.Writable {
		place.Owner, place.Mode, place.Writable, place.Why = ids(after.UID, after.GID), after.Mode, false, "after a restart: "+after.Why
	}
	s.result.Places = append(s.result.Places, place)
}

// mounted is what the project's own compose file mounts at a path: a volume, or a
// directory of the host. It is empty where that has no name.
func (s *subject) mounted(target string) (source string, host bool) {
	for _, v := range mounts(s.from) {
		if text(v["target"]) == target {
			if text(v["type"]) == "bind" {
				return hostPath(v["source"]), true
			}
			return text(v["source"]), false
		}
	}
	return "", false
}

// relative is a path of the host as the project's files have it, where it lies in
// the project.
func (r *run) relative(name string) string {
	if rel, err := filepath.Rel(r.project.Root, name); err == nil && filepath.IsLocal(rel) {
		return "./" + filepath.ToSlash(rel)
	}
	return name
}

// isConfig reports whether a path is that of a secret or config of the service.
func (s *subject) isConfig(target string) bool {
	for _, key := range []string{"secrets", "configs"} {
		list, _ := s.from[key].([]any)
		for _, item := range list {
			if entry, ok := item.(mapping); ok && text(entry["target"]) == target {
				return true
			}
		}
	}
	return false
}
