package fixer

import (
	"slices"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
)

// Owner is what is known of an absolute path of the finished image, as its stage
// says; of what COPY and ADD bring from the build context, the files there tell.
func (t *Target) Owner(p string) rootfs.Owner {
	o := t.Stage.End().Owner(p)
	for o.Exists == rootfs.Unknown && o.Doubt == nil && o.By != nil {
		stage := t.stageOf(o.By)
		if stage == nil || !t.lacks(stage, o.By, p) {
			break
		}
		o = stage.Before(o.By).Owner(p)
	}
	return o
}

// stageOf is the stage of the target's chain that an instruction is in; nil where
// it is in none of them.
func (t *Target) stageOf(in *dockerfile.Instruction) *rootfs.Stage {
	for _, s := range t.Chain() {
		if s.Syntax == in.Stage {
			return s
		}
	}
	return nil
}

// lacks reports whether it is known that an instruction brings nothing to an
// absolute path: all of its sources are in the build context, and none comes there.
func (t *Target) lacks(stage *rootfs.Stage, in *dockerfile.Instruction, p string) bool {
	if in.Name != "copy" && in.Name != "add" || len(in.Words) < 2 {
		return false
	}
	for _, w := range in.Words[:len(in.Words)-1] {
		source, known := stage.Before(in).Expand(w.Value)
		list, listed := t.Copies(in, source)
		if !known || !listed {
			return false
		}
		for _, f := range list {
			archive := in.Name == "add" && f.Rel == "" && !f.Mode.IsDir()
			if archive || slices.Contains(t.Destinations(stage, in, source, f), p) {
				return false
			}
		}
	}
	return true
}
