package rules_test

import (
	"maps"
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
			if !r.Means(value) && !strings.HasPrefix(value, "x-") {
				t.Errorf("the model of %v changes at %s, which no fix means", files, value)
			}
		}
	}
}

func loadModel(t *testing.T, p *fixer.Project, files []string) (map[string]any, error) {
	t.Helper()
	details := types.ConfigDetails{WorkingDir: t.TempDir(), Environment: types.Mapping{}}
	for _, name := range files {
		for _, src := range p.Sources() {
			if src.Path == name {
				details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{
					Filename: filepath.Join(details.WorkingDir, filepath.Base(name)), Content: []byte(src.Text),
				})
			}
		}
	}
	return loader.LoadModelWithContext(t.Context(), details, func(o *loader.Options) {
		o.SetProjectName("case", true)
		o.SkipInterpolation = true
		o.SkipResolveEnvironment = true
		o.SkipInclude = true
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
