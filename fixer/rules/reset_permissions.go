package rules

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"

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
and sockets are never among them.

A target of that name that somebody wrote is compared and left alone. The rule is silent
where nothing is shared.`,
	Check: checkResetPermissions,
}

func checkResetPermissions(p *fixer.Project) []fixer.Finding {
	if !p.IDs().Args {
		return nil
	}
	type wanted struct {
		file *makefile.File
		env  string
		dirs []string
	}
	var files []*wanted
	for _, shared := range p.Shared() {
		s := shared.Mounts[0].Service
		file := p.Makefile(s)
		if file == nil {
			continue
		}
		at := slices.IndexFunc(files, func(w *wanted) bool { return w.file == file })
		if at < 0 {
			at = len(files)
			files = append(files, &wanted{file: file, env: seenFrom(file, path.Join(s.Dir, ".env"))})
		}
		for _, dir := range shared.Dirs() {
			files[at].dirs = append(files[at].dirs, seenFrom(file, dir))
		}
	}
	var out []fixer.Finding
	for _, w := range files {
		if f, ok := resetFinding(p.IDs(), w.file, w.env, w.dirs); ok {
			out = append(out, f)
		}
	}
	return out
}

// seenFrom is a path of the root as the Makefile's folder sees it.
func seenFrom(file *makefile.File, name string) string {
	rel, err := filepath.Rel(path.Dir(file.Src.Path), name)
	if err != nil {
		return name
	}
	return filepath.ToSlash(rel)
}

func resetFinding(ids fixer.IDs, file *makefile.File, env string, dirs []string) (fixer.Finding, bool) {
	params := makefile.Params{
		EnvFile: env, UserVar: ids.UserVar, GroupVar: ids.GroupVar,
		DefaultUID: fixer.DefaultID, DefaultGID: fixer.DefaultID, Dirs: dirs,
	}
	f := fixer.Finding{
		Severity: fixer.Warning, At: edit.Range{Src: file.Src, Start: len(file.Src.Text), End: len(file.Src.Text)},
		Subject: file.Src.Path + " " + makefile.Target,
		Message: fmt.Sprintf("no target puts right what containers and host share: %s", dirs[0]),
	}
	if n := len(dirs) - 1; n > 0 {
		f.Message += fmt.Sprintf(" and %d more", n)
	}
	if there := file.Find(makefile.Target); len(there) > 0 {
		same, why := file.Compare(params)
		if same {
			return f, false
		}
		f.At = there[0].Range
		f.Message = "the target " + makefile.Target + " " + why
		e, err := file.Extend(params)
		if err != nil {
			f.Refused = err
			return f, true
		}
		f.Fix = &fixer.Fix{Message: "add the directories", Safety: fixer.Safe, Edits: []edit.Edit{e}}
		return f, true
	}
	text, err := makefile.ResetPermissions(params)
	if err != nil {
		f.Refused = err
		return f, true
	}
	e, err := file.Append(text)
	if err != nil {
		f.Refused = err
		return f, true
	}
	f.Fix = &fixer.Fix{Message: "add the target " + makefile.Target, Safety: fixer.Safe, Edits: []edit.Edit{e}}
	return f, true
}
