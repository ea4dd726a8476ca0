package fixer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// TestWith: a project with a file changed is what it is when its files are read
// anew, whatever of it With keeps.
func TestWith(t *testing.T) {
	was := map[string]string{
		"Dockerfile":    "ARG BASE=debian:12\nFROM ${BASE} AS base\nARG WHO=root\nCOPY start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\nUSER ${WHO}\nFROM base AS last\nUSER 1000:1000\n",
		"start.sh":      "#!/bin/sh\nexec gosu app \"$@\"\n",
		"sub/start.sh":  "#!/bin/sh\nexec \"$@\"\n",
		"compose.yaml":  "services:\n  a:\n    build:\n      context: .\n      dockerfile: ${PWD_OF:-}Dockerfile\n      target: base\n      args: {WHO: \"0\"}\n    volumes: [\"./data:/data\", \"./sub:/sub\"]\n  b: {build: {context: ., args: {WHO: \"0\"}}, entrypoint: [nginx]}\n",
		".env":          "APP_USER_ID=1000\n",
		"Makefile":      "all:\n",
		"data/.gitkeep": "",
	}
	for _, c := range []struct{ name, file, old, new string }{
		{"nothing that counts", "compose.yaml", "services:", "# a comment\nservices:"},
		{"the Dockerfile", "Dockerfile", "USER ${WHO}", "USER 7:7"},
		{"what an entrypoint is", "Dockerfile", "/start.sh\"]", "/other.sh\"]"},
		{"an argument", "compose.yaml", "WHO: \"0\"", "WHO: \"7:7\""},
		{"an argument of the other", "compose.yaml", "args: {WHO: \"0\"}\n", "args: {WHO: \"7:7\"}\n"},
		{"an argument of one of two", "compose.yaml", "args: {WHO: \"0\"}}", "args: {WHO: \"8\"}}"},
		{"an argument by .env", "compose.yaml", "WHO: \"0\"", "WHO: \"${APP_USER_ID}\""},
		{"a target", "compose.yaml", "target: base", "target: last"},
		{"a target that is not there", "compose.yaml", "target: base", "target: other"},
		{"a context of one of two", "compose.yaml", "context: .,", "context: ./sub, dockerfile: ../Dockerfile,"},
		{"what a service starts", "compose.yaml", "entrypoint: [nginx]", "entrypoint: [gunicorn]"},
		{"a user", "compose.yaml", "    build:\n", "    user: \"5:5\"\n    build:\n"},
		{"a mount", "compose.yaml", "./data:/data", "./sub/data:/data"},
		{"a mount of a file", "compose.yaml", "./data:/data", "./data:/data.json"},
		{"the ids", ".env", "1000", "501"},
		{"ids that are none", ".env", "1000", "none"},
		{"a target of make", "Makefile", "all:", "reset-permissions:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := maps.Clone(was)
			if now[c.file] = strings.ReplaceAll(was[c.file], c.old, c.new); now[c.file] == was[c.file] {
				t.Fatal("the case changes nothing")
			}
			p, src := loaded(t, was), &edit.Source{Path: c.file, Text: now[c.file]}
			before := told(p)
			next, err := p.With([]*edit.Source{src})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := told(next), told(loaded(t, now)); got != want {
				t.Errorf("%s\nand read anew\n%s", got, want)
			}
			if after := told(p); after != before {
				t.Errorf("the project before has changed from\n%s\nto\n%s", before, after)
			}
			back, err := next.With([]*edit.Source{{Path: c.file, Text: was[c.file]}})
			if err != nil {
				t.Fatal(err)
			}
			if got := told(back); got != before {
				t.Errorf("%s\nand before, and back again\n%s", before, got)
			}
		})
	}
}

// loaded is the one project of some files.
func loaded(t *testing.T, texts map[string]string) *Project {
	t.Helper()
	var list []string
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		list = append(list, name, texts[name])
	}
	ws, err := OpenFS(Listing{FS: files(list...), Dockerfiles: []string{"Dockerfile"}, Composes: []string{"compose.yaml"}})
	if err != nil || len(ws.groups) != 1 || len(ws.Problems) > 0 {
		t.Fatal(err, ws.Problems)
	}
	return ws.groups[0].load(ws.in)
}

// told is what a project says of its services, targets, ids and shared directories.
func told(p *Project) string {
	var out strings.Builder
	say := func(what ...any) { fmt.Fprintln(&out, what...) }
	for _, s := range p.Services {
		helper, to := s.Drops()
		say("service", s.Label(), s.Unbuilt, s.Target != nil, s.Process(), helper, to)
	}
	for _, t := range p.Targets {
		helper, to := t.Drops()
		script, _ := t.Script("/start.sh")
		say("target", t.Label(), t.ServiceNames(), t.Unclear, t.Hidden, t.Process(), t.ImageProcess(), helper, to, t.EntryScripts(), script, t.Owner("/start.sh").UID)
	}
	say("ids", p.IDs())
	for _, s := range p.Shared() {
		say("shared", s.Dirs(), len(s.Mounts))
	}
	for _, s := range p.Services {
		say("make", p.Makefile(s).Find("reset-permissions") != nil)
	}
	return out.String()
}
