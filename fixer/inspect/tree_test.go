package inspect

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"nonroot/dockerfile/base"
)

// seenOf looks at layers, the topmost first.
func seenOf(t testing.TB, c Config, layers ...[]byte) (*Seen, error) {
	t.Helper()
	files := newTree(standard, c.wanted())
	for _, l := range layers {
		if err := files.add(context.Background(), bytes.NewReader(l)); err != nil {
			return nil, err
		}
	}
	return look(c, "linux", "amd64", files)
}

func imageOf(t testing.TB, c Config, layers ...[]byte) (*base.Image, error) {
	t.Helper()
	s, err := seenOf(t, c, layers...)
	if err != nil {
		return nil, err
	}
	return s.image("test")
}

const oneAccount = "app:x:1000:1000::/app:/bin/sh\n"

// TestLinks follows links inside of the image, as an engine does.
func TestLinks(t *testing.T) {
	for name, layers := range map[string][][]byte{
		"plain":                      {archive(t, text("etc/passwd", oneAccount))},
		"./ before the name":         {archive(t, text("./etc/passwd", oneAccount))},
		"a leading /":                {archive(t, text("/etc/passwd", oneAccount))},
		"relative link":              {archive(t, link("etc/passwd", "../usr/lib/passwd"), text("usr/lib/passwd", oneAccount))},
		"absolute link":              {archive(t, link("etc/passwd", "/usr/lib/passwd"), text("usr/lib/passwd", oneAccount))},
		"link above the root":        {archive(t, link("etc/passwd", "../../../../../usr/lib/passwd"), text("usr/lib/passwd", oneAccount))},
		"name above the root":        {archive(t, text("../../etc/passwd", oneAccount))},
		"/etc is a link":             {archive(t, link("etc", "usr/etc"), text("usr/etc/passwd", oneAccount))},
		"behind a link to a folder":  {archive(t, text("etc/passwd", oneAccount)), archive(t, link("etc", "usr/etc"), text("usr/etc/passwd", "root:x:0:0::/:\n"))},
		"hard link":                  {archive(t, text("a/passwd", oneAccount), hard("etc/passwd", "a/passwd"))},
		"hard link to a lower layer": {archive(t, hard("etc/passwd", "/a/passwd")), archive(t, text("a/passwd", oneAccount))},
		"link in an upper layer":     {archive(t, link("etc/passwd", "/lib/passwd")), archive(t, text("etc/passwd", "root:x:0:0::/:\n"), text("lib/passwd", oneAccount))},
		"twice in one layer":         {archive(t, text("etc/passwd", "root:x:0:0::/:\n"), text("etc/passwd", oneAccount))},
		"the upper layer's":          {archive(t, text("etc/passwd", oneAccount)), archive(t, text("etc/passwd", "root:x:0:0::/:\n"))},
		"removed and made again":     {archive(t, text("etc/.wh.passwd", ""), text("etc/passwd", oneAccount)), archive(t, text("etc/passwd", "root:x:0:0::/:\n"))},
	} {
		m, err := imageOf(t, Config{}, layers...)
		if err != nil || len(m.Accounts) != 1 || m.Accounts[0].Name != "app" {
			t.Errorf("%s: %+v %v", name, m, err)
		}
	}
}

// TestWhiteouts has nothing of what an upper layer has removed.
func TestWhiteouts(t *testing.T) {
	lower := archive(t, folder("etc", 0, 0, 0o755), text("etc/passwd", oneAccount), program("bin/sh"))
	for name, upper := range map[string][]byte{
		"the file":             archive(t, text("etc/.wh.passwd", "")),
		"its folder":           archive(t, text(".wh.etc", "")),
		"all of its folder":    archive(t, folder("etc", 0, 0, 0o755), text("etc/.wh..wh..opq", "")),
		"a file for a folder":  archive(t, text("etc", "")),
		"a link that leads on": archive(t, link("etc/passwd", "nowhere")),
		"a loop of links":      archive(t, link("etc/passwd", "/etc/group"), link("etc/group", "passwd")),
		"a link to itself":     archive(t, link("etc", "etc")),
		"all":                  archive(t, text(".wh..wh..opq", "")),
	} {
		m, err := imageOf(t, Config{}, upper, lower)
		if err != nil || len(m.Accounts) != 0 || m.Shell != (name != "all") {
			t.Errorf("%s: %+v %v", name, m, err)
		}
	}
	m, err := imageOf(t, Config{}, archive(t, text("etc/.wh..wh.aufs", "")), archive(t), lower)
	if err != nil || len(m.Accounts) != 1 {
		t.Errorf("nothing removed: %+v %v", m, err)
	}
}

