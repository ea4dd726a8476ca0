package fixer

import (
	"strings"
	"testing"
	"testing/fstest"
)

// files makes a file system of name, text, name, text...
func files(list ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i < len(list); i += 2 {
		out[list[i]] = &fstest.MapFile{Data: []byte(list[i+1]), Mode: 0o644}
	}
	return out
}

const (
	web   = "services:\n  web:\n    image: node:20-slim\n"
	more  = "services:\n  web:\n    user: node\n"
	built = "services:\n  web:\n    build: "
)

func TestLoads(t *testing.T) {
	for name, tc := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"alone":             {files("compose.yaml", web), "compose.yaml"},
		"override":          {files("compose.yaml", web, "compose.override.yaml", more), "compose.yaml compose.override.yaml"},
		"two bases":         {files("compose.yaml", web, "docker-compose.yml", web, "docker-compose.override.yml", more), "compose.yaml, docker-compose.yml docker-compose.override.yml"},
		"other stem":        {files("docker-compose.yml", web, "compose.override.yml", more), "docker-compose.yml compose.override.yml"},
		"variant":           {files("compose.yaml", web, "compose.prod.yaml", more), "compose.yaml, compose.yaml compose.prod.yaml"},
		"complete variant":  {files("compose.yaml", web, "compose.prod.yaml", web), "compose.prod.yaml, compose.yaml"},
		"variant alone":     {files("compose.prod.yaml", more), "compose.prod.yaml"},
		"folders are apart": {files("a/compose.yaml", web, "b/compose.yaml", web), "a/compose.yaml, b/compose.yaml"},
		"no services":       {files("compose.yaml", "version: '3'\n"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var composes []string
			for f := range tc.files {
				composes = append(composes, f)
			}
			ws, err := OpenFS(Listing{FS: tc.files, Composes: composes})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, g := range ws.groups {
				for _, load := range g.loads {
					got = append(got, strings.Join(load, " "))
				}
			}
			if strings.Join(got, ", ") != tc.want {
				t.Errorf("got %s, want %s", strings.Join(got, ", "), tc.want)
			}
		})
	}
}

func TestGroups(t *testing.T) {
	fsys := files(
		"infra/compose.yaml", built+"\n      context: ../api\n",
		"api/Dockerfile", "FROM node:20-slim\n",
		"tool/Dockerfile", "FROM node:20-slim\n",
		"other/compose.yaml", built+"../../elsewhere\n",
		"extends/compose.yaml", "services:\n  a:\n    extends: {file: ../common/base.yaml, service: b}\n",
		"common/base.yaml", "services:\n  b:\n    image: node:20-slim\n",
	)
	ws, err := OpenFS(Listing{FS: fsys, Dockerfiles: []string{"api/Dockerfile", "tool/Dockerfile"}, Composes: []string{"infra/compose.yaml", "other/compose.yaml", "extends/compose.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range ws.groups {
		got = append(got, strings.Join(g.paths, " "))
	}
	want := "api/Dockerfile infra/compose.yaml, common/base.yaml extends/compose.yaml, other/compose.yaml, tool/Dockerfile"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, ", "), want)
	}
}

// TestUnbuilt names why a service has no Dockerfile that could be edited.
func TestUnbuilt(t *testing.T) {
	for text, want := range map[string]string{
		"../../up\n":                              "leads out of the root",
		"https://example.org/x.git\n":             "is a URL",
		"./missing\n":                             "there is no infra/missing/Dockerfile",
		"${CONTEXT}\n":                            "has a variable without a value",
		"\n      dockerfile_inline: FROM x\n":     "stands in the compose file",
		"{context: ., dockerfile: ../../../up}\n": "lies outside of the root",
	} {
		ws, err := OpenFS(Listing{FS: files("infra/compose.yaml", built+text), Composes: []string{"infra/compose.yaml"}})
		if err != nil {
			t.Fatal(err)
		}
		p := ws.groups[0].load(ws.in)
		if len(p.Services) != 1 || !strings.Contains(p.Services[0].Unbuilt, want) {
			t.Errorf("build: %s gives %q, want %q (%v)", text, p.Services[0].Unbuilt, want, p.Problems)
		}
	}
}

// TestExtendsOut sees to it that nothing outside of the root is read.
func TestExtendsOut(t *testing.T) {
	for _, text := range []string{
		"services:\n  a:\n    extends: {file: ../../secret.yaml, service: b}\n",
		"include: [/etc/secret.yaml]\nservices:\n  a:\n    image: x\n",
	} {
		ws, err := OpenFS(Listing{FS: files("in/compose.yaml", text), Composes: []string{"in/compose.yaml"}})
		if err != nil {
			t.Fatal(err)
		}
		problems := ws.groups[0].load(ws.in).Problems
		if len(problems) != 1 || !strings.Contains(problems[0].Err.Error(), "outside of the root") {
			t.Errorf("%q: %v", text, problems)
		}
	}
}
