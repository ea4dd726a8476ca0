package confined

import (
	"bytes"
	"encoding/binary"
	"io/fs"

	"golang.org/x/sys/unix"
)

// An entry as getdents64(2) gives it is an inode and an offset of eight bytes each, the
// length of the entry in two, its type in one, and the name, which a zero byte ends.
const (
	entryLength = 16
	entryType   = 18
	entryNameAt = 19
)

// entries tells add of each entry of a folder. What add finds to be gone since is passed over.
func entries(dir int, add func(entry []byte) error) error {
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	for {
		n, err := unix.Getdents(dir, buffer[:])
		switch {
		case err == unix.EINTR:
			continue
		case err != nil || n == 0:
			return err
		}
		for rest := buffer[:n]; len(rest) > 0; {
			var entry []byte
			if entry, rest = cutEntry(rest); entry == nil {
				continue
			}
			if err := add(entry); err != nil && err != unix.ENOENT {
				return err
			}
		}
	}
}

// cutEntry parts the first entry from a listing. It is nil for the folder itself, the
// one above, and what is deleted but still listed.
func cutEntry(listing []byte) (entry, rest []byte) {
	n := binary.NativeEndian.Uint16(listing[entryLength:])
	entry, rest = listing[:n], listing[n:]
	switch name := entryName(entry); {
	case binary.NativeEndian.Uint64(entry) == 0, string(name) == ".", string(name) == "..":
		return nil, rest
	}
	return entry, rest
}

func entryName(entry []byte) []byte {
	name := entry[entryNameAt:]
	return name[:bytes.IndexByte(name, 0)]
}

// typeOf is the type of an entry of a folder, asked for where the file system does
// not list it.
func typeOf(dir int, entry []byte) (fs.FileMode, error) {
	switch entry[entryType] {
	case unix.DT_REG:
		return 0, nil
	case unix.DT_DIR:
		return fs.ModeDir, nil
	case unix.DT_LNK:
		return fs.ModeSymlink, nil
	}
	var at info
	err := unix.Fstatat(dir, string(entryName(entry)), &at.stat, unix.AT_SYMLINK_NOFOLLOW)
	return at.Type(), err
}
