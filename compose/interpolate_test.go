package compose

import (
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/template"
)

var environment = map[string]string{"A": "one", "EMPTY": "", "B_2": "two", "_x": "three", "D": "${A}"}

func lookup(name string) (string, bool) {
	value, ok := environment[name]
	return value, ok
}

func TestInterpolate(t *testing.T) {
	for _, c := range []struct {
		text, want string
		known      bool
	}{
		{"plain", "plain", true},
		{"", "", true},
		{"$A-${A}/$B_2$_x", "one-one/twothree", true},
		{"${A:-x}${A-x}${EMPTY:-x}${EMPTY-x}${NO:-x}${NO-x}", "oneonexxx", true},
		{"${NO:-}${NO-}", "", true},
		{"${A:+x}${A+x}${EMPTY:+x}${EMPTY+x}${NO:+x}${NO+x}", "xxx", true},
		{"${A:?x}${A?x}${EMPTY?x}", "oneone", true},
		{"${EMPTY:?x}", "", false},
		{"${NO:?x}${NO?x}", "", false},
		{"a $NO ${NO} b", "a   b", false},
		{"$$A $${A} $$$A", "$A ${A} $one", true},
		{"${NO:-${A}}", "one", true},
		{"${NO:-${NONE:-deep ${A:+${B_2}}}}", "deep two", true},
		{"${NO:-${NONE}}", "", false},
		{"${A:-${NONE}}", "one", true},
		{"/tmp:uid=${APP_USER_ID:-1000},gid=${APP_GROUP_ID:-1000}", "/tmp:uid=1000,gid=1000", true},
		{"100%$ $1 $", "100%$ $1 $", true},
		{"${A", "", false},
		{"${}", "", false},
		{"${1}", "", false},
		{"${A:x}", "", false},
		{"${A }", "", false},
		{"$D", "${A}", true},
		{strings.Repeat("${N:-", 100) + strings.Repeat("}", 100), "", false},
	} {
		got, known := Interpolate(c.text, lookup)
		if known != c.known || known && got != c.want {
			t.Errorf("%q: %q, %v; want %q, %v", c.text, got, known, c.want, c.known)
		}
	}
}

// FuzzInterpolate: what we say we know, compose says as well.
func FuzzInterpolate(f *testing.F) {
	for _, text := range []string{"$A", "${A:-x}", "${NO:-${A}}", "$$A", "${EMPTY:?no}", "${NO+x}-${A:+${B_2}}", "$1 $"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, known := Interpolate(text, lookup)
		if !known || len(text) > 100 {
			return
		}
		want, err := template.Substitute(text, lookup)
		if err != nil || got != want {
			t.Errorf("%q: %q, compose-go %q, %v", text, got, want, err)
		}
	})
}
