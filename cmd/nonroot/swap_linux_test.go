package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFolderSwappedWhileItRuns has somebody exchange folders for symbolic links out of
// the root, and back, as fast as they can, while the command walks, reads and writes:
// nothing outside is written, and nothing of it is shown, no name either.
func TestFolderSwappedWhileItRuns(t *testing.T) {
	const folders = 24
	rounds, hits := 8, 0
	for n := range rounds {
		top := t.TempDir()
		repo := filepath.Join(top, "repo")
		put(t, repo, ".git/HEAD", "ref: refs/heads/main\n")
		for i := range folders {
			dir := fmt.Sprintf("f%02d", i)
			put(t, repo, dir+"/Dockerfile", fromDebian+"COPY . /app\nCMD [\"sleep\", \"1\"]\n")
			put(t, repo, dir+"/compose.yaml", "services:\n  web:\n    build: .\n    tmpfs: [/tmp]\n")
			put(t, top, "out/"+dir+"/Dockerfile", fromDebian+"RUN echo "+outsideMark+"\nCOPY . /app\nCMD [\"sleep\", \"1\"]\n")
			put(t, top, "out/"+dir+"/compose.yaml", "services:\n  "+outsideMark+":\n    build: .\n    tmpfs: [/tmp]\n")
			put(t, top, "out/"+dir+"/Dockerfile."+outsideMark, fromDebian)
			put(t, top, "out/"+dir+"/"+outsideMark+"/compose.yaml", onTerminal)
			link(t, top, "links/"+dir, filepath.Join("..", "out", dir))
		}
		before := beside(t, filepath.Join(top, "out"))
		stop := make(chan struct{})
		var swapping sync.WaitGroup
		swapping.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				dir := fmt.Sprintf("f%02d", i%folders)
				if err := unix.Renameat2(unix.AT_FDCWD, filepath.Join(repo, dir), unix.AT_FDCWD, filepath.Join(top, "links", dir), unix.RENAME_EXCHANGE); err != nil {
					t.Errorf("swap: %v", err)
					return
				}
			}
		})
		for _, args := range [][]string{{"check", "--notes", repo}, {"check", "--format=json", repo}, {"fix", "--unsafe-fixes", "--yes", repo}, {"fix", "--unsafe-fixes", "--yes", repo}} {
			var out, stderr bytes.Buffer
			run(t.Context(), args, streams{strings.NewReader(""), &out, &stderr})
			said := out.String() + stderr.String()
			if at := strings.Index(said, outsideMark); at >= 0 {
				t.Errorf("round %d: nonroot %s says %.300s", n, args[0], said[max(at-100, 0):])
			}
			if strings.Contains(said, "bug in nonroot") {
				t.Errorf("round %d: nonroot %s says %s", n, args[0], said)
			}
			if strings.Contains(said, "not done") {
				hits++
			}
		}
		close(stop)
		swapping.Wait()
		sameTree(t, "outside of the root", beside(t, filepath.Join(top, "out")), before)
		if _, err := os.Stat(repo); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of %d runs met a folder that was swapped", hits, 4*rounds)
	if hits == 0 {
		t.Error("no run met a folder that was swapped")
	}
}
