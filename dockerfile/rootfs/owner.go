package rootfs

import "nonroot/dockerfile"

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
	// Mixed says that what is below the path is not known to have the same owner.
	Mixed bool
}

// Owner is what is known of an absolute path.
func (st State) Owner(path string) Owner { return Owner{} }

// OwnedBy reports whether the path exists and has that uid.
func (o Owner) OwnedBy(uid int) Tri { return Unknown }

// Readable reports whether u can read the file, or list and enter the
// directory, as far as its own mode tells: the directories above are not looked at.
func (o Owner) Readable(u User) Tri { return Unknown }

// Writable reports whether u can write the file, or make files in the
// directory, as far as its own mode tells.
func (o Owner) Writable(u User) Tri { return Unknown }
