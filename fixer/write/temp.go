package write

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// A temporary file is named .nonroot-PID-RUN-N.tmp: the process that made it, 16
// hexadecimal digits that are new in each process (a container may give each of
// its processes the same PID), and a number.
const (
	tempPrefix = ".nonroot-"
	tempSuffix = ".tmp"
)

// run is what tells this process from others.
var run = sync.OnceValue(func() string {
	var digits [8]byte
	rand.Read(digits[:]) // it never fails: see crypto/rand
	return hex.EncodeToString(digits[:])
})

var temps atomic.Uint32

// tempBeside is the path of a new temporary file in the folder of name.
func tempBeside(name string) string {
	return path.Join(path.Dir(name), fmt.Sprintf("%s%d-%s-%d%s", tempPrefix, os.Getpid(), run(), temps.Add(1), tempSuffix))
}

// IsTemp reports whether a file of that name (without a folder) is a temporary
// file that Write made.
func IsTemp(name string) bool {
	if !strings.HasPrefix(name, tempPrefix) {
		return false
	}
	_, _, ok := tempOwner(name)
	return ok
}

// tempOwner is the process that made the temporary file of that name.
func tempOwner(name string) (pid int, run string, ok bool) {
	rest, ok := strings.CutPrefix(name, tempPrefix)
	if !ok {
		return 0, "", false
	}
	rest, ok = strings.CutSuffix(rest, tempSuffix)
	parts := strings.Split(rest, "-")
	if !ok || len(parts) != 3 || len(parts[1]) != 16 || strings.Trim(parts[1], "0123456789abcdef") != "" {
		return 0, "", false
	}
	pid64, err := strconv.ParseUint(parts[0], 10, 31)
	_, err2 := strconv.ParseUint(parts[2], 10, 32)
	return int(pid64), parts[1], err == nil && err2 == nil && pid64 > 0
}

// CleanStale removes from the folders (relative to root, with slashes) the
// temporary files of processes that live no more: those that were killed. It
// returns the paths of what it removed. Folders that are not there, and those that another
// run is writing to, are passed over.
func CleanStale(root string, dirs []string) (removed []string, err error) {
	fsys, err := openRoot(root)
	if err != nil {
		return nil, err
	}
	defer fsys.close()
	var errs []error
	for _, dir := range dirs {
		release, busy := fsys.tryLock(dir)
		if busy {
			continue
		}
		gone, err := cleanStale(fsys, dir)
		release()
		removed = append(removed, gone...)
		errs = append(errs, err)
	}
	return removed, errors.Join(errs...)
}

func cleanStale(fsys fileSystem, dir string) (removed []string, err error) {
	names, err := fsys.List(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return nil, err
	}
	for _, name := range names {
		pid, its, ok := tempOwner(name)
		if !ok || its == run() || pid != os.Getpid() && alive(pid) {
			continue
		}
		full := path.Join(dir, name)
		if info, err := fsys.Lstat(full); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if err := fsys.Remove(full); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("%s, left by a run that was killed: %w", full, err)
		}
		removed = append(removed, full)
	}
	return removed, nil
}
