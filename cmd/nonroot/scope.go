package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"nonroot/fixer/confined"
	"nonroot/fixer/discover"
)

// scope is one root and the paths in it that were asked for.
type scope struct {
	root  string
	paths []string // relative to the root, with slashes
	// prefix leads from the folder that all roots lie in to this one; it is
	// empty where there is but one root. What is shown has it before its path.
	prefix string
}

// scopesOf sorts the paths of the command line by the root that each belongs to.
// A root inside of a path of another root is part of that path, and dropped.
func scopesOf(paths []string) ([]scope, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var all []scope
	for _, p := range paths {
		root, rel, err := locate(p)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(all, func(s scope) bool { return s.root == root })
		if at < 0 {
			at = len(all)
			all = append(all, scope{root: root})
		}
		all[at].paths = append(all[at].paths, rel)
	}
	out := slices.DeleteFunc(slices.Clone(all), func(s scope) bool {
		return slices.ContainsFunc(all, func(o scope) bool { return o.root != s.root && o.holds(s.root) })
	})
	return out, prefix(out)
}

// locate finds the root of a path, and the path as seen from there. A symbolic
// link to a file stands for itself, one to a folder for the folder.
func locate(target string) (root, rel string, err error) {
	if target == "" {
		return "", "", usageError{msgEmptyPath}
	}
	root, err = discover.Root(target)
	if err != nil {
		var failed *fs.PathError
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return "", "", fmt.Errorf("%s: %w", target, err)
	}
	folder, file := target, ""
	if info, err := os.Stat(target); err == nil && !info.IsDir() {
		folder, file = discover.SplitPath(target)
	}
	if folder, err = confined.Real(folder); err != nil {
		return "", "", err
	}
	rel, err = filepath.Rel(root, filepath.Join(folder, file))
	return root, filepath.ToSlash(rel), err
}

// holds reports whether a folder lies in one of the paths that were asked for.
func (s scope) holds(folder string) bool {
	return slices.ContainsFunc(s.paths, func(p string) bool {
		rel, err := filepath.Rel(filepath.Join(s.root, filepath.FromSlash(p)), folder)
		return err == nil && filepath.IsLocal(rel)
	})
}

// prefix gives each of several scopes its prefix.
func prefix(scopes []scope) error {
	if len(scopes) < 2 {
		return nil
	}
	common := scopes[0].root
	for _, s := range scopes {
		for {
			rel, err := filepath.Rel(common, s.root)
			if err != nil {
				return err
			}
			if filepath.IsLocal(rel) {
				break
			}
			common = filepath.Dir(common)
		}
	}
	for i := range scopes {
		rel, err := filepath.Rel(common, scopes[i].root)
		if err != nil {
			return err
		}
		scopes[i].prefix = filepath.ToSlash(rel)
	}
	return nil
}
