package envfile

import (
	"strconv"
	"strings"
)

// unescape resolves the escapes of a value in double quotes: those of C but for
// hexadecimal ones, \0 and three digits for an octal one, and \$, which becomes the
// $$ that no variable is expanded from. Any other stays as it is.
func unescape(text string) string {
	const letters, bytes = `abfnrtv"\`, "\a\b\f\n\r\t\v\"\\"
	var out strings.Builder
	for {
		at := strings.IndexByte(text, '\\')
		if at < 0 || at+1 == len(text) {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:at])
		c := text[at+1]
		text = text[at+1:]
		i := strings.IndexByte(letters, c)
		switch {
		case i >= 0:
			out.WriteByte(bytes[i])
			text = text[1:]
		case c == '$':
			out.WriteByte('$') // and the one that is still in text
		case c == '0':
			text = octal(&out, text[1:])
		default:
			out.WriteByte('\\')
		}
	}
}

// octal resolves the up to three digits behind \0, and gives what is behind
// them. What is no number up to 0377 loses its 0 and nothing else, as with compose.
func octal(out *strings.Builder, text string) (rest string) {
	n := 0
	for n < len(text) && n < 3 && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	code, err := strconv.ParseUint(text[:n], 8, 8)
	if err != nil || n < 3 {
		out.WriteString(`\` + text[:n])
	} else {
		out.WriteRune(rune(code))
	}
	return text[n:]
}
