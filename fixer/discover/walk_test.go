package discover_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/confined"
	"nonroot/fixer/discover"
)

// plant makes files; a name with " -> " is a symbolic link, one that ends with a
// slash a folder. A value is the text.
func plant(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name, target, link := strings.Cut(name, " -> ")
		path := filepath.Join(dir, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		switch {
		case err != nil:
		case link:
			err = os.Symlink(target, path)
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(path, 0o755)
		default:
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// names makes files without text.
func names(list ...string) map[string]string {
	files := map[string]string{}
	for _, name := range list {
		files[name] = ""
	}
	return files
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.excludesFile=/dev/null", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("git %q: %s", args, exit.Stderr)
	} else if err != nil {
		t.Skipf("git does not run: %v", err)
	}
	return string(out)
}

func folder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func walk(t *testing.T, root string, opt discover.Options) *discover.Tree {
	t.Helper()
	tree, err := walkFrom(context.Background(), root, opt)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// walkFrom is discover.Walk of a folder that it opens.
func walkFrom(ctx context.Context, root string, opt discover.Options) (*discover.Tree, error) {
	dir, err := confined.Open(root)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return discover.Walk(ctx, dir, root, opt)
}

// expect compares the Dockerfiles that are found.
func expect(t *testing.T, tree *discover.Tree, want ...string) {
	t.Helper()
	if !slices.Equal(tree.Dockerfiles, want) {
		t.Errorf("found are %q, not %q", tree.Dockerfiles, want)
	}
}

func TestWalkSortsByKind(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("Dockerfile", "b/Dockerfile.dev", "a/Containerfile", "a/app.dockerfile", "compose.yaml", "infra/docker-compose.prod.yml",
		"Makefile", "x/GNUmakefile", "x/makefile", ".env", "x/.env.example", ".env.local", "README.md", "Dockerfile.dockerignore", "Dockerfile.j2",
		"Dockerfile.d/x", ".nonroot-12-0123456789abcdef-1.tmp", "a b/Dockerfile", "é\n/Dockerfile"))
	tree := walk(t, dir, discover.Options{})
	expect(t, tree, "Dockerfile", "a b/Dockerfile", "a/Containerfile", "a/app.dockerfile", "b/Dockerfile.dev", "é\n/Dockerfile")
	for _, c := range []struct{ got, want []string }{
		{tree.Composes, []string{"compose.yaml", "infra/docker-compose.prod.yml"}},
		{tree.Makefiles, []string{"Makefile", "x/GNUmakefile", "x/makefile"}},
		{tree.EnvFiles, []string{".env", "x/.env.example"}},
		{tree.Temps, []string{".nonroot-12-0123456789abcdef-1.tmp"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("found are %q, not %q", c.got, c.want)
		}
	}
	if tree.Root != dir || tree.Kubernetes || len(tree.Problems) > 0 || len(tree.Links) > 0 {
		t.Errorf("%+v", tree)
	}
}

func TestWalkSkips(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("Dockerfile", "vendor/Dockerfile", "a/node_modules/x/Dockerfile"))
	for _, name := range []string{".git", ".hg", ".svn", "node_modules", "bower_components", ".venv", "venv", "__pycache__", ".terraform", ".tox"} {
		plant(t, dir, names(name+"/Dockerfile", name+"/a/compose.yaml"))
	}
	expect(t, walk(t, dir, discover.Options{}), "Dockerfile", "vendor/Dockerfile")
	named := discover.Options{Named: []string{"venv/Dockerfile", "a/node_modules", ".git/Dockerfile", "."}}
	expect(t, walk(t, dir, named), "Dockerfile", "a/node_modules/x/Dockerfile", "vendor/Dockerfile", "venv/Dockerfile")
}

func TestWalkRespectsGitignore(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("Dockerfile", "out/Dockerfile", "out/keep/Dockerfile", "a/Dockerfile", "a/out/Dockerfile", "b/Dockerfile", "b/c/Dockerfile", "b/c/d/Dockerfile", "compose.yaml"))
	plant(t, dir, map[string]string{
		".gitignore":        "/out/\n!/out/keep\ncompose.yaml\n",
		"b/.gitignore":      "Dockerfile\r\n!/Dockerfile\r\n",
		"b/c/d/.gitignore":  "!Dockerfile\n",
		"a/.gitignore -> x": "", // like git, it does not follow a link
		"a/x":               "*",
	})
	tree := walk(t, dir, discover.Options{}) // in no repository at all
	expect(t, tree, "Dockerfile", "a/Dockerfile", "a/out/Dockerfile", "b/Dockerfile", "b/c/d/Dockerfile")
	if len(tree.Composes) > 0 {
		t.Errorf("found are %q", tree.Composes)
	}
}

// TestWalkNamesThatAreNoUTF8 asserts that what is read on the way is read there, too.
func TestWalkNamesThatAreNoUTF8(t *testing.T) {
	dir := folder(t)
	if err := os.Mkdir(filepath.Join(dir, "a\xff"), 0o755); err != nil {
		t.Skip(err) // not every file system takes them
	}
	plant(t, dir, map[string]string{
		".git/": "", "a\xff/.gitignore": "gen\n", "a\xff/Dockerfile": "", "a\xff/gen/Dockerfile": "", "a\xff/pod.yaml": "apiVersion: v1\nkind: Pod\n",
	})
	tree := walk(t, dir, discover.Options{})
	expect(t, tree, "a\xff/Dockerfile")
	if len(tree.Problems) > 0 || !tree.Kubernetes {
		t.Errorf("problems are %v; a manifest was seen: %t", tree.Problems, tree.Kubernetes)
	}
}

// TestLacks asks for what has to be seen in a folder, and in folders that the walk does not know.
func TestLacks(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("a/.env", "b/x.Dockerignore", "c/x", "d/.env/x", "e/.env -> nowhere", "node_modules/x", "out/x", "alone/.env"))
	plant(t, dir, map[string]string{".gitignore": "out\n"})
	tree := walk(t, dir, discover.Options{Ignore: []string{"alone/.env"}})
	for path, want := range map[string]bool{
		".env": true, ".dockerignore": true, "a/.env": false, "a/.dockerignore": true, "a/Dockerfile.dockerignore": true, "b/.env": true, "b/.dockerignore": false,
		"c/.env": true, "c/.dockerignore": true, "d/.env": false, "d/.env/.env": true, "e/.env": false, "alone/.env": false,
		"node_modules/.env": false, "out/.env": false, "missing/.env": false, "c/Makefile": false, "c/x": false,
	} {
		if tree.Lacks(path) != want {
			t.Errorf("%s: lacks it is %t", path, !want)
		}
	}
}

