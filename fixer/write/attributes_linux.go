package write

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// copyAttributes gives to the extended attributes of from: those of users and
// access control lists, of which to loses what from has not (the default list of a
// folder gives one to a new file). Attributes of the security modules follow where
// the system lets them; those that vouch for the old content do not.
func copyAttributes(to, from *os.File) error {
	names, err := attributeNames(from)
	if err != nil {
		return err
	}
	own, err := attributeNames(to)
	if err != nil {
		return err
	}
	for _, name := range own {
		if foreign(name) || slices.Contains(names, name) {
			continue
		}
		if err := unix.Fremovexattr(int(to.Fd()), name); err != nil && !errors.Is(err, unix.ENODATA) {
			return fmt.Errorf("extended attribute %s: %w", name, err)
		}
	}
	for _, name := range names {
		switch name {
		case "security.ima", "security.evm", "security.capability":
			continue
		}
		if err := copyAttribute(to, from, name); err != nil {
			return fmt.Errorf("extended attribute %s: %w", name, err)
		}
	}
	return nil
}

// foreign reports whether an attribute is one that the system gives and keeps.
func foreign(name string) bool {
	return strings.HasPrefix(name, "security.") || strings.HasPrefix(name, "trusted.")
}

// attributeNames has none where the file system has none.
func attributeNames(f *os.File) ([]string, error) {
	list, err := attribute(func(buf []byte) (int, error) { return unix.Flistxattr(int(f.Fd()), buf) })
	if err != nil && !errors.Is(err, unix.ENOTSUP) {
		return nil, err
	}
	return strings.FieldsFunc(string(list), func(r rune) bool { return r == 0 }), nil
}

func copyAttribute(to, from *os.File, name string) error {
	value, err := attribute(func(buf []byte) (int, error) { return unix.Fgetxattr(int(from.Fd()), name, buf) })
	if err != nil {
		return err
	}
	own, err := attribute(func(buf []byte) (int, error) { return unix.Fgetxattr(int(to.Fd()), name, buf) })
	if err == nil && bytes.Equal(own, value) {
		return nil
	}
	err = unix.Fsetxattr(int(to.Fd()), name, value, 0)
	denied := errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) || errors.Is(err, unix.ENOTSUP)
	if denied && foreign(name) {
		return nil
	}
	return err
}

// attribute calls get with a buffer that is large enough: Linux gives at most 64
// KiB for a value and for the list of names (xattr(7)).
func attribute(get func([]byte) (int, error)) ([]byte, error) {
	buf := make([]byte, 256)
	n, err := get(buf)
	if errors.Is(err, unix.ERANGE) {
		buf = make([]byte, 64<<10)
		n, err = get(buf)
	}
	if err != nil {
		return nil, err
	}
	return buf[:n], nil
}
