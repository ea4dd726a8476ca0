//go:build linux

package main

import (
	"errors"
	"io"
	"os"
	"path"
	"syscall"

	"nonroot/fixer/trial/seen"
)

// duplicate copies what is below from, with owners, modes and times, and makes
// the directories dirs, relative to it, where they are missing: as root's, which
// is what an engine does. Sockets, pipes and devices are left out. More than limit
// bytes or seen.MaxEntries are an error.
func duplicate(from, to string, limit int64, dirs []string) *seen.Copied {
	c := &copier{limit: limit}
	err := c.tree(from, to)
	for _, dir := range dirs {
		if err == nil {
			err = os.MkdirAll(path.Join(to, dir), 0o755)
		}
	}
	if err != nil {
		c.done.Error = err.Error()
	}
	return &c.done
}

type copier struct {
	limit int64
	done  seen.Copied
}

var errTooLarge = errors.New("too large")

func (c *copier) tree(from, to string) error {
	info, err := os.Lstat(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil // it went meanwhile, or there is nothing to copy
	}
	if err != nil {
		return err
	}
	st := info.Sys().(*syscall.Stat_t)
	if c.done.Entries++; c.done.Entries > seen.MaxEntries {
		return errTooLarge
	}
	switch {
	case info.IsDir():
		if err := os.Mkdir(to, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
		entries, err := os.ReadDir(from)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := c.tree(path.Join(from, e.Name()), path.Join(to, e.Name())); err != nil {
				return err
			}
		}
	case info.Mode().IsRegular():
		if c.done.Bytes += info.Size(); c.done.Bytes > c.limit {
			return errTooLarge
		}
		if err := c.file(from, to); err != nil {
			return err
		}
	case info.Mode()&os.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		if err := os.Symlink(target, to); err != nil {
			return err
		}
		return os.Lchown(to, int(st.Uid), int(st.Gid))
	default:
		c.done.Skipped++
		return nil
	}
	if err := os.Lchown(to, int(st.Uid), int(st.Gid)); err != nil {
		return err
	}
	if err := syscall.Chmod(to, st.Mode&0o7777); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

func (c *copier) file(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
