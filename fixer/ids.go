package fixer

import (
	"path"
	"slices"
	"strings"

	"nonroot/fixer/edit"
	"nonroot/fixer/envfile"
	"nonroot/fixer/makefile"
	"nonroot/fixer/settings"
)

// IDs says where the ids of a project's users come from.
type IDs struct {
	// Args: from .env through compose's build args into the Dockerfiles. Else
	// they are numbers in the Dockerfiles.
	Args bool
	// Asked says that the settings ask for it: ids: args.
	Asked bool
	// UserVar and GroupVar are the variables of .env.
	UserVar, GroupVar string
	// UID and GID are in force: those of .env, or 1000.
	UID, GID int
	// Wrong is why a value of .env is no id; nothing may be made to follow it.
	Wrong error
}

// DefaultID is the id of users and groups that nothing else decides.
const DefaultID = 1000

// UserText and GroupText are how a compose file names the ids.
func (i IDs) UserText() string  { return "${" + i.UserVar + ":-1000}" }
func (i IDs) GroupText() string { return "${" + i.GroupVar + ":-1000}" }

// Default reports whether the ids in force are 1000:1000.
func (i IDs) Default() bool { return i.UID == DefaultID && i.GID == DefaultID }

// IDs says where the project's ids come from.
func (p *Project) IDs() IDs { return p.ids }

// Shared is a directory of the host that services write: shared data.
type Shared struct {
	Dir    string // relative to the root
	Mounts []SharedMount
}

// Dirs are the directory and those in it that services mount: the engine makes a
// missing one as root.
func (s *Shared) Dirs() []string {
	out := []string{s.Dir}
	for _, m := range s.Mounts {
		if Below("/"+m.Dir, "/"+s.Dir) && !slices.Contains(out, m.Dir) {
			out = append(out, m.Dir)
		}
	}
	return out
}

// SharedMount is a service's bind mount of a shared directory, of a folder in
// it, or of one that holds it.
type SharedMount struct {
	Service *Service
	Dir     string // what is mounted, relative to the root
	Target  string
	Shown   string // Target, for people
	At      edit.Range
}

// Shared are the project's shared directories, none within another, by path.
func (p *Project) Shared() []*Shared { return p.shared }

// linkIDs works out shared directories and where ids come from.
func (p *Project) linkIDs() {
	p.findShared()
	user, group := p.Settings.EnvNames()
	p.ids = IDs{UserVar: user, GroupVar: group, UID: DefaultID, GID: DefaultID}
	for _, readByCompose := range []bool{false, true} { // what it reads wins over what stands in
		for _, f := range p.files {
			if f.env == nil || (path.Base(f.src.Path) == ".env") != readByCompose {
				continue
			}
			p.ids.UID, p.ids.Wrong = idIn(f.env, user, p.ids.UID, p.ids.Wrong)
			p.ids.GID, p.ids.Wrong = idIn(f.env, group, p.ids.GID, p.ids.Wrong)
		}
	}
	switch p.Settings.IDs {
	case settings.Args:
		p.ids.Asked = true
		p.ids.Args = slices.ContainsFunc(p.Services, func(s *Service) bool { return s.Target != nil })
	case settings.Auto:
		p.ids.Args = p.usesVariables() || p.builtSharing()
	}
}

// idIn is the id that a file sets, or the one before.
func idIn(file *envfile.File, name string, before int, wrong error) (int, error) {
	switch n, set, err := file.Positive(name); {
	case err != nil:
		return before, err
	case set:
		return n, wrong
	}
	return before, wrong
}

// usesVariables reports whether the project has the variables already: in a
// compose file or in .env.
func (p *Project) usesVariables() bool {
	for _, f := range p.files {
		switch {
		case f.compose != nil && Uses(f.src.Text, p.ids.UserVar) && slices.ContainsFunc(strings.Split(f.src.Text, "\n"), func(line string) bool {
			return !strings.HasPrefix(strings.TrimSpace(line), "#") && Uses(line, p.ids.UserVar)
		}):
			return true
		case f.env != nil:
			if _, ok := f.env.Get(p.ids.UserVar); ok {
				return true
			}
		}
	}
	return false
}

