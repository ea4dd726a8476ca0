package write

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"nonroot/fixer/confined"
)

// fileSystem is what Write needs of a root, as narrow as can be: tests put
// faults behind it. Paths are relative to the root, with slashes.
type fileSystem interface {
	// Resolve is the path without symbolic links. One that leaves the root is errOutside.
	Resolve(name string) (string, error)
	Lstat(name string) (fs.FileInfo, error)
	Read(name string) (string, error)
	// Create makes a file that must not exist. The umask is taken from mode.
	Create(name string, mode fs.FileMode) (file, error)
	Link(old, new string) error
	Rename(old, new string) error
	Remove(name string) error
	// SyncDir brings the names in a folder to the disk.
	SyncDir(name string) error
	List(dir string) ([]string, error)
	// Lock keeps other runs from a folder until release is called. It waits for one that
	// has it until the end of ctx, its only error. What cannot be locked is not.
	Lock(ctx context.Context, dir string) (release func(), err error)
}

// file is one that Create made.
type file interface {
	io.StringWriter
	Chown(uid, gid int) error
	Chmod(mode fs.FileMode) error
	// CopyAttributes gives the file the extended attributes of another.
	CopyAttributes(from string) error
	Sync() error
	Stat() (fs.FileInfo, error)
	Close() error
}

var errOutside = errors.New("the path leads out of the root")

// rootFS is a folder of the operating system, which os.Root keeps from being left
// even where symbolic links change under it.
type rootFS struct {
	*os.Root
	real string
}

func openRoot(root string) (*rootFS, error) {
	real, err := confined.Real(root)
	if err != nil {
		return nil, err
	}
	dir, err := os.OpenRoot(real)
	if err != nil {
		return nil, err
	}
	return &rootFS{dir, real}, nil
}

func (r *rootFS) close() { r.Root.Close() }

func (r *rootFS) Resolve(name string) (string, error) {
	path, err := filepath.EvalSymlinks(filepath.Join(r.real, filepath.FromSlash(name)))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(r.real, path)
	if err != nil || !filepath.IsLocal(rel) {
		return "", errOutside
	}
	return filepath.ToSlash(rel), nil
}

func (r *rootFS) Read(name string) (string, error) {
	f, err := r.OpenFile(name, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", errors.Join(err, errors.New("it is not a regular file"))
	}
	text, err := io.ReadAll(f)
	return string(text), err
}

func (r *rootFS) Create(name string, mode fs.FileMode) (file, error) {
	f, err := r.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	return &rootFile{f, r.Root}, nil
}

// SyncDir passes over file systems that cannot bring a folder to the disk.
func (r *rootFS) SyncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := r.Open(name)
	if err != nil {
		return err
	}
	defer dir.Close()
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

func (r *rootFS) Lock(ctx context.Context, name string) (release func(), err error) {
	dir, err := r.Open(name)
	if err != nil {
		return func() {}, ctx.Err()
	}
	if err := waitLock(ctx, dir); err != nil {
		dir.Close()
		return nil, err
	}
	return func() { dir.Close() }, nil
}

// tryLock is Lock without waiting; busy is true where another run has the folder.
func (r *rootFS) tryLock(name string) (release func(), busy bool) {
	dir, err := r.Open(name)
	if err != nil {
		return func() {}, false
	}
	if tryLock(dir) {
		dir.Close()
		return nil, true
	}
	return func() { dir.Close() }, false
}

func (r *rootFS) List(name string) ([]string, error) {
	dir, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}

type rootFile struct {
	*os.File
	root *os.Root
}

func (f *rootFile) CopyAttributes(from string) error {
	source, err := f.root.OpenFile(from, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return err
	}
	defer source.Close()
	return copyAttributes(f.File, source)
}
