// Package discover finds the files that a project is made of, without reading
// more of them than it must.
package discover

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"

	"nonroot/fixer/confined"
)

// Root is the folder that the work on path reaches to: the nearest one at or
// above path that holds .nonroot.yaml or .git, else path's own folder. It is
// absolute and without symbolic links. A path that does not exist is an error.
func Root(path string) (string, error) {
	path = cmp.Or(path, ".")
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		path, _ = SplitPath(path)
	}
	own, err := confined.Real(path)
	if err != nil {
		return "", err
	}
	for dir := own; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, ".nonroot.yaml")) || exists(filepath.Join(dir, ".git")) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return own, nil
		}
	}
}

// SplitPath parts the last element of a path from its folder, and leaves the folder as
// it is written: to clean a .. away behind a symbolic link would name another one.
func SplitPath(path string) (folder, name string) {
	trimmed := strings.TrimRightFunc(path, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) })
	if folder, name = filepath.Split(trimmed); folder == "" {
		folder = "."
	}
	return folder, name
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
