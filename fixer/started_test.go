package fixer

import (
	"slices"
	"testing"

	"github.com/mattn/go-shellwords"
)

// TestShellWords: what needs no parser comes apart as the parser has it.
func TestShellWords(t *testing.T) {
	for c := range rune(0x2100) {
		for _, text := range []string{string(c), "a" + string(c) + "b  c", string(c) + " a", "a " + string(c)} {
			want, err := shellwords.Parse(text)
			if got := shellWords(text); err == nil && !slices.Equal(got, want) || err != nil && got != nil {
				t.Errorf("%q is %q, want %q (%v)", text, got, want, err)
			}
		}
	}
}
