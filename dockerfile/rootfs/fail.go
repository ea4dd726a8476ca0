package rootfs

import (
	"path"

	"nonroot/dockerfile/shell"
)

// maxLooked bounds how many events are looked at to tell what commands find at
// paths and whether they fail; behind that nothing is known of either.
const maxLooked = 1 << 20

// mayFail sees to a command that may fail although the script goes on: what it
// does and what stands behind its && may not happen. Package managers and what
// downloads are taken to work, as a build is thrown away where they do not.
func (r *runner) mayFail(e *shell.Effect) {
	if !e.Tolerated || e.Sure || r.succeeds(e) {
		return
	}
	if n := len(e.Chains); n > 0 {
		if r.broken == nil {
			r.broken = map[int]bool{}
		}
		r.broken[e.Chains[n-1]] = true
	}
	switch e.Kind {
	case shell.Mkdir, shell.Touch, shell.Write, shell.Copy, shell.Move, shell.Link, shell.Remove:
		e.Conditional = true
	case shell.Chown, shell.Chmod:
		e.Conditional = e.Conditional || !r.ownersThere(e)
	}
}

// succeeds reports whether a command that root runs does what it says.
func (r *runner) succeeds(e *shell.Effect) bool {
	switch e.Kind {
	case shell.InstallPackages, shell.Fill, shell.SetCapability:
		return true
	case shell.Run:
		return len(e.Paths) == 1 && r.is(e.Paths[0], Dir) || e.Need == shell.Root && !e.Opaque
	case shell.AddUser, shell.AddGroup:
		return e.Guard != nil && r.guarded(e.Guard) == No || r.addable(e)
	case shell.Mkdir:
		return r.ownersThere(e) && r.all(e.Paths, func(p string, o Owner) bool { return r.makes(e, p, o) })
	case shell.Touch, shell.Write:
		return r.all(e.Paths, func(p string, o Owner) bool { return r.inDir(p) && (o.Exists == No || o.Kind == File) })
	case shell.Copy, shell.Move:
		return r.ownersThere(e) && r.copies(e)
	case shell.Link:
		return r.all(e.Paths, func(p string, o Owner) bool {
			return o.Kind == Dir && o.Exists == Yes || !e.IntoDir && r.inDir(p) && (o.Exists == No || e.Force)
		})
	case shell.Remove:
		return e.Recursive && e.Force || r.all(e.Paths, func(_ string, o Owner) bool {
			return (o.Exists == Yes || e.Force) && (e.Recursive || o.Kind == File || o.Exists == No)
		})
	case shell.Chown, shell.Chmod:
		return r.ownersThere(e) && r.all(e.Paths, func(_ string, o Owner) bool { return o.Exists == Yes })
	}
	return false
}

// all reports whether all paths are known and fulfil a condition.
func (r *runner) all(paths []shell.Word, ok func(p string, o Owner) bool) bool {
	for _, w := range paths {
		if p, below := target(w); below || !ok(p, r.look(p)) {
			return false
		}
	}
	return true
}

// look is what is known of a path, as long as maxLooked allows.
func (r *runner) look(p string) Owner {
	if r.analysis.looked += r.now.events; r.analysis.looked > maxLooked {
		return Owner{}
	}
	return r.stage.owner(p, r.now.events)
}

func (r *runner) is(w shell.Word, kind Kind) bool {
	return r.all([]shell.Word{w}, func(_ string, o Owner) bool { return o.Exists == Yes && o.Kind == kind })
}

// inDir reports whether the directory of a path is there.
func (r *runner) inDir(p string) bool { return r.is(shell.Lit(path.Dir(p)), Dir) }

// makes reports whether mkdir makes a directory, or finds it.
func (r *runner) makes(e *shell.Effect, p string, o Owner) bool {
	if !e.Parents {
		return o.Exists == No && r.inDir(p)
	}
	for ; o.Exists == No && p != "/"; o = r.look(p) {
		p = path.Dir(p)
	}
	return o.Exists == Yes && o.Kind == Dir || p == "/"
}

// copies reports whether what cp, mv and install copy is there, and where it goes.
func (r *runner) copies(e *shell.Effect) bool {
	sources := r.all(e.Sources, func(_ string, o Owner) bool { return o.Exists == Yes && (o.Kind == File || e.Recursive) })
	return sources && len(e.Sources) > 0 && r.all(e.Paths, func(p string, o Owner) bool {
		return o.Exists == Yes && o.Kind == Dir || !e.IntoDir && (r.inDir(p) || e.Parents)
	})
}

// ownersThere reports whether the owner and group that a command names are there.
func (r *runner) ownersThere(e *shell.Effect) bool {
	there := func(w shell.Word, find func(string) (Account, Tri)) bool {
		_, ok := find(w.Text)
		return !w.Given() || number(w).Known || w.Known && ok == Yes
	}
	return there(e.Owner, r.now.accounts.user) && there(e.Group, r.now.accounts.group)
}

// addable reports whether nothing that is known is in the way of a new account.
func (r *runner) addable(e *shell.Effect) bool {
	a, s := r.now.accounts, e.Account
	find, byID, id := a.user, a.userByID, number(s.UID)
	if e.Kind == shell.AddGroup {
		find, byID, id = a.group, a.groupByID, number(s.GID)
	}
	if _, there := find(s.Name.Text); !s.Name.Known || there == Yes {
		return false
	}
	if id.Known && !s.NonUnique {
		if _, taken := byID(id.N); taken != No {
			return false
		}
	}
	if e.Kind == shell.AddGroup || number(s.GID).Known {
		return true
	}
	if s.GID.Given() {
		_, there := a.group(s.GID.Text)
		return s.GID.Known && there == Yes
	}
	_, there := a.group(s.Name.Text) // that of its name is to be made
	return there != Yes
}
