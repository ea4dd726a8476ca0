package fixer

import (
	"path"
	"strings"
	"testing"
)

// TestBelow compares paths of slashes, dots and letters as they are with what they
// are once clean.
func TestBelow(t *testing.T) {
	all := []string{""}
	for i := 0; i < len(all); i++ {
		if len(all[i]) < 5 {
			all = append(all, all[i]+"/", all[i]+".", all[i]+"a")
		}
	}
	for _, p := range all {
		if got, want := clean(p), path.Clean(p); got != want {
			t.Errorf("%q is %q, want %q", p, got, want)
		}
		for _, dir := range all {
			p, dir := path.Clean(p), path.Clean(dir)
			if got, want := Below(p, dir), p == dir || dir == "/" || strings.HasPrefix(p, dir+"/"); got != want {
				t.Errorf("%q below %q: %v", p, dir, got)
			}
		}
	}
}
