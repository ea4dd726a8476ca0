package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nonroot/compose"
	"nonroot/compose/tree"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// owner is how a compose file names whom a tmpfs is for: by number, or by the
// variables that the ids of the process come from.
type owner struct{ uid, gid string }

// ownerOf is the owner for a service; ok is false where its process is root or
// not known.
func ownerOf(p *fixer.Project, s *fixer.Service) (owner, bool) {
	proc := s.Process()
	if !proc.NonRoot() {
		return owner{}, false
	}
	if ids := p.IDs(); ids.Args && s.Target != nil && s.User() == nil && followsArgs(s.Target) {
		return owner{ids.UserText(), ids.GroupText()}, true
	}
	uid, gid := proc.IDs()
	return owner{uid, gid}, true
}

// tmpfsText is an entry of tmpfs for a path that a service writes.
func tmpfsText(p *fixer.Project, s *fixer.Service, path, mode string) string {
	if o, ok := ownerOf(p, s); ok {
		return fmt.Sprintf("%s:uid=%s,gid=%s,mode=%s", path, o.uid, o.gid, mode)
	}
	return path + ":mode=" + mode
}

// tmpfsMode is 1777 for the temporary directories that everyone shares, and 0755
// for one of the process's own.
func tmpfsMode(path string) string {
	if path == "/tmp" || path == "/var/tmp" {
		return "1777"
	}
	return "0755"
}

// tmpfsWant is what an entry should say: its text, what was missing, and which
// ids in it are somebody else's.
func tmpfsWant(s *fixer.Service, m compose.Tmpfs, by owner) (text string, missing, wrong []string) {
	text = m.Text
	path, _ := s.Value(m.Path)
	want := []struct{ key, value string }{{"uid", by.uid}, {"gid", by.gid}, {"mode", tmpfsMode(path)}}
	for _, w := range want {
		o, ok := m.Option(w.key)
		if !ok {
			missing = append(missing, w.key+"="+w.value)
			continue
		}
		should, _ := s.Value(w.value)
		if value, known := s.Value(o.Value); w.key != "mode" && known && (value != should || !strings.Contains(o.Value, "$") && strings.Contains(w.value, "$")) {
			wrong = append(wrong, o.Key+"="+o.Value)
			text = strings.Replace(text, o.Key+"="+o.Value, w.key+"="+w.value, 1)
		}
	}
	if len(missing) > 0 {
		separator := ":"
		if len(m.Options) > 0 {
			separator = ","
		}
		text += separator + strings.Join(missing, ",")
	}
	return text, missing, wrong
}

// tmpfsEntry is one entry of a list, which several services may share, with all
// services that have it.
type tmpfsEntry struct {
	value    *tree.Value // the content
	services []*fixer.Service
	mounts   []compose.Tmpfs // by service
}

// tmpfsEntries are the entries of all services, each once.
func tmpfsEntries(p *fixer.Project) []*tmpfsEntry {
	var out []*tmpfsEntry
	byValue := map[*tree.Value]*tmpfsEntry{}
	for _, s := range p.Services {
		for _, m := range allTmpfs(s) {
			e := byValue[m.Value.Content()]
			if e == nil {
				e = &tmpfsEntry{value: m.Value.Content()}
				byValue[e.value] = e
				out = append(out, e)
			}
			if !slices.Contains(e.services, s) {
				e.services = append(e.services, s)
				e.mounts = append(e.mounts, m)
			}
		}
	}
	return out
}

// allTmpfs are the entries of every file of a service, also those that compose
// merges because they read alike.
func allTmpfs(s *fixer.Service) []compose.Tmpfs {
	var out []compose.Tmpfs
	for _, part := range s.Parts() {
		out = append(out, part.Tmpfs()...)
	}
	return out
}

// serviceNames are the names of services, each once.
func serviceNames(services []*fixer.Service) []string {
	var out []string
	for _, s := range services {
		if !slices.Contains(out, s.Name) {
			out = append(out, s.Name)
		}
	}
	return out
}

// sharing are the services that have a value of one part, but for the part's own.
func sharing(part *compose.Service, v *tree.Value) []string {
	return slices.DeleteFunc(part.File.SharedBy(v), func(name string) bool { return name == part.Name })
}

// means are the values of one key that an edit of a part changes.
func means(part *compose.Service, key string, with []string, isNew bool) []fixer.Mean {
	out := []fixer.Mean{{Path: part.File.Src.Path, Value: "services." + part.Name + "." + key, New: isNew}}
	for _, name := range with {
		out = append(out, fixer.Mean{Path: part.File.Src.Path, Value: "services." + name + "." + key, New: isNew, Shared: true})
	}
	return out
}

// tmpfsFor are the edits that give the entries of one service to a process:
// part of a bigger fix.
func tmpfsFor(s *fixer.Service, by owner) ([]edit.Edit, []fixer.Mean, error) {
	var edits []edit.Edit
	var all []fixer.Mean
	for _, m := range allTmpfs(s) {
		text, missing, wrong := tmpfsWant(s, m, by)
		if len(missing)+len(wrong) == 0 {
			continue
		}
		with := slices.DeleteFunc(sharing(m.Part, m.Value.Content()), func(name string) bool { return !runsAlike(s, m.Part, name) })
		e, err := m.Part.SetItem(m.Value, text, with...)
		if err != nil {
			return nil, nil, err
		}
		edits = append(edits, e)
		all = append(all, means(m.Part, "tmpfs", with, false)...)
	}
	return edits, all, nil
}

// runsAlike reports whether the service of a name, in the file of a part, runs the
// image that another one runs, as the user of the image.
func runsAlike(s *fixer.Service, part *compose.Service, name string) bool {
	return s.Target != nil && slices.ContainsFunc(s.Target.Services, func(o *fixer.Service) bool {
		return o.Name == name && o.User() == nil && slices.ContainsFunc(o.Parts(), func(p *compose.Service) bool { return p.File == part.File })
	})
}

// tmpfsWritable reports whether the process can write to a tmpfs as it is asked
// for: what says so, or empty.
func tmpfsWritable(s *fixer.Service, m compose.Tmpfs, proc fixer.Process) string {
	uid := optionValue(s, m, "uid")
	_, hasMode := m.Option("mode")
	bits := optionValue(s, m, "mode")
	switch {
	case hasMode && (strings.HasSuffix(bits, "7") || strings.HasSuffix(bits, "3")):
		return "its mode"
	case hasMode && uid == proc.UID.String() && ownerWrites(bits):
		return "its owner"
	case hasMode:
		return ""
	}
	path, _ := s.Value(m.Path)
	if s.Target != nil {
		o := s.Target.Stage.End().Owner(path)
		if o.Exists == rootfs.Yes && o.Mode.Known {
			if o.Mode.Bits&0o002 != 0 {
				return "the image's own mode"
			}
			return ""
		}
	}
	if path == "/tmp" || path == "/var/tmp" {
		return "the image's own mode"
	}
	return ""
}

// optionValue is the value of an option with its variables filled in; empty
// where it is not there or not known.
func optionValue(s *fixer.Service, m compose.Tmpfs, key string) string {
	o, _ := m.Option(key)
	value, _ := s.Value(o.Value)
	return value
}

// ownerWrites reports whether an octal mode lets the owner write.
func ownerWrites(mode string) bool {
	bits, err := strconv.ParseUint(mode, 8, 32)
	return err == nil && bits&0o200 != 0
}
