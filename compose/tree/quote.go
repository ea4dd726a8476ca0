package tree

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// scalarText is text written so that it reads as that string, in the wanted
// style where that can hold it. flow says that it stands between brackets.
func scalarText(text string, want Style, flow bool) string {
	if want == Plain && plainHolds(text, flow) {
		return text
	}
	if want != SingleQuoted && (want == DoubleQuoted || !strings.ContainsAny(text, `"\`)) || !printable(text) {
		return doubleQuote(text)
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// plainHolds reports whether text can stand unquoted and is then read as a
// string, by YAML 1.1 as well as by 1.2.
func plainHolds(text string, flow bool) bool {
	switch {
	case text == "" || strings.TrimSpace(text) != text || !printable(text):
		return false
	case strings.IndexByte("-?:,[]{}#&*!|>'\"%@`=<", text[0]) >= 0 || strings.HasPrefix(text, "..."):
		return false
	case strings.Contains(text, ": ") || strings.HasSuffix(text, ":") || strings.Contains(text, " #"):
		return false
	case flow && strings.ContainsAny(text, ",[]{}?"):
		return false
	}
	return !otherType(text)
}

// otherType reports whether plain text may be read as something else than a
// string: a number (also to the base of 60), a date, a truth value, nothing.
func otherType(text string) bool {
	switch strings.ToLower(text) {
	case "~", "null", "true", "false", "y", "n", "yes", "no", "on", "off", ".inf", ".nan", "+.inf", "-.inf":
		return true
	}
	if strings.IndexByte("0123456789+-.", text[0]) < 0 || !strings.ContainsAny(text, "0123456789") {
		return false
	}
	return strings.Trim(text, "0123456789abcdefABCDEFxXoO_.:+-tTzZ ") == ""
}

// printable reports whether text has no character that only an escape can hold.
func printable(text string) bool {
	for _, r := range text {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return false
		}
	}
	return true
}

func doubleQuote(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\t':
			out.WriteString(`\t`)
		case printable(string(r)):
			out.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&out, `\x%02X`, r)
		default:
			fmt.Fprintf(&out, `\u%04X`, r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
