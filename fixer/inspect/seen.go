package inspect

import (
	"path"
	"strings"
)

// Seen is what was seen of an image, as it is kept in the cache: texts and
// numbers as the image has them, which Seen.image checks and judges.
type Seen struct {
	OS, Architecture string
	Config           Config
	Passwd, Group    *string           // nil: there is no such file
	Release          string            // of /etc/os-release
	Programs         map[string]string // those of the list that can be run, with the path that they lead to
	Scripts          []string          // what it starts with, as far as that are scripts
	Unread           bool              // a script of these is too large
	S6               bool              // it has s6-overlay
	Paths            []Path
	Gains            []string // programs that gain privileges
}

// Config is the part of an image's configuration that is looked at. The names are
// those of the OCI image specification and of docker image inspect.
type Config struct {
	User       string
	WorkingDir string
	Env        []string
	Entrypoint []string
	Cmd        []string
	Volumes    map[string]struct{}
	Shell      []string
	OnBuild    []string
}

// Path is a directory with its owner; Tree says that all below it has the same one.
type Path struct {
	Path     string
	UID, GID int
	Mode     uint32
	Tree     bool `json:",omitempty"`
}

// searched are the folders that programs are looked for in.
var searched = [...]string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}

// programs are those that matter: a shell, account tools, package managers.
var programs = [...]string{
	"sh", "busybox", "useradd", "groupadd", "adduser", "addgroup",
	"apt-get", "apk", "dnf", "microdnf", "yum", "tdnf",
}

// wanted are the files whose text is needed.
func (c *Config) wanted() func(string) bool {
	names := map[string]bool{"passwd": true, "group": true, "os-release": true}
	for _, p := range c.started() {
		names[path.Base(p)] = true
	}
	return func(p string) bool { return names[path.Base(p)] }
}

// started are the paths that the first words of what the image starts may be.
func (c *Config) started() []string {
	argv := c.Entrypoint
	if len(argv) == 0 {
		argv = c.Cmd
	}
	var out []string
	for _, word := range argv[:min(len(argv), 3)] {
		switch {
		case word == "" || strings.ContainsAny(word, " \n"):
		case strings.HasPrefix(word, "/"):
			out = append(out, path.Clean(word))
		case strings.Contains(word, "/"):
			out = append(out, path.Join("/", c.WorkingDir, word))
		default:
			for _, folder := range searched {
				out = append(out, path.Join(folder, word))
			}
			out = append(out, path.Join("/", c.WorkingDir, word))
		}
	}
	return out
}

// look gathers from the files of an image what is to be known.
func look(c Config, os, architecture string, t *tree) (*Seen, error) {
	t.settle()
	s := &Seen{OS: os, Architecture: architecture, Config: c, Programs: map[string]string{}}
	var err error
	if s.Passwd, err = t.textOf("/etc/passwd"); err != nil {
		return nil, err
	}
	if s.Group, err = t.textOf("/etc/group"); err != nil {
		return nil, err
	}
	release, err := t.textOf("/etc/os-release")
	if release == nil && err == nil {
		release, err = t.textOf("/usr/lib/os-release")
	}
	if err != nil {
		return nil, err
	}
	if release != nil {
		s.Release = *release
	}
	for _, name := range programs {
		if at, ok := t.program(name); ok {
			s.Programs[name] = at
		}
	}
	for _, p := range [...]string{"/package/admin/s6-overlay", "/etc/s6-overlay", "/etc/cont-init.d"} {
		if _, e := t.find(p); e != nil {
			s.S6 = true
		}
	}
	s.scripts(t)
	s.Paths, s.Gains = t.owners(c)
	return s, nil
}

// textOf is the text of a file, nil where there is none.
func (t *tree) textOf(p string) (*string, error) {
	at, e := t.find(p)
	switch {
	case e == nil:
		return nil, nil
	case e.kind != file:
		return nil, notRead(p + " is no file")
	case !e.read:
		return nil, notRead(p + " (" + at + ") is too large")
	}
	return &e.text, nil
}

type notRead string

func (n notRead) Error() string { return "its " + string(n) }

// program is where a program is that can be run.
func (t *tree) program(name string) (string, bool) {
	for _, folder := range searched {
		if at, e := t.find(folder + "/" + name); e != nil && e.kind == file && e.mode&0o111 != 0 {
			return at, true
		}
	}
	return "", false
}

// scripts reads those that the image starts with.
func (s *Seen) scripts(t *tree) {
	seen := map[string]bool{}
	for _, p := range s.Config.started() {
		at, e := t.find(p)
		if e == nil || e.kind != file || seen[at] {
			continue
		}
		seen[at] = true
		switch {
		case e.read && (strings.HasPrefix(e.text, "#!") || strings.HasSuffix(at, ".sh")):
			s.Scripts = append(s.Scripts, e.text)
		case !e.read && strings.HasSuffix(at, ".sh"):
			s.Unread = true
		}
	}
}
