package gitignore

import "strings"

// byteSet is a set of bytes.
type byteSet [4]uint64

func (s *byteSet) has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }

// add puts the bytes from lo to hi into the set.
func (s *byteSet) add(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		s[b>>6] |= 1 << (b & 63)
	}
}

func (s *byteSet) negate() {
	for i := range s {
		s[i] = ^s[i]
	}
}

func allBytes() *byteSet {
	s := &byteSet{}
	s.negate()
	return s
}

// bracket reads the bracket expression that text starts with; used is its
// length. It is false where the expression does not end or names a class that
// does not exist.
func bracket(text string) (set *byteSet, used int, ok bool) {
	set = &byteSet{}
	i := 1
	negated := i < len(text) && (text[i] == '!' || text[i] == '^')
	if negated {
		i++
	}
	first, low := true, -1 // low is the byte that a range may start with
	for ; i < len(text) && (first || text[i] != ']'); first = false {
		c := text[i]
		switch {
		case c == '-' && low >= 0 && i+1 < len(text) && text[i+1] != ']':
			high, n := literal(text[i+1:])
			if n == 0 {
				return nil, 0, false
			}
			set.add(byte(low), high)
			i, low = i+1+n, -1
		case strings.HasPrefix(text[i:], "[:") && isClass(text[i:]):
			end := i + strings.IndexByte(text[i:], ']')
			if !set.addClass(text[i+2 : end-1]) {
				return nil, 0, false
			}
			i, low = end+1, -1
		default:
			b, n := literal(text[i:])
			if n == 0 {
				return nil, 0, false
			}
			set.add(b, b)
			i, low = i+n, int(b)
		}
	}
	if i >= len(text) {
		return nil, 0, false
	}
	if negated {
		set.negate()
	}
	return set, i + 1, true
}

// literal is the byte that text starts with, the one behind it where that is a
// backslash, and how many bytes that took: 0 where there is none.
func literal(text string) (b byte, n int) {
	if text[0] != '\\' {
		return text[0], 1
	}
	if len(text) < 2 {
		return 0, 0
	}
	return text[1], 2
}

// isClass reports whether the "[:" that text starts with is closed by ":]" where
// the next "]" stands; otherwise it is two ordinary bytes.
func isClass(text string) bool {
	end := strings.IndexByte(text, ']')
	return end > 2 && text[end-1] == ':'
}

// addClass adds a named class of ASCII, and is false where there is none of that name.
func (s *byteSet) addClass(name string) bool {
	switch name {
	case "alnum":
		return s.addClass("alpha") && s.addClass("digit")
	case "alpha":
		return s.addClass("lower") && s.addClass("upper")
	case "blank":
		s.add(' ', ' ')
		s.add('\t', '\t')
	case "cntrl":
		s.add(0, 31)
		s.add(127, 127)
	case "digit":
		s.add('0', '9')
	case "graph":
		s.add('!', '~')
	case "lower":
		s.add('a', 'z')
	case "print":
		s.add(' ', '~')
	case "punct":
		s.add('!', '/')
		s.add(':', '@')
		s.add('[', '`')
		s.add('{', '~')
	case "space":
		s.add(' ', ' ')
		s.add('\t', '\r')
	case "upper":
		s.add('A', 'Z')
	case "xdigit":
		s.add('0', '9')
		s.add('a', 'f')
		s.add('A', 'F')
	default:
		return false
	}
	return true
}
