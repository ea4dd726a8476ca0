package trial

import (
	"fmt"
	"strconv"
	"strings"

	"nonroot/fixer/trial/seen"
)

// tmpfs: each has the owner and mode that its options say, or else can be written,
// now and after a restart.
func (s *subject) tmpfs() (Status, []string) {
	var lines, loose, bad []string
	for _, place := range s.result.Places {
		if place.Kind != KindTmpfs || place.ReadOnly {
			continue
		}
		now, after := s.path(0, place.Path), s.path(1, place.Path)
		line := place.Path + " " + owner(now)
		if after != nil && owner(after) != owner(now) {
			line += ", after a restart " + owner(after)
		}
		lines = append(lines, line)
		switch wrong := misses(s.state[0].HostConfig.Tmpfs[place.Path], now, after); {
		case !now.Writable:
			bad = append(bad, line+": "+now.Why)
		case after != nil && !after.Writable:
			bad = append(bad, line+": "+after.Why)
		case wrong != "":
			bad = append(bad, line+": its options say "+wrong)
		case now.UID != s.look[0].UID:
			loose = append(loose, line+": it can be written, and is not the user's")
		}
	}
	return worst(bad, loose, lines, "it has no tmpfs")
}

// worst is the status of what was looked at, with what is wrong before what is not
// set, and that before what is right; none says that there was nothing.
func worst(bad, loose, good []string, none string) (Status, []string) {
	switch {
	case len(bad) > 0:
		return Failed, bad
	case len(loose) > 0:
		return Unset, loose
	case len(good) == 0:
		return None, []string{none}
	}
	return OK, good
}

// misses is the option of a tmpfs that does not hold.
func misses(options string, states ...*seen.Path) string {
	for option := range strings.SplitSeq(options, ",") {
		key, value, _ := strings.Cut(option, "=")
		for _, p := range states {
			if p == nil {
				continue
			}
			is := map[string]string{"uid": strconv.Itoa(p.UID), "gid": strconv.Itoa(p.GID), "mode": p.Mode}
			if there, known := is[key]; known && strings.TrimLeft(value, "0") != strings.TrimLeft(there, "0") {
				return option
			}
		}
	}
	return ""
}

// files: what lies in the work directory can be read, and is the user's.
func (s *subject) files() (Status, []string) {
	if len(s.look[0].Trees) == 0 {
		return None, []string{"it has no work directory"}
	}
	tree := s.look[0].Trees[0]
	all := fmt.Sprintf("%d files and directories in %s", tree.Entries, tree.Path)
	if tree.Cut {
		all = fmt.Sprintf("the first %d files and directories in %s", tree.Entries, tree.Path)
	}
	switch {
	case tree.Unreadable > 0:
		return Failed, append([]string{fmt.Sprintf("%d of %s cannot be read:", tree.Unreadable, all)}, tree.Closed...)
	case tree.Foreign > 0:
		return Unset, append([]string{fmt.Sprintf("%d of %s can be read, and are not the user's:", tree.Foreign, all)}, tree.Others...)
	}
	return OK, []string{all + " can be read, and are the user's"}
}

// workdir: the work directory is there, and is the user's.
func (s *subject) workdir() (Status, []string) {
	dir := s.state[0].Config.WorkingDir
	p := s.path(0, dir)
	if p == nil {
		return None, []string{"it has no work directory"}
	}
	line := dir + " " + owner(p)
	switch {
	case p.Kind != seen.Directory:
		return Failed, []string{dir + " is " + p.Kind + ": " + p.Why}
	case !p.Readable:
		return Failed, []string{line + ": it cannot be read"}
	case p.Writable:
		return OK, []string{line + ": it can be written"}
	case p.UID == s.look[0].UID:
		return OK, []string{line + ": it is the user's; " + p.Why}
	}
	return Unset, []string{line + ": " + p.Why}
}

// writable: volumes, bind mounts and declared directories can be written.
func (s *subject) writable() (Status, []string) {
	var good, loose, bad []string
	for _, place := range s.result.Places {
		if place.ReadOnly || place.Kind == KindNamed || place.Kind == KindTmpfs || place.Kind == KindWorkdir {
			continue
		}
		line := strings.TrimSpace(fmt.Sprintf("%s (%s) %s %s", place.Path, strings.TrimSpace(place.Kind+" "+place.Source), place.Owner, place.Mode))
		switch {
		case place.Writable:
			good = append(good, line)
		case place.File:
			loose = append(loose, line+": "+place.Why+"; mount it with :ro if it is only read")
		case place.Kind == KindBind:
			bad = append(bad, line+": "+place.Why+"; mount it with :ro if it is only read")
		default:
			bad = append(bad, line+": "+place.Why)
		}
	}
	return worst(bad, loose, good, "it has no volumes, and declares no directory")
}
