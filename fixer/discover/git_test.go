package discover_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/discover"
)

// TestWalkAgreesWithGit makes folders, .gitignore files and tracked files at
// random, and asks git which Dockerfiles it tracks or does not ignore.
func TestWalkAgreesWithGit(t *testing.T) {
	for seed := range uint64(25) {
		random := rand.New(rand.NewPCG(seed, 1))
		dir := folder(t)
		git(t, dir, "init", "-q")
		var dirs []string
		for range 12 {
			var elements []string
			for range 1 + random.IntN(4) {
				elements = append(elements, pick(random, "a", "b", "c", "out"))
			}
			dirs = append(dirs, strings.Join(elements, "/"))
		}
		var files []string
		for _, d := range dirs {
			for _, name := range []string{"Dockerfile", "Dockerfile.dev", "x.Dockerfile"} {
				files = append(files, d+"/"+name)
			}
		}
		plant(t, dir, names(files...))
		git(t, dir, "add", pick(random, files...), pick(random, dirs...), pick(random, files...))
		ignores := map[string]string{".gitignore": rules(random), ".git/info/exclude": rules(random)}
		for range 4 {
			ignores[pick(random, dirs...)+"/.gitignore"] = rules(random)
		}
		plant(t, dir, ignores)

		root := dir
		if random.IntN(3) == 0 {
			root = filepath.Join(dir, "a")
			plant(t, root, names(".nonroot.yaml"))
			if exec.Command("git", "-C", dir, "check-ignore", "--no-index", "-q", "a").Run() == nil {
				continue // git ignores the root itself, which who walks it does not
			}
		}
		var want []string
		for name := range strings.SplitSeq(git(t, root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"), "\x00") {
			if discover.IsDockerfile(filepath.Base(name)) {
				want = append(want, name)
			}
		}
		slices.Sort(want)
		if got := walk(t, root, discover.Options{}).Dockerfiles; !slices.Equal(got, want) {
			t.Errorf("seed %d: found are\n%q, git says\n%q\nwith %q", seed, got, want, ignores)
		}
	}
}

func pick(random *rand.Rand, from ...string) string { return from[random.IntN(len(from))] }

// rules is a .gitignore file.
func rules(random *rand.Rand) string {
	var lines []string
	for range random.IntN(4) {
		lines = append(lines, pick(random, "", "", "!")+pick(random, "", "", "/", "**/", "a/", "a/**/")+pick(random, "out", "b", "c", "*.dev", "Dockerfile", "Dockerfile*", "[!x]*", "x.*", "a")+pick(random, "", "", "/", "/*", "/**"))
	}
	return strings.Join(lines, "\n")
}

// BenchmarkWalk walks folders of files that do not matter.
func BenchmarkWalk(b *testing.B) {
	dir := b.TempDir()
	for i := range 200 {
		files := map[string]string{}
		for j := range 100 {
			files[fmt.Sprintf("d%d/e%d/file%d.go", i/10, i, j)] = ""
		}
		plant(b, dir, files)
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := walkFrom(context.Background(), dir, discover.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
