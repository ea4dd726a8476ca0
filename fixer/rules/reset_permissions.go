package rules

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/edit"
	"nonroot/fixer/makefile"
)

var resetPermissions = &fixer.Rule{
	ID:       "reset-permissions",
	Title:    "No make target puts the shared directories right",
	Severity: "warning",
	Safety:   "safe",
	Doc: `A directory of the host that containers write keeps the owner that it has on the host. A
missing one is made by the engine, as root, and the containers then cannot write there.

The fix adds the target ` + "`reset-permissions`" + ` to the Makefile, or makes one: it creates the
shared directories, gives them to the ids of .env (else 1000), and sets directories to
755 and files to 644. It uses sudo only where it must, touches nothing that is right
already, and stops at anything that is not plainly data: a path outside of the project,
the home directory, a symbolic link, a folder that git tracks files in.

Shared directories are writable bind mounts of folders inside of the project that git
tracks no files in (.gitkeep and the like aside) and that neither hold nor lie in a
build context, and what ` + "`shared`" + ` in ` + "`.nonroot.yaml`" + ` names. Source trees, configuration files
and sockets are never among them, nor is what only a ready image writes, such as the
files of a database. Where all the images have one id of their own, the default is that.

The Makefile is the nearest one above the compose file; where that stands above other
projects, too, the project gets one of its own.

A target of that name that somebody wrote is compared and left alone. The rule is silent
where nothing is shared.`,
	Check: checkResetPermissions,
}

// resetTarget is what one Makefile is to put right.
type resetTarget struct {
	file   *makefile.File
	params makefile.Params
	shared []*fixer.Shared
}

func checkResetPermissions(p *fixer.Project) []fixer.Finding {
	if !p.IDs().Args {
		return nil
	}
	var targets []*resetTarget
	for _, shared := range p.Shared() {
		s := shared.Mounts[0].Service
		file := p.Makefile(s)
		if file == nil || !isOurs(p, shared) {
			continue
		}
		at := slices.IndexFunc(targets, func(t *resetTarget) bool { return t.file == file })
		if at < 0 {
			at = len(targets)
			targets = append(targets, &resetTarget{file: file, params: resetParams(p.IDs(), seenFrom(file, path.Join(s.Dir, ".env")))})
		}
		t := targets[at]
		t.shared = append(t.shared, shared)
		for _, dir := range shared.Dirs() {
			t.params.Dirs = append(t.params.Dirs, seenFrom(file, dir))
		}
	}
	var out []fixer.Finding
	for _, t := range targets {
		if uid, gid, ok := ownIDs(p.IDs(), t.shared); ok {
			t.params.EnvFile, t.params.DefaultUID, t.params.DefaultGID = "", uid, gid
		}
		if f, ok := t.finding(); ok {
			out = append(out, f)
		}
	}
	return out
}

func resetParams(ids fixer.IDs, env string) makefile.Params {
	return makefile.Params{
		EnvFile: env, UserVar: ids.UserVar, GroupVar: ids.GroupVar,
		DefaultUID: fixer.DefaultID, DefaultGID: fixer.DefaultID,
	}
}

// isOurs reports whether a shared directory is to have the project's ids: one that
// a service which is built mounts, or one that runs with them, or that the settings
// name. What only services of ready images write, as a database's data, is theirs.
func isOurs(p *fixer.Project, shared *fixer.Shared) bool {
	return slices.Contains(p.Settings.Shared, shared.Dir) || slices.ContainsFunc(shared.Mounts, func(m fixer.SharedMount) bool {
		return m.Service.Target != nil || m.Service.Process().UID.Is(p.IDs().UID) == rootfs.Yes
	})
}

// ownIDs are the ids that all built services which share the directories run with,
// where their images have ids of their own instead of those of .env.
func ownIDs(ids fixer.IDs, shared []*fixer.Shared) (uid, gid int, ok bool) {
	for _, s := range shared {
		for _, m := range s.Mounts {
			proc := m.Service.Process()
			switch {
			case m.Service.Target == nil:
			case !proc.NonRoot() || m.Service.User() == nil && followsArgs(m.Service.Target):
				return 0, 0, false
			case ok && (proc.UID.N != uid || proc.GID.N != gid):
				return 0, 0, false
			default:
				uid, gid, ok = proc.UID.N, proc.GID.N, true
			}
		}
	}
	return uid, gid, ok && gid > 0 && (uid != ids.UID || gid != ids.GID)
}

// foreign finds a service of an image that becomes another user by itself, and
// keeps its data in a shared directory.
func foreign(shared []*fixer.Shared) error {
	for _, s := range shared {
		for _, m := range s.Mounts {
			facts, _ := m.Service.ImageFacts()
			if facts == nil || facts.Drops == "" || facts.Drops == "workers" || m.Service.User() != nil || !fixer.Below("/"+m.Dir, "/"+s.Dir) {
				continue
			}
			return fmt.Errorf("%s keeps %s there as %s, whom %s runs as: mount it outside of %s", m.Service.Name, m.Dir, or(facts.DropsTo, "another user"), m.Service.Image().Text, s.Dir)
		}
	}
	return nil
}

// seenFrom is a path of the root as the Makefile's folder sees it.
func seenFrom(file *makefile.File, name string) string {
	rel, err := filepath.Rel(path.Dir(file.Src.Path), name)
	if err != nil {
		return name
	}
	return filepath.ToSlash(rel)
}

func (t *resetTarget) finding() (fixer.Finding, bool) {
	file, dirs := t.file, t.params.Dirs
	f := fixer.Finding{
		Severity: fixer.Warning, At: edit.Range{Src: file.Src, Start: len(file.Src.Text), End: len(file.Src.Text)},
		Subject: file.Src.Path + " " + makefile.Target,
		Message: fmt.Sprintf("no target puts right what containers and host share: %s", dirs[0]),
	}
	if n := len(dirs) - 1; n > 0 {
		f.Message += fmt.Sprintf(" and %d more", n)
	}
	if there := file.Find(makefile.Target); len(there) > 0 {
		same, why := file.Compare(t.params)
		if same {
			return f, false
		}
		f.At = there[0].Range
		f.Message = "the target " + makefile.Target + " " + why
	}
	var e edit.Edit
	if f.Refused = foreign(t.shared); f.Refused == nil {
		e, f.Refused = t.edit()
	}
	if f.Refused != nil {
		return f, true
	}
	f.Fix = &fixer.Fix{Message: "add the target " + makefile.Target, Safety: fixer.Safe, Edits: []edit.Edit{e}}
	if len(file.Find(makefile.Target)) > 0 {
		f.Fix.Message = "add the directories"
	}
	return f, true
}

// edit adds the target, or the directories that it lacks.
func (t *resetTarget) edit() (edit.Edit, error) {
	if len(t.file.Find(makefile.Target)) > 0 {
		return t.file.Extend(t.params)
	}
	text, err := makefile.ResetPermissions(t.params)
	if err != nil {
		return edit.Edit{}, err
	}
	return t.file.Append(text)
}
