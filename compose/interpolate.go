package compose

import "strings"

// maxNesting bounds variables within the defaults of variables.
const maxNesting = 50

// maxValue bounds the bytes that come out: each variable may name the one before it
// twice. Linux hands a program no more in one argument or variable (MAX_ARG_STRLEN).
const maxValue = 128 << 10

// Interpolate puts the values of variables into text, as compose does: $VAR,
// ${VAR}, ${VAR:-default}, ${VAR-default}, ${VAR:?error}, ${VAR?error},
// ${VAR:+other}, ${VAR+other}, variables within these, and $$ for a dollar.
// known is false where a variable without a default is not known to lookup,
// where one is required, where the text is no template, and where more than 128
// KiB come out; value then has nothing in that place.
func Interpolate(text string, lookup func(string) (string, bool)) (value string, known bool) {
	return interpolate(text, lookup, 0)
}

func interpolate(text string, lookup func(string) (string, bool), depth int) (string, bool) {
	if strings.IndexByte(text, '$') < 0 {
		return text, true
	}
	if depth > maxNesting {
		return "", false
	}
	var out strings.Builder
	known := true
	for {
		if out.Len() > maxValue {
			return "", false
		}
		at := strings.IndexByte(text, '$')
		if at < 0 || at+1 == len(text) {
			out.WriteString(text)
			return out.String(), known
		}
		out.WriteString(text[:at])
		text = text[at+1:]
		switch n := nameLength(text); {
		case text[0] == '$':
			out.WriteByte('$')
			text = text[1:]
		case n > 0:
			value, ok := lookup(text[:n])
			out.WriteString(value)
			known = known && ok
			text = text[n:]
		case text[0] == '{':
			end := closing(text)
			if end < 0 {
				return out.String(), false
			}
			value, ok := substitute(text[1:end], lookup, depth)
			out.WriteString(value)
			known = known && ok
			text = text[end+1:]
		default:
			out.WriteByte('$')
		}
	}
}

// nameLength is the number of bytes of a variable's name at the start of text.
func nameLength(text string) int {
	for i := 0; i < len(text); i++ {
		c := text[i]
		letter := c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return i
		}
	}
	return len(text)
}

// closing is the offset of the brace that closes the one that text starts with.
// As compose has it, a byte behind an opening brace is not looked at.
func closing(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
			i++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// substitute is the value of what stands between the braces of ${…}.
func substitute(body string, lookup func(string) (string, bool), depth int) (string, bool) {
	n := nameLength(body)
	rest := body[n:]
	if n == 0 || strings.Contains(rest, "\n") {
		return "", false // compose takes no line break here
	}
	value, ok := lookup(body[:n])
	if rest == "" {
		return value, ok
	}
	set := ok
	if rest[0] == ':' {
		set = ok && value != ""
		rest = rest[1:]
	}
	if rest == "" {
		return "", false
	}
	switch op, other := rest[0], rest[1:]; {
	case op == '-' && !set, op == '+' && set:
		return interpolate(other, lookup, depth+1)
	case op == '-', op == '+', op == '?' && set:
		return value, true
	}
	return "", false
}
