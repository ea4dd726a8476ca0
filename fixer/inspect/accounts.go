package inspect

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"nonroot/dockerfile/base"
)

// passwd reads the text of /etc/passwd. A line that is none is an error: engines
// read it in ways of their own.
func passwd(text *string) ([]base.Account, error) {
	var out []base.Account
	err := eachLine(text, func(fields []string) bool {
		if len(fields) != 7 || !isName(fields[0]) {
			return false
		}
		uid, okUID := id(fields[2])
		gid, okGID := id(fields[3])
		out = append(out, base.Account{Name: fields[0], UID: uid, GID: gid, Home: plainPath(fields[5]), Shell: plainPath(fields[6])})
		return okUID && okGID
	})
	return out, at("/etc/passwd", err)
}

// groups reads the text of /etc/group.
func groups(text *string) ([]base.Group, error) {
	var out []base.Group
	err := eachLine(text, func(fields []string) bool {
		if len(fields) != 4 || !isName(fields[0]) {
			return false
		}
		gid, ok := id(fields[2])
		g := base.Group{Name: fields[0], GID: gid}
		for member := range strings.SplitSeq(fields[3], ",") {
			if member = strings.TrimSpace(member); member != "" {
				g.Members = append(g.Members, member)
				ok = ok && isName(member)
			}
		}
		out = append(out, g)
		return ok
	})
	return out, at("/etc/group", err)
}

// eachLine calls take with the fields of each line, until one is not taken. Blank
// lines, comments and the + and - of network services are passed over.
func eachLine(text *string, take func([]string) bool) error {
	if text == nil {
		return nil
	}
	n := 0
	for line := range strings.Lines(*text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.ContainsRune("#+-", rune(line[0])) {
			continue
		}
		if !take(strings.Split(line, ":")) {
			return fmt.Errorf("line %d is not understood", n)
		}
	}
	return nil
}

func at(file string, err error) error {
	if err != nil {
		return fmt.Errorf("in its %s, %w", file, err)
	}
	return nil
}

// isName reports whether a name of an account may stand in a Dockerfile or a
// command as it is.
func isName(s string) bool {
	return s != "" && len(s) <= 64 && s[0] != '-' && only(s, "._-@")
}

// id is a user or group id, as Linux has them.
func id(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 32)
	return int(n), err == nil && n < 1<<32-1
}

// plainPath is an absolute path of letters, digits and a few marks; any other
// is empty, which is: not known.
func plainPath(p string) string {
	if !strings.HasPrefix(p, "/") || !only(p, "/._-@+") {
		return ""
	}
	return path.Clean(p)
}

// only reports whether a text has but letters, digits and these marks.
func only(s, marks string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(marks, r))
	})
}
