package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/compose/tree"
	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
	"nonroot/fixer/settings"
)

var writableDirs = &fixer.Rule{
	ID:       "writable-dirs",
	Title:    "Under a read-only root, a directory that must be writable is not",
	Severity: "error",
	Safety:   "safe where the directories are declared in .nonroot.yaml, else unsafe",
	Doc: `Under ` + "`read_only: true`" + ` a process can write only where something is mounted. What must be
writable is what ` + "`.nonroot.yaml`" + ` declares for the service, and what the Dockerfile makes
under a name that says so: logs, cache, tmp, run, uploads. For a VOLUME of the image the
engine mounts an anonymous volume by itself, which is writable even then; but it takes
its owner from the image, so that one of root's is reported, too.

The fix mounts a tmpfs with the ids of the process and mode 0755. Data that must last is
declared so, and gets a named volume, whose mountpoint the image must make with the
right owner: the fix sees to that in the Dockerfile. A volume that exists already keeps
its owner; give it away once with

    docker compose run --rm --user root --entrypoint chown api -R 1000:1000 /app/data

    services:
      api:
        writable:
          - /app/logs                              # a tmpfs
          - {path: /app/data, as: volume}          # lasts
          - {path: /app/cache, as: tmpfs-volume}   # a volume with driver_opts of type tmpfs

The last is a named volume in memory. It can be shared by services, and forgets at
restart like any tmpfs.`,
	Check: checkWritableDirs,
}

// writableDir is a directory that a service must be able to write.
type writableDir struct {
	path, mode string
	as         settings.Storage
	why        string
	declared   bool
}

func checkWritableDirs(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	for _, s := range p.Services {
		if readOnly, _ := s.IsReadOnly(); !readOnly || inherits(p, s) {
			continue
		}
		dirs := append(missingDirs(s), foreignVolumes(s)...)
		if len(dirs) == 0 {
			continue
		}
		part := s.Own()
		f := fixer.Finding{
			Severity: fixer.Error, At: part.Key,
			Subject: fmt.Sprintf("%s service %s writable", part.File.Src.Path, part.Name),
			Message: fmt.Sprintf("%s has a read-only root, and must write to %s", s.Name, list(dirs)),
		}
		fix := &fixer.Fix{Message: "mount what is writable there", Safety: fixer.Safe}
		if slices.ContainsFunc(dirs, func(d writableDir) bool { return !d.declared }) {
			fix.Safety = fixer.Unsafe
		}
		if err := provide(p, s, dirs, fix); err != nil {
			f.Refused = err
		} else {
			f.Fix = fix
		}
		out = append(out, f)
	}
	return out
}

func list(dirs []writableDir) string {
	var out []string
	for _, d := range dirs {
		out = append(out, fmt.Sprintf("%s (%s)", d.path, d.why))
	}
	return strings.Join(out, ", ")
}

// missingDirs are the directories that a service must write and where nothing
// is mounted.
func missingDirs(s *fixer.Service) []writableDir {
	var out []writableDir
	for _, w := range s.Settings.Writable {
		if !s.Mounts(w.Path) {
			out = append(out, writableDir{w.Path, w.Mode, storage(w.As), "declared", true})
		}
	}
	if s.Target == nil {
		return out
	}
	volumes := s.Target.Stage.End().Volumes()
	for _, dir := range madeToBeWritten(s.Target) {
		known := slices.ContainsFunc(out, func(d writableDir) bool { return d.path == dir })
		if passingName(path.Base(dir)) && !known && !s.Mounts(dir) && !inAny(dir, volumes) {
			out = append(out, writableDir{dir, "", settings.Tmpfs, "the image makes it", false})
		}
	}
	return out
}

// foreignVolumes are the VOLUMEs of a service's image that the engine mounts by
// itself and that the process cannot write, because the image makes them root's.
func foreignVolumes(s *fixer.Service) []writableDir {
	proc := s.Process()
	if s.Target == nil || s.Target.Unclear != "" || !proc.NonRoot() {
		return nil
	}
	var out []writableDir
	end := s.Target.Stage.End()
	for _, dir := range end.Volumes() {
		if fixer.Ownable(dir) && !s.Mounts(dir) && end.Owner(dir).Writable(as(proc)) == rootfs.No {
			out = append(out, writableDir{path: dir, as: anonymous, why: "a VOLUME that belongs to root"})
		}
	}
	return out
}

// anonymous is the volume that the engine makes for a VOLUME: nothing has to be
// mounted, but the image must make the path with the right owner.
const anonymous settings.Storage = "anonymous"

