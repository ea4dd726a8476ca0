package discover_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nonroot/fixer/discover"
)

func TestIsDockerfile(t *testing.T) {
	for _, name := range strings.Fields(`Dockerfile dockerfile DOCKERFILE Containerfile containerfile Dockerfile.dev Dockerfile. dockerfile.dev DockerFile.x
		Containerfile.prod app.Dockerfile app.dockerfile .Dockerfile a.b.DOCKERFILE Dockerfile.go Dockerfile.py Dockerfile.template dockerfile.txt Dockerfile.j2.dev`) {
		if !discover.IsDockerfile(name) {
			t.Errorf("%s is a Dockerfile", name)
		}
	}
	for _, name := range strings.Fields(`Dockerfiles dockerfile-llb Dockerfile-dev mydockerfile app.dockerfile.bak Dockerfile.dockerignore Dockerfile.dev.dockerignore .dockerignore
		Dockerfile.j2 Dockerfile.tmpl Dockerfile.tpl Dockerfile.in Dockerfile.erb Dockerfile.dev.J2 Dockerfile.bak Dockerfile.orig Dockerfile~ Dockerfile.dev~
		dockerfile.go dockerfile_test.go dockerfile.py containerfile.rs Dockerfile.md Dockerfile.yaml app.Dockerfile.md Docker .Dockerfile.swp`) {
		if discover.IsDockerfile(name) {
			t.Errorf("%s is no Dockerfile", name)
		}
	}
}

func TestIsCompose(t *testing.T) {
	for _, name := range strings.Fields(`compose.yaml compose.yml docker-compose.yaml docker-compose.yml compose.override.yaml docker-compose.prod.yml compose-dev.yaml`) {
		if !discover.IsCompose(name) {
			t.Errorf("%s is a compose file", name)
		}
	}
	for _, name := range strings.Fields(`my-compose.yaml compose.json composeyaml compose.yaml.bak docker_compose.yml Compose.toml`) {
		if discover.IsCompose(name) {
			t.Errorf("%s is no compose file", name)
		}
	}
}

func TestRoot(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("plain/a/Dockerfile", "git/.git/HEAD", "git/a/b/Dockerfile", "file/.git", "file/a/x", "set/.git/HEAD", "set/a/.nonroot.yaml", "set/a/b/Dockerfile",
		"linked -> git/a", "linkedfile -> git/a/b/Dockerfile"))
	t.Chdir(filepath.Join(dir, "git", "a"))
	for path, want := range map[string]string{
		dir + "/git/a/b/Dockerfile": "git", dir + "/git/a/b": "git", dir + "/git": "git", dir + "/file/a": "file",
		dir + "/set/a/b": "set/a", dir + "/set/a": "set/a", dir + "/set/a/.nonroot.yaml": "set/a", dir + "/set": "set",
		dir + "/linked": "git", dir + "/linked/b/Dockerfile": "git", ".": "git", "b/Dockerfile": "git", "..": "git", "": "git",
	} {
		got, err := discover.Root(path)
		if err != nil || got != filepath.Join(dir, filepath.FromSlash(want)) {
			t.Errorf("%q: %s, %v, not %s", path, got, err, want)
		}
	}
	if _, err := discover.Root(filepath.Join(dir, "gone")); !os.IsNotExist(err) {
		t.Error(err)
	}
	if _, err := os.Lstat("/.git"); err == nil {
		return // then the root of the plain folder is "/"
	}
	if got, err := discover.Root(filepath.Join(dir, "plain", "a", "Dockerfile")); err != nil || got != filepath.Join(dir, "plain", "a") {
		t.Error(got, err)
	}
}

func TestKubernetes(t *testing.T) {
	manifest := "# a comment\r\napiVersion: apps/v1\r\nkind: Deployment\r\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"a chart":                   {map[string]string{"chart/Chart.yaml": ""}, true},
		"a kustomization":           {map[string]string{"k/kustomization.yml": ""}, true},
		"a manifest":                {map[string]string{"deploy/app.yml": manifest}, true},
		"a template":                {map[string]string{"t/x.yaml": "{{- if .Values.x }}\napiVersion: v1\nmetadata: {}\nkind: Service\n"}, true},
		"a compose file":            {map[string]string{"compose.yaml": manifest}, false},
		"only half of it":           {map[string]string{"x.yaml": "apiVersion: v1\n", "y.yaml": "kind: x\n"}, false},
		"not at the top":            {map[string]string{"x.yaml": "a:\n  apiVersion: v1\n  kind: Pod\n"}, false},
		"in a comment":              {map[string]string{"x.yaml": "# apiVersion: v1\n# kind: Pod\n"}, false},
		"behind what is read":       {map[string]string{"x.yaml": strings.Repeat("# x\n", 3000) + manifest}, false},
		"of Backstage":              {map[string]string{"catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\n"}, false},
		"ignored":                   {map[string]string{"x.yaml": manifest, ".gitignore": "*.yaml"}, false},
		"in a skipped folder":       {map[string]string{"node_modules/x.yaml": manifest}, false},
		"a link":                    {map[string]string{"x.yaml -> manifest": "", "manifest": manifest}, false},
		"not YAML by its name":      {map[string]string{"x.txt": manifest}, false},
		"a folder of that name":     {map[string]string{"Chart.yaml/x": "", "a.yaml/x": ""}, false},
		"another among many others": {map[string]string{"a.yaml": "a: b", "b.yml": "", "c/d.yaml": "x", "c/e.yaml": manifest}, true},
	} {
		dir := folder(t)
		plant(t, dir, c.files)
		if got := walk(t, dir, discover.Options{}).Kubernetes; got != c.want {
			t.Errorf("%s: Kubernetes is %t", name, got)
		}
	}
}
