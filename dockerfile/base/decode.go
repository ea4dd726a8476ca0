package base

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// body is a document as it is written.
type body struct {
	Platform string
	Of       string
	Family   string
	Words    []string
	Images   []string
	Sources  []string // addresses of the public files and pages that say so
	Read     string   // the day on which they were read, as 2006-01-02, or never
	variant  `yaml:",inline"`
	Variants []*variant
}

// never is what Read says where nobody has read the sources yet.
const never = "never"

// variant is what tags of a document's images are: a platform, and facts beside
// those of the whole document. The first one that fits is taken.
type variant struct {
	Tags  []string // one of them must be a part of the tag; none: any tag
	From  release  // the tag's number is at least this; a tag without one counts as the newest
	Below release  // the tag's number is below this; zero: no bound
	On    string   // the platform, where the tag names none; empty: only tags that name one
	Only  bool     // On, also where the tag names another of its family
	facts `yaml:",inline"`

	image Image // of facts, with what the whole document says
}

// facts are what is written of an image, or of a platform: see Image.
type facts struct {
	Passwd, Group, Maybe            lines // as passwd(5) and group(5)
	Loose, Unlisted, Shell, Adduser bool
	User, Service, Workdir, Manager string
	Tools, Drops                    string
	DropsTo                         string `yaml:"drops-to"`
	IDs                             []string
	Env, Volumes, Writable, Setuid  []string
	Entrypoint, Cmd                 *[]string
	CmdUnknown                      bool     `yaml:"cmd-unknown"`
	Paths                           []string // "path uid:gid mode", the mode in octal or left out; path/** for a tree
}

type lines string

var families = map[string]Family{
	"other": Other, "scratch": Scratch, "distroless": Static, "debian": Debian, "alpine": Alpine, "busybox": Busybox,
	"rhel": RHEL, "wolfi": Wolfi, "windows": Windows,
}

var tools = map[string]Tools{"": NoTools, "useradd": Useradd, "busybox": BusyboxAdduser}

// whole is the document, decoded at the first call. The data is part of the
// program: what is wrong with it is a mistake of ours.
func (d *document) whole() *body {
	d.once.Do(func() {
		d.body = &body{}
		if err := d.body.decode(d.text); err != nil {
			panic(fmt.Sprintf("images.yaml: %s%v: %v", d.platform, d.images, err))
		}
	})
	return d.body
}

// decode reads a document; a key that there is not is an error.
func (b *body) decode(text string) error {
	dec := yaml.NewDecoder(strings.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(b); err != nil {
		return err
	}
	var errs []error
	if b.Variants == nil {
		b.Variants = []*variant{{Tags: b.Tags, From: b.From, Below: b.Below, On: b.On, Only: b.Only}}
	}
	for _, v := range b.Variants {
		if v.Entrypoint == nil {
			v.Entrypoint = b.Entrypoint
		}
		if v.Cmd == nil {
			v.Cmd, v.CmdUnknown = b.Cmd, v.CmdUnknown || b.CmdUnknown
		}
		whole, err := b.facts.image()
		own, ownErr := v.facts.image()
		errs = append(errs, err, ownErr)
		whole.add(&own)
		whole.Source = strings.Join(b.Sources, ", ")
		if b.Read != never {
			whole.Read = b.Read
		}
		v.image = whole
	}
	return errors.Join(errs...)
}

// image is what the facts say.
func (f *facts) image() (Image, error) {
	m := Image{
		Loose: f.Loose, Unlisted: f.Unlisted, Shell: f.Shell, Adduser: f.Adduser, User: f.User, Service: f.Service,
		Workdir: f.Workdir, Manager: f.Manager, Drops: f.Drops, DropsTo: f.DropsTo, IDs: f.IDs, Env: f.Env,
		Volumes: f.Volumes, Writable: f.Writable, Setuid: f.Setuid,
	}
	var errs [5]error
	m.Accounts, errs[0] = f.Passwd.accounts()
	m.Maybe, errs[1] = f.Maybe.accounts()
	m.Groups, errs[2] = f.Group.groups()
	m.Paths, errs[3] = paths(f.Paths)
	var ok bool
	if m.Tools, ok = tools[f.Tools]; !ok {
		errs[4] = fmt.Errorf("tools %q are not known", f.Tools)
	}
	m.Started = f.Entrypoint != nil || f.Cmd != nil
	m.CmdUnknown = f.CmdUnknown
	if f.Entrypoint != nil {
		m.Entrypoint = *f.Entrypoint
	}
	if f.Cmd != nil {
		m.Cmd = *f.Cmd
	}
	return m, errors.Join(errs[:]...)
}

// accounts reads lines of passwd(5): name, password, uid, gid, comment, home, shell.
func (l lines) accounts() (out []Account, err error) {
	for line := range strings.Lines(string(l)) {
		p := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(p) != 7 {
			return nil, fmt.Errorf("%q is no line of passwd(5)", line)
		}
		uid, err := strconv.Atoi(p[2])
		gid, err2 := strconv.Atoi(p[3])
		if err := errors.Join(err, err2); err != nil {
			return nil, err
		}
		out = append(out, Account{p[0], uid, gid, p[5], p[6]})
	}
	return out, nil
}

// groups reads lines of group(5): name, password, gid, members.
func (l lines) groups() (out []Group, err error) {
	for line := range strings.Lines(string(l)) {
		p := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(p) != 4 {
			return nil, fmt.Errorf("%q is no line of group(5)", line)
		}
		gid, err := strconv.Atoi(p[2])
		if err != nil {
			return nil, err
		}
		g := Group{Name: p[0], GID: gid}
		if p[3] != "" {
			g.Members = strings.Split(p[3], ",")
		}
		out = append(out, g)
	}
	return out, nil
}

// paths reads "path uid:gid mode".
func paths(list []string) (out []Path, err error) {
	for _, s := range list {
		var p Path
		name, owner, ok := strings.Cut(s, " ")
		if !ok {
			return nil, fmt.Errorf("%q has no owner", s)
		}
		if _, err := fmt.Sscanf(owner+" 0", "%d:%d %o", &p.UID, &p.GID, &p.Mode); err != nil {
			return nil, fmt.Errorf("%q is not of the form path uid:gid mode: %w", s, err)
		}
		p.Path, p.Tree = strings.CutSuffix(name, "/**")
		out = append(out, p)
	}
	return out, nil
}

// release is a version: major, or major.minor.
type release struct{ major, minor int }

func (n *release) UnmarshalYAML(node *yaml.Node) (err error) {
	major, minor, dotted := strings.Cut(node.Value, ".")
	if n.major, err = strconv.Atoi(major); err == nil && dotted {
		n.minor, err = strconv.Atoi(minor)
	}
	return err
}

func (n release) less(o release) bool {
	return n.major < o.major || n.major == o.major && n.minor < o.minor
}

func (n release) String() string {
	if n.minor == 0 {
		return strconv.Itoa(n.major)
	}
	return fmt.Sprintf("%d.%d", n.major, n.minor)
}
