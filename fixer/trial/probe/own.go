//go:build linux

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// own gives a directory, made where it is missing, and all in it to ids, with
// modes 755 and 644; or with "everybody" lets everybody read and write it.
func own(ids, dir string) error {
	everybody := ids == "everybody"
	user, group, _ := strings.Cut(ids, ":")
	uid, err := strconv.Atoi(user)
	gid, groupErr := strconv.Atoi(group)
	if !everybody && (err != nil || groupErr != nil) {
		return os.ErrInvalid
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := uint32(0o644)
		if entry.IsDir() {
			mode = 0o755
		}
		if everybody {
			mode = info.Sys().(*syscall.Stat_t).Mode&0o7777 | 0o666
			if entry.IsDir() || mode&0o111 != 0 {
				mode |= 0o111
			}
		} else if err := os.Lchown(name, uid, gid); err != nil {
			return err
		}
		return syscall.Chmod(name, mode)
	})
}
