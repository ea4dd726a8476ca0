package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"nonroot/fixer/discover"
	"nonroot/fixer/edit"
	"nonroot/fixer/write"
)

// createFile makes a file that must not exist yet, whole or not at all.
func createFile(ctx context.Context, path, text string) error {
	if path == "" {
		return usageError{msgEmptyPath}
	}
	folder, name := discover.SplitPath(path)
	switch info, err := os.Lstat(path); {
	case err == nil && info.IsDir():
		return fmt.Errorf(msgIsFolder, path)
	case err == nil:
		return fmt.Errorf(msgExists, path)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf(msgNoFolder, path, filepath.Clean(folder))
	}
	before, after := &edit.Source{Path: name, Absent: true}, &edit.Source{Path: name, Text: text}
	_, err := write.Write(ctx, folder, []write.Change{{Before: before, After: after}})
	if errors.Is(err, write.ErrStale) {
		return fmt.Errorf(msgExists, path)
	}
	return err
}
