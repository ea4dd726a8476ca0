package rootfs

import (
	"slices"
	"strconv"
	"strings"

	"nonroot/dockerfile/base"
)

// fileTools are the programs that change modes: they differ in what becomes of
// setuid and setgid of a directory.
type fileTools int8

const (
	unknownTools fileTools = iota
	gnuTools
	busyboxTools
)

// fileTools are those of the image: busybox's where that is all there is.
func (s *snapshot) fileTools() fileTools {
	switch {
	case !s.famKnown:
		return unknownTools
	case slices.Contains(s.accounts.packages, "coreutils"):
		return gnuTools
	}
	switch s.family {
	case base.Debian, base.RHEL:
		return gnuTools
	case base.Alpine, base.Busybox:
		return busyboxTools
	}
	return unknownTools
}

// applyMode is a mode behind chmod; word is octal or symbolic, mask the umask.
// It is unknown where the old mode, the tools or the mask are needed and not
// known, or the word is not understood.
func applyMode(word string, old Mode, kind Kind, tools fileTools, mask Mode) Mode {
	switch {
	case tools == unknownTools:
		gnu, busybox := applyMode(word, old, kind, gnuTools, mask), applyMode(word, old, kind, busyboxTools, mask)
		if gnu != busybox {
			return Mode{}
		}
		return gnu
	case kind != File && kind != Dir:
		file, dir := applyMode(word, old, File, tools, mask), applyMode(word, old, Dir, tools, mask)
		if file != dir {
			return Mode{}
		}
		return file
	}
	keeps := uint32(0) // seen: GNU lets a directory keep them, unless the word names them or has five digits
	if tools == gnuTools && kind == Dir {
		keeps = 0o6000
	}
	if n, err := strconv.ParseUint(word, 8, 32); err == nil {
		bits := uint32(n) & 0o7777
		switch {
		case keeps == 0 || len(word) >= 5:
			return Mode{bits, true}
		case !old.Known:
			return Mode{}
		}
		return Mode{bits | old.Bits&keeps, true}
	}
	if !old.Known {
		return Mode{}
	}
	c := change{bits: old.Bits, kind: kind, keeps: keeps, mask: mask}
	for _, clause := range strings.Split(word, ",") {
		if !c.clause(clause) {
			return Mode{}
		}
	}
	return Mode{c.bits, true}
}

// chmodded is applyMode for a path that is there: where its mode was not known,
// it is taken for one that has neither setuid nor setgid.
func chmodded(word string, old Mode, kind Kind, tools fileTools, mask Mode) Mode {
	if _, err := strconv.ParseUint(word, 8, 32); err == nil && !old.Known {
		old = Mode{0, true}
	}
	return applyMode(word, old, kind, tools, mask)
}

// change is a mode while symbols are applied to it.
type change struct {
	bits  uint32
	kind  Kind
	keeps uint32 // what "=" keeps
	mask  Mode
}

// clause applies one clause such as "u+rwx", "go-w", "g=u" or "+x".
func (c *change) clause(clause string) bool {
	at := strings.IndexAny(clause, "+-=")
	if at < 0 {
		return false
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
			return false
		}
	}
	allow := uint32(0o7777)
	if who == "" {
		if !c.mask.Known {
			return false
		}
		mask, allow = 0o7777, 0o7777&^c.mask.Bits
	}
	for rest != "" {
		op := rest[0]
		end := strings.IndexAny(rest[1:], "+-=")
		perms := rest[1:]
		if end >= 0 {
			perms = rest[1 : 1+end]
		}
		rest = rest[1+len(perms):]
		set, ok := permissions(perms, c.bits, c.kind)
		if !ok {
			return false
		}
		set &= mask & allow
		switch op {
		case '+':
			c.bits |= set
		case '-':
			c.bits &^= set
		case '=':
			c.bits = c.bits&^(mask&^c.keeps) | set
		}
	}
	return true
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
