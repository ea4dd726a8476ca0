package discover

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// tracked lists what git tracks at and below dir, as paths seen from dir, kept
// down to the names that matter here. It is an error that git is not installed,
// does not answer, or does not trust the repository.
func tracked(ctx context.Context, dir string) ([]string, error) {
	out, err := lsFiles(ctx, dir)
	if err != nil {
		return nil, err
	}
	var paths []string
	for path := range strings.SplitSeq(out, "\x00") {
		if kindOf(path[strings.LastIndexByte(path, '/')+1:]) != other {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// lsFiles asks git what it tracks at and below dir.
//
// The repository may be a stranger's, so what its configuration could run is
// switched off: the file system monitor, hooks, and fetching what is missing.
func lsFiles(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"--no-pager", "--no-optional-locks",
		"-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull, "ls-files", "-z", "--cached"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), namesRepository),
		"GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0")
	out, err := cmd.Output()
	if said := (*exec.ExitError)(nil); errors.As(err, &said) {
		if first, _, _ := strings.Cut(string(said.Stderr), "\n"); first != "" {
			err = errors.New(first)
		}
	}
	return string(out), err
}

// namesRepository knows the variables that a git hook is started with; they
// would make git look at another repository, or at another index.
func namesRepository(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	switch name {
	case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE",
		"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES":
		return true
	}
	return false
}

// Tracks makes the function that lists what git tracks at and below a folder of
// root, as paths seen from root; known is false where git is not installed, does
// not answer, does not trust the repository, or has the folder in a submodule.
// Git is asked once, and only where root lies in a repository.
func Tracks(ctx context.Context, root string) func(dir string) (paths []string, known bool) {
	list := sync.OnceValues(func() ([]string, bool) {
		if !inRepository(root) {
			return nil, false
		}
		out, err := lsFiles(ctx, root)
		if err != nil {
			return nil, false
		}
		paths := slices.DeleteFunc(strings.Split(out, "\x00"), func(path string) bool { return path == "" })
		slices.Sort(paths)
		return paths, true
	})
	return func(dir string) ([]string, bool) {
		all, known := list()
		if !known || dir == "." {
			return all, known
		}
		for i, c := range dir {
			if c == '/' {
				if _, submodule := slices.BinarySearch(all, dir[:i]); submodule {
					return nil, false
				}
			}
		}
		var out []string
		if _, own := slices.BinarySearch(all, dir); own {
			out = append(out, dir)
		}
		first, _ := slices.BinarySearch(all, dir+"/")
		last, _ := slices.BinarySearch(all, dir+"0") // the byte behind the slash
		return append(out, all[first:last]...), true
	}
}

// inRepository reports whether a folder or one above it holds .git.
func inRepository(dir string) bool {
	for gitDir(dir) == "" {
		if dir == filepath.Dir(dir) {
			return false
		}
		dir = filepath.Dir(dir)
	}
	return true
}
