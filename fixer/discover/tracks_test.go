package discover_test

import (
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/discover"
)

// TestTracks asks for folders of a repository: siblings whose names begin alike
// are not below one another, and a submodule's content is not known.
func TestTracks(t *testing.T) {
	dir := folder(t)
	if _, known := discover.Tracks(t.Context(), dir)("data"); known {
		t.Error("known where there is no repository")
	}
	git(t, dir, "init", "-q")
	plant(t, dir, names("data/a", "data/deep/b", "data-x/c", "data.txt", "data0", "other/d"))
	git(t, dir, "add", ".")
	git(t, dir, "update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",sub")
	tracks := discover.Tracks(t.Context(), dir)
	for folder, want := range map[string][]string{
		"data": {"data/a", "data/deep/b"}, "data/deep": {"data/deep/b"}, "data.txt": {"data.txt"}, "missing": nil, "sub": {"sub"},
	} {
		got, known := tracks(folder)
		if !known || !slices.Equal(got, want) {
			t.Errorf("%s: %q %t, want %q", folder, got, known, want)
		}
	}
	if all, known := tracks("."); !known || len(all) != 7 {
		t.Errorf("the root: %q %t", all, known)
	}
	if _, known := tracks("sub/data"); known {
		t.Error("the content of a submodule is known")
	}
}
