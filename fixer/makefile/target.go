package makefile

import (
	"path"
	"strconv"
	"strings"
	"unicode"

	"nonroot/fixer/edit"
)

// Target is the name of the target that is ours.
const Target = "reset-permissions"

// Params is what ResetPermissions is made from.
type Params struct {
	// EnvFile is the path of the .env file below the Makefile's directory, or
	// empty where there is to be none.
	EnvFile string
	// UserVar and GroupVar are the variables that hold the ids.
	UserVar, GroupVar string
	// DefaultUID and DefaultGID hold where neither make nor EnvFile has a value.
	DefaultUID, DefaultGID int
	// Dirs are the directories, relative to the Makefile's and clean.
	Dirs []string
}

// Usable refuses directories that the target cannot stand for: no path below the
// Makefile's directory, not clean, or with a character that make or the shell would
// take for its own even in double quotes ($ ` " ' \ #), a control character, or a
// first character by which git or find takes it for something else (- : ! ( ) ,).
func Usable(dirs []string) error {
	if len(dirs) == 0 {
		return edit.Refuse(edit.Range{}, "there is no directory to reset the permissions of")
	}
	for _, dir := range dirs {
		if why := unusable(dir); why != "" {
			return edit.Refuse(edit.Range{}, "%q %s", dir, why)
		}
	}
	return nil
}

func unusable(dir string) string {
	const special = "$`\"'\\#"
	switch {
	case dir == "" || dir == ".":
		return "is the project's own directory"
	case path.IsAbs(dir):
		return "is an absolute path"
	case dir == ".." || strings.HasPrefix(dir, "../"):
		return "lies outside of the Makefile's folder: move it below that, or see to its owner by hand"
	case path.Clean(dir) != dir:
		return "is not a clean path"
	case strings.IndexByte("-:!(),", dir[0]) >= 0:
		return "starts with " + dir[:1] + ": rename it to have it in " + Target
	case strings.ContainsAny(dir, special):
		return "has one of " + special + " in it: rename it to have it in " + Target
	case strings.ContainsFunc(dir, unicode.IsControl):
		return "has a control character in it: rename it to have it in " + Target
	}
	return ""
}

func (p Params) check() error {
	if err := Usable(p.Dirs); err != nil {
		return err
	}
	if why := unusable(p.EnvFile); p.EnvFile != "" && why != "" {
		return edit.Refuse(edit.Range{}, "%q %s", p.EnvFile, why)
	}
	for _, name := range []string{p.UserVar, p.GroupVar} {
		if !isVariable(name) {
			return edit.Refuse(edit.Range{}, "%q is not a variable name for both make and the shell", name)
		}
	}
	if p.DefaultUID < 1 || p.DefaultGID < 1 {
		return edit.Refuse(edit.Range{}, "the ids must be above 0")
	}
	return nil
}

func isVariable(name string) bool {
	for i, r := range name {
		if r != '_' && !(r >= 'A' && r <= 'Z') && !(r >= 'a' && r <= 'z') && !(i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return name != ""
}

// ResetPermissions renders the target, with LF and tabs, for Append. It creates
// the directories, gives them with all that is in them to the two ids, and sets
// directories to 755 and files to 644. What is as it should be is not touched, and
// sudo is called only for what fails without. Before it touches anything it stops at
// ids that are no whole numbers above 0, and at a directory that is not below the
// Makefile's, holds the home directory, is or lies behind a symbolic link, or holds a
// .git or files that git tracks, .gitkeep and the like aside. An id on make's command
// line, in its environment or in the Makefile counts before the one in EnvFile.
//
// It is one command of POSIX sh for GNU make 3.81 or later and is right under bash
// -eu -o pipefail and .ONESHELL; chmod has five digits because GNU's keeps setuid
// and setgid of a directory with fewer.
func ResetPermissions(p Params) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	ids, source := plainIDs, ""
	if p.EnvFile != "" {
		ids, source = envFileIDs, " else "+p.EnvFile+","
	}
	var dirs []string
	for _, dir := range p.Dirs {
		dirs = append(dirs, `"`+dir+`"`)
	}
	values := map[string]string{
		"target": Target,
		"source": source,
		"file":   p.EnvFile,
		"dirs":   strings.Join(dirs, " "),
		"user":   p.UserVar,
		"group":  p.GroupVar,
		"uid":    strconv.Itoa(p.DefaultUID),
		"gid":    strconv.Itoa(p.DefaultGID),
	}
	values["ids"] = fill(ids, values)
	return fill(template, values), nil
}

// fill puts values in the place of their names between braces. What is between
// others stays.
func fill(template string, values map[string]string) string {
	size := len(template)
	for _, value := range values {
		size += len(value)
	}
	var out strings.Builder
	out.Grow(size) // about what it takes
	for {
		before, behind, found := strings.Cut(template, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, rest, closed := strings.Cut(behind, "}")
		if value, known := values[name]; known && closed {
			out.WriteString(value)
			template = rest
		} else {
			out.WriteByte('{')
			template = behind
		}
	}
}
