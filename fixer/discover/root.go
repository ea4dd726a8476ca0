// Package discover finds the files that a project is made of, without reading
// more of them than it must.
package discover

import (
	"os"
	"path/filepath"
)

// Root is the folder that the work on path reaches to: the nearest one at or
// above path that holds .nonroot.yaml or .git, else path's own folder. It is
// absolute and without symbolic links. A path that does not exist is an error.
func Root(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		path = filepath.Dir(path)
	}
	own, err := filepath.EvalSymlinks(path)
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

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
