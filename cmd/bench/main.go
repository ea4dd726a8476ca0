//go:build unix

// Command bench measures nonroot as people run it, whole processes, against
// the least that a program must do that reads the same files: make bench.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"nonroot/fixer/corpus"
)

var (
	files    = flag.Int("files", 2000, "how many Dockerfiles, and how many compose files")
	times    = flag.Int("times", 10, "how many times as many the large corpus has; 0 for none")
	runs     = flag.Int("runs", 5, "runs of every command, one after the other in turn")
	walked   = flag.Int("walk", 500_000, "irrelevant files in the tree that is walked; 0 for none")
	unsafely = flag.Bool("unsafe", false, "measure fix --unsafe-fixes as well")
	nonroot  = flag.String("nonroot", "", "the command to measure; empty: built from here")
)

func main() {
	flag.Parse()
	var err error
	switch args := flag.Args(); {
	case len(args) == 2 && args[0] == "floor":
		err = floor(args[1])
	case len(args) == 2 && args[0] == "generate":
		err = corpus.Write(args[1], *files)
	case len(args) == 2 && args[0] == "irrelevant":
		err = irrelevant(args[1], *walked)
	case len(args) == 0:
		err = bench()
	default:
		err = fmt.Errorf("unknown arguments %q", args)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench measures all, in a folder that it removes.
func bench() error {
	dir, err := os.MkdirTemp("", "nonroot-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if *nonroot == "" {
		*nonroot = filepath.Join(dir, "nonroot")
		build := exec.Command("go", "build", "-o", *nonroot, "./cmd/nonroot")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("go build ./cmd/nonroot: %w", err)
		}
	}
	small, err := measureCorpus(dir, *files)
	if err != nil {
		return err
	}
	if *times > 0 {
		large, err := measureCorpus(dir, *files**times)
		if err != nil {
			return err
		}
		for _, name := range []string{"check", "fix --dry-run"} {
			fmt.Printf("peak memory of %s with %d times the files: %.2f times\n", name, *times, float64(large[name].memory())/float64(small[name].memory()))
		}
	}
	if err := measureStart(dir); err != nil {
		return err
	}
	if *walked > 0 {
		return measureWalk(dir)
	}
	return nil
}

// irrelevant makes a tree of files that nothing is to be done about, a hundred
// in a folder.
func irrelevant(dir string, count int) error {
	for i := 0; i < count; i += 100 {
		folder := filepath.Join(dir, fmt.Sprintf("%02d", i/100%70), fmt.Sprintf("%05d", i/100))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		for j := range min(100, count-i) {
			f, err := os.Create(filepath.Join(folder, fmt.Sprintf("source_%02d.txt", j)))
			if err != nil {
				return err
			}
			f.Close()
		}
	}
	return nil
}
