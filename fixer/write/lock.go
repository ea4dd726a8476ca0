package write

import (
	"cmp"
	"context"
	"path"
	"slices"
	"time"
)

// patience is how long a run waits for others at most, which take milliseconds.
const patience = 2 * time.Second

// lock keeps other runs of ours from the folders that the changes go to until
// unlock is called: between the look at a file and the rename over it, another run
// could write it, and what one of them undoes is then what the other one did. It
// waits for those that hold one of the folders, but not for ever: a caller of ours may
// have locked it. The end of ctx is its only error. Where the file system has no locks,
// nobody waits.
func (b *batch) lock(ctx context.Context, changes []Change) (unlock func(), err error) {
	var dirs []string
	for _, c := range changes {
		name := c.Before.Path
		if c.Before.Absent {
			name = path.Dir(name)
		}
		real, err := b.fsys.Resolve(name)
		if err != nil {
			continue // which locate will say
		}
		if !c.Before.Absent {
			real = path.Dir(real)
		}
		dirs = append(dirs, real)
	}
	// All runs take them in the same order, also those that have another root.
	above := func(dir string) string {
		if dir == "." {
			return ""
		}
		return dir
	}
	slices.SortFunc(dirs, func(a, b string) int { return cmp.Compare(above(a), above(b)) })
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var held []func()
	unlock = func() {
		for _, release := range held {
			release()
		}
	}
	for _, dir := range slices.Compact(dirs) {
		release, err := b.fsys.Lock(patient, dir)
		if err == nil {
			held = append(held, release)
		}
	}
	if err := ctx.Err(); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}
