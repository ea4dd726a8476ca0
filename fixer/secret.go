package fixer

import (
	"errors"
	"io/fs"
	"path"
)

// errSecret is why nothing but .env itself is read from a .env: messages quote what
// they are about, and values of .env may be passwords.
var errSecret = errors.New("it is or leads to a .env, which is read as nothing else: its values may be secret")

// leadsToEnv reports whether a path is that of a .env, or leads to one by its symbolic
// links. What cannot be followed to its end within the root is read by nobody.
func leadsToEnv(fsys fs.FS, name string) bool {
	env := path.Base(name) == ".env"
	links, ok := fsys.(interface {
		Resolve(name string, through func(link string)) (string, fs.FileInfo, error)
	})
	if !ok {
		return env
	}
	at, _, err := links.Resolve(name, func(link string) { env = env || path.Base(link) == ".env" })
	return env || err == nil && path.Base(at) == ".env"
}
