package write

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"nonroot/fixer/edit"
)

// batch is what one call of Write writes.
type batch struct {
	fsys    fileSystem
	targets []*target
}

// stage does all that can fail without anything being replaced: it finds the
// targets, writes the new texts beside them, and gives each old file a second name.
func (b *batch) stage(ctx context.Context, changes []Change) error {
	for _, c := range changes {
		if c.Before.Text == c.After.Text && c.Before.Absent == c.After.Absent {
			continue
		}
		if err := b.add(c); err != nil {
			return err
		}
	}
	for _, step := range []func(*target) error{b.makeNew, b.keepOld} {
		for _, t := range b.targets {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := step(t); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// add finds the target of a change, after removing what a killed run left there:
// it might hold a second name of the file.
func (b *batch) add(c Change) error {
	t, err := locate(b.fsys, c)
	var refusal *edit.Refusal
	if errors.As(err, &refusal) && b.cleanBeside(c) {
		t, err = locate(b.fsys, c)
	}
	if err != nil {
		return err
	}
	for _, other := range b.targets {
		if other.name == t.name || t.was != nil && other.was != nil && os.SameFile(t.was, other.was) {
			return t.refuse("it is the same file as %s, which changes too: name one of them", other.change.Before.Path)
		}
	}
	b.targets = append(b.targets, t)
	return nil
}

// cleanBeside reports whether it removed anything of a killed run.
func (b *batch) cleanBeside(c Change) bool {
	name, err := b.fsys.Resolve(c.Before.Path)
	if err != nil {
		return false
	}
	removed, err := cleanStale(b.fsys, path.Dir(name))
	return err == nil && len(removed) > 0
}

// makeNew writes the new text to a temporary file like the target.
func (b *batch) makeNew(t *target) (err error) {
	t.temp = tempBeside(t.name)
	t.is, err = b.write(t, t.temp, t.change.After.Text)
	return err
}

// write makes a file with the text, and with the mode, owner and attributes of
// the target; a target that is new gets 0644 less the umask.
func (b *batch) write(t *target, name, text string) (info fs.FileInfo, err error) {
	mode := fs.FileMode(0o600)
	if t.was == nil {
		mode = 0o644
	}
	f, err := b.fsys.Create(name, mode)
	if err != nil {
		if at := (*fs.PathError)(nil); errors.As(err, &at) {
			err = at.Err // of a name that nobody knows
		}
		return nil, t.failed(fmt.Errorf("no new file can be made beside it: %w", err))
	}
	defer func() {
		if closeErr := f.Close(); err == nil && closeErr != nil {
			err = t.failed(closeErr)
		}
	}()
	if _, err := f.WriteString(text); err != nil {
		return nil, t.failed(err)
	}
	if t.was != nil {
		if err := t.liken(f); err != nil {
			return nil, err
		}
	}
	if err := f.Sync(); err != nil {
		return nil, t.failed(err)
	}
	if info, err = f.Stat(); err != nil {
		return nil, t.failed(err)
	}
	return info, nil
}

// liken gives f the owner, the attributes and the mode of the file it replaces.
// The mode comes last: a new owner takes modes like setgid away, and until then
// nobody else can open f, whatever access control list its folder gave it.
func (t *target) liken(f file) error {
	info, err := f.Stat()
	if err != nil {
		return t.failed(err)
	}
	uid, gid, ok := ownerOf(t.was)
	if isUID, isGID, _ := ownerOf(info); ok && (uid != isUID || gid != isGID) {
		if err := f.Chown(uid, gid); errors.Is(err, fs.ErrPermission) {
			return t.refuse("it belongs to user %d and group %d, and a new file cannot be given to them: run as its owner", uid, gid)
		} else if err != nil {
			return t.failed(err)
		}
	}
	if err := f.CopyAttributes(t.name); err != nil {
		return t.failed(err)
	}
	if err := f.Chmod(t.was.Mode()); err != nil {
		return t.failed(err)
	}
	return nil
}

// keepOld gives the old file a second name, by which it can be put back as it
// was; where the file system has no second names, a copy has to do.
func (b *batch) keepOld(t *target) error {
	if t.was == nil {
		return nil
	}
	t.kept = tempBeside(t.name)
	if b.fsys.Link(t.name, t.kept) == nil {
		return nil
	}
	_, err := b.write(t, t.kept, t.change.Before.Text)
	return err
}

// replace renames the new files over the old ones.
func (b *batch) replace() error {
	for _, t := range b.targets {
		if err := t.check(b.fsys); err != nil {
			return err
		}
		if err := b.put(t); err != nil {
			return t.failed(err)
		}
		t.done = true
	}
	return b.syncDirs()
}

// put lets the new file take its name. A second name, other than a rename, cannot
// hit a file that someone else makes in this very moment.
func (b *batch) put(t *target) error {
	if t.was == nil {
		switch err := b.fsys.Link(t.temp, t.name); {
		case err == nil:
			return nil
		case errors.Is(err, fs.ErrExist):
			return ErrStale
		}
	}
	return b.fsys.Rename(t.temp, t.name)
}

// syncDirs brings the renames to the disk, once for each folder.
func (b *batch) syncDirs() error {
	var dirs []string
	for _, t := range b.targets {
		if dir := path.Dir(t.name); t.done && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
			if err := b.fsys.SyncDir(dir); err != nil {
				return t.failed(err)
			}
		}
	}
	return nil
}

// putBack undoes the renames, the last one first. A file that someone else has
// written since is left as they left it.
func (b *batch) putBack() error {
	var errs []error
	for _, t := range slices.Backward(b.targets) {
		if t.is == nil {
			continue
		}
		// A rename that failed may have been made all the same: look at the file.
		info, err := b.fsys.Lstat(t.name)
		switch {
		case err == nil && os.SameFile(info, t.is):
			t.done = true
			err = twice(func() error { return b.undo(t) })
		case err == nil || errors.Is(err, fs.ErrNotExist):
			err = nil
			if t.done {
				errs = append(errs, fmt.Errorf("%s was written or removed by someone else meanwhile, and is left so", t.change.Before.Path))
			}
		}
		if err != nil && t.done {
			errs = append(errs, fmt.Errorf("%s has its new text, and could not be put back: %w", t.change.Before.Path, err))
		}
	}
	if err := b.syncDirs(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (b *batch) undo(t *target) error {
	if t.was == nil {
		return b.fsys.Remove(t.name)
	}
	err := b.fsys.Rename(t.kept, t.name)
	if err == nil {
		t.kept = ""
	}
	return err
}

// removeTemps removes the temporary files that are left.
func (b *batch) removeTemps() error {
	var errs []error
	for _, t := range b.targets {
		for _, name := range []string{t.temp, t.kept} {
			if name == "" {
				continue
			}
			err := twice(func() error { return b.fsys.Remove(name) })
			if err == nil {
				continue
			}
			if _, gone := b.fsys.Lstat(name); !errors.Is(gone, fs.ErrNotExist) { // a read-only file system says that first
				errs = append(errs, fmt.Errorf("%s, a temporary file, could not be removed: %w", name, err))
			}
		}
	}
	return errors.Join(errs...)
}

// twice tries again what must not fail for a passing reason.
func twice(try func() error) error {
	if try() == nil {
		return nil
	}
	return try()
}
