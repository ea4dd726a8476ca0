package fixer

import (
	"maps"
	"testing"
)

// TestVariables: what compose would not know without the caller's environment
// is not known here.
func TestVariables(t *testing.T) {
	got := variables("A=1\nexport B='$A'\nC=${A}2 # two\nD=$UNSET\nE=${UNSET:-x}\nA=3\nF\n")
	want := map[string]string{"A": "3", "B": "$A", "C": "12", "E": "x"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := variables("A=\"open\n"); len(got) != 0 {
		t.Errorf("a file that cannot be read sets %v", got)
	}
}
