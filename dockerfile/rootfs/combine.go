package rootfs

// changed is the path behind chown or chmod.
func (e *event) changed(o Owner) Owner {
	switch {
	case o.Exists == No, o.Kind == Other && e.kind == chmod:
		return o
	case o.Kind == Other: // whether a link or what it names is changed depends on the tool
		return e.doubted(o)
	}
	if e.kind == chmod {
		o.Mode = chmodded(e.modeWord, o.Mode, o.Kind, e.tools, e.mask)
		if e.recursive && o.Kind == UnknownKind { // it may be a link, which chmod -R passes over
			o.Mode = Mode{}
		}
		return o
	}
	if e.setUID {
		o.UID, o.User = e.own.uid, e.own.user
	}
	if e.setGID {
		o.GID, o.Group = e.own.gid, e.own.group
	}
	if o.Mode.Known && o.Mode.Bits&0o6000 != 0 && o.Kind != Dir {
		o.Mode = Mode{} // chown clears setuid and setgid of files
	}
	o.By = e.in
	if o.Doubt != nil && e.setUID { // whoever owned it before, now it is this one
		o.Doubt, o.Mode = nil, Mode{}
		if !e.setGID {
			o.GID, o.Group = ID{}, ""
		}
	}
	return o
}

// doubted is a path that something unknown may have changed.
func (e *event) doubted(o Owner) Owner {
	if e.kind == unknown && e.own.uid.Is(0) == No && o.Exists == Yes && o.UID.Same(e.own.uid) == No {
		return o // a user cannot change what is another's
	}
	if o.Exists == No {
		o = Owner{Exists: Unknown, By: o.By}
	}
	if o.Doubt == nil {
		o.Doubt = e.in
	}
	return o
}

// merge is what holds for a path which is either the one or the other.
func (e *event) merge(a, b Owner) Owner {
	out := Owner{Exists: Yes, By: b.By, Doubt: a.Doubt}
	if out.Doubt == nil {
		out.Doubt = b.Doubt
	}
	if a.Kind == b.Kind {
		out.Kind = a.Kind
	}
	if a.UID == b.UID {
		out.UID = a.UID
		if a.User == b.User {
			out.User = a.User
		}
	}
	if a.GID == b.GID {
		out.GID = a.GID
		if a.Group == b.Group {
			out.Group = a.Group
		}
	}
	if a.Mode == b.Mode {
		out.Mode = a.Mode
	}
	return out
}

// either is a path to which an event may have happened.
func (e *event) either(o, next Owner) Owner {
	switch {
	case o.Exists == No && next.Exists == No:
		return o
	case o.Exists == No:
		next.Exists = Unknown
		return next
	case next.Exists == No:
		o.Exists = Unknown
		return e.doubted(o)
	}
	exists := Yes
	if o.Exists != Yes || next.Exists != Yes {
		exists = Unknown
	}
	out := e.merge(o, next)
	out.Exists = exists
	if out.UID != o.UID || out.GID != o.GID || out.Mode != o.Mode {
		// What was known is kept with the doubt: see Owner.
		out = o
		out.Exists = exists
		if out.Doubt == nil {
			out.Doubt = e.in
		}
	}
	return out
}
