package confined

import (
	"io/fs"
	"time"

	"golang.org/x/sys/unix"
)

// info is a file as fstat has it, and as an entry of a folder.
type info struct {
	name string
	stat unix.Stat_t
}

func (i *info) Name() string               { return i.name }
func (i *info) Size() int64                { return i.stat.Size }
func (i *info) ModTime() time.Time         { return time.Unix(i.stat.Mtim.Unix()) }
func (i *info) IsDir() bool                { return i.Mode().IsDir() }
func (i *info) Sys() any                   { return &i.stat }
func (i *info) Type() fs.FileMode          { return i.Mode().Type() }
func (i *info) Info() (fs.FileInfo, error) { return i, nil }

func (i *info) Mode() fs.FileMode {
	mode := fs.FileMode(i.stat.Mode & 0o777)
	switch i.stat.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		mode |= fs.ModeDir
	case unix.S_IFLNK:
		mode |= fs.ModeSymlink
	case unix.S_IFIFO:
		mode |= fs.ModeNamedPipe
	case unix.S_IFSOCK:
		mode |= fs.ModeSocket
	case unix.S_IFBLK:
		mode |= fs.ModeDevice
	case unix.S_IFCHR:
		mode |= fs.ModeDevice | fs.ModeCharDevice
	}
	for _, special := range [...]struct {
		bit uint32
		as  fs.FileMode
	}{{unix.S_ISUID, fs.ModeSetuid}, {unix.S_ISGID, fs.ModeSetgid}, {unix.S_ISVTX, fs.ModeSticky}} {
		if i.stat.Mode&special.bit != 0 {
			mode |= special.as
		}
	}
	return mode
}
