package diagnose

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"nonroot/compose/tree"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// place is where an event may have come from: a service, or an image that no
// compose file names.
type place struct {
	service *fixer.Service
	target  *fixer.Target // nil where the project does not build the image
}

// places are the services of a project, each once, and the images without one.
func places(p *fixer.Project) []place {
	var out []place
	seen := map[string]bool{}
	for _, s := range p.Services {
		if !seen[s.Label()] {
			seen[s.Label()] = true
			out = append(out, place{s, s.Target})
		}
	}
	for _, t := range p.Targets {
		if len(t.Services) == 0 {
			out = append(out, place{nil, t})
		}
	}
	return out
}

// again is the same place in a later version of the project.
func (pl place) again(p *fixer.Project) (place, bool) {
	for _, o := range places(p) {
		if o.label() == pl.label() {
			return o, true
		}
	}
	return place{}, false
}

func (pl place) label() string {
	if pl.service != nil {
		return pl.service.Label()
	}
	return pl.target.Label()
}

// name is that of the service, empty for an image without one.
func (pl place) name() string {
	if pl.service != nil {
		return pl.service.Name
	}
	return ""
}

// file is the compose file of the service, else the Dockerfile.
func (pl place) file() string {
	if pl.service != nil {
		return pl.service.Path()
	}
	return pl.target.File.Src.Path
}

func (pl place) process() fixer.Process {
	if pl.service != nil {
		return pl.service.Process()
	}
	return pl.target.Process()
}

// user is the process as the model of the image's files knows users.
func (pl place) user() rootfs.User {
	p := pl.process()
	return rootfs.User{Known: p.UID.Known, UID: p.UID, GID: p.GID, GroupsKnown: true}
}

// image is what the finished image holds; the zero State knows nothing.
func (pl place) image() rootfs.State {
	switch {
	case pl.target != nil && pl.target.Unclear == "":
		return pl.target.Stage.End()
	case pl.target == nil && pl.service.Unbuilt == "":
		if facts, _ := pl.service.ImageFacts(); facts != nil {
			return rootfs.OfImage(facts)
		}
	}
	return rootfs.State{}
}

// owner is what is known of an absolute path of the image.
func (pl place) owner(p string) rootfs.Owner {
	if pl.target != nil && pl.target.Unclear == "" {
		return pl.target.Owner(p)
	}
	return pl.image().Owner(p)
}

// value is a text of the compose file with its variables filled in.
func (pl place) value(text string) string {
	v, _ := pl.service.Value(text)
	return v
}

// variable is what compose fills in for a variable.
func (pl place) variable(name string) (string, bool) { return pl.service.Value("${" + name + "}") }

// dir is the work directory.
func (pl place) dir() (string, bool) {
	if pl.service != nil {
		if w := pl.service.WorkingDir(); w != nil {
			dir, known := pl.service.Plain(w.Text)
			return path.Clean(dir), known && path.IsAbs(dir)
		}
	}
	return pl.image().Dir()
}

// absolute is the path of an event. A relative one is relative to what the form
// says, else to the work directory.
func (pl place) absolute(e Event) (string, bool) {
	p := e.Path
	if strings.HasPrefix(p, "/") {
		return path.Clean(p), true
	}
	base := e.Form.dir
	if base == "" && p != "" {
		dir, known := pl.dir()
		if !known {
			return "", false
		}
		base = dir
	}
	if base == "" {
		return "", false
	}
	return path.Join(base, p), true
}

// readOnly reports whether the root filesystem is read-only.
func (pl place) readOnly() bool {
	if pl.service == nil {
		return false
	}
	is, _ := pl.service.IsReadOnly()
	return is
}

// mount is what covers a path.
type mount struct {
	kind     string // tmpfs, bind, volume, anonymous; empty where nothing covers it
	target   string // with variables filled in; not shown, because .env may have a part in it
	shown    string // the target as written
	source   string // as written
	dir      string // what a relative source is relative to, from the root
	text     string // as written
	readOnly bool
	at       edit.Range
	options  map[string]string // of a tmpfs
}

// cover is the mount whose target is the longest that holds a path.
func (pl place) cover(p string) mount {
	var best mount
	take := func(m mount) {
		if m.target != "" && fixer.Below(p, m.target) && len(m.target) >= len(best.target) {
			best = m
		}
	}
	for _, dir := range pl.image().Volumes() {
		take(mount{kind: "anonymous", target: path.Clean(dir), shown: dir, text: dir})
	}
	if pl.service == nil {
		return best
	}
	for _, v := range pl.service.Volumes() {
		real, known := v.With(pl.variable)
		if !known {
			continue
		}
		m := mount{kind: real.Type, target: path.Clean(real.Target), shown: v.Target, source: v.Source, dir: v.Dir, text: v.Text, readOnly: real.ReadOnly, at: v.Value.Content().Range}
		if m.text == "" {
			m.text = v.Source + ":" + v.Target
		}
		if real.Type == "volume" && real.Source == "" {
			m.kind, m.text = "anonymous", v.Target
		}
		if m.kind == "tmpfs" {
			m.options = map[string]string{"mode": octal(v.Mode)}
		}
		take(m)
	}
	for _, t := range pl.service.Tmpfs() {
		m := mount{kind: "tmpfs", target: path.Clean(pl.value(t.Path)), text: t.Text, at: t.Value.Content().Range, options: map[string]string{}}
		for _, o := range t.Options {
			m.options[o.Key] = pl.value(o.Value)
			m.readOnly = m.readOnly || o.Key == "ro"
		}
		take(m)
	}
	return best
}

// octal is the mode of a tmpfs in the long form, which is decimal without a leading 0.
func octal(v *tree.Value) string {
	if v == nil {
		return ""
	}
	n, err := strconv.Atoi(v.Text)
	if err != nil || strings.HasPrefix(v.Text, "0") {
		return v.Text
	}
	return strconv.FormatInt(int64(n), 8)
}

// where names a mount for people.
func (m mount) where() string {
	at := ""
	if m.at.Src != nil {
		line, _ := m.at.Position()
		at = fmt.Sprintf(" (%s:%d)", m.at.Src.Path, line)
	}
	switch m.kind {
	case "tmpfs":
		return "the tmpfs " + m.text + at
	case "bind":
		return "the bind mount " + m.text + at
	case "anonymous":
		return "the anonymous volume on " + m.text + at
	case "volume":
		return "the volume " + m.text + at
	}
	return "the " + m.kind + " mount " + m.text + at
}

// How sure it is that a name of a log means a service; below that, the length of the
// service's name at the end of the other.
const (
	byName   = 1 << 20 // its name, or its container_name
	numbered = 1 << 19 // with the number of a container behind it
)

// level says how sure it is that a name of a log means the service of a place; 0 not
// at all. Of services whose name is the end of what is behind the name of a project,
// the longest is meant.
func (pl place) level(name string) int {
	if pl.service == nil {
		return 0
	}
	if c := pl.service.Raw("container_name"); c != nil {
		if v, known := pl.service.Value(c.Text); known && v == name {
			return byName
		}
	}
	service := pl.service.Name
	name, _, _ = strings.Cut(name, ".") // stack_api.1.x7@node
	short := strings.TrimRight(name, "0123456789")
	if short != name {
		short = strings.TrimRight(short, "-_")
	}
	switch {
	case name == service:
		return byName
	case short == service:
		return numbered
	case strings.HasSuffix(short, "-"+service), strings.HasSuffix(short, "_"+service),
		strings.HasSuffix(name, "-"+service), strings.HasSuffix(name, "_"+service):
		return len(service)
	}
	return 0
}
