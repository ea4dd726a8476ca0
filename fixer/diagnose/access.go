package diagnose

import (
	"path"
	"strconv"
	"strings"

	"nonroot/dockerfile/rootfs"
)

// access predicts whether the process of a place can do what an event says was
// denied. It is what a fix is judged by: Yes behind it, or it is no fix.
func (pl place) access(e Event) rootfs.Tri {
	p, known := pl.absolute(e)
	if !known || !pl.process().NonRoot() {
		return rootfs.Unknown
	}
	switch m := pl.cover(p); m.kind {
	case "":
	case "tmpfs":
		if e.Op == Exec {
			return rootfs.Unknown
		}
		return m.owner().Writable(pl.user())
	case "volume", "anonymous":
		if m.readOnly || m.kind == "volume" && pl.service.VolumeSaysOwner(m.source) {
			return rootfs.Unknown
		}
		return allowed(pl.image().Owner(m.target), pl.user(), Write)
	default:
		return rootfs.Unknown
	}
	if home, known := pl.image().Home(); homeless(p) && known && home != "/" {
		return rootfs.Yes // it is written there
	}
	if e.Kind == ReadOnly || pl.readOnly() && e.Op == Write {
		return rootfs.No
	}
	if git := pl.image().Owner(path.Join(p, ".git")); e.Kind == Foreign && (git.Doubt != nil || git.Exists != rootfs.No && git.UID.Same(pl.user().UID) != rootfs.Yes) {
		return rootfs.Unknown // git looks at its own folder, too
	}
	owner, _ := pl.nearest(p)
	op := e.Op
	if owner.Kind == rootfs.Dir && op != Read {
		op = Write
	}
	return allowed(owner, pl.user(), op)
}

// nearest is the owner of a path, or of the nearest directory above it that is
// known to exist where it does not itself. What holds a path whose access was denied
// was there, also where this checkout does not have it: else the error were another.
func (pl place) nearest(p string) (rootfs.Owner, string) {
	o := pl.owner(p)
	at, missing := p, o.Exists == rootfs.Unknown && o.By != pl.image().Owner(p).By
	for (missing || o.Exists == rootfs.No) && at != "/" {
		missing = false
		at = path.Dir(at)
		o = pl.image().Owner(at)
	}
	return o, at
}

// allowed is whether a user can do what was denied: all of it, where it is not
// known what that was.
func allowed(o rootfs.Owner, u rootfs.User, op Op) rootfs.Tri {
	switch op {
	case Read:
		return o.Readable(u)
	case Write:
		return o.Writable(u)
	case Exec:
		if !o.Mode.Known || o.Doubt != nil {
			return rootfs.Unknown
		}
		if o.Readable(u) == rootfs.Yes && o.Mode.Bits&0o001 != 0 || o.UID.Same(u.UID) == rootfs.Yes && o.Mode.Bits&0o100 != 0 {
			return rootfs.Yes
		}
		return rootfs.No
	case Chown:
		return o.UID.Same(u.UID)
	}
	r, w := o.Readable(u), o.Writable(u)
	return min(max(r, rootfs.Unknown), w)
}

// owner is the mounted directory of a tmpfs: root's where no option says more.
func (m mount) owner() rootfs.Owner {
	o := rootfs.Owner{Exists: rootfs.Yes, Kind: rootfs.Dir, UID: rootfs.KnownID(0), GID: rootfs.KnownID(0)}
	if n, err := strconv.Atoi(m.options["uid"]); err == nil {
		o.UID = rootfs.KnownID(n)
	}
	if n, err := strconv.Atoi(m.options["gid"]); err == nil {
		o.GID = rootfs.KnownID(n)
	}
	if bits, err := strconv.ParseUint(m.options["mode"], 8, 32); err == nil {
		o.Mode = rootfs.Mode{Bits: uint32(bits), Known: true}
	}
	return o
}

// homeless reports whether a path is what programs make in HOME, where that is /.
func homeless(p string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	switch first {
	case ".npm", ".npmrc", ".cache", ".config", ".local", ".yarn", ".yarnrc", ".pnpm-store", ".m2", ".gradle", ".cargo", ".nuget", ".dotnet", ".aspnet", ".bundle", ".gem", ".composer", ".gitconfig", ".streamlit", ".ipython", ".jupyter", ".keras", ".matplotlib", ".huggingface", ".node_repl_history", ".pki", ".ssh", ".java":
		return true
	}
	return false
}
