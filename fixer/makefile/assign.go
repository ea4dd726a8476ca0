package makefile

import "strings"

// assignment is what a line assigns, if it does.
type assignment struct {
	name, op, value string
	export          bool
	define          bool // the value is in the lines up to endef
}

// parseAssignment reads "NAME op VALUE" behind any of export, override and
// private, "define NAME [op]" and "undefine NAME". A variable may have the name of
// a keyword, so that is what is tried first. The text has no comment.
func parseAssignment(text string) (assignment, bool) {
	var out assignment
	for {
		text = strings.TrimLeft(text, blanks)
		if name, op, value, ok := operator(text); ok {
			out.name, out.op, out.value = name, op, strings.TrimLeft(value, blanks)
			return out, true
		}
		word, rest := cutWord(text)
		switch word {
		case "export":
			out.export = true
		case "override", "private":
		case "define":
			return defined(out, rest), true
		case "undefine":
			out.name, out.op = strings.Trim(rest, blanks), "undefine"
			return out, true
		default:
			return out, false
		}
		text = rest
	}
}

// defined reads what is behind define: a name, and an operator or none.
func defined(out assignment, rest string) assignment {
	out.define = true
	if name, op, _, ok := operator(strings.TrimLeft(rest, blanks)); ok {
		out.name, out.op = name, op
	} else {
		out.name, out.op = strings.Trim(rest, blanks), "="
	}
	return out
}

func cutWord(text string) (word, rest string) {
	end := find(text, 0, blanks)
	return text[:end], text[end:]
}

// operator cuts text at an assignment operator. Before it stands one word, which
// may hold references, and then only blanks.
func operator(text string) (name, op, value string, ok bool) {
	end := -1 // of the name, once a blank was seen
	for i := 0; i < len(text); {
		n := operatorLength(text[i:])
		switch {
		case n > 0:
			if end < 0 {
				end = i
			}
			return text[:end], text[i : i+n], text[i+n:], true
		case strings.IndexByte(blanks, text[i]) >= 0:
			if end < 0 {
				end = i
			}
			i++
		case end >= 0 || text[i] == ':':
			return "", "", "", false
		case text[i] == '$':
			i = referenceEnd(text, i)
		default:
			i++
		}
	}
	return "", "", "", false
}

func operatorLength(text string) int {
	for _, op := range []string{"=", ":=", "::=", ":::=", "+=", "?=", "!="} {
		if strings.HasPrefix(text, op) {
			return len(op)
		}
	}
	return 0
}
