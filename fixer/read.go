package fixer

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"unicode/utf8"

	"nonroot/fixer/edit"
)

// How many bytes a file may have. One that has more is a Problem.
const (
	maxSource = 16 << 20 // a Dockerfile, and a compose file, which has a lower bound of its own
	maxBeside = 1 << 20  // .env, Makefile, .dockerignore, .nonroot.yaml
)

// read reads a Dockerfile or a compose file of the root.
func (in *input) read(name string) (*edit.Source, error) {
	if path.Base(name) == ".env" {
		return nil, plain(name, errSecret)
	}
	return in.readAtMost(name, maxSource)
}

func (in *input) readAtMost(name string, most int64) (*edit.Source, error) {
	if !utf8.ValidString(name) {
		return nil, fmt.Errorf("%q: its name is not UTF-8, and is not read", name)
	}
	if path.Base(name) != ".env" && !in.listed[name] && leadsToEnv(in.fsys, name) {
		return nil, plain(name, errSecret)
	}
	text, err := in.text(name, most)
	if err != nil {
		return nil, plain(name, in.swapped(name, err))
	}
	return &edit.Source{Path: path.Clean(name), Text: text}, nil
}

// swapped is the error of what could not be read, or where a folder above it was
// exchanged since the walk, that.
func (in *input) swapped(name string, err error) error {
	if at, ok := in.fsys.(interface{ Link(name string) string }); ok && in.listed[name] {
		if link := at.Link(path.Dir(name)); link != "" {
			return fmt.Errorf("a symbolic link took the place of the folder %s while it was read; run again", link)
		}
	}
	return err
}

// text is that of a regular file of at most so many bytes. Where the walk saw that it
// is one, the disk is not asked again.
func (in *input) text(name string, most int64) (string, error) {
	if at, ok := in.fsys.(interface {
		ReadText(name string, most int64) (string, error)
	}); ok && in.listed[name] {
		return at.ReadText(name, most)
	}
	return readText(in.fsys, name, most)
}

// readText reads a regular file of at most so many bytes: opening a pipe would
// wait for ever.
func readText(fsys fs.FS, name string, most int64) (string, error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errors.New("it is not a regular file")
	case info.Size() > most:
		return "", fmt.Errorf("it has %d bytes, and %d are the most that are read", info.Size(), most)
	}
	text, err := fs.ReadFile(fsys, name)
	return string(text), err
}

// ReadEnv is the text of the .env of a file system, empty where it cannot be read.
func ReadEnv(fsys fs.FS) string {
	text, err := readText(fsys, ".env", maxBeside)
	if err != nil {
		return ""
	}
	return text
}

// plain is a file system's error without the name of the system call.
func plain(name string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}
