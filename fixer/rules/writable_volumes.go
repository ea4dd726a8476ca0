package rules

import (
	"fmt"
	"path"
	"slices"

	"nonroot/compose"
	"nonroot/compose/tree"
	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/settings"
)

// volumeContent is a top-level volume: a plain one, or the document's volume of
// type tmpfs.
func volumeContent(p *fixer.Project, s *fixer.Service, d writableDir, mode string) tree.New {
	if d.as != settings.TmpfsVolume {
		return tree.Nothing()
	}
	options := "mode=" + mode
	if by, ok := ownerOf(p, s); ok {
		options = fmt.Sprintf("uid=%s,gid=%s,%s", by.uid, by.gid, options)
	}
	return tree.Map(
		tree.Field{Key: "driver", Value: tree.Str("local")},
		tree.Field{Key: "driver_opts", Value: tree.Map(
			tree.Field{Key: "type", Value: tree.Str("tmpfs")},
			tree.Field{Key: "device", Value: tree.Str("tmpfs")},
			tree.Field{Key: "o", Value: tree.Str(options)},
		)},
	)
}

// addVolumes adds named volumes to the top level of a file.
func addVolumes(file *compose.File, volumes []tree.Field, fix *fixer.Fix) error {
	if len(volumes) == 0 {
		return nil
	}
	for _, field := range volumes {
		if slices.ContainsFunc(file.Volumes, func(v *compose.Volume) bool { return v.Name == field.Key }) {
			return fmt.Errorf("there is a volume %s already: mount it there, or rename it", field.Key)
		}
	}
	into := file.Root.Get("volumes")
	if into == nil {
		into, volumes = file.Root, []tree.Field{{Key: "volumes", Value: tree.Map(volumes...)}}
	}
	for _, field := range volumes {
		value := "volumes"
		if into != file.Root {
			value += "." + field.Key
		}
		fix.Means = append(fix.Means, fixer.Mean{Path: file.Src.Path, Value: value, New: true})
	}
	e, err := tree.AddKeys(into, "", volumes...)
	fix.Edits = append(fix.Edits, e)
	return err
}

// ownMountpoint sees to it that the image makes the mountpoint of a named volume
// with the right owner: a fresh volume takes owner and mode from there.
func ownMountpoint(s *fixer.Service, dir string, proc fixer.Process, fix *fixer.Fix) error {
	t := s.Target
	if t == nil || !proc.NonRoot() || t.Stage.End().Owner(dir).OwnedBy(proc.UID.N) == rootfs.Yes {
		return nil
	}
	for _, o := range t.Services {
		if other := o.Process(); other.NonRoot() && other.UID != proc.UID && mountsAt(o, dir) {
			return fmt.Errorf("%s and %s run the image as different users and have a volume on %s, which can have one owner: run them as one", s.Name, o.Name, dir)
		}
	}
	at := volumeInstruction(t, dir)
	if at == nil {
		at = t.Stage.End().User().In
	}
	if t.Unclear != "" || at == nil || at.Stage != t.Stage.Syntax {
		return fmt.Errorf("the image must make %s for uid %s before USER, and its stage has no USER of its own", dir, proc.UID)
	}
	more, err := ownDirFix(t, at, dir, proc)
	if err != nil {
		return err
	}
	fix.Edits = append(fix.Edits, more.Edits...)
	fix.Guard = append(fix.Guard, more.Guard...)
	return nil
}

// volumeInstruction is the VOLUME of the target's own stage that names a
// directory: what is changed there behind it is lost with the classic builder.
func volumeInstruction(t *fixer.Target, dir string) *dockerfile.Instruction {
	return volumeWhere(t, func(volume string) bool { return volume == dir })
}

// volumeOver is the VOLUME of the target's own stage in which a directory lies.
func volumeOver(t *fixer.Target, dir string) *dockerfile.Instruction {
	return volumeWhere(t, func(volume string) bool { return fixer.Below(dir, volume) })
}

func volumeWhere(t *fixer.Target, is func(volume string) bool) *dockerfile.Instruction {
	for _, in := range t.Stage.Syntax.Instructions {
		if in.Name != "volume" {
			continue
		}
		for _, w := range in.Words {
			if value, known := t.Stage.Before(in).Expand(w.Value); known && is(path.Clean(value)) {
				return in
			}
		}
	}
	return nil
}
