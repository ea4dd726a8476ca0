package compose

import (
	"fmt"
	"strings"
	"testing"

	"nonroot/compose/tree"
)

// TestPlaces sees that what is noted of a service is what its mapping has.
func TestPlaces(t *testing.T) {
	var long strings.Builder
	for i := range 300 {
		fmt.Fprintf(&long, "    x-%d: 1\n", i)
		if i == 251 {
			long.WriteString("    user: last of those that have a number\n    tmpfs: /first-beyond\n")
		}
	}
	for _, text := range []string{
		"services:\n  a:\n    image: x\n    user: node\n    labels: [a]\n",
		"services:\n  a:\n",
		"x: &x {user: node, image: y}\nservices:\n  a:\n    image: x\n    <<: *x\n  b: *x\n  c: {<<: [*x, {build: .}]}\n",
		"x: &image image\nservices:\n  a:\n    *image : x\n    ? [user]\n    : node\n",
		"services:\n  a:\n    cap_add: [x]\n" + long.String() + "    image: x\n",
	} {
		f := parse(t, text)
		seen := 0
		for _, s := range f.Services {
			for a := range attributes {
				want := s.Value.Lookup(shapes[a].key)
				if got := s.lookup(a); got != want {
					t.Errorf("%s of service %s in\n%s\nis %v, want %v", shapes[a].key, s.Name, text, got, want)
				} else if got != (tree.Entry{}) {
					seen++
				}
			}
		}
		if seen == 0 && strings.Contains(text, "image") {
			t.Errorf("nothing is found in\n%s", text)
		}
	}
}
