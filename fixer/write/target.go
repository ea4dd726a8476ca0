package write

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"nonroot/fixer/edit"
)

// target is one file that is written.
type target struct {
	change Change
	name   string      // the path without symbolic links, relative to the root
	was    fs.FileInfo // of the file as it was found; nil where there was none
	is     fs.FileInfo // of the file that takes its place, once that is made
	temp   string      // where the new text is until it takes its name
	kept   string      // a second name of the old file, or a copy, until all is done
	done   bool        // the new file has its name
}

// locate finds out where a change goes and whether it may go there.
func locate(fsys fileSystem, c Change) (*target, error) {
	switch {
	case c.Before.Path != c.After.Path:
		return nil, fmt.Errorf("%s: a change cannot move it to %s", c.Before.Path, c.After.Path)
	case c.After.Absent:
		return nil, fmt.Errorf("%s: a change cannot remove it", c.Before.Path)
	}
	t := &target{change: c}
	if !fs.ValidPath(c.Before.Path) || c.Before.Path == "." {
		return nil, t.refuse("the path leads out of the root")
	}
	var err error
	if c.Before.Absent {
		err = t.findPlace(fsys)
	} else {
		err = t.findFile(fsys)
	}
	if err != nil {
		return nil, err
	}
	inGit := func(element string) bool { return strings.EqualFold(element, ".git") }
	if slices.ContainsFunc(strings.Split(t.name, "/"), inGit) {
		return nil, t.refuse("it lies in .git")
	}
	return t, nil
}

// findPlace resolves where a new file goes.
func (t *target) findPlace(fsys fileSystem) error {
	file := t.change.Before.Path
	dir, err := fsys.Resolve(path.Dir(file))
	if err != nil {
		return t.failed(err)
	}
	t.name = path.Join(dir, path.Base(file))
	return t.check(fsys)
}

// findFile resolves a file and makes sure that it can be replaced.
func (t *target) findFile(fsys fileSystem) error {
	var err error
	if t.name, err = fsys.Resolve(t.change.Before.Path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = ErrStale
		}
		return t.failed(err)
	}
	if t.was, err = fsys.Lstat(t.name); err != nil {
		return t.failed(err)
	}
	switch mode := t.was.Mode(); {
	case !mode.IsRegular():
		return t.refuse("it is not a regular file")
	case mode&0o200 == 0:
		return t.refuse("it is read-only (mode %04o): chmod u+w would settle it", mode.Perm())
	case namesOf(t.was) > 1:
		return t.refuse("it has %d names (hard links), which writing it would part: a copy of its own would settle it", namesOf(t.was))
	}
	return t.check(fsys)
}

// check makes sure that the file is still the one that was read.
func (t *target) check(fsys fileSystem) error {
	info, err := fsys.Lstat(t.name)
	if t.change.Before.Absent {
		switch {
		case err == nil:
			return t.failed(ErrStale)
		case !errors.Is(err, fs.ErrNotExist):
			return t.failed(err)
		}
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) || err == nil && (!os.SameFile(info, t.was) || info.Mode() != t.was.Mode()) {
		return t.failed(ErrStale)
	}
	if err != nil {
		return t.failed(err)
	}
	if info.Size() != int64(len(t.change.Before.Text)) {
		return t.failed(ErrStale)
	}
	text, err := fsys.Read(t.name)
	if err != nil {
		return t.failed(err)
	}
	if text != t.change.Before.Text {
		return t.failed(ErrStale)
	}
	return nil
}

// refuse is the error of a file that is not written as it is.
func (t *target) refuse(format string, args ...any) error {
	return edit.Refuse(edit.Range{Src: t.change.Before}, format, args...)
}

// failed puts the path before an error.
func (t *target) failed(err error) error {
	if errors.Is(err, errOutside) {
		return t.refuse("%v", err)
	}
	return fmt.Errorf("%s: %w", t.change.Before.Path, err)
}