// TestWalked has folders that the walk does not go to, and what is none.
func TestWalked(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("a/b/x", "node_modules/x", "out/x", "link -> a", "file"))
	plant(t, dir, map[string]string{".gitignore": "out\n"})
	tree := walk(t, dir, discover.Options{})
	for path, want := range map[string]bool{
		".": true, "a": true, "a/b": true, "a/b/x": false, "node_modules": false, "out": false, "link": false, "link/b": false, "file": false, "missing": false,
	} {
		if tree.Walked(path) != want {
			t.Errorf("%s: walked is %t", path, !want)
		}
	}
}

func TestWalkNamed(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("out/Dockerfile", "out/a/Dockerfile", "out/a/b/Dockerfile", "out/c/Dockerfile", "x.Dockerfile", "y.Dockerfile"))
	plant(t, dir, map[string]string{".gitignore": "out\n*.Dockerfile\n", "out/a/b/.gitignore": "*\n"})
	for _, c := range []struct{ named, want []string }{
		{nil, nil},
		{[]string{"x.Dockerfile"}, []string{"x.Dockerfile"}},
		{[]string{"out/c/Dockerfile"}, []string{"out/c/Dockerfile"}},
		{[]string{"./out/a/"}, []string{"out/a/Dockerfile"}},
		{[]string{"out"}, []string{"out/Dockerfile", "out/a/Dockerfile", "out/c/Dockerfile"}},
		{[]string{"out/a/b", "out"}, []string{"out/Dockerfile", "out/a/Dockerfile", "out/c/Dockerfile"}},
		{[]string{"out/a/b/Dockerfile"}, []string{"out/a/b/Dockerfile"}},
		{[]string{"gone", "out/gone/Dockerfile"}, nil},
	} {
		tree := walk(t, dir, discover.Options{Named: c.named})
		if !slices.Equal(tree.Dockerfiles, c.want) {
			t.Errorf("named %q: found are %q, not %q", c.named, tree.Dockerfiles, c.want)
		}
	}
}

