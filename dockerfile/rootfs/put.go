package rootfs

import "path"

// putTop is the directory into which a tree is copied.
func (v *view) putTop(i int, o Owner) Owner {
	e := &v.stage.events[i]
	switch {
	case o.Exists == Yes && e.link:
		return e.relinked(o)
	case o.Exists == Yes && (o.Kind == Dir || e.file == Dir):
		return o
	}
	top := e.top.made(e.file, e.in)
	if !e.explicit {
		top = v.inherit(top)
	}
	if o.Exists == No {
		return top
	}
	next := e.merge(o, top)
	if next.Kind = e.file; o.Exists == Yes { // a file is replaced, by a file
		next.Kind = o.Kind
	}
	return next
}

// relinked is a directory that is there and that COPY --link may give to its
// own owner: with the containerd image store the link's layer has it too.
func (e *event) relinked(o Owner) Owner {
	if o.UID != e.own.uid || o.GID != e.own.gid {
		return e.doubted(o)
	}
	return o
}

// put is a file or tree that is copied; rel is the path within the tree.
func (v *view) put(i int, rel string, kind Kind) Owner {
	e := &v.stage.events[i]
	if e.from == nil {
		next := e.given(kind)
		if kind == UnknownKind {
			next.Mode = Mode{} // it may be a link
		}
		if !e.explicit {
			next = v.inherit(next)
		}
		return next
	}
	events := e.from.events
	src := v.query.owner(e.from.stage, path.Join(e.from.path, rel), events)
	next := Owner{Exists: src.Exists, Kind: src.Kind, UID: src.UID, GID: src.GID, Mode: src.Mode, By: e.in}
	if src.Doubt != nil {
		next.UID, next.GID, next.Mode = ID{}, ID{}, Mode{}
		next.Exists = Unknown
	}
	if e.setUID {
		next.UID, next.User = e.own.uid, e.own.user
	}
	if e.setGID {
		next.GID, next.Group = e.own.gid, e.own.group
	}
	switch {
	case !e.own.mode.Known || next.Kind == Other: // seen: a link keeps 777
	case next.Kind == UnknownKind && next.Mode != e.own.mode:
		next.Mode = Mode{}
	default:
		next.Mode = e.own.mode
	}
	if rel == "" && kind == File {
		next.Exists = Yes // or the build fails
	}
	return next
}

// merged is a path into which a tree is copied that may hold it.
func (v *view) merged(o, put Owner, e *event) Owner {
	if e.from == nil {
		put.Exists = Unknown // the names in the tree are not known
	}
	switch put.Exists {
	case No:
		return o
	case Yes:
		return put
	}
	if o.Exists == No {
		return put
	}
	next := e.merge(o, put)
	next.Exists = o.Exists
	return next
}

// filled is a path below a directory that a program writes to: what is there
// stays, and what is made belongs to who ran it.
func (v *view) filled(i int, o Owner) Owner {
	if o.Exists == Yes {
		return o
	}
	next := v.stage.events[i].given(UnknownKind)
	if !v.stage.events[i].explicit {
		next = v.inherit(next)
	}
	next.Mode = Mode{}
	next.Exists = Unknown
	if o.Exists == No {
		return next
	}
	next = v.stage.events[i].merge(o, next)
	next.Exists = Unknown
	return next
}