// TestHostile refuses what no image should have, and says what.
func TestHostile(t *testing.T) {
	deep := strings.Repeat("a/", maxDepth+1) + "b"
	for want, layer := range map[string][]byte{
		"/etc/passwd (/etc/passwd) is too large":  archive(t, text("etc/passwd", strings.Repeat("#\n", maxFile))),
		"/etc/passwd is no file":                  archive(t, folder("etc/passwd", 0, 0, 0o755)),
		"/etc/group is no file":                   archive(t, tar.Header{Name: "etc/group", Typeflag: tar.TypeFifo}),
		"folders that a path may have":            archive(t, text(deep, "")),
		"bytes in a link":                         archive(t, link("x", strings.Repeat("y", maxPath+1))),
		"the bytes or folders that a path may":    archive(t, text(strings.Repeat("y", maxPath+1), "")),
		"cannot be read":                          []byte(strings.Repeat("no archive", 100)),
		"in its /etc/passwd, line 2 is not under": archive(t, text("etc/passwd", "root:x:0:0::/:\nx y:x:1:1::/:\n")),
		"in its /etc/group, line 1 is not unders": archive(t, text("etc/group", "root\x1b[2J:x:0:\n")),
	} {
		_, err := imageOf(t, Config{}, layer)
		says(t, err, want)
		if err != nil && strings.ContainsRune(err.Error(), '\x1b') {
			t.Errorf("an escape sequence in %q", err)
		}
	}
	m, err := imageOf(t, Config{}, archive(t, text("etc/passwd", oneAccount), folder("opt/\x1b[2J", 7, 7, 0o755), folder("a\nb", 7, 7, 0o755)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Paths {
		if !printable(p.Path) {
			t.Errorf("the path %q", p.Path)
		}
	}
}

// TestBomb stops at the limit of what is unpacked, without the memory for it.
func TestBomb(t *testing.T) {
	var head bytes.Buffer
	if err := tar.NewWriter(&head).WriteHeader(&tar.Header{Name: "etc/passwd", Size: 1 << 40, Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	l := standard
	l.Unpacked = 1 << 20
	err := newTree(l, (&Config{}).wanted()).add(context.Background(), io.MultiReader(&head, zeros{}))
	says(t, err, "it has more than 1048576 bytes, and is not read")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestFamiliesAndTools(t *testing.T) {
	os := func(id string) tar.Header { return text("etc/os-release", id+"\n") }
	for _, tt := range []struct {
		name   string
		files  []tar.Header
		family base.Family
		tools  base.Tools
		shell  bool
	}{
		{"empty", nil, base.Static, base.NoTools, false},
		{"distroless", []tar.Header{os("ID=debian")}, base.Static, base.NoTools, false},
		{"Ubuntu", []tar.Header{os(`ID="ubuntu"`), program("bin/sh"), program("usr/sbin/useradd"), program("usr/sbin/groupadd")}, base.Debian, base.Useradd, true},
		{"a relative of RHEL", []tar.Header{os("ID=navy\nID_LIKE=\"rhel fedora\""), program("bin/sh"), program("usr/sbin/useradd")}, base.RHEL, base.NoTools, true},
		{"Alpine", []tar.Header{os("ID=alpine"), program("bin/busybox"), link("bin/sh", "/bin/busybox"), link("usr/sbin/adduser", "/bin/busybox"), link("usr/sbin/addgroup", "/bin/busybox")}, base.Alpine, base.BusyboxAdduser, true},
		{"busybox by hard links", []tar.Header{program("bin/["), hard("bin/busybox", "bin/["), hard("bin/sh", "bin/["), hard("bin/adduser", "bin/["), hard("bin/addgroup", "bin/[")}, base.Busybox, base.BusyboxAdduser, true},
		{"a link to nothing", []tar.Header{os("ID=alpine"), link("bin/sh", "/bin/busybox")}, base.Static, base.NoTools, false},
		{"not to be run", []tar.Header{os("ID=debian"), text("bin/sh", "")}, base.Static, base.NoTools, false},
		{"nobody's", []tar.Header{os("ID=mine"), program("bin/sh")}, base.Other, base.NoTools, true},
	} {
		m, err := imageOf(t, Config{}, archive(t, tt.files...))
		if err != nil || m.Family != tt.family || m.Tools != tt.tools || m.Shell != tt.shell {
			t.Errorf("%s: %v %v %v, %v", tt.name, m.Family, m.Tools, m.Shell, err)
		}
	}
}

// TestConfiguration refuses what would mean something else in a Dockerfile.
func TestConfiguration(t *testing.T) {
	for want, c := range map[string]Config{
		"its USER":              {User: "a\nRUN evil"},
		`its USER ":0"`:         {User: ":0"},
		"its WORKDIR":           {WorkingDir: "/a b$(evil)"},
		`its WORKDIR "app"`:     {WorkingDir: "app"},
		"its VOLUME":            {Volumes: map[string]struct{}{"/a,b": {}}},
		"ONBUILD":               {OnBuild: []string{"USER x"}},
		"its ENV LOGS has":      {Env: []string{"LOGS=/x\nCOPY secret /"}},
		`its SHELL is "pwsh"`:   {Shell: []string{"pwsh", "-c"}},
		`its USER "\x1b[2J" is`: {User: "\x1b[2J"},
	} {
		_, err := imageOf(t, c, archive(t))
		says(t, err, want)
		if err != nil && strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("control characters in %q", err)
		}
	}
	m, err := imageOf(t, Config{User: "1000:0", Env: []string{"A=1\t2", "B-C=2", "nothing", "=x"}, Shell: []string{"/bin/bash", "-c"}}, archive(t, text("etc/passwd", oneAccount)))
	if err != nil || m.User != "1000:0" || m.Service != "app" || !slices.Equal(m.Env, []string{"A=1\t2"}) {
		t.Errorf("%+v %v", m, err)
	}
}

// TestDrops reads how the image starts.
func TestDrops(t *testing.T) {
	script := func(body string) tar.Header {
		h := text("usr/local/bin/docker-entrypoint.sh", "#!/bin/sh\nset -e\n"+body+"\nexec \"$@\"\n")
		h.Mode = 0o755
		return h
	}
	entry := Config{Entrypoint: []string{"docker-entrypoint.sh"}}
	for _, tt := range []struct {
		name      string
		c         Config
		files     []tar.Header
		drops, to string
		started   bool
	}{
		{"gosu", entry, []tar.Header{script(`[ "$(id -u)" != 0 ] || exec gosu app "$0" "$@"`)}, "gosu", "app", true},
		{"a user that only runs tell", entry, []tar.Header{script(`exec su-exec "$PUID" "$@"`)}, "su-exec", "", true},
		{"behind tini and a link", Config{Entrypoint: []string{"/sbin/tini", "--", "/entrypoint.sh"}}, []tar.Header{script(`exec gosu app "$@"`), link("entrypoint.sh", "usr/local/bin/docker-entrypoint.sh")}, "gosu", "app", true},
		{"as another user already", Config{User: "1000", Entrypoint: entry.Entrypoint}, []tar.Header{script(`exec gosu app "$@"`)}, "", "", true},
		{"root by its number", Config{User: "0:0", Entrypoint: entry.Entrypoint}, []tar.Header{script(`exec gosu app "$@"`)}, "gosu", "app", true},
		{"nothing of that", entry, []tar.Header{script(`echo hello`)}, "", "", true},
		{"needs root", entry, []tar.Header{script(`apt-get install -y curl`)}, "", "", false},
		{"too large to read", entry, []tar.Header{script(strings.Repeat("# filler\n", maxFile/8))}, "", "", false},
		{"s6", Config{Entrypoint: []string{"/init"}}, []tar.Header{folder("etc/s6-overlay", 0, 0, 0o755), program("init")}, "s6", "", true},
		{"by the command line", Config{Cmd: []string{"gosu", "app", "serve"}}, nil, "gosu", "app", true},
		{"by a shell", Config{Cmd: []string{"/bin/sh", "-c", "chown -R app /data && exec su-exec app serve"}}, nil, "su-exec", "app", true},
		{"a program", Config{Cmd: []string{"serve"}}, []tar.Header{program("usr/bin/serve")}, "", "", true},
	} {
		m, err := imageOf(t, tt.c, archive(t, tt.files...))
		if err != nil || m.Drops != tt.drops || m.DropsTo != tt.to || m.Started != tt.started {
			t.Errorf("%s: %q to %q, started %v, %v", tt.name, m.Drops, m.DropsTo, m.Started, err)
		}
	}
}

// TestOwners lists what is not simply root's, and where images usually have nothing.
func TestOwners(t *testing.T) {
	owned := func(h tar.Header, uid int) tar.Header { h.Uid, h.Gid = uid, uid; return h }
	suid := program("usr/bin/climb")
	suid.Mode = 0o4755
	su := program("usr/bin/su")
	su.Mode = 0o4755
	m, err := imageOf(t, Config{WorkingDir: "/usr/share/app", Volumes: map[string]struct{}{"/var/lib/app": {}}}, archive(t,
		folder("etc", 0, 0, 0o755), text("etc/passwd", oneAccount), owned(text("etc/app.conf", ""), 7),
		folder("usr", 0, 0, 0o755), text("usr/share/app/x", ""), folder("var/lib/app", 5, 6, 0o700), owned(text("var/cache/a/b", ""), 9),
		folder("opt/tool", 0, 0, 0o755), text("opt/tool/bin/x", ""), text("code/x", ""), owned(text("code/y", ""), 7),
		link("short", "/opt/tool"), text("proc/x", ""), suid, su,
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []base.Path{
		{Path: "/code", Mode: 0o755}, {Path: "/etc", Mode: 0o755}, {Path: "/opt/tool", Mode: 0o755, Tree: true},
		{Path: "/short", Mode: 0o755}, {Path: "/usr/share/app", Mode: 0o755, Tree: true},
		{Path: "/var/cache/a", Mode: 0o755}, {Path: "/var/lib/app", UID: 5, GID: 6, Mode: 0o700, Tree: true},
	}
	if !slices.Equal(m.Paths, want) {
		t.Errorf("owners: %v\nwant %v", m.Paths, want)
	}
	if !slices.Equal(m.Setuid, []string{"/usr/bin/climb"}) {
		t.Errorf("programs that gain privileges: %v", m.Setuid)
	}
}

// TestManyOwners leaves out the deepest directories, below ones that count as unknown.
func TestManyOwners(t *testing.T) {
	var entries []tar.Header
	for i := range 2 * maxPaths {
		entries = append(entries, folder(fmt.Sprintf("usr/lib/d%d", i), i+1, 0, 0o755), folder(fmt.Sprintf("d%d", i%(maxPaths/2)), 1, 1, 0o755))
	}
	m, err := imageOf(t, Config{}, archive(t, entries...))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Paths) != maxPaths+1 || m.Paths[0] != (base.Path{Path: "/usr", Mode: 0o755}) {
		t.Errorf("%d paths, the first is %v", len(m.Paths), m.Paths[0])
	}
}
