package makefile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestResetAsRoot(t *testing.T) {
	needsRoot(t)
	p := newProject(t, appended(t, "", params("pipeline-data", "my data/models & co [1] 50%")))
	p.write(".env", "APP_USER_ID=1234    # uid\nAPP_GROUP_ID=4321\n")
	p.write("pipeline-data/a/file", "")
	p.write("pipeline-data/a/script name.sh", "")
	p.write("outside/file", "")
	must(t, os.Symlink("../outside", filepath.Join(p.dir, "pipeline-data/link")))
	must(t, os.Symlink("gone", filepath.Join(p.dir, "pipeline-data/dangling")))
	must(t, os.Chmod(filepath.Join(p.dir, "pipeline-data/a"), 0o700|os.ModeSetgid|os.ModeSticky))
	must(t, os.Chmod(filepath.Join(p.dir, "pipeline-data/a/file"), 0o600))
	must(t, os.Chmod(filepath.Join(p.dir, "pipeline-data/a/script name.sh"), 0o755|os.ModeSetuid))
	outside := p.state("outside")
	p.reset()
	want := ` 755 1234:4321
a 755 1234:4321
a/file 644 1234:4321
a/script name.sh 644 1234:4321
dangling 777 1234:4321
link 777 1234:4321
`
	if got := p.owners("pipeline-data"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := p.owners("my data"); got != " 755 0:0\nmodels & co [1] 50% 755 1234:4321\n" {
		t.Errorf("my data: %s", got)
	}
	if got := p.state("outside"); got != outside {
		t.Errorf("outside: %s, was %s", got, outside)
	}
	p.unchangedBySecond()
	p.owner(0, 0, "pipeline-data/a/file")
	p.reset()
	if got := p.owners("pipeline-data"); got != want {
		t.Errorf("after a file was root's:\n%s", got)
	}
	if calls := p.calls(); len(calls) > 0 {
		t.Errorf("root called sudo: %q", calls)
	}
}

// unchangedBySecond runs the target once more, which must touch nothing.
func (p *project) unchangedBySecond() {
	p.t.Helper()
	before := p.state(".")
	p.reset()
	if after := p.state("."); after != before {
		p.t.Errorf("a second run changed\n%s\nto\n%s", before, after)
	}
	if calls := p.calls(); len(calls) > 0 {
		p.t.Errorf("a second run called sudo: %q", calls)
	}
}

func TestResetAsUser(t *testing.T) {
	needsRoot(t)
	p := newProject(t, appended(t, "", params("data", "data/sub/deep")))
	p.write(".env", "APP_USER_ID=1234\nAPP_GROUP_ID=1234\n")
	p.owner(1234, 1234, ".")
	p.uid = 1234
	p.reset()
	if calls := p.calls(); len(calls) > 0 {
		t.Errorf("sudo for what a user can do: %q", calls)
	}
	const fresh = " 755 1234:1234\nsub 755 1234:1234\nsub/deep 755 1234:1234\n"
	if got := p.owners("data"); got != fresh {
		t.Errorf("fresh: %s", got)
	}

	p.write("data/sub/deep/root's", "")
	must(t, os.Chmod(filepath.Join(p.dir, "data/sub/deep"), 0o700))
	p.owner(0, 0, "data/sub/deep", "data/sub/deep/root's")
	p.reset()
	if want := []string{"chown -R -P -h 1234:1234 data"}; !slices.Equal(p.calls(), want) {
		t.Errorf("sudo: %q, want %q", p.calls(), want)
	}
	if got := p.owners("data"); got != fresh+"sub/deep/root's 644 1234:1234\n" {
		t.Errorf("mended: %s", got)
	}
	p.unchangedBySecond()

	must(t, os.Chmod(filepath.Join(p.dir, "data/sub/deep/root's"), 0o600))
	must(t, os.Chmod(filepath.Join(p.dir, "data/sub"), 0o770))
	p.reset()
	if calls := p.calls(); len(calls) > 0 {
		t.Errorf("sudo for the modes of own files: %q", calls)
	}
	p.unchangedBySecond()
}

// TestResetAsMyself is what can be seen of it without root.
func TestResetAsMyself(t *testing.T) {
	id := os.Getuid()
	if id == 0 {
		t.Skip("root's id is refused")
	}
	p := newProject(t, appended(t, "", params("data/sub")))
	p.write("data/sub/file", "")
	must(t, os.Chmod(filepath.Join(p.dir, "data/sub/file"), 0o600))
	p.reset(fmt.Sprintf("APP_USER_ID=%d", id), fmt.Sprintf("APP_GROUP_ID=%d", os.Getgid()))
	if got, want := p.owners("data/sub"), fmt.Sprintf(" 755 %[1]d:%[2]d\nfile 644 %[1]d:%[2]d\n", id, os.Getgid()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if calls := p.calls(); len(calls) > 0 {
		t.Errorf("sudo for own files: %q", calls)
	}
}

// TestResetForOthers: who runs make need not be who owns the data, nor the project.
func TestResetForOthers(t *testing.T) {
	needsRoot(t)
	p := newProject(t, appended(t, "", params("data")))
	p.uid = 1500
	p.reset()
	want := []string{"mkdir -p data", "chown -R -P -h 1000:1000 data"}
	if !slices.Equal(p.calls(), want) {
		t.Errorf("sudo: %q, want %q", p.calls(), want)
	}
	p.unchangedBySecond()
	p.write("data/locked/in/file", "")
	p.owner(1000, 1000, "data/locked")
	must(t, os.Chmod(filepath.Join(p.dir, "data/locked"), 0o700))
	p.reset()
	if got := p.owners("data"); got != " 755 1000:1000\nlocked 755 1000:1000\nlocked/in 755 1000:1000\nlocked/in/file 644 1000:1000\n" {
		t.Errorf("behind a directory that only its owner may read:\n%s", got)
	}
	p.unchangedBySecond()
}

// TestResetSudoFails: what sudo refuses ends the run.
func TestResetSudoFails(t *testing.T) {
	needsRoot(t)
	p := newProject(t, appended(t, "", params("data")))
	p.write("data/x", "")
	must(t, os.WriteFile(filepath.Join(p.bin, "sudo"), []byte("#!/bin/sh\necho no >&2; exit 1\n"), 0o755))
	p.uid = 1500
	p.stops("no\n")
}

func TestResetIDs(t *testing.T) {
	needsRoot(t)
	const include = "include .env\n"
	for _, c := range []struct {
		name, makefile, env string
		args, environ       []string
		want                string
	}{
		{name: "default", want: "1000:1000"},
		{name: "document", env: "APP_USER_ID=1234    # Default UID\nAPP_GROUP_ID=1235   # Default GID\n", want: "1234:1235"},
		{name: "only one", env: "APP_GROUP_ID=1235", want: "1000:1235"},
		{name: "no final newline", env: "APP_GROUP_ID=7\nAPP_USER_ID=1235", args: []string{"APP_GROUP_ID=8"}, want: "1235:8"},
		{name: "quotes", env: "APP_USER_ID='1234' # x\nAPP_GROUP_ID=\"1235\"\n", want: "1234:1235"},
		{name: "export", env: "export APP_USER_ID=1234\n  export\tAPP_GROUP_ID = 1235  \n", want: "1234:1235"},
		{name: "CRLF", env: "APP_USER_ID=1234\r\nAPP_GROUP_ID=\"1235\"\r\n", want: "1234:1235"},
		{name: "BOM", env: "\ufeffAPP_USER_ID=1234\nAPP_GROUP_ID: 1235\n", want: "1234:1235"},
		{name: "Latin 1", env: "APP_USER_ID=1234 # Gr\xf6\xdfe\n\xff\n", want: "1234:1000"},
		{name: "last wins", env: "APP_USER_ID=1\nAPP_USER_ID=1234\nAPP_GROUP_ID=5\nAPP_GROUP_ID=\n", want: "1234:1000"},
		{name: "others", env: "#APP_USER_ID=1\nMY_APP_USER_ID=2\nAPP_USER_ID2=3\nX='APP_USER_ID=4'\n# APP_USER_ID=5\nAPP_USER_ID_=6\n", want: "1000:1000"},
		{name: "command line", env: "APP_USER_ID=1\nAPP_GROUP_ID=1235\n", args: []string{"APP_USER_ID= 1234 "}, want: "1234:1235"},
		{name: "environment", env: "APP_USER_ID=1\nAPP_GROUP_ID=1235\n", environ: []string{"APP_USER_ID=1234"}, want: "1234:1235"},
		{name: "both", args: []string{"APP_USER_ID=1234"}, environ: []string{"APP_USER_ID=9", "APP_GROUP_ID=1235"}, want: "1234:1235"},
		{name: "empty", env: "APP_USER_ID=1234\n", args: []string{"APP_USER_ID="}, environ: []string{"APP_GROUP_ID="}, want: "1234:1000"},
		{name: "include", makefile: include, env: "APP_USER_ID=1234    # uid\nAPP_GROUP_ID=1235   # gid\n", want: "1234:1235"},
		{name: "include and export", makefile: include + "export\n", env: "APP_USER_ID=1234    # uid\nAPP_GROUP_ID=\"1235\"  # gid\n", want: "1234:1235"},
		{name: "include CRLF", makefile: include + "export APP_USER_ID APP_GROUP_ID\n", env: "APP_USER_ID='1234'   # uid\r\nAPP_GROUP_ID=1235\r\n", want: "1234:1235"},
		{name: "include, command line", makefile: include, env: "APP_USER_ID=9  #\nAPP_GROUP_ID=1235\n", args: []string{"APP_USER_ID=1234"}, want: "1234:1235"},
		{name: "include and empty quotes", makefile: include, env: "APP_USER_ID=\"\"\n", want: "1000:1000"},
		{name: "Makefile", makefile: "APP_USER_ID ?= 1234\nexport APP_GROUP_ID := 1235 # x\n", env: "APP_USER_ID=9\n", want: "1234:1235"},
		{name: "same names as the shell's", makefile: "uid := 5\nexport gid = 6\nexport env dir id\n", environ: []string{"uid=7", "gid=8"}, want: "1000:1000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, appended(t, c.makefile, params("data")))
			if c.env != "" {
				p.write(".env", c.env)
			}
			p.env = c.environ
			p.reset(c.args...)
			if got := p.owners("data"); got != " 755 "+c.want+"\n" {
				t.Errorf("got %swant %s", got, c.want)
			}
		})
	}
}

func TestResetStopsAtIDs(t *testing.T) {
	p := newProject(t, appended(t, "", params("data")))
	p.write("data/x", "")
	const why = "reset-permissions: APP_USER_ID and APP_GROUP_ID must be whole numbers above 0, not "
	for _, id := range []string{"0", "010", "root", "-1", "1 2", "10x", "1:2", "1;id", "`id`", "é"} {
		p.stops(why+id+"\n", "APP_USER_ID="+id)
		p.write(".env", "APP_GROUP_ID="+id)
		p.stops(why + id + "\n")
		must(t, os.Remove(filepath.Join(p.dir, ".env")))
	}
	p.stops(why+"$(id)\n", "APP_GROUP_ID=$$(id)")
	if os.Getuid() == 0 {
		p.uid = 1500
	}
	p.write(".env", "APP_USER_ID=1500\n")
	must(t, os.Chmod(filepath.Join(p.dir, ".env"), 0))
	p.stops("reset-permissions: .env cannot be read\n")
}

// TestResetWithoutEnvFile: without one, make's variables alone count.
func TestResetWithoutEnvFile(t *testing.T) {
	needsRoot(t)
	own := Params{"", "SVC_UID", "SVC_GID", 1500, 1501, []string{"data"}}
	p := newProject(t, appended(t, "", own))
	p.write(".env", "SVC_UID=7\n")
	p.reset()
	if got := p.owners("data"); got != " 755 1500:1501\n" {
		t.Error(got)
	}
	p.reset("SVC_UID=1234")
	if got := p.owners("data"); got != " 755 1234:1501\n" {
		t.Error(got)
	}
	p.stops("SVC_UID and SVC_GID must be whole numbers above 0, not 0\n", "SVC_GID=0")
}

// TestResetKeepsSecrets: not even a shell that traces shows what else is in .env.
func TestResetKeepsSecrets(t *testing.T) {
	needsRoot(t)
	p := newProject(t, appended(t, "SHELL := /bin/bash\n.SHELLFLAGS := -eux -o pipefail -c\n", params("data")))
	p.write(".env", "PASSWORD=hunter2\nAPP_USER_ID=1234\n")
	out, err := p.make(Target)
	if err != nil || strings.Contains(out, "hunter2") || !strings.Contains(out, "chown -R -P -h 1234:1000 data") {
		t.Errorf("%v\n%s", err, out)
	}
}
