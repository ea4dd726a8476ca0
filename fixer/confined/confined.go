// Package confined reads files below a folder, which no symbolic link leads out
// of, as os.Root does. Where the kernel can follow a whole path under that
// condition by itself (openat2 of Linux 5.6), that takes one system call instead
// of one for each folder on the way.
package confined

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// maxRead is how many bytes of a file are read at most, whatever it grew to since
// its size was asked for.
const maxRead = 64 << 20

var (
	errNotRegular = errors.New("it is not a regular file")
	errTooLong    = fmt.Errorf("it has more than %d bytes", maxRead)
)

// FS is the file system below a folder. It is safe for concurrent use. Where the text of
// a file is read, and by List, names that are no UTF-8 are taken, unlike an fs.FS does.
type FS struct {
	root *os.Root
	slow rootFS // says what is wrong where the fast way fails
	fast *fast  // nil where the kernel has none
}

// rootFS is what os.Root.FS gives.
type rootFS interface {
	fs.ReadDirFS
	fs.ReadFileFS
	fs.StatFS
	fs.ReadLinkFS
}

// Open opens the file system below a folder.
func Open(dir string) (*FS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &FS{root: root, slow: root.FS().(rootFS), fast: openFast(root)}, nil
}

// Close gives back what Open took.
func (f *FS) Close() error {
	f.fast.close()
	return f.root.Close()
}

// Open opens a file.
func (f *FS) Open(name string) (fs.File, error) { return f.slow.Open(name) }

// ReadLink is where a symbolic link leads.
func (f *FS) ReadLink(name string) (string, error) { return f.slow.ReadLink(name) }

// Stat is what lies at a path, behind symbolic links.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	if info, err := f.fast.stat("stat", name, true); err == nil || certain(err) {
		return info, err
	}
	return f.slow.Stat(name)
}

// Lstat is what lies at a path itself.
func (f *FS) Lstat(name string) (fs.FileInfo, error) {
	if info, err := f.fast.stat("lstat", name, false); err == nil || certain(err) {
		return info, err
	}
	return f.slow.Lstat(name)
}

// ReadFile reads a regular file. It does not wait for the other end of a pipe.
func (f *FS) ReadFile(name string) ([]byte, error) {
	if text, err := f.fast.readFile(name); err == nil || certain(err) {
		return text, err
	}
	return f.readSlow(name)
}

// ReadText reads what somebody has seen to be a regular file: anything else is
// opened, though not read or waited for. It is an error that the file has more
// bytes than most.
func (f *FS) ReadText(name string, most int64) (string, error) {
	text, err := f.fast.readText(name, most)
	if err == nil || certain(err) {
		return text, err
	}
	slow, err := f.readSlow(name)
	if size := int64(len(slow)); err == nil && size > most {
		return "", tooLong(name, size, most)
	}
	return string(slow), err
}

// ReadHead is ReadText of the first bytes of a file, as many as there are up to most.
func (f *FS) ReadHead(name string, most int) (string, error) {
	text, err := f.fast.readHead(name, most)
	if err == nil || certain(err) {
		return text, err
	}
	file, err := f.openSlow(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	head, err := io.ReadAll(io.LimitReader(file, int64(most)))
	return string(head), err
}

// List tells add of what lies in a folder, by its own name (valid for the call) and
// type: a symbolic link is one. Where the kernel can do it, it goes through no symbolic
// link at all.
func (f *FS) List(name string, add func(name []byte, kind fs.FileMode)) error {
	err := f.fast.list(name, add)
	if err == nil || certain(err) {
		return err
	}
	dir, err := f.root.OpenFile(name, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	for _, e := range entries {
		add([]byte(e.Name()), e.Type())
	}
	return err
}

// Link is the first on the way to a path, and else the path itself, that is a
// symbolic link; empty where none is.
func (f *FS) Link(name string) string {
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		info, err := f.root.Lstat(name[:i])
		if err != nil {
			return ""
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return name[:i]
		}
	}
	return ""
}

func tooLong(name string, size, most int64) error {
	return &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("it has %d bytes, and %d are the most that are read", size, most)}
}

// readable reports whether a file may have that name: one that an fs.FS takes, but for
// bytes that are no UTF-8.
func readable(name string) bool { return fs.ValidPath(strings.ToValidUTF8(name, "?")) }

// openSlow opens what is to be read.
func (f *FS) openSlow(name string) (*os.File, error) {
	if !readable(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	file, err := f.root.OpenFile(name, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() { // reading a folder says that it is one
		err = &fs.PathError{Op: "read", Path: name, Err: errNotRegular}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func (f *FS) readSlow(name string) ([]byte, error) {
	file, err := f.openSlow(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxRead+1))
	if err == nil && len(text) > maxRead {
		err = &fs.PathError{Op: "read", Path: name, Err: errTooLong}
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}

// ReadDir lists a folder, sorted by name.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	if list, err := f.fast.readDir(name); err == nil || certain(err) {
		return list, err
	}
	return f.slow.ReadDir(name)
}

// certain reports whether the fast way knows what is wrong.
func certain(err error) bool {
	_, ok := err.(*fs.PathError)
	return ok
}
