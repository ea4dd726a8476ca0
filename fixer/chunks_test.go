package fixer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestMoreThanIsKept sorts more compose files than stay parsed, which build
// Dockerfiles of folders that sort elsewhere: the projects are the same as where
// all stay, and load.
func TestMoreThanIsKept(t *testing.T) {
	fsys := fstest.MapFS{}
	list := Listing{FS: fsys}
	padding := strings.Repeat("# a comment that takes room\n", 100)
	const count = 800
	for i := range count {
		name := fmt.Sprintf("%03d/compose.yaml", i)
		docker := fmt.Sprintf("z/%03d/Dockerfile", count-i)
		fsys[name] = &fstest.MapFile{Data: fmt.Appendf(nil, "%sservices:\n  a:\n    build: ../z/%03d\n    extends: {file: ../common.yml, service: c}\n", padding, count-i)}
		fsys[docker] = &fstest.MapFile{Data: []byte("FROM debian:12\n")}
		list.Composes = append(list.Composes, name)
		list.Dockerfiles = append(list.Dockerfiles, docker)
		if i%2 == 0 { // a project of its own
			fsys[name].Data = []byte(strings.ReplaceAll(string(fsys[name].Data), "    extends: {file: ../common.yml, service: c}\n", ""))
		}
	}
	fsys["common.yml"] = &fstest.MapFile{Data: []byte("services:\n  c: {init: true}\n")}
	ws, err := OpenFS(list)
	if err != nil {
		t.Fatal(err)
	}
	if size := len(padding) * count; size < maxTrees {
		t.Errorf("the test has %d bytes, and %d are kept", size, maxTrees)
	}
	if ws.Len() != count/2+1 || len(ws.Problems) > 0 {
		t.Errorf("%d projects, problems %v", ws.Len(), ws.Problems)
	}
	var services []int
	err = Each(t.Context(), ws, func(p *Project) (int, error) {
		for _, s := range p.Services {
			if s.Target == nil {
				t.Errorf("%s: %s", s.Path(), s.Unbuilt)
			}
		}
		return len(p.Services), nil
	}, func(_ *Project, n int, problems []Problem) {
		if len(problems) > 0 {
			t.Error(problems)
		}
		services = append(services, n)
	})
	slices.Sort(services)
	if err != nil || services[len(services)-1] != count/2 || services[0] != 1 {
		t.Errorf("%v, services %v", err, services[len(services)-3:])
	}
}