// builtSharing reports whether a service that is built shares data with the host.
func (p *Project) builtSharing() bool {
	for _, s := range p.shared {
		if slices.ContainsFunc(s.Mounts, func(m SharedMount) bool { return m.Service.Target != nil }) {
			return true
		}
	}
	return false
}

// findShared collects the shared directories: those that .nonroot.yaml names,
// and writable bind mounts of directories inside of the root that git tracks
// nothing in and that neither hold nor lie in a build context.
func (p *Project) findShared() {
	var mounts []SharedMount
	for _, s := range p.Services {
		mounts = append(mounts, s.hostDirs()...)
	}
	dirs := slices.Clone(p.Settings.Shared)
	for _, m := range mounts {
		if p.isShared(m) {
			dirs = append(dirs, m.Dir)
		}
	}
	slices.Sort(dirs)
	p.shared = nil
	at := map[string]*Shared{} // none of them lies in another
	for _, dir := range slices.Compact(dirs) {
		if holding(at, dir) == nil {
			at[dir] = &Shared{Dir: dir}
			p.shared = append(p.shared, at[dir])
		}
	}
	for _, m := range mounts {
		if shared := holding(at, m.Dir); shared != nil {
			shared.Mounts = append(shared.Mounts, m)
			continue
		}
		first, _ := slices.BinarySearchFunc(p.shared, m.Dir+"/", func(s *Shared, dir string) int { return strings.Compare(s.Dir, dir) })
		for _, shared := range p.shared[first:] {
			if !strings.HasPrefix(shared.Dir, m.Dir+"/") {
				break
			}
			shared.Mounts = append(shared.Mounts, m)
		}
	}
	p.shared = slices.DeleteFunc(p.shared, func(s *Shared) bool { return len(s.Mounts) == 0 })
}

// holding is the directory among these that is dir or that dir lies in, or nil.
func holding(at map[string]*Shared, dir string) *Shared {
	for ; at[dir] == nil; dir = path.Dir(dir) {
		if dir == "." || dir == "/" {
			return nil
		}
	}
	return at[dir]
}

// hostDirs are the service's writable bind mounts of folders inside of the root,
// and those that the settings declare for it.
func (s *Service) hostDirs() []SharedMount {
	var out []SharedMount
	for _, m := range s.Volumes() {
		source, known := s.Plain(m.Source)
		if m.Type != "bind" || m.ReadOnly || !known || path.IsAbs(source) || strings.HasPrefix(source, "~") {
			continue
		}
		dir := path.Join(m.Dir, source)
		if dir == "." || dir == ".." || strings.HasPrefix(dir, "../") {
			continue
		}
		target, _ := s.Value(m.Target)
		out = append(out, SharedMount{Service: s, Dir: dir, Target: target, Shown: s.Shown(m.Target), At: m.Value.Range})
	}
	for _, v := range s.Settings.Volumes {
		dir, ok := v.Host()
		if ok && !path.IsAbs(dir) && dir != "." && !slices.ContainsFunc(out, func(m SharedMount) bool { return m.Dir == dir }) {
			out = append(out, SharedMount{Service: s, Dir: dir, Target: v.Target, Shown: v.Target, At: s.Own().Key})
		}
	}
	return out
}

// EnvFile is the file that the ids of a service's project directory belong
// into; absent where it is to be made, nil where it cannot be edited. Ignored
// says that it stands in for a .env that git ignores.
func (p *Project) EnvFile(s *Service) (file *envfile.File, standsIn bool) {
	name := p.in.envPath(s.Dir)
	f := p.file(name)
	if f == nil || f.env == nil {
		return nil, false
	}
	if f.src.Absent && p.in.ignored(name) {
		return nil, false // git would not keep it, and the defaults hold without
	}
	return f.env, name != path.Join(s.Dir, ".env")
}

// Env is the .env that compose reads for a service, nil where there is none.
func (p *Project) Env(s *Service) *envfile.File {
	if f := p.file(path.Join(s.Dir, ".env")); f != nil && f.env != nil && !f.src.Absent {
		return f.env
	}
	return nil
}

// Makefile is the Makefile of a service's project directory, nil where it cannot
// be edited.
func (p *Project) Makefile(s *Service) *makefile.File {
	f := p.file(p.in.makefilePath(s.Dir))
	if f == nil {
		return nil
	}
	return f.makefile
}