func TestWalkLeavesAlone(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("Dockerfile", "legacy/Dockerfile", "legacy/a/Dockerfile", "a/legacy/Dockerfile", "a/Dockerfile.old", "keep/Dockerfile"))
	opt := discover.Options{Ignore: []string{"legacy/**", "*.old", "keep/", "!keep/"}, Named: []string{"legacy/Dockerfile", "a/Dockerfile.old"}}
	expect(t, walk(t, dir, opt), "Dockerfile", "a/legacy/Dockerfile", "keep/Dockerfile")
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	plant(t, dir, map[string]string{".gitignore": "*"}) // tracked or not
	expect(t, walk(t, dir, opt), "Dockerfile", "a/legacy/Dockerfile", "keep/Dockerfile")
	alone := discover.LeftAlone(opt.Ignore)
	for path, want := range map[string]bool{"legacy/x": true, "legacy/a/b/c": true, "a/legacy/x": false, "x.old": true, "x.old/y": true, "keep/x": false, "x": false} {
		if alone(path) != want {
			t.Errorf("%s: left alone is %t", path, !want)
		}
	}
}

func TestWalkTrackedFiles(t *testing.T) {
	dir := folder(t)
	git(t, dir, "init", "-q")
	plant(t, dir, names("Dockerfile", "out/Dockerfile", "out/a/compose.yaml", "out/b/Dockerfile", "out/gone/Dockerfile", "node_modules/Dockerfile", "x/Dockerfile"))
	plant(t, dir, map[string]string{"out/k8s/deploy.yml": "apiVersion: v1\nkind: Pod\n", ".env": ""})
	git(t, dir, "add", "out/Dockerfile", "out/a", "out/gone", "out/k8s", "node_modules", "x")
	if err := os.RemoveAll(filepath.Join(dir, "out", "gone")); err != nil {
		t.Fatal(err)
	}
	plant(t, dir, map[string]string{".gitignore": "out\nx/Dockerfile\n.env\n", ".git/info/exclude": "/Dockerfile\n"})
	tree := walk(t, dir, discover.Options{})
	expect(t, tree, "out/Dockerfile", "x/Dockerfile")
	if !slices.Equal(tree.Composes, []string{"out/a/compose.yaml"}) || !tree.Kubernetes || !slices.Equal(tree.EnvFiles, []string{".env"}) || len(tree.Problems) > 0 {
		t.Errorf("%+v", tree)
	}
	for path, want := range map[string]bool{".env": true, "x/.env": true, "Dockerfile": true, "out/Dockerfile": false, "out/b/Dockerfile": true, "out/new/x": true, "x/Dockerfile": false, "x/y": false} {
		if tree.GitIgnored(path) != want {
			t.Errorf("%s: ignored by git is %t", path, !want)
		}
	}
	t.Setenv("PATH", "") // no git: what is ignored is ignored
	expect(t, walk(t, dir, discover.Options{}))
}

func TestWalkInsideOfAHook(t *testing.T) {
	dir := folder(t)
	git(t, dir, "init", "-q")
	plant(t, dir, map[string]string{"Dockerfile": "", ".gitignore": "Dockerfile"})
	git(t, dir, "add", "-f", "Dockerfile")
	t.Setenv("GIT_DIR", filepath.Join(dir, "nowhere"))
	t.Setenv("GIT_INDEX_FILE", filepath.Join(dir, "nowhere"))
	expect(t, walk(t, dir, discover.Options{}), "Dockerfile")
}

