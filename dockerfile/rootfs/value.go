// Package rootfs tells what a Dockerfile has built up at any of its
// instructions: the accounts, the current user, the work directory, variables,
// and who owns which path, as BuildKit does it. Everything is three-valued:
// what cannot be told is unknown, and nothing is claimed that may be wrong.
package rootfs

import "strconv"

// Tri is an answer. The zero value is the cautious one.
type Tri int8

const (
	Unknown Tri = iota
	No
	Yes
)

// String is "unknown", "no" or "yes".
func (t Tri) String() string { return [...]string{"unknown", "no", "yes"}[t] }

func tri(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// ID is a uid or gid. The zero value is an unknown one.
type ID struct {
	N     int
	Known bool
}

// KnownID is the ID with number n.
func KnownID(n int) ID { return ID{n, true} }

// Is reports whether the id is n.
func (id ID) Is(n int) Tri {
	if !id.Known {
		return Unknown
	}
	return tri(id.N == n)
}

// Same reports whether two ids are equal.
func (id ID) Same(o ID) Tri {
	if !id.Known || !o.Known {
		return Unknown
	}
	return tri(id.N == o.N)
}

// decimal is a word as a number. It makes no error of what is none, as most words are names.
func decimal(word string) (int, bool) {
	if word == "" || word[0] > '9' {
		return 0, false
	}
	n, err := strconv.Atoi(word)
	return n, err == nil
}

// String is the number, or "?".
func (id ID) String() string {
	if !id.Known {
		return "?"
	}
	return strconv.Itoa(id.N)
}

// Mode is permission bits with setuid (04000), setgid (02000) and sticky
// (01000). The zero value is an unknown one.
type Mode struct {
	Bits  uint32
	Known bool
}
