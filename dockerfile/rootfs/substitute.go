package rootfs

import "strings"

// substitute is the expansion of a word of printable ASCII that has nothing in it
// but text, $NAME and ${NAME}, as nearly all words are: BuildKit's expander takes
// two kilobytes for a word. ok is false for any other word.
func (s *scope) substitute(word string, escape byte) (value string, ok bool) {
	if !simple(word, escape) {
		return "", false
	}
	var out strings.Builder
	for {
		text, rest, found := strings.Cut(word, "$")
		out.WriteString(text)
		if !found {
			return out.String(), true
		}
		name, behind := variableName(rest)
		if value, set := s.Get(name); set {
			out.WriteString(value)
		}
		word = behind
	}
}

// simple reports whether a word is one for substitute.
func simple(word string, escape byte) bool {
	for i := range len(word) {
		switch c := word[i]; {
		case c < ' ' || c > '~' || c == '"' || c == '\'' || c == '<' || c == escape:
			return false
		case c == '$':
			if name, _ := variableName(word[i+1:]); name == "" {
				return false
			}
		}
	}
	return true
}

// variableName parts NAME or {NAME} from what follows a $; the name is empty where
// it is neither.
func variableName(text string) (name, behind string) {
	inner, braced := strings.CutPrefix(text, "{")
	n := 0
	for n < len(inner) && (inner[n] == '_' || 'a' <= inner[n] && inner[n] <= 'z' || 'A' <= inner[n] && inner[n] <= 'Z' || n > 0 && '0' <= inner[n] && inner[n] <= '9') {
		n++
	}
	switch {
	case !braced:
		return inner[:n], inner[n:]
	case n < len(inner) && inner[n] == '}':
		return inner[:n], inner[n+1:]
	}
	return "", text
}