// TestWalkRunsNothingOfTheRepository has settings that make git run commands.
func TestWalkRunsNothingOfTheRepository(t *testing.T) {
	dir := folder(t)
	git(t, dir, "init", "-q")
	plant(t, dir, map[string]string{"Dockerfile": "", "out/Dockerfile": ""})
	git(t, dir, "add", "-A")
	plant(t, dir, map[string]string{".gitignore": "out"})
	mark := filepath.Join(dir, "ran")
	script := filepath.Join(dir, "run.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho $0 >>"+mark+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	plant(t, dir, map[string]string{"hooks/.keep": ""})
	for _, hook := range []string{"post-index-change", "fsmonitor-watchman", "pre-auto-gc"} {
		if err := os.Symlink(script, filepath.Join(dir, "hooks", hook)); err != nil {
			t.Fatal(err)
		}
	}
	for _, setting := range []string{"core.fsmonitor", "core.pager", "pager.ls-files", "core.sshCommand", "alias.ls-files", "core.editor", "diff.external", "filter.x.clean", "uploadpack.packObjectsHook"} {
		git(t, dir, "config", setting, script)
	}
	git(t, dir, "config", "core.hooksPath", filepath.Join(dir, "hooks"))
	expect(t, walk(t, dir, discover.Options{}), "Dockerfile", "out/Dockerfile")
	if text, err := os.ReadFile(mark); err == nil {
		t.Errorf("these ran: %s", text)
	}
}

func TestWalkOtherRepositories(t *testing.T) {
	outer, inner := folder(t), folder(t)
	git(t, inner, "init", "-q")
	plant(t, inner, map[string]string{"Dockerfile": "", "out/Dockerfile": "", "out/x/Dockerfile": "", ".gitignore": "out\n"})
	git(t, inner, "add", "-f", "Dockerfile", "out/Dockerfile", ".gitignore")
	git(t, inner, "commit", "-qm", "x")
	git(t, outer, "init", "-q")
	plant(t, outer, map[string]string{"Dockerfile": "", "sub.Dockerfile": ""})
	git(t, outer, "submodule", "--quiet", "add", inner, "module")
	plant(t, outer, map[string]string{".gitignore": "Dockerfile\n!/Dockerfile\n", "module/new/Dockerfile": "", "module/out/new/Dockerfile": "", "a/Dockerfile": ""})
	expect(t, walk(t, outer, discover.Options{}), "Dockerfile", "module/Dockerfile", "module/new/Dockerfile", "module/out/Dockerfile", "sub.Dockerfile")

	// A work tree has its .git in a file, and the exclude file in the repository's own.
	tree := filepath.Join(folder(t), "tree")
	git(t, inner, "worktree", "add", "-q", tree)
	plant(t, inner, map[string]string{".git/info/exclude": "secret\n"})
	plant(t, tree, names("secret/Dockerfile", "b/Dockerfile"))
	expect(t, walk(t, tree, discover.Options{}), "Dockerfile", "b/Dockerfile", "out/Dockerfile")
}

func TestWalkBelowTheTopOfARepository(t *testing.T) {
	top := folder(t)
	git(t, top, "init", "-q")
	plant(t, top, names("a/b/Dockerfile", "a/b/c/Dockerfile", "a/b/d/Dockerfile", "a/b/out/Dockerfile", "out/a/Dockerfile"))
	git(t, top, "add", "a/b/out/Dockerfile")
	plant(t, top, map[string]string{".gitignore": "/a/b/c\nout\n", "a/.gitignore": "d\n", ".git/info/exclude": "/a/b/Dockerfile\n", "a/b/.nonroot.yaml": ""})
	root, err := discover.Root(filepath.Join(top, "a", "b", "c"))
	if err != nil || root != filepath.Join(top, "a", "b") {
		t.Fatal(root, err)
	}
	expect(t, walk(t, root, discover.Options{}), "out/Dockerfile")
	expect(t, walk(t, filepath.Join(top, "out", "a"), discover.Options{}), "Dockerfile") // named, though ignored
}

func TestWalkLinks(t *testing.T) {
	dir := folder(t)
	outside := folder(t)
	plant(t, outside, names("Dockerfile", "compose.yaml", ".env"))
	plant(t, dir, names("real/Dockerfile.x", "a/Dockerfile -> ../real/Dockerfile.x", "b/Dockerfile -> ../a/Dockerfile", "absolute/Dockerfile -> "+dir+"/real/Dockerfile.x",
		"out/Dockerfile -> "+outside+"/Dockerfile", "up/compose.yaml -> ../../../../../../../../etc/hostname", "lost/Dockerfile -> gone", "loop/Dockerfile -> Dockerfile",
		"dir/Dockerfile -> ../real", "git/Dockerfile -> ../.git/config", ".git/config", "linked -> "+outside, "self -> .", ".env -> "+outside+"/.env", "Makefile -> gone",
		"dev/Dockerfile -> /dev/zero", "folder/Dockerfile/x",
		"there/Dockerfile -> "+outside+"/gone", "back/Dockerfile -> ../../"+filepath.Base(dir)+"/real/Dockerfile.x", "below/Dockerfile -> ../real/Dockerfile.x/../Dockerfile.x"))
	tree := walk(t, dir, discover.Options{})
	expect(t, tree, "a/Dockerfile", "absolute/Dockerfile", "b/Dockerfile", "real/Dockerfile.x")
	want := map[string]string{"a/Dockerfile": "real/Dockerfile.x", "b/Dockerfile": "real/Dockerfile.x", "absolute/Dockerfile": "real/Dockerfile.x"}
	if !reflect.DeepEqual(tree.Links, want) {
		t.Errorf("links are %q", tree.Links)
	}
	var problems []string
	for _, p := range tree.Problems {
		problems = append(problems, p.Path+": "+p.Err.Error())
	}
	// Of what lies out of the root it is not even said whether it is there.
	if got := strings.Join(problems, "\n"); got != `back/Dockerfile: it is a symbolic link that leads out of the root
below/Dockerfile: it is a symbolic link that leads nowhere
dev/Dockerfile: it is a symbolic link that leads out of the root
dir/Dockerfile: it is a symbolic link to something that is not a regular file
git/Dockerfile: it is a symbolic link that leads into .git
loop/Dockerfile: it is a symbolic link that leads nowhere
lost/Dockerfile: it is a symbolic link that leads nowhere
out/Dockerfile: it is a symbolic link that leads out of the root
there/Dockerfile: it is a symbolic link that leads out of the root
up/compose.yaml: it is a symbolic link that leads out of the root` {
		t.Errorf("problems are\n%s", got)
	}
	if len(tree.EnvFiles)+len(tree.Makefiles) > 0 {
		t.Errorf("%q %q", tree.EnvFiles, tree.Makefiles)
	}
}

func TestWalkIsTheSameEachTime(t *testing.T) {
	dir := folder(t)
	for i := range 200 {
		plant(t, dir, names(fmt.Sprintf("d%d/e/Dockerfile", i), fmt.Sprintf("d%d/compose.yaml -> gone", i), fmt.Sprintf("d%d/f/.env", i)))
	}
	first := walk(t, dir, discover.Options{})
	for range 5 {
		next := walk(t, dir, discover.Options{})
		if !slices.Equal(first.Dockerfiles, next.Dockerfiles) || !slices.Equal(first.EnvFiles, next.EnvFiles) || !reflect.DeepEqual(first.Problems, next.Problems) {
			t.Fatal("two walks differ")
		}
	}
}

func TestWalkEnds(t *testing.T) {
	dir := folder(t)
	plant(t, dir, names("a/Dockerfile"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := walkFrom(ctx, dir, discover.Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := walkFrom(context.Background(), filepath.Join(dir, "gone"), discover.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestWalkLargeGitignore(t *testing.T) {
	dir := folder(t)
	plant(t, dir, map[string]string{"Dockerfile": "", ".gitignore": strings.Repeat("Dockerfile\n", 100_000)})
	tree := walk(t, dir, discover.Options{})
	expect(t, tree, "Dockerfile")
	if len(tree.Problems) != 1 || tree.Problems[0].Path != ".gitignore" || !strings.Contains(tree.Problems[0].Err.Error(), "1048576") {
		t.Errorf("%v", tree.Problems)
	}
}

// TestIgnoreFileThatNobodyNeeds asserts that a .gitignore which cannot be read is a
// problem only where something may be ignored by it.
func TestIgnoreFileThatNobodyNeeds(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	tooLong := strings.Repeat("x\n", 1<<20)
	write("texts/.gitignore", tooLong)
	write("texts/README.txt", "")
	if got := walk(t, root, discover.Options{}); len(got.Problems) > 0 {
		t.Errorf("where there is nothing to ignore: %v", got.Problems)
	}
	write("texts/Dockerfile", "FROM scratch\n")
	if got := walk(t, root, discover.Options{}); len(got.Problems) != 1 {
		t.Errorf("beside a Dockerfile: %v", got.Problems)
	}
}
