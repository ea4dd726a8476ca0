package rootfs

import (
	"path"
	"slices"
	"strings"
	"sync"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/shell"
)

// snapshot is what a stage holds behind one instruction. It is copied from one
// to the next; what it points to is never modified.
type snapshot struct {
	user       *userInForce
	dir        string
	vars       *binding
	shell      []string // nil: the default
	volumes    []string
	accounts   *accounts
	manager    string // the package manager that an earlier RUN used
	privileges []Privilege
	entry, cmd *Exec
	events     int // how many events of the stage are in force

	tools      base.Tools
	toolsKnown bool
	adduser    shell.Tool
	family     base.Family
	famKnown   bool
	dirKnown   bool
	ran        bool // a RUN in shell form: there is a shell
	hidden     bool // there may be privileges that are not known
}

// userInForce is what USER says, or the base image.
type userInForce struct {
	text  string // as written
	value string // with variables expanded
	in    *dockerfile.Instruction
	known bool
}

// start is what an image gives to a stage.
type start struct {
	snapshot
	who                resolved
	pathsAt, volumesAt []string // where the Paths and Volumes of the image are: canonical
}

// ofNothing is the start from an image of which nothing is known.
var ofNothing = start{snapshot: snapshot{user: &userInForce{}, accounts: &accounts{}, entry: &Exec{}, cmd: &Exec{}, hidden: true}}

var starts sync.Map // *base.Image → *start

// startOf is the start from an image, made once.
func startOf(m *base.Image) *start {
	if m == nil {
		return &ofNothing
	}
	if s, ok := starts.Load(m); ok {
		return s.(*start)
	}
	s := &start{snapshot: firstOf(m)}
	s.who = s.resolve()
	for i := range m.Paths {
		s.pathsAt = append(s.pathsAt, canonical(m.Paths[i].Path))
	}
	for _, v := range m.Volumes {
		s.volumesAt = append(s.volumesAt, canonical(v))
	}
	stored, _ := starts.LoadOrStore(m, s)
	return stored.(*start)
}

// firstOf is what a stage holds behind a FROM of the image.
func firstOf(m *base.Image) snapshot {
	s := snapshot{
		user: &userInForce{text: m.User, value: m.User, known: true}, dir: m.Workdir, dirKnown: true,
		volumes: m.Volumes[:len(m.Volumes):len(m.Volumes)],
		family:  m.Family, famKnown: !m.Unlisted,
		tools: m.Tools, toolsKnown: !m.Unlisted, hidden: m.Unlisted,
		entry: &Exec{Argv: m.Entrypoint, Known: m.Started}, cmd: &Exec{Argv: m.Cmd, Known: m.Started && !m.CmdUnknown},
		accounts: accountsOf(m), adduser: adduserOf(m),
	}
	if s.dir == "" {
		s.dir = "/"
	}
	for _, e := range m.Env {
		name, value, _ := strings.Cut(e, "=")
		s.vars = &binding{name: name, value: value, known: true, older: s.vars}
	}
	for _, p := range m.Setuid {
		s.privileges = append(s.privileges, Privilege{What: p})
	}
	s.privileges = slices.Clip(s.privileges)
	return s
}

// adduserOf is what the command adduser is in an image.
func adduserOf(m *base.Image) shell.Tool {
	switch {
	case m.Tools == base.BusyboxAdduser:
		return shell.Busybox
	case m.Family == base.Debian:
		return shell.Adduser
	case m.Family == base.RHEL:
		return shell.Shadow
	}
	return shell.UnknownTool
}

// closed reports whether what is not bound has no value: only in scratch is
// it known which variables there are.
func (s *snapshot) closed() bool { return s.famKnown && s.family == base.Scratch }

// join is a path relative to the work directory as an absolute one.
func (s *snapshot) join(p string) (string, bool) {
	if strings.HasPrefix(p, "/") {
		return path.Clean(p), true
	}
	if !s.dirKnown {
		return "", false
	}
	return path.Join(s.dir, p), true
}
