package rootfs

import (
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// TestSubstitute: words of all pairs of these pieces, in pairs, are what BuildKit makes of them.
func TestSubstitute(t *testing.T) {
	pieces := []string{
		"", "$A", "${A}", "$EMPTY", "${UNSET}", "$UNKNOWN", "${UNKNOWN}", "$NONE", "/a", " ", "$", "${", "}", "{", "$$", "$1", "${1}", "$0", "$@", "${A", "${A}}", "${A:-b}", "${A-b}", "${A+b}", "${A?b}", "${A#a}", "${A%a}", "${A/a/b}", "${}", "${ A}", "${A }",
		"'", `"`, `\`, "`", `\$A`, "'$A'", `"$A"`, "<", "<<", "<< A", "é", "$Aé", "$é", "\x00", "\x80", "A_1", "$A_1", "${A_1}", "$_", ":", "//", "$A$A", "\n", "\u00a0", "~", "#", "=",
	}
	var vars *binding
	for _, b := range []binding{
		{name: "A", value: "a é\x80$A", known: true}, {name: "EMPTY", known: true}, {name: "UNSET", value: "x", known: true, unset: true}, {name: "UNKNOWN"}, {name: "A_1", value: "one", known: true}, {name: "_", value: "under", known: true},
	} {
		b.older = vars
		vars = &b
	}
	fast := 0
	for _, a := range pieces {
		for _, b := range pieces {
			for _, c := range pieces {
				word := a + b + c
				for _, escape := range []byte{'\\', '`'} {
					for _, closed := range []bool{true, false} {
						want, got := scope{vars: vars, closed: closed}, scope{vars: vars, closed: closed}
						value, ok := got.substitute(word, escape)
						if !ok {
							continue
						}
						fast++
						text, _, err := shell.NewLex(rune(escape)).ProcessWord(word, &want)
						if err != nil || text != value || want.missing != got.missing || want.size != got.size {
							t.Errorf("%q: %q, missing %t, %d bytes; want %q, %t, %d (%v)", word, value, got.missing, got.size, text, want.missing, want.size, err)
						}
					}
				}
			}
		}
	}
	if fast < 10_000 {
		t.Errorf("%d words needed no expander", fast)
	}
}