// storage is what a directory is made of: a tmpfs where nothing else is said.
func storage(as settings.Storage) settings.Storage {
	if as == "" {
		return settings.Tmpfs
	}
	return as
}

// provide adds to a fix what mounts the directories.
func provide(p *fixer.Project, s *fixer.Service, dirs []writableDir, fix *fixer.Fix) error {
	proc, part := s.Process(), s.Own()
	for _, o := range holders(p, part, nil) {
		if other := o.Process(); other.UID != proc.UID || other.GID != proc.GID {
			return fmt.Errorf("%s runs as another user where %s loads with other files or is extended (%s): what is mounted cannot be for both", s.Name, part.File.Src.Path, o.Label())
		}
	}
	var tmpfs, mounts []string
	var volumes []tree.Field
	for _, d := range dirs {
		if err := mountable(s, d, proc); err != nil {
			return err
		}
		mode := or(d.mode, tmpfsMode(d.path))
		switch d.as {
		case settings.Tmpfs:
			tmpfs = append(tmpfs, tmpfsText(p, s, d.path, mode))
			continue
		case anonymous:
			if err := ownMountpoint(s, d.path, proc, fix); err != nil {
				return err
			}
			continue
		}
		name := strings.ReplaceAll(s.Name, "-", "_") + "_" + path.Base(d.path)
		mounts = append(mounts, name+":"+d.path)
		volumes = append(volumes, tree.Field{Key: name, Value: volumeContent(p, s, d, mode)})
		if d.as == settings.NamedVolume {
			if err := ownMountpoint(s, d.path, proc, fix); err != nil {
				return err
			}
		}
	}
	if err := preStart(s, "tmpfs"); err != nil && len(tmpfs) > 0 {
		return err
	}
	if err := appendItems(part, "tmpfs", tmpfs, fix); err != nil {
		return err
	}
	if err := appendItems(part, "volumes", mounts, fix); err != nil {
		return err
	}
	return addVolumes(part.File, volumes, fix)
}

// mountable refuses a directory in memory that would hide what the image has
// there, or that nobody knows whom to give to.
func mountable(s *fixer.Service, d writableDir, proc fixer.Process) error {
	if d.as != settings.Tmpfs && d.as != settings.TmpfsVolume {
		return nil
	}
	if s.Target != nil {
		if in := filledBy(s.Target, d.path); in != nil {
			return fmt.Errorf("%s line %d puts something into %s, which a tmpfs would hide: declare it {path: %s, as: volume} under services in %s, or a directory below it", s.Target.File.Src.Path, in.Line, d.path, d.path, fixer.SettingsFile)
		}
	}
	if !proc.NonRoot() && !proc.IsRoot() && !strings.HasSuffix(or(d.mode, tmpfsMode(d.path)), "7") {
		return fmt.Errorf("as whom %s runs is not known (%s), so %s cannot be given to it: write user: with numbers, or declare the directory with mode 1777", s.Name, or(proc.Why, "its group"), d.path)
	}
	return nil
}

// filledBy is an instruction of the target's stages that puts something into a
// directory; nil where none is known to.
func filledBy(t *fixer.Target, dir string) *dockerfile.Instruction {
	for _, s := range t.Chain() {
		for _, in := range s.Syntax.Instructions {
			if in.Name != "copy" && in.Name != "add" {
				continue
			}
			if dest, known := destination(s.Before(in), in); known && fixer.Below(dest, dir) {
				return in
			}
		}
		for _, run := range s.Runs {
			if slices.ContainsFunc(run.Effects, func(e shell.Effect) bool { return fills(e, dir) }) {
				return run.In
			}
		}
	}
	return nil
}

// fills reports whether a command puts something into a directory.
func fills(e shell.Effect, dir string) bool {
	switch e.Kind {
	case shell.Mkdir, shell.Touch, shell.Write, shell.Fill, shell.Copy, shell.Move, shell.Link:
	default:
		return false
	}
	return slices.ContainsFunc(e.Paths, func(p shell.Word) bool {
		return p.Known && fixer.Below(p.Text, dir) && (e.Kind != shell.Mkdir && e.Kind != shell.Link || path.Clean(p.Text) != dir)
	})
}

func appendItems(part *compose.Service, key string, items []string, fix *fixer.Fix) error {
	if len(items) == 0 {
		return nil
	}
	e, err := part.AppendTo(key, items, compose.Options{})
	if err != nil {
		return err
	}
	fix.Edits = append(fix.Edits, e)
	fix.Means = append(fix.Means, means(part, key, nil, !part.Value.Lookup(key).Found())...)
	return nil
}
