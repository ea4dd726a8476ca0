package makefile

import "strings"

const (
	maxReferences = 100
	maxPlain      = 1 << 16 // bytes
)

// expander counts the references that it follows, in all and at most
// maxReferences: a few lines can make a text that fills the memory.
type expander struct {
	f    *File
	used []string // the names, in order
}

// expand replaces the references to variables that the file sets to plain text,
// by the last assignment of each. All others stay, functions among them.
func (f *File) expand(text string) string {
	e := expander{f: f}
	return e.expand(text)
}

func (e *expander) expand(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for {
		at := strings.IndexByte(text, '$')
		if at < 0 || len(e.used) == maxReferences {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:at])
		end := referenceEnd(text, at)
		name := referenceName(text[at:end])
		if value, ok := e.f.plain[name]; ok {
			e.used = append(e.used, name)
			out.WriteString(e.expand(value))
		} else {
			out.WriteString(text[at:end])
		}
		text = text[end:]
	}
}

// referenceName is the NAME of $(NAME), ${NAME} or $N, and else empty.
func referenceName(reference string) string {
	switch n := len(reference); {
	case n == 2:
		return reference[1:]
	case n > 3 && (reference[n-1] == ')' || reference[n-1] == '}'):
		return reference[2 : n-1]
	}
	return ""
}

// set keeps the text that a variable has from here on.
func (f *File) set(a Assignment) {
	old, ok := f.plain[a.Name]
	switch {
	case a.Name == "" || a.Op == "?=" && ok:
	case a.Op == "!=", a.Op == "undefine", len(a.Value)+len(old) > maxPlain:
		delete(f.plain, a.Name)
	case a.Op == "+=" && ok:
		f.plain[a.Name] = old + " " + a.Value
	default:
		f.plain[a.Name] = a.Value
	}
}
