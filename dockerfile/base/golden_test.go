package base

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// What Lookup says of some three hundred references: a change of the data is
// seen here as what it changes.
func TestLookupGolden(t *testing.T) {
	refs, err := os.ReadFile("testdata/references.txt")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for ref := range strings.Lines(string(refs)) {
		ref = strings.TrimSpace(ref)
		m, ok := Lookup(ref)
		if !ok {
			fmt.Fprintf(&b, "%s: not known\n", ref)
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n", ref, summary(m))
	}
	golden(t, "testdata/lookup.golden", b.String())
}

// summary is one line of what is not the family's.
func summary(m *Image) string {
	out := []string{m.Family.String()}
	add := func(key string, value any) {
		if s := strings.Trim(fmt.Sprint(value), "[]"); s != "" {
			out = append(out, key+" "+s)
		}
	}
	for _, a := range m.Accounts {
		if a.UID >= 100 && a.UID < 65000 || a.Name == m.Service {
			add("account", fmt.Sprintf("%s:%d:%d:%s:%s", a.Name, a.UID, a.GID, a.Home, a.Shell))
		}
	}
	for _, a := range m.Maybe {
		if a.UID >= 1000 {
			add("maybe", a.Name)
		}
	}
	add("user", m.User)
	add("service", m.Service)
	add("workdir", m.Workdir)
	add("tools", [...]string{"", "useradd", "busybox"}[m.Tools])
	add("manager", m.Manager)
	if m.Drops != "" {
		add("drops", m.Drops+" to "+m.DropsTo)
	}
	add("ids", m.IDs)
	if m.Started {
		out = append(out, fmt.Sprintf("starts %q %q", m.Entrypoint, m.Cmd))
	}
	add("volumes", m.Volumes)
	add("writable", m.Writable)
	add("setuid", m.Setuid)
	for _, p := range m.Paths {
		if p.UID != 0 || p.GID >= 100 {
			add("path", fmt.Sprintf("%s=%d:%d:%o:%t", p.Path, p.UID, p.GID, p.Mode, p.Tree))
		}
	}
	for _, flag := range []struct {
		name string
		on   bool
	}{{"cmd unknown", m.CmdUnknown}, {"no shell", !m.Shell}, {"adduser", m.Adduser}, {"loose", m.Loose}, {"unlisted", m.Unlisted}} {
		if flag.on {
			out = append(out, flag.name)
		}
	}
	return strings.Join(out, ", ")
}

// golden compares with a file, which -update writes.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	i := slices.IndexFunc(g, func(s string) bool { return !slices.Contains(w, s) })
	t.Errorf("%s is not current: run the test with -update. The first line that is new: %s", name, cmp.Or(append(g, "")[max(i, 0)], "none"))
}
