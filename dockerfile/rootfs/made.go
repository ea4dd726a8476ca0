package rootfs

import "strings"

func (e *event) kindOf() Kind {
	switch e.kind {
	case makeDir, homeDir:
		return Dir
	case makeFile, putFile:
		return File
	}
	return UnknownKind
}

// given is the owner that the event itself gives.
func (e *event) given(kind Kind) Owner {
	return e.own.made(kind, e.in)
}

// packaged is a path behind an installation of packages.
func (v *view) packaged(o Owner) Owner {
	top, _, _ := strings.Cut(v.path[1:], "/")
	if o.Exists == No && systemDir("/"+top) {
		return Owner{}
	}
	return o
}

// made is the path where the event makes what is not there.
func (v *view) made(i int, o Owner, kind Kind) Owner {
	if o.Exists == Yes {
		return o
	}
	e := &v.stage.events[i]
	next := e.given(kind)
	if !e.explicit {
		next = v.inherit(next)
		if next.Mode.Bits&^e.own.mode.Bits == 0o2000 {
			next.Mode = e.remade(next.Mode)
		}
	}
	if o.Exists == No || e.fresh {
		return next
	}
	next = e.merge(o, next)
	if kind == Dir && !e.tolerated {
		next.Kind = Dir // or the command fails
	}
	return next
}

// inherit gives what a command makes the group of the nearest directory that is
// there, where that is setgid.
func (v *view) inherit(next Owner) Owner {
	for k := len(v.above) - 1; k >= 0; k-- {
		dir := &v.above[k]
		if dir.Exists == No && k > 0 {
			continue
		}
		setgid := dir.Mode.Known && dir.Mode.Bits&0o2000 != 0
		switch {
		case dir.Doubt != nil, !dir.Mode.Known, setgid && dir.Exists == Unknown: // it may be setgid
			if next.GID, next.Group = (ID{}), ""; next.Kind == Dir {
				next.Mode = Mode{}
			}
			return next
		case !setgid:
			return next
		}
		next.GID, next.Group = dir.GID, dir.Group
		if next.Kind == Dir && next.Mode.Known {
			next.Mode.Bits |= 0o2000
		}
		return next
	}
	return next
}

// remade is the mode of a directory that inherited setgid, behind the chmod with
// which mkdir -m ends: busybox takes setgid away, GNU where the mode has five digits.
func (e *event) remade(m Mode) Mode {
	switch {
	case e.modeWord == "", e.tools == gnuTools && len(e.modeWord) < 5, e.tools == gnuTools && strings.Trim(e.modeWord, "01234567") != "":
		return m
	case e.tools == unknownTools:
		return Mode{}
	}
	return e.own.mode
}

// setgid reports whether the event may make a directory setgid.
func (e *event) setgid() bool {
	switch e.kind {
	case makeDir, homeDir:
		return e.own.mode.Bits&0o2000 != 0
	case chmod:
		return setuid(e.modeWord)
	}
	return e.from != nil
}
