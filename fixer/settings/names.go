package settings

import "strings"

// The settings end up in Dockerfiles, compose files and Makefiles, where blanks,
// quotes, "$", ":" and "," would mean something: names and paths are kept to
// characters that mean nothing in any of them.

// isUserName is what useradd and busybox take, and not root.
func isUserName(s string) bool {
	return len(s) <= 32 && s != "root" && s != "" && (isLower(s[0]) || s[0] == '_') &&
		only(s, func(c byte) bool { return isLower(c) || isDigit(c) || c == '_' || c == '-' })
}

const userName = "a name of at most 32 lower-case letters, digits, _ and -, not root,"

// isServiceName is what the compose specification allows.
func isServiceName(s string) bool { return s != "" && only(s, isNameByte) }

// isVolumeName is what the engine allows.
func isVolumeName(s string) bool {
	return len(s) > 1 && (isLower(s[0]|0x20) || isDigit(s[0])) && only(s, isNameByte)
}

// isVariable is a name that shells, compose and make all take.
func isVariable(s string) bool {
	return s != "" && !isDigit(s[0]) && only(s, func(c byte) bool { return isLower(c|0x20) || isDigit(c) || c == '_' })
}

const variable = "a name of letters, digits and _"

// isContainerPath is an absolute path other than "/", clean, without a slash at its end.
func isContainerPath(s string) bool {
	rest, ok := strings.CutPrefix(s, "/")
	return ok && isClean(rest)
}

const containerPath = "an absolute path of the container, like /app/logs (letters, digits and . _ @ + -, no .. and no slash at the end),"

// isHostDir is a directory below the root: dir, ./dir, dir/. A leading "-" would
// be an option to the commands of a Makefile.
func isHostDir(s string) bool {
	s = strings.TrimPrefix(s, "./")
	return isClean(strings.TrimSuffix(s, "/")) && !strings.HasPrefix(s, "-")
}

const hostDir = "a directory below this file's own, like ./data (letters, digits and . _ @ + -, no ..),"

// isVolumeSource is ./dir, an absolute directory of the host, or a volume's name.
func isVolumeSource(s string) bool {
	switch {
	case strings.HasPrefix(s, "./"):
		return isHostDir(s)
	case strings.HasPrefix(s, "/"):
		return isContainerPath(strings.TrimSuffix(s, "/"))
	}
	return isVolumeName(s)
}

const volumeSource = "a directory like ./data, an absolute path of the host, or the name of a volume"

// isClean reports whether a path has at least one element, and none that is empty, "." or "..".
func isClean(s string) bool {
	for element := range strings.SplitSeq(s, "/") {
		if strings.Trim(element, ".") == "" || !only(element, func(c byte) bool { return isNameByte(c) || c == '@' || c == '+' }) {
			return false
		}
	}
	return true
}

// isMode is three or four octal digits.
func isMode(s string) bool {
	return (len(s) == 3 || len(s) == 4) && only(s, func(c byte) bool { return '0' <= c && c <= '7' })
}

// isImagePattern is what an image name may hold, and "*".
func isImagePattern(s string) bool {
	return s != "" && only(s, func(c byte) bool { return isNameByte(c) || strings.IndexByte("/:@*+", c) >= 0 })
}

// isGlob is any text on one line.
func isGlob(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func isNameByte(c byte) bool {
	return isLower(c|0x20) || isDigit(c) || c == '.' || c == '_' || c == '-'
}
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func only(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}
