package confined

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// errAskSlow is what the fast way says where it does not do what is asked, or
// cannot say what is wrong. Any other error of its is an *fs.PathError.
var errAskSlow = errors.New("os.Root knows")

// openFlags keep an open from waiting for the other end of a pipe.
const openFlags = unix.O_NONBLOCK

// fast reads below the folder that fd is, the very one that the os.Root is.
type fast struct {
	dir *os.File
	fd  int
}

func openFast(root *os.Root) *fast {
	dir, err := root.OpenFile(".", unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil
	}
	f := &fast{dir, int(dir.Fd())}
	probe, err := f.open("probe", ".", unix.O_PATH)
	if err != nil {
		f.close()
		return nil
	}
	unix.Close(probe)
	return f
}

func (f *fast) close() {
	if f != nil {
		f.dir.Close()
	}
}

// open gives a descriptor, or one of the two errors.
func (f *fast) open(op, name string, flags uint64) (int, error) {
	if !fs.ValidPath(name) {
		return -1, errAskSlow
	}
	return f.openAny(op, name, flags)
}

// openAny is open for a name that need be no UTF-8.
func (f *fast) openAny(op, name string, flags uint64) (int, error) {
	if f == nil {
		return -1, errAskSlow
	}
	fd, err := f.resolve(name, flags, 0)
	switch err {
	case nil:
		return fd, nil
	case unix.ENOENT, unix.ENOTDIR:
		return -1, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return -1, errAskSlow
}

func (f *fast) resolve(name string, flags, resolve uint64) (int, error) {
	how := unix.OpenHow{Flags: flags | unix.O_CLOEXEC, Resolve: resolve | unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS}
	for {
		fd, err := unix.Openat2(f.fd, name, &how)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

func (f *fast) stat(op, name string, follow bool) (fs.FileInfo, error) {
	flags := uint64(unix.O_PATH)
	if !follow {
		flags |= unix.O_NOFOLLOW
	}
	fd, err := f.open(op, name, flags)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	out := &info{name: path.Base(name)}
	if unix.Fstat(fd, &out.stat) != nil {
		return nil, errAskSlow
	}
	return out, nil
}

// readFile reads a regular file. It opens nothing that would wait for a writer.
func (f *fast) readFile(name string) ([]byte, error) {
	fd, size, err := f.openRegular(name)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	if size > maxRead {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errTooLong}
	}
	for text := make([]byte, 0, size+1); ; text = slices.Grow(text, 512) { // one more, to see the end
		switch text, err = fill(fd, text); {
		case err != nil:
			return nil, err
		case len(text) > maxRead:
			return nil, &fs.PathError{Op: "read", Path: name, Err: errTooLong}
		case len(text) < cap(text):
			return text, nil
		}
	}
}

// fill reads until text has no more room, or the file ends.
func fill(fd int, text []byte) ([]byte, error) {
	for len(text) < cap(text) {
		n, err := unix.Read(fd, text[len(text):cap(text)])
		switch {
		case err == unix.EINTR:
		case err != nil:
			return nil, errAskSlow
		case n == 0:
			return text, nil
		default:
			text = text[:len(text)+n]
		}
	}
	return text, nil
}

// buffers are what texts are read into before they are strings, and listings.
var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

const bufferSize = 32 << 10

// readText is readFile of at most so many bytes. Of a file that grows meanwhile it has
// what was there when it was opened.
func (f *fast) readText(name string, most int64) (string, error) {
	fd, size, err := f.openRegular(name)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	switch {
	case size > most:
		return "", tooLong(name, size, most)
	case size == 0: // or a file system that does not tell
		return "", errAskSlow
	}
	return fillText(fd, size)
}

// readHead is readText of the first bytes.
func (f *fast) readHead(name string, most int) (string, error) {
	fd, _, err := f.openRegular(name)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	return fillText(fd, int64(most))
}

// fillText is what fill reads, up to so many bytes.
func fillText(fd int, most int64) (string, error) {
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	text := buffer[:0]
	if most > bufferSize {
		text = make([]byte, 0, most)
	}
	text, err := fill(fd, text[:0:most])
	return string(text), err
}

// openRegular opens a regular file and says how many bytes it has.
func (f *fast) openRegular(name string) (fd int, size int64, err error) {
	if !readable(name) {
		return -1, 0, errAskSlow
	}
	fd, err = f.openAny("open", name, unix.O_RDONLY|unix.O_NONBLOCK)
	if err != nil {
		return -1, 0, err
	}
	var stat unix.Stat_t
	err = unix.Fstat(fd, &stat)
	switch kind := stat.Mode & unix.S_IFMT; {
	case err != nil:
		err = errAskSlow
	case kind == unix.S_IFREG:
		return fd, stat.Size, nil
	case kind == unix.S_IFDIR:
		err = &fs.PathError{Op: "read", Path: name, Err: unix.EISDIR}
	default:
		err = &fs.PathError{Op: "read", Path: name, Err: errNotRegular}
	}
	unix.Close(fd)
	return -1, 0, err
}

func (f *fast) readDir(name string) ([]fs.DirEntry, error) {
	fd, err := f.open("open", name, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var out []fs.DirEntry
	err = entries(fd, func(entry []byte) error {
		i := &info{name: string(entryName(entry))}
		err := unix.Fstatat(fd, i.name, &i.stat, unix.AT_SYMLINK_NOFOLLOW)
		if err == nil {
			out = append(out, i)
		}
		return err
	})
	if err != nil {
		return nil, errAskSlow
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

func (f *fast) list(name string, add func(name []byte, kind fs.FileMode)) error {
	if f == nil {
		return errAskSlow
	}
	fd, err := f.resolve(name, unix.O_RDONLY|unix.O_DIRECTORY, unix.RESOLVE_NO_SYMLINKS)
	switch err {
	case nil:
	case unix.ENOENT, unix.ENOTDIR, unix.ELOOP, unix.ENAMETOOLONG:
		return &fs.PathError{Op: "open", Path: name, Err: err}
	default:
		return errAskSlow
	}
	defer unix.Close(fd)
	err = entries(fd, func(entry []byte) error {
		kind, err := typeOf(fd, entry)
		if err == nil {
			add(entryName(entry), kind)
		}
		return err
	})
	if err != nil {
		return &fs.PathError{Op: "list", Path: name, Err: err}
	}
	return nil
}
