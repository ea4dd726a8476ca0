package diagnose

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

func (e *Entry) tmpfs(pl place, m mount) {
	e.because("tmpfs-owner")
	if e.Kind == ReadOnly {
		e.because("read-only-mount")
		return
	}
	e.Owner = ownerText(m.owner())
	proc := pl.process()
	if e.Op == Chown {
		e.because("change-owner")
	}
	if proc.NonRoot() {
		e.Advice = []string{fmt.Sprintf("add uid=%s,gid=%s to the tmpfs mount", proc.UID, proc.GID)}
	}
}

func (e *Entry) bind(pl place, m mount) {
	if e.Kind == ReadOnly {
		e.because("read-only-mount")
		e.Facts = append(e.Facts, "the compose file does not say so: the folder's own filesystem on the host is read-only")
		e.Advice = []string{"name another folder, or mount that filesystem writable on the host"}
		return
	}
	e.because("bind-owner")
	if e.Kind == Foreign {
		e.because("foreign-files")
	}
	e.Owner = "whoever owns it on the host"
	if m.readOnly {
		e.Facts = append(e.Facts, "it is mounted read-only")
	}
	if proc := pl.process(); proc.NonRoot() {
		e.Advice = []string{fmt.Sprintf("on the host: sudo chown -R %s %s", ids(proc), hostPath(m.onHost()))}
	} else if proc.IsRoot() {
		e.because("root-denied")
	}
}

// onHost is the source of a bind mount, a relative one as seen from the root.
func (m mount) onHost() string {
	if strings.HasPrefix(m.source, ".") && !strings.Contains(m.source, "$") {
		return "./" + path.Join(m.dir, m.source)
	}
	return m.source
}

// exec reports whether programs in a tmpfs can be executed.
func (m mount) exec() bool {
	_, is := m.options["exec"]
	return is
}

// hostPath is a path of the host as its shell takes it.
func hostPath(source string) string {
	if strings.ContainsAny(source, " '\"`;&|<>(){}*?\\\n") && !strings.Contains(source, "${") {
		return "'" + strings.ReplaceAll(source, "'", `'\''`) + "'"
	}
	return source
}

func (e *Entry) volume(pl place, m mount) {
	e.because("volume-owner")
	if e.Kind == ReadOnly {
		e.because("read-only-mount")
		return
	}
	proc := pl.process()
	if proc.IsRoot() {
		e.because("root-denied")
		return
	}
	e.Owner = ownerText(pl.image().Owner(m.target))
	if !proc.NonRoot() {
		return
	}
	e.Advice = nil
	if pl.target != nil {
		e.Advice = []string{fmt.Sprintf("make %s in the Dockerfile with owner %s, before USER", m.shown, ids(proc))}
	}
	if pl.service != nil && m.kind == "volume" {
		e.Advice = append(e.Advice, "a volume that is there already keeps its owner; give it away once: "+giveAway(pl, m))
	}
}

// giveAway is the command that gives a volume to the process.
func giveAway(pl place, m mount) string {
	return fmt.Sprintf("docker compose run --rm --user root --entrypoint chown %s -R %s %s", pl.name(), ids(pl.process()), hostPath(m.shown))
}

func (e *Entry) readOnlyRoot(pl place, p string) {
	e.because("read-only-filesystem")
	dir := directory(pl, p, e.Event)
	switch {
	case pl.service == nil:
		e.Facts = append(e.Facts, "no compose file of the project says how the image is run")
		e.Advice = []string{"mount a tmpfs or a volume on " + dir}
	case !pl.readOnly():
		e.Facts = append(e.Facts, pl.file()+" does not say read_only: true for it")
		e.Advice = []string{"find out what makes it read-only: the log may be of another version of the file, or of another file (--project)"}
	case !fixer.Ownable(dir) && !slices.Contains(passing, dir):
		e.Advice = []string{"configure the program to write elsewhere, such as below /tmp"}
	default:
		text := fmt.Sprintf("declare %s as writable, and let the rule mount a tmpfs there", dir)
		if !slices.Contains(passing, dir) {
			text += fmt.Sprintf("; data that must last: {path: %s, as: volume}", dir)
		}
		e.Advice = []string{text}
		e.Add = []Line{{fixer.SettingsFile, fmt.Sprintf("services:\n  %s:\n    writable:\n      - %s", pl.name(), dir)}}
	}
}

// passing are directories of the system that a tmpfs may stand for.
var passing = []string{"/tmp", "/var/tmp", "/run", "/var/run", "/var/log", "/var/cache"}

// directory is what has to be writable for a path: the path itself where it is to
// be a directory, else the one that it lies in.
func directory(pl place, p string, e Event) string {
	for _, tmp := range []string{"/tmp", "/var/tmp"} {
		if fixer.Below(p, tmp) {
			return tmp
		}
	}
	o := pl.image().Owner(p)
	switch {
	case o.Exists == rootfs.Yes && o.Kind == rootfs.Dir, e.Makes == Directory, slices.Contains(passing, p):
		return p
	case o.Exists == rootfs.Yes, e.Makes == File, path.Ext(p) != "" && path.Ext(p) != path.Base(p):
		return path.Dir(p)
	}
	return p
}
