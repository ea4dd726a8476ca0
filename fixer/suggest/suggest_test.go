package suggest

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"check", "fix", "explain", "completion"}
	for word, want := range map[string]string{
		"chekc": "check", "chck": "check", "checkk": "check", "expl": "explain", "complet": "completion",
		"fx": "", "f": "", "": "", "run": "", "chart": "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
