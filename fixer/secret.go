package fixer

import (
	"errors"
	"io/fs"
	"path"
	"strings"
)

// errSecret is why nothing but .env itself is read from a .env: messages quote what
// they are about, and values of .env may be passwords.
var errSecret = errors.New("it is or leads to a .env, which is read as nothing else: its values may be secret")

// leadsToEnv reports whether a path, with its symbolic links followed, is that of a
// .env; also where that cannot be told.
func leadsToEnv(fsys fs.FS, name string) bool {
	at, ok := fsys.(interface {
		Link(name string) string
		ReadLink(name string) (string, error)
	})
	for range 40 { // links, as many as Linux follows
		if path.Base(name) == ".env" {
			return true
		}
		if !ok {
			return false
		}
		link := at.Link(name) // the first on the way: what is above it is no link
		if link == "" {
			return false
		}
		target, err := at.ReadLink(link)
		if err != nil || path.IsAbs(target) {
			return path.Base(target) == ".env" // it leads out, or nowhere
		}
		if upFromName(target) {
			return true
		}
		name = path.Join(path.Dir(link), target, strings.TrimPrefix(name[len(link):], "/"))
	}
	return true
}

// upFromName reports whether a path goes up from a name, which may be a link: then it
// cannot be told from the text where that leads.
func upFromName(target string) bool {
	named := false
	for element := range strings.SplitSeq(target, "/") {
		if element == ".." && named {
			return true
		}
		named = named || element != ".." && element != "." && element != ""
	}
	return false
}
