package rootfs

import (
	"path"
	"strconv"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
)

// copying is a COPY or ADD as it is worked out.
type copying struct {
	*walker
	in      *dockerfile.Instruction
	dest    string
	into    bool // the destination is a directory for certain
	own     owning
	dirs    *owning // of the directories that it makes
	chown   bool    // --chown is there
	mode    Mode    // of --chmod; unknown without
	chmod   bool    // --chmod is there
	from    *Stage  // --from
	fromAny bool    // --from names what is not known
	link    bool
	before  int // how many events were in force before
}

// copy works out COPY and ADD: they ignore USER, and give what they bring to
// root or to whom --chown names.
func (w *walker) copy(in *dockerfile.Instruction) {
	if len(in.Words) < 2 {
		return
	}
	c := &copying{walker: w, in: in, own: rootOwned, dirs: &rootOwned, before: w.now.events}
	parents := false
	for _, f := range in.Flags {
		switch f.Name {
		case "chown":
			c.chown, c.own = true, w.ownerOf(f.Value)
			dirs := c.own
			dirs.mode = rootOwned.mode
			c.dirs = &dirs
		case "chmod":
			c.chmod, c.mode = true, w.modeOf(f.Value)
		case "from":
			c.from = w.sourceStage(f.Value)
			c.fromAny = c.from == nil
		case "link":
			c.link = f.Value != "false"
		case "parents":
			parents = f.Value != "false"
		}
	}
	sources, last := in.Words[:len(in.Words)-1], in.Words[len(in.Words)-1]
	dest, known := w.expand(last.Value)
	if known {
		c.dest, known = w.now.join(dest)
	}
	if !known {
		w.add(event{kind: unknown, in: in, path: "/"})
		return
	}
	c.dest = canonical(c.dest)
	c.into = strings.HasSuffix(dest, "/") || dest == "." || strings.HasSuffix(dest, "/.") || parents || dest == ".."
	for _, s := range sources {
		c.source(s.Value, parents)
	}
	c.accountFiles(sources)
}

// accountFiles notes what becomes of the accounts where their files are copied
// or may be: of those of another stage, its accounts.
func (c *copying) accountFiles(sources []dockerfile.Word) {
	users, groups := c.wrote("/etc/passwd"), c.wrote("/etc/group")
	if !users && !groups {
		return
	}
	if c.now.family == base.Scratch || c.now.family == base.Static {
		c.now.toolsKnown = false // they may come with it
	}
	a := c.now.accounts.copy(true)
	for _, s := range sources {
		switch src := canonical("/" + s.Value); {
		case c.from == nil || src != "/etc/passwd" && src != "/etc/group":
		case src == "/etc/passwd" && c.writes("/etc/passwd"):
			theirs := c.from.steps[len(c.from.steps)-1].accounts.copy(true)
			a.users, a.maybeUsers, a.closed, users = theirs.users, theirs.maybeUsers, theirs.closed, false
		case src == "/etc/group" && c.writes("/etc/group"):
			theirs := c.from.steps[len(c.from.steps)-1].accounts.copy(true)
			a.groups, a.maybeGroups, a.members, a.closed, groups = theirs.groups, theirs.maybeGroups, theirs.members, theirs.closed, false
		}
	}
	a.closed = a.closed && !users && !groups
	c.now.accounts = a
}

// wrote reports whether this instruction writes a file, or may.
func (c *copying) wrote(p string) bool {
	concerned := false
	for i := c.before; i < c.now.events; i++ {
		concerned = concerned || c.stage.events[i].concerns(p)
	}
	if !concerned {
		return false
	}
	o := c.stage.owner(p, c.now.events)
	return o.By == c.in || o.Doubt == c.in
}

// writes reports whether this instruction writes a file without a doubt.
func (c *copying) writes(p string) bool {
	o := c.stage.owner(p, c.now.events)
	return o.By == c.in && o.Exists == Yes && o.Doubt == nil
}

// ownerOf is the owner that --chown names: a lone number is the group's too, and
// a lone name brings its primary group.
func (w *walker) ownerOf(value string) owning {
	value, known := w.expand(value)
	if !known {
		return owning{}
	}
	return w.namedOwner(value)
}

func (w *walker) namedOwner(value string) owning {
	user, group, has := strings.Cut(value, ":")
	var own owning
	if n, ok := decimal(user); ok {
		own.uid, own.gid = KnownID(n), KnownID(n)
	} else if user != "" {
		a, _ := w.now.accounts.user(user)
		own.uid, own.gid, own.user = a.UID, a.GID, user
		if user == "root" && !a.UID.Known {
			own.uid, own.gid = KnownID(0), KnownID(0)
		}
	} else {
		own.uid, own.gid = KnownID(0), KnownID(0)
	}
	if !has || group == "" {
		return own
	}
	own.gid, own.group = ID{}, ""
	if n, ok := decimal(group); ok {
		own.gid = KnownID(n)
		return own
	}
	g, _ := w.now.accounts.group(group)
	own.gid, own.group = g.GID, group
	if group == "root" {
		own.gid = KnownID(0)
	}
	return own
}

// modeOf is the mode of --chmod, where it is octal.
func (w *walker) modeOf(value string) Mode {
	value, known := w.expand(value)
	n, err := strconv.ParseUint(value, 8, 32)
	if !known || err != nil {
		return Mode{}
	}
	return Mode{uint32(n) & 0o7777, true}
}

