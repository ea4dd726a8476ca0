package rootfs

import (
	"strconv"
	"strings"
)

// applyMode is a mode behind chmod; word is octal or symbolic. It is unknown
// where the old one is needed and not known, or the word is not understood.
func applyMode(word string, old Mode, kind Kind) Mode {
	if n, err := strconv.ParseUint(word, 8, 32); err == nil {
		bits := uint32(n) & 0o7777
		if kind != File && old.Known && old.Bits&0o6000 != 0 {
			return Mode{} // GNU keeps setuid and setgid of a directory, busybox does not
		}
		return Mode{bits, true}
	}
	if !old.Known || strings.ContainsAny(word, "X$") && kind == UnknownKind {
		return Mode{}
	}
	bits := old.Bits
	for _, clause := range strings.Split(word, ",") {
		next, ok := symbolic(clause, bits, kind)
		if !ok {
			return Mode{}
		}
		bits = next
	}
	return Mode{bits, true}
}

// symbolic applies one clause such as "u+rwx", "go-w", "g=u" or "+x", with the
// usual umask 022.
func symbolic(clause string, bits uint32, kind Kind) (uint32, bool) {
	at := strings.IndexAny(clause, "+-=")
	if at < 0 {
		return 0, false
	}
	who, rest := clause[:at], clause[at:]
	mask := uint32(0)
	for _, c := range who {
		switch c {
		case 'u':
			mask |= 0o4700
		case 'g':
			mask |= 0o2070
		case 'o':
			mask |= 0o1007
		case 'a':
			mask |= 0o7777
		default:
			return 0, false
		}
	}
	allow := uint32(0o7777)
	if who == "" {
		mask, allow = 0o7777, 0o7777&^0o022
	}
	for rest != "" {
		op := rest[0]
		end := strings.IndexAny(rest[1:], "+-=")
		perms := rest[1:]
		if end >= 0 {
			perms = rest[1 : 1+end]
		}
		rest = rest[1+len(perms):]
		set, ok := permissions(perms, bits, kind)
		if !ok {
			return 0, false
		}
		set &= mask & allow
		switch op {
		case '+':
			bits |= set
		case '-':
			bits &^= set
		case '=':
			bits = bits&^(mask&0o777) | set
		}
	}
	return bits, true
}

func permissions(perms string, bits uint32, kind Kind) (uint32, bool) {
	set := uint32(0)
	for _, c := range perms {
		switch c {
		case 'r':
			set |= 0o444
		case 'w':
			set |= 0o222
		case 'x':
			set |= 0o111
		case 'X':
			if kind == Dir || bits&0o111 != 0 {
				set |= 0o111
			}
		case 's':
			set |= 0o6000
		case 't':
			set |= 0o1000
		case 'u':
			set |= spread(bits >> 6)
		case 'g':
			set |= spread(bits >> 3)
		case 'o':
			set |= spread(bits)
		default:
			return 0, false
		}
	}
	return set, true
}

func spread(three uint32) uint32 {
	three &= 7
	return three<<6 | three<<3 | three
}
