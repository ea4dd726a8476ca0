package makefile

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// edited is the target with a list of directories that we do not write, as a
// person may make it.
func edited(t *testing.T, list string) string {
	return strings.Replace(appended(t, "", params("data")), `set -- "data"`, "set -- "+list, 1)
}

func TestResetStopsAtOtherPlaces(t *testing.T) {
	for list, why := range map[string]string{
		`/`:               "/ is not a directory of this project",
		`""`:              " is not a directory of this project",
		`.`:               ". is not a directory of this project",
		`data ..`:         ".. is not a directory of this project",
		`../x`:            "../x is not a directory of this project",
		`data/../..`:      "data/../.. is not a directory of this project",
		`/etc/nonroot`:    "/etc/nonroot is not a directory of this project",
		`data/`:           "data/ is not a directory of this project",
		`"$$HOME"`:        "/nonexistent is not a directory of this project",
		`new data/./x`:    "data/./x is not a directory of this project",
		`linked`:          "linked is a symbolic link",
		`linked/new`:      "linked is a symbolic link",
		`new data/l/new`:  "data/l is a symbolic link",
		`dangling`:        "dangling is a symbolic link",
		`new home`:        "home holds your home directory",
		`home/user`:       "home/user holds your home directory",
		`repository`:      "repository holds a .git",
		`data worktree`:   "worktree holds a .git",
		`repository/.git`: "repository/.git holds a .git",
	} {
		t.Run(list, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, edited(t, list))
			p.write("home/user/file", "")
			p.write("data/file", "")
			p.write("repository/.git/HEAD", "ref: refs/heads/x\n")
			p.write("worktree/a/b/.git", "gitdir: nowhere\n")
			outside := filepath.Join(filepath.Dir(p.dir), "outside")
			must(t, os.Mkdir(outside, 0o755))
			must(t, os.Symlink(outside, filepath.Join(p.dir, "linked")))
			must(t, os.Symlink("../home", filepath.Join(p.dir, "data/l")))
			must(t, os.Symlink("gone", filepath.Join(p.dir, "dangling")))
			if strings.Contains(list, "home") {
				p.env = []string{"HOME=" + filepath.Join(p.dir, "data/l/user")}
			}
			p.stops("reset-permissions: " + why + "\n")
			if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
				t.Errorf("outside: %v %v", left, err)
			}
		})
	}
}

func TestResetStopsAtWhatGitTracks(t *testing.T) {
	needsRoot(t)
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	for _, where := range []string{".", "sub/project"} {
		p := newProject(t, appended(t, "", params("data", "data[1]/x", "*")))
		p.git("init", "-q")
		p.write(where+"/Makefile", appended(t, "", params("data", "data[1]/x", "*")))
		for _, kept := range []string{"data/.gitkeep", "data/a/.gitignore", "data[1]/x/.keep", "*/b/.gitkeep"} {
			p.write(where+"/"+kept, "")
		}
		p.write("data.txt", "")
		p.write(where+"/data/untracked", "")
		p.git("add", "data.txt", where+"/Makefile")
		p.git("add", "-f", where+"/data/.gitkeep", where+"/data/a/.gitignore", where+"/data[1]/x/.keep")
		p.reset("-C", where)
		if got := p.owners(where + "/data"); strings.Count(got, " 1000:1000\n") != 5 {
			t.Errorf("%s: %s", where, got)
		}
		p.write(where+"/data/deep/my notes", "")
		p.git("add", where+"/data/deep")
		p.stops("reset-permissions: git tracks files in data, or cannot say: data/deep/my notes\n", "-C", where)
		must(t, os.Remove(filepath.Join(p.dir, where, "data/deep/my notes")))
		p.stops("reset-permissions: git tracks files in data, or cannot say: data/deep/my notes\n", "-C", where)
	}
}

func TestResetWhereGitCannotSay(t *testing.T) {
	needsRoot(t)
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	p := newProject(t, appended(t, "", params("data")))
	p.git("init", "-q")
	p.write("data/tracked", "")
	p.git("add", "data")
	p.uid = 1234 // the repository is root's: git does not read it
	p.stops("reset-permissions: git tracks files in data, or cannot say: ")

	p.uid = 0
	for _, tool := range []string{"sh", "make", "id", "sed", "tail", "head", "grep", "find", "dirname", "mkdir", "chown", "chmod", "cat"} {
		path, err := exec.LookPath(tool)
		must(t, err)
		must(t, os.Symlink(path, filepath.Join(p.bin, tool)))
	}
	p.env = []string{"PATH=" + p.bin} // without git
	p.reset()
	if got := p.owners("data"); got != " 755 1000:1000\ntracked 644 1000:1000\n" {
		t.Error(got)
	}
}
