package fixer

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

// TestSharedIsStrict mounts ./data where git tracks nothing in it.
func TestSharedIsStrict(t *testing.T) {
	for name, tc := range map[string]struct {
		files  fstest.MapFS
		source string
		want   int
	}{
		"missing":           {files(), "./data", 1},
		"data":              {files("data/x", "1"), "./data", 1},
		"missing file":      {files(), "./config.yml", 0},
		"dots in a folder":  {files("data.v2/x", "1"), "./data.v2", 1},
		"repository":        {files("data/.git/HEAD", ""), "./data", 0},
		"holds one":         {files("data/a/b/.git", "gitdir: x"), "./data", 0},
		"context":           {files("app/x", ""), "./app/data", 0},
		"holds the context": {files("app/x", ""), "./app/..", 0},
		"behind a link":     {fstest.MapFS{"link": {Mode: fs.ModeSymlink, Data: []byte("src")}, "src/data": {Mode: fs.ModeDir}}, "./link/data", 0},
	} {
		t.Run(name, func(t *testing.T) {
			tc.files["compose.yaml"] = &fstest.MapFile{Data: []byte(built + "./app\n    volumes: [\"" + tc.source + ":/srv\"]\n")}
			ws, err := OpenFS(Listing{FS: tc.files, Composes: []string{"compose.yaml"},
				Tracks: func(string) ([]string, bool) { return nil, true }})
			if err != nil {
				t.Fatal(err)
			}
			if got := ws.groups[0].load(ws.in).Shared(); len(got) != tc.want {
				t.Errorf("%d shared, want %d", len(got), tc.want)
			}
		})
	}
}
