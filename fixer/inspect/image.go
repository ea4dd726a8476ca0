package inspect

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/base"
	"nonroot/dockerfile/shell"
)

// image is what was seen in the terms of the table of base images. The error says
// what of it cannot be relied on.
func (s *Seen) image(source string) (*base.Image, error) {
	if s.OS == "windows" {
		return &base.Image{Family: base.Windows, Source: source}, nil
	}
	m := &base.Image{Started: true, Entrypoint: s.Config.Entrypoint, Cmd: s.Config.Cmd, Setuid: s.Gains, Source: source}
	var err error
	if m.Accounts, err = passwd(s.Passwd); err != nil {
		return nil, err
	}
	if m.Groups, err = groups(s.Group); err != nil {
		return nil, err
	}
	if err := s.configure(m); err != nil {
		return nil, err
	}
	s.equip(m)
	m.Family = s.family(m)
	m.Adduser = m.Family == base.Debian && s.has("adduser") && !s.busybox("adduser")
	for _, p := range s.Paths {
		m.Paths = append(m.Paths, base.Path(p))
	}
	s.startsAs(m)
	return m, nil
}

// configure takes over the configuration.
func (s *Seen) configure(m *base.Image) error {
	c := &s.Config
	if len(c.OnBuild) > 0 {
		return fmt.Errorf("it has ONBUILD instructions, which are not followed")
	}
	if len(c.Shell) > 0 && !slices.Contains([]string{"sh", "bash", "ash", "dash"}, path.Base(c.Shell[0])) {
		return fmt.Errorf("its SHELL is %.40q, which is not followed", c.Shell[0])
	}
	user, group, _ := strings.Cut(c.User, ":")
	if user != "" && !isName(user) || group != "" && !isName(group) || user == "" && group != "" {
		return fmt.Errorf("its USER %.80q is none", c.User)
	}
	m.User = c.User
	if c.WorkingDir != "" {
		if m.Workdir = plainPath(c.WorkingDir); m.Workdir == "" {
			return fmt.Errorf("its WORKDIR %.80q has characters that are not followed", c.WorkingDir)
		}
	}
	for v := range c.Volumes {
		p := plainPath(v)
		if p == "" {
			return fmt.Errorf("its VOLUME %.80q has characters that are not followed", v)
		}
		m.Volumes = append(m.Volumes, p)
	}
	slices.Sort(m.Volumes)
	for _, e := range c.Env {
		name, value, ok := strings.Cut(e, "=")
		if !ok || name == "" || !only(name, "_") {
			continue // no ${NAME} can mean it
		}
		if !printable(strings.ReplaceAll(value, "\t", " ")) { // what is written by it could end a line
			return fmt.Errorf("its ENV %s has control characters, which are not followed", name)
		}
		m.Env = append(m.Env, e)
	}
	if a, ok := account(m, user); ok && a.UID != 0 {
		m.Service = a.Name
	}
	return nil
}

// account finds the account that a USER names, by name or id.
func account(m *base.Image, user string) (base.Account, bool) {
	if n, ok := id(user); ok {
		return m.AccountByUID(n)
	}
	return m.Account(user)
}

func (s *Seen) has(program string) bool { return s.Programs[program] != "" }

// busybox reports whether a program is one of busybox, by a link to it of either kind.
func (s *Seen) busybox(program string) bool {
	at := s.Programs[program]
	return at != "" && (at == s.Programs["busybox"] || strings.HasPrefix(path.Base(at), "busybox"))
}

// equip says what there is to make accounts with.
func (s *Seen) equip(m *base.Image) {
	m.Shell = s.has("sh")
	switch {
	case !m.Shell:
	case s.busybox("adduser") && s.busybox("addgroup"):
		m.Tools = base.BusyboxAdduser
	case s.has("useradd") && s.has("groupadd"):
		m.Tools = base.Useradd
	}
	for _, manager := range [...]string{"apt-get", "apk", "microdnf", "dnf", "tdnf", "yum"} {
		if s.has(manager) {
			m.Manager = manager
			if manager == "microdnf" && s.has("dnf") {
				m.Manager = "dnf"
			}
			break
		}
	}
}

// families are the distributions by their ID in os-release.
var families = map[string]base.Family{
	"debian": base.Debian, "ubuntu": base.Debian, "alpine": base.Alpine, "wolfi": base.Wolfi, "chainguard": base.Wolfi,
	"rhel": base.RHEL, "fedora": base.RHEL, "centos": base.RHEL, "rocky": base.RHEL, "almalinux": base.RHEL, "ol": base.RHEL, "amzn": base.RHEL,
}

func (s *Seen) family(m *base.Image) base.Family {
	if !m.Shell {
		return base.Static
	}
	var id, like string
	for line := range strings.Lines(s.Release) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch value = strings.ToLower(strings.Trim(value, `"'`)); key {
		case "ID":
			id = value
		case "ID_LIKE":
			like = value
		}
	}
	for _, name := range append([]string{id}, strings.Fields(like)...) {
		if f, ok := families[name]; ok {
			return f
		}
	}
	if s.busybox("sh") {
		return base.Busybox
	}
	return base.Other
}

// startsAs tells whether what the image starts with, as root, becomes another
// user by itself. Where it needs root and does not tell, what it starts counts
// as unknown, so that nobody takes root away from it.
func (s *Seen) startsAs(m *base.Image) {
	user, _, _ := strings.Cut(m.User, ":")
	if a, ok := account(m, user); ok && a.UID != 0 || !ok && user != "" && user != "0" && user != "root" {
		return
	}
	argv := m.Entrypoint
	if len(argv) == 0 {
		argv = m.Cmd
	}
	scripts := s.Scripts
	if len(argv) > 0 {
		if s.S6 && argv[0] == "/init" {
			m.Drops = "s6"
			return
		}
		scripts = append([]string{commandLine(argv)}, scripts...)
	}
	for _, text := range scripts {
		if drops, _, _ := shell.Helpers(text); len(drops) > 0 {
			m.Drops = drops[0].Helper
			if isName(drops[0].User) {
				m.DropsTo = drops[0].User
			}
			return
		}
	}
	if s.Unread || slices.ContainsFunc(s.Scripts, needsRoot) {
		m.Started = false
	}
}

// needsRoot reports whether a script has a command that needs root for certain.
func needsRoot(text string) bool {
	return slices.ContainsFunc(shell.Analyze(text, shell.Options{Dialect: shell.Bash}), func(e shell.Effect) bool {
		return e.Need == shell.Root && !e.Tolerated
	})
}

// commandLine is a command as a shell reads it: what a shell is told, else its
// words, quoted.
func commandLine(argv []string) string {
	if len(argv) > 2 && strings.HasSuffix(path.Base(argv[0]), "sh") && argv[1] == "-c" {
		return argv[2]
	}
	words := make([]string, len(argv))
	for i, word := range argv {
		words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return strings.Join(words, " ")
}
