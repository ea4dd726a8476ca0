package rootfs

import (
	"slices"
	"strings"

	"nonroot/dockerfile"
)

// Kind is what is at a path.
type Kind int8

const (
	UnknownKind Kind = iota
	Dir
	File
	Other // a symbolic link or anything else
)

// Owner is what is known of a path at one point. UID, GID and Mode are those
// that By gave it; Doubt, where it is set, may have changed them since.
type Owner struct {
	Exists   Tri
	Kind     Kind
	UID, GID ID
	Mode     Mode
	// User and Group are the names by which the owner was given, empty where it
	// was given by number or is the user who made it.
	User, Group string
	// By is the instruction that decided the owner; nil: the base image, or nothing.
	By *dockerfile.Instruction
	// Doubt is the first later instruction that may have changed owner, mode or
	// existence in a way that is not known; nil: there is none.
	Doubt *dockerfile.Instruction
}

// Owner is what is known of an absolute path.
func (st State) Owner(p string) Owner {
	if st.stage == nil || !strings.HasPrefix(p, "/") {
		return Owner{}
	}
	return st.stage.owner(canonical(p), st.now().events)
}

// OwnedBy reports whether the path exists and has that uid.
func (o Owner) OwnedBy(uid int) Tri {
	switch {
	case o.Exists == No:
		return No
	case o.Doubt != nil || o.Exists == Unknown && o.UID.Is(uid) != No:
		return Unknown
	}
	return o.UID.Is(uid)
}

// Readable reports whether u can read the file, or list and enter the
// directory, as far as its own mode tells: the directories above are not looked at.
func (o Owner) Readable(u User) Tri {
	want := uint32(4)
	if o.Kind == Dir {
		want = 5
	}
	return o.allows(u, want)
}

// Writable reports whether u can write the file, or make files in the
// directory, as far as its own mode tells.
func (o Owner) Writable(u User) Tri {
	want := uint32(2)
	if o.Kind == Dir {
		want = 3
	}
	return o.allows(u, want)
}

// allows checks permission bits (read 4, write 2, enter 1) as the kernel does:
// those of the owner, else of the group, else of others.
func (o Owner) allows(u User, want uint32) Tri {
	switch {
	case o.Exists == No:
		return No
	case o.Doubt != nil || o.Exists == Unknown:
		return Unknown
	case u.UID.Is(0) == Yes:
		return Yes
	case !o.Mode.Known:
		return Unknown
	}
	has := func(shift uint) bool { return o.Mode.Bits>>shift&want == want }
	switch o.UID.Same(u.UID) {
	case Yes:
		return tri(has(6))
	case Unknown:
		if has(6) == has(3) && has(3) == has(0) {
			return tri(has(0))
		}
		return Unknown
	}
	switch o.groupOf(u) {
	case Yes:
		return tri(has(3))
	case Unknown:
		if has(3) != has(0) {
			return Unknown
		}
	}
	return tri(has(0))
}

// groupOf reports whether u is in the group of the path.
func (o Owner) groupOf(u User) Tri {
	if !o.GID.Known {
		return Unknown
	}
	if u.GID.Is(o.GID.N) == Yes || slices.Contains(u.Groups, o.GID.N) {
		return Yes
	}
	if !u.GroupsKnown || !u.GID.Known {
		return Unknown
	}
	return No
}
