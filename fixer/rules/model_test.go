package rules_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"

	"nonroot/fixer"
)

// assertModel loads every set of files that holds the changed one with
// compose-go, before and after: what loaded must load, and must differ only by
// the values that the fixes mean.
func assertModel(t *testing.T, r *fixer.Result, change fixer.Change) {
	t.Helper()
	for _, files := range r.Before.Loads() {
		if !slices.Contains(files, change.Before.Path) {
			continue
		}
		before, err := loadModel(t, r.Before, files)
		if err != nil {
			continue // compose would not start it before, either
		}
		after, err := loadModel(t, r.After, files)
		if err != nil {
			t.Errorf("compose-go no longer loads %v: %v\n%s", files, err, change.After.Text)
			continue
		}
		for _, value := range changed("", before, after, 3) {
			if !r.Means(value) && !meansBase(r, value) && !strings.HasPrefix(value, "x-") {
				t.Errorf("the model of %v changes at %s, which no fix means", files, value)
			}
		}
	}
}

// meansBase reports whether a fix means a value of a service in the service that
// it extends.
func meansBase(r *fixer.Result, value string) bool {
	parts := strings.SplitN(value, ".", 3)
	if len(parts) < 3 || parts[0] != "services" {
		return false
	}
	for _, s := range r.Before.Services {
		if s.Name != parts[1] {
			continue
		}
		for _, part := range s.Parts() {
			if r.Means("services." + part.Name + "." + parts[2]) {
				return true
			}
		}
	}
	return false
}

// loadModel loads files of a project with compose-go, with what they extend and
// include: all files of the project are where they were, in a folder of their own.
func loadModel(t *testing.T, p *fixer.Project, files []string) (map[string]any, error) {
	t.Helper()
	root := t.TempDir()
	for _, src := range p.Sources() {
		name := filepath.Join(root, filepath.FromSlash(src.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(src.Text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	details := types.ConfigDetails{Environment: types.Mapping{}}
	for _, name := range files {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: filepath.Join(root, filepath.FromSlash(name))})
	}
	details.WorkingDir = filepath.Dir(details.ConfigFiles[0].Filename)
	return loader.LoadModelWithContext(t.Context(), details, func(o *loader.Options) {
		o.SetProjectName("case", true)
		o.SkipInterpolation = true
		o.SkipResolveEnvironment = true
		o.ResolvePaths = false
	})
}

// changed lists the paths at which two models differ, at most depth keys deep.
func changed(path string, a, b any, depth int) []string {
	x, okX := a.(map[string]any)
	y, okY := b.(map[string]any)
	if depth == 0 || !okX && !okY {
		if reflect.DeepEqual(a, b) {
			return nil
		}
		return []string{path}
	}
	keys := slices.Collect(maps.Keys(x))
	for k := range y {
		if _, ok := x[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	var out []string
	for _, k := range keys {
		at := k
		if path != "" {
			at = path + "." + k
		}
		out = append(out, changed(at, x[k], y[k], depth-1)...)
	}
	return out
}
