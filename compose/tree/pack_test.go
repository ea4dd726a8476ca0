package tree

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// checkPacked packs a tree and sees that it comes back the same, to the last field
// and pointer.
func checkPacked(t *testing.T, root *Value) {
	t.Helper()
	back := Unpack(root.Src, Pack(root))
	if !reflect.DeepEqual(back, root) {
		t.Fatalf("packed and unpacked, the tree of %q is another:\n%s\n%s", root.Src.Text, fields(root), fields(back))
	}
}

// fields are all values of a tree, a line each.
func fields(root *Value) string {
	var out strings.Builder
	visit(root, nil, func(v *Value, r route) {
		fmt.Fprintln(&out, r, v.Start, v.End, v.outer, v.Kind, v.Style, v.Type(), v.Flow, v.bare, v.closed, v.last, v.column, v.size, v.merging, v.index, v.odd(), v.Text)
	})
	return out.String()
}

func TestPack(t *testing.T) {
	long := "m:\n"
	for i := range 3 * few {
		long += fmt.Sprintf("  key%d: %d\n", i, i)
	}
	for _, text := range append(seeds(), long, "", "# nothing\n", "~", "- a\n- !!merge : {b: c}\n", "é: &ü 'ö'\nb: *ü\n",
		"a: &a {b: &b [x, *c]}\n", "a: &a {b: [x]}\n<<: *a\nc: [*a, {<<: [*a]}]\n") {
		if root, err := Parse(&edit.Source{Path: "a.yaml", Text: text}); err == nil {
			checkPacked(t, root)
		}
	}
}

// TestPackedIsSmall guards what packing is for.
func TestPackedIsSmall(t *testing.T) {
	text := strings.Repeat("  - name: 'value'\n    other: [1, two, \"3\"]\n", 1000)
	root := parse(t, "list:\n"+text)
	if packed := len(Pack(root)); packed > len(text) {
		t.Errorf("%d bytes of text are packed in %d", len(text), packed)
	}
}
