package discover

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// gitDir is where the repository whose top is dir keeps what its work trees
// share, and empty where dir is no top. A file named .git points to a work
// tree's own folder, which names the shared one in its file commondir.
func gitDir(dir string) string {
	path := filepath.Join(dir, ".git")
	info, err := os.Lstat(path)
	if err != nil {
		return ""
	}
	if !info.Mode().IsRegular() {
		return path
	}
	target, ok := strings.CutPrefix(firstLine(path), "gitdir: ")
	if !ok {
		return ""
	}
	path = seenFrom(dir, target)
	if common := firstLine(filepath.Join(path, "commondir")); common != "" {
		path = seenFrom(path, common)
	}
	return path
}

// seenFrom is target as it is meant in a file in dir.
func seenFrom(dir, target string) string {
	if filepath.IsAbs(target) {
		return filepath.Clean(target)
	}
	return filepath.Join(dir, filepath.FromSlash(target))
}

func firstLine(path string) string {
	text, _ := readSmall(path, 64<<10)
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(line)
}

// readSmall is the text of a regular file of at most limit bytes; empty where
// there is none, or where it is something else: a symbolic link, a pipe.
func readSmall(path string, limit int64) (string, error) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return "", nil
	}
	if info.Size() > limit {
		return "", fmt.Errorf("it has %d bytes, and %d are the most that are read", info.Size(), limit)
	}
	text, err := os.ReadFile(path)
	return string(text), err
}
