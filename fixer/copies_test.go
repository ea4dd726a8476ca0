package fixer

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/confined"
)

// brought is a build context in which everything is that a listing treats in its own way.
func brought(t *testing.T, ignore string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{
		"file", "src/file", "src/deep/er/file", "src/deep/Dockerfile", "src/.git/file", "src/gitfile/.git", "src/gitfile/z",
		".git/file", ".nonroot-1-ab.tmp", "src/.nonroot-1-ab.tmp", "src/.nonroot-1-ab.tmp.d/file", "out/file", "out/kept/file", "out/kept/x.pyc", "x.pyc",
		"src/x.pyc", "src/deep/x.pyc", "we*ird/file",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM debian:12\nCOPY . /app\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"link": "src", "filelink": "file", "src/link": "deep", "src/filelink": "../file", "src/dangling": "none", "outside": "/etc", "gitlink": ".git"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if ignore != "" {
		if err := os.WriteFile(filepath.Join(dir, ".dockerignore"), []byte(ignore), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestCopiesFile asserts that one file of a source is looked up as Copies lists it.
func TestCopiesFile(t *testing.T) {
	for _, ignore := range []string{"", "*.pyc\n", "**/*.pyc\nout\n!out/kept\n", "out\nsrc/deep\n", "*\n!src\nsrc/deep/*\n!src/deep/er/file\n", "[z-a]\n", "src/*\n!src/deep\n", "src/deep/er\n!src/deep\n"} {
		dir := brought(t, ignore)
		fsys, err := confined.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer fsys.Close()
		sources := []string{
			".", "", "/", "./", "file", "src", "src/", "/src/", "src/deep", "src/deep/er", "src/file", "link", "link/", "link/deep", "filelink", "src/link", "src/filelink", "outside", "gitlink",
			"src/dangling", "none", ".git", ".git/file", "src/.git", "../src", "src/../src", "out", "out/kept", "x.pyc", "src/x.pyc", "$x", "http://x/src", "git@x:src", ".nonroot-1-ab.tmp",
			"file/", "src/file/x", "src/.nonroot-1-ab.tmp.d",
		}
		paths := []string{"", ".", "..", "none", "file/none"}
		err = filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
			rel, _ := filepath.Rel(dir, name)
			for at := rel; at != "."; _, at, _ = strings.Cut(at, "/") { // seen from each folder above
				if paths = append(paths, at); !strings.Contains(at, "/") {
					break
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, "link/file", "link/deep/file", "link/er/file", "src/link/er/file")
		slices.Sort(paths)
		target := contextTarget(t, fsys)
		in := target.Stage.Syntax.Instructions[0]
		found := 0
		for _, source := range sources {
			list, known := target.Copies(in, source)
			for _, below := range slices.Compact(paths) {
				want := ""
				for _, f := range list {
					if known && f.Mode.IsRegular() && (f.Rel == "" || f.Rel == below) {
						want = fmt.Sprint(f)
					}
				}
				got := ""
				if f, ok := target.copiesFile(in, source, below); ok {
					got = fmt.Sprint(f)
				}
				if got != want {
					t.Errorf(".dockerignore %q, source %q, path %q: %q, and of the list %q", ignore, source, below, got, want)
				}
				if want != "" {
					found++
				}
			}
		}
		if found == 0 && !strings.HasPrefix(ignore, "[") {
			t.Errorf(".dockerignore %q: nothing is found at all", ignore)
		}
	}
}

// TestScriptAmongMany asserts that an entrypoint script is found in a source of more files than are listed.
func TestScriptAmongMany(t *testing.T) {
	all := files("Dockerfile", "FROM debian:12\nCOPY . /app\nENTRYPOINT [\"/app/start.sh\"]\n", "start.sh", "#!/bin/sh\nexec gosu app \"$@\"\n")
	for i := range maxListed {
		all[fmt.Sprintf("data/%05d", i)] = all["start.sh"]
	}
	target := contextTarget(t, all)
	if _, known := target.Copies(target.Stage.Syntax.Instructions[0], "."); known {
		t.Error("the source can be listed")
	}
	if helper, to := target.Drops(); to != "app" {
		t.Errorf("it drops root to %q by %q", to, helper)
	}
}

// contextTarget is the target of the Dockerfile of a file system.
func contextTarget(t *testing.T, fsys fs.FS) *Target {
	t.Helper()
	ws, err := OpenFS(Listing{FS: fsys, Dockerfiles: []string{"Dockerfile"}})
	if err != nil || len(ws.groups) != 1 || len(ws.Problems) > 0 {
		t.Fatal(err, ws.Problems)
	}
	return ws.groups[0].load(ws.in).Targets[0]
}

// TestLeftOut asserts that a list has the files that BuildKit copied when each of these was built.
func TestLeftOut(t *testing.T) {
	for _, tc := range []struct{ ignore, want string }{
		{"a/x\n!a\n", "a/b/x a/b/y a/y"},          // a is not left out, so that !a says nothing
		{"a\n!a/b\n", "a/b/x a/b/y"},              //
		{"a/b\n!a/*/x\na/b\n", "a/b/x a/x a/y"},   // a/b is left out already, so that it is not a second time
		{"**/x\n!a\n", "a/b/y a/y"},               //
		{"*\n!**/y\n", "a/b/y a/y"},               // a pattern that may match in any folder
		{"a/*\n!a\n!a/b/**\n", "a/b/x a/b/y"},     //
		{"*\n!a\na/b\n!a/b/y\n", "a/b/y a/x a/y"}, //
		{"/a/b/\n", "a/x a/y"},                    //
		{"a/b/x\n!a/b\n!a/b/x\n", "a/b/x a/b/y a/x a/y"},
	} {
		all := files("Dockerfile", "FROM debian:12\nCOPY . /app\n", ".dockerignore", tc.ignore, "a/x", "", "a/y", "", "a/b/x", "", "a/b/y", "")
		target := contextTarget(t, all)
		for _, source := range []string{".", "a", "a/b"} {
			list, _ := target.Copies(target.Stage.Syntax.Instructions[0], source)
			got, want := []string{}, []string{}
			for _, f := range list {
				if strings.HasPrefix(f.Path, "a/") && !f.Mode.IsDir() {
					got = append(got, f.Path)
				}
			}
			for f := range strings.FieldsSeq(tc.want) {
				if source == "." || strings.HasPrefix(f, source+"/") {
					want = append(want, f)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf(".dockerignore %q, source %s: %q, not %q", tc.ignore, source, got, want)
			}
		}
	}
}

// TestOddContext asserts that the name of the context is no pattern.
func TestOddContext(t *testing.T) {
	for _, dir := range []string{"[abc]", "a*", "?", `a\b`, `[\]`, "a["} {
		all := files(dir+"/Dockerfile", "FROM debian:12\nCOPY *.sh s[t]art* /app/\n", dir+"/start.sh", "", dir+"/other.txt", "", "a/start.sh", "", "ab/wrong.sh", "")
		ws, err := OpenFS(Listing{FS: all, Dockerfiles: []string{dir + "/Dockerfile"}})
		if err != nil {
			t.Fatal(err)
		}
		target := ws.groups[0].load(ws.in).Targets[0]
		for _, source := range []string{"*.sh", "s[t]art*"} {
			list, known := target.Copies(target.Stage.Syntax.Instructions[0], source)
			if got := fmt.Sprint(list); got != "[{start.sh  -rw-r--r--}]" || !known {
				t.Errorf("%s: %s brings %s", dir, source, got)
			}
		}
	}
}

// TestTooMany asserts that only files that are not left out count, whichever are asked for first.
func TestTooMany(t *testing.T) {
	for _, tc := range []struct {
		brought int
		known   bool
	}{{0, true}, {1, true}, {maxListed - 5, true}, {maxListed - 4, false}, {maxListed + 10, false}} {
		all := files("Dockerfile", "FROM debian:12\nCOPY . /app\n", ".dockerignore", "**/*.log\n")
		for i := range maxListed + 7 {
			all[fmt.Sprintf("a/%05d.log", i)] = all["Dockerfile"]
		}
		for i := range tc.brought {
			all[fmt.Sprintf("a/%05d.txt", i)] = all["Dockerfile"]
		}
		target := contextTarget(t, all) // the context, a, Dockerfile and .dockerignore come with them
		in := target.Stage.Syntax.Instructions[0]
		some := target.CopiesOf(in, ".", func(f Copied) bool { return strings.HasPrefix(f.Path, "a/00000.") })
		if len(some) != min(tc.brought, 1) {
			t.Errorf("%d files: %v", tc.brought, some)
		}
		if list, known := target.Copies(in, "."); known != tc.known || len(list) != min(tc.brought+4, maxListed) {
			t.Errorf("%d files: %d, %t", tc.brought, len(list), known)
		}
	}
}