// sourceStage is what --from names: an earlier stage by name or number, or an
// image of which something is known; nil for anything else.
func (w *walker) sourceStage(value string) *Stage {
	ref, known := w.expand(value)
	if !known {
		return nil
	}
	if s := w.earlier(ref); s != nil {
		return s
	}
	if n, ok := decimal(ref); ok && n >= 0 && n < len(w.analysis.Stages) {
		return w.analysis.Stages[n]
	}
	m, ok := w.opt.Bases(ref)
	if !ok {
		return nil
	}
	return imageStage(m)
}

// source copies one source.
func (c *copying) source(word string, parents bool) {
	if name, ok := heredocName(c.in, word); ok {
		own := c.own
		if own.mode = c.mode; !c.chmod {
			own.mode = Mode{0o644, true}
		}
		c.put(name, File, own, nil)
		return
	}
	src, known := c.expand(word)
	kind := UnknownKind
	var from *source
	switch {
	case c.in.Name == "add" && isURL(src):
		c.remote(src)
		return
	case c.from != nil && known:
		from, kind = c.inStage(src)
	case c.from == nil && !c.fromAny && known:
		kind = c.inContext(src)
	}
	pattern := !known || strings.ContainsAny(src, "*?[")
	if pattern {
		kind = UnknownKind
	}
	if parents {
		kind = Dir
	}
	own := c.contents(src, kind)
	if (c.fromAny || pattern && from != nil) && !c.chown {
		own.uid, own.gid = ID{}, ID{} // those of the source, which are not known
	}
	if pattern {
		from = nil
	}
	if c.in.Name == "add" && (pattern || isArchive(src)) && kind != Dir {
		// An archive is unpacked, whose files keep their owners.
		c.put(path.Base(src), Dir, owning{}, nil)
		return
	}
	c.put(path.Base(src), kind, own, from)
}

// contents is the owner and mode of what a source brings.
func (c *copying) contents(source string, kind Kind) owning {
	own := c.own
	own.mode = c.mode
	if !c.chmod && kind == File && c.opt.Mode != nil && c.from == nil && !c.fromAny {
		if bits, known := c.opt.Mode(c.in, source); known {
			own.mode = Mode{bits & 0o7777, true}
		}
	}
	return own
}

// inStage is a source of COPY --from, with what is known of its kind.
func (c *copying) inStage(src string) (*source, Kind) {
	p := canonical("/" + src)
	events := c.from.steps[len(c.from.steps)-1].events
	o := c.from.owner(p, events)
	kind := o.Kind
	if kind != Dir && kind != File || o.Doubt != nil {
		kind = UnknownKind
	}
	return &source{stage: c.from, path: p, events: events}, kind
}

// inContext is the kind of a source in the build context.
func (c *copying) inContext(src string) Kind {
	if src == "." || src == "./" || src == "/" || strings.HasSuffix(src, "/.") {
		return Dir
	}
	if c.opt.IsDir != nil {
		if dir, known := c.opt.IsDir(c.in, src); known {
			if dir {
				return Dir
			}
			return File
		}
	}
	return UnknownKind
}

// remote is ADD of a URL: a file of mode 600, or what is in a git repository.
func (c *copying) remote(src string) {
	own := c.own
	own.mode = c.mode
	if strings.HasSuffix(src, ".git") || strings.Contains(src, ".git#") || strings.HasPrefix(src, "git@") {
		c.put("", Dir, own, nil)
		return
	}
	if !c.chmod {
		own.mode = Mode{0o600, true}
	}
	name, _, _ := strings.Cut(src, "?")
	c.put(path.Base(name), File, own, nil)
}

// put copies one source of a kind to the destination.
func (c *copying) put(name string, kind Kind, own owning, from *source) {
	e := event{
		in: c.in, path: c.dest, own: own, top: c.dirs, above: c.dirs, explicit: true, link: c.link, from: from,
		setUID: c.chown, setGID: c.chown, file: Dir,
	}
	if kind == Dir {
		e.kind = putTree
		c.add(e)
		return
	}
	var dest Owner
	isDir := c.into
	if !isDir {
		dest = c.stage.owner(c.dest, c.now.events)
		isDir = dest.Exists == Yes && dest.Kind == Dir
	}
	switch {
	case kind == File && isDir:
		e.kind, e.path = putFile, path.Join(c.dest, name)
	case kind == File && (dest.Exists == No || dest.Exists == Yes && dest.Kind == File):
		e.kind = putFile
	case kind == File:
		e.kind, e.perhaps = putFile, true
		c.add(e)
		e.path = path.Join(c.dest, name)
	case isDir:
		e.kind = putTree
	default: // a file of that name, or a directory
		top := c.own
		top.mode = Mode{}
		if (e.from != nil || c.fromAny) && !c.chown {
			top.uid, top.gid = ID{}, ID{}
		}
		e.kind, e.file, e.top = putTree, UnknownKind, &top
	}
	c.add(e)
}

// heredocName is the name of a here-document that a source is.
func heredocName(in *dockerfile.Instruction, word string) (string, bool) {
	rest, ok := strings.CutPrefix(word, "<<")
	if !ok {
		return "", false
	}
	rest = strings.Trim(strings.TrimPrefix(rest, "-"), `"'`)
	for _, h := range in.Heredocs {
		if h.Name == rest {
			return rest, true
		}
	}
	return "", false
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "git@") || strings.HasPrefix(s, "ssh://") || strings.HasPrefix(s, "git://")
}

// isArchive reports whether ADD may take a file for an archive. BuildKit looks at
// its contents; files of other names are not archives in practice.
func isArchive(name string) bool {
	for _, ext := range [...]string{".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst", ".tar.lz4", ".gz", ".xz", ".bz2"} {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
}
