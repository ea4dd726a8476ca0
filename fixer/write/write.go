// Package write brings changed files to the disk: all files of a project or none,
// each of them old or new and whole at any instant.
package write

import (
	"context"
	"errors"

	"nonroot/fixer/edit"
)

// Change is a file as it was read and as it shall be. Both have the same path.
// A file whose Before is Absent is made; no file is removed.
type Change struct {
	Before, After *edit.Source
}

// ErrStale says that a file is not what it was when it was read.
var ErrStale = errors.New("the file has changed since it was read; run again")

// Write brings the changes to the files under root, all of them or none, and
// returns the paths of those it wrote. Changes that change nothing are passed over.
//
// Each new text goes to a temporary file beside its target, with the target's
// mode, owner and (on Linux) extended attributes, and to the disk, before the
// first target is replaced by a rename. Where a rename fails, or a target is not
// what was read (ErrStale), what was already replaced is put back: the very file
// that was there. Only a kill between two renames leaves some files new and
// some old; CleanStale removes what a kill left beside them.
//
// A symbolic link is written through where it stays in the root. An error that
// is an *edit.Refusal says that a file cannot be replaced without losing
// something: it is read-only, has several names (hard links), belongs to someone
// else, is no regular file, or lies outside of the root or in .git.
//
// Runs that write to the same folder wait for each other. The end of ctx stops it
// until the first rename, not later. An error together with paths means that all was
// written, but a temporary file could not be removed.
func Write(ctx context.Context, root string, changes []Change) (written []string, err error) {
	fsys, err := openRoot(root)
	if err != nil {
		return nil, err
	}
	defer fsys.close()
	return writeTo(ctx, fsys, changes)
}

func writeTo(ctx context.Context, fsys fileSystem, changes []Change) ([]string, error) {
	b := &batch{fsys: fsys}
	unlock, err := b.lock(ctx, changes)
	if err != nil {
		return nil, err
	}
	defer unlock()
	err = b.stage(ctx, changes)
	if err == nil {
		err = b.replace()
	}
	if err != nil {
		return nil, errors.Join(err, b.putBack(), b.removeTemps())
	}
	written := make([]string, len(b.targets))
	for i, t := range b.targets {
		written[i] = t.change.After.Path
	}
	return written, b.removeTemps()
}
