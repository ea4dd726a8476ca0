package discover

import (
	"errors"
	"slices"
	"strings"
)

// follow is the regular file in the root that the symbolic link leads to,
// relative to the root. What lies in a .git folder is no target.
func (w *walker) follow(rel string) (string, error) {
	rel, info, err := w.dir.Resolve(rel, func(string) {})
	switch {
	case err != nil:
		return "", err
	case slices.Contains(strings.Split(rel, "/"), ".git"):
		return "", errors.New("it is a symbolic link that leads into .git")
	case !info.Mode().IsRegular():
		return "", errors.New("it is a symbolic link to something that is not a regular file")
	}
	return rel, nil
}
