package compose

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

// TestElsewhere reads all compose files below the folder that the variable
// NONROOT_YAML_FILES names, each alone and each with every other one of its
// folder on top, and compares what compose-go makes of them.
func TestElsewhere(t *testing.T) {
	root := os.Getenv("NONROOT_YAML_FILES")
	if root == "" {
		t.Skip("NONROOT_YAML_FILES names no folder")
	}
	folders := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if ext := filepath.Ext(path); err == nil && !d.IsDir() && (ext == ".yml" || ext == ".yaml") {
			folders[filepath.Dir(path)] = append(folders[filepath.Dir(path)], d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var alike, neither, theyRefuse, weRefuse int
	for dir, names := range folders {
		for _, a := range names {
			for _, b := range names {
				files := []string{a, b}
				if a == b {
					files = files[:1]
				}
				want, theirErr := model(dir, files...)
				got, ourErr := merge(dir, files...)
				var refused *edit.Refusal
				var syntax *tree.SyntaxError
				switch {
				case ourErr != nil && theirErr != nil:
					neither++
				case theirErr != nil:
					theyRefuse++
				case errors.Is(ourErr, ErrNoServices):
					neither++
				case errors.As(ourErr, &refused) || errors.As(ourErr, &syntax):
					weRefuse++
					t.Logf("we refuse %s %v: %v", dir, files, ourErr)
				case ourErr != nil:
					t.Errorf("%s %v: %v", dir, files, ourErr)
				default:
					alike++
					for _, d := range differences(want, got) {
						t.Errorf("%s %v: %s", dir, files, d)
					}
				}
			}
		}
	}
	t.Logf("%d alike, %d read by neither, %d only by us, %d refused by us alone", alike, neither, theyRefuse, weRefuse)
}
