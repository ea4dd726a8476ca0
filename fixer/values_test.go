package fixer

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nonroot/compose"
	"nonroot/compose/tree"
	"nonroot/fixer/edit"
)

func TestChangedValues(t *testing.T) {
	const before = `
x-tmp: &tmp
  tmpfs: [/tmp]
x-path: &path /run
services:
  api: &api
    image: a
    tmpfs: [/tmp, *path]
    labels: {a: "1", b: "2"}
  worker:
    <<: *tmp
    image: b
  copy: *api
volumes:
  data:
`
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"nothing", "", "", nil},
		{"a comment and blanks", "image: a", "image:   a # it", nil},
		{"other quotes", `"1"`, `'1'`, nil},
		{"another type", `"1"`, `1`, []string{"services.api.labels", "services.copy.labels"}},
		{"the order of keys", "    image: b\n", "    image: b\n    init: true\n", []string{"services.worker.init"}},
		{"keys change places", `{a: "1", b: "2"}`, `{b: "2", a: "1"}`, nil},
		{"an inner key goes", `{a: "1", b: "2"}`, `{a: "1"}`, []string{"services.api.labels", "services.copy.labels"}},
		{"an inner key comes", `{a: "1", b: "2"}`, `{a: "1", b: "2", c:}`, []string{"services.api.labels", "services.copy.labels"}},
		{"a key goes", "    image: b\n", "", []string{"services.worker.image"}},
		{"a service comes", "volumes:", "  more: {image: c}\nvolumes:", []string{"services.more"}},
		{"what is merged in", "tmpfs: [/tmp]", "tmpfs: [/tmp:uid=1]", []string{"services.worker.tmpfs"}},
		{"an own key wins over it", "    image: b\n", "    image: b\n    tmpfs: [/x]\n", []string{"services.worker.tmpfs"}},
		{"an own key is as it", "    image: b\n", "    image: b\n    tmpfs: [/tmp]\n", nil},
		{"what is in a list by alias", "&path /run", "&path /var", []string{"services.api.tmpfs", "services.copy.tmpfs"}},
		{"a tag", "image: a", "image: !!str a", []string{"services.api.image", "services.copy.image"}},
		{"nothing becomes something", "  data:\n", "  data: {}\n", []string{"volumes.data"}},
		{"a list for a mapping", `{a: "1", b: "2"}`, `[a=1, b=2]`, []string{"services.api.labels", "services.copy.labels"}},
	} {
		if got := changedValues(parseCompose(t, before), parseCompose(t, strings.Replace(before, c.old, c.new, 1))); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
		if got := changedValues(parseCompose(t, strings.Replace(before, c.old, c.new, 1)), parseCompose(t, before)); !slices.Equal(got, c.want) {
			t.Errorf("%s, the other way: %q, not %q", c.name, got, c.want)
		}
	}
}

// TestEachKey: whatever their order and what they merge, each key of either is visited
// once, with what it leads to on both sides.
func TestEachKey(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	mapping := func() *tree.Value {
		lines := []string{}
		for _, i := range random.Perm(6)[:1+random.IntN(6)] {
			lines = append(lines, fmt.Sprintf("%c: %d\n", 'a'+i, random.IntN(2)))
		}
		if random.IntN(3) == 0 {
			slices.Sort(lines)
		}
		if random.IntN(3) == 0 {
			lines = slices.Insert(lines, random.IntN(len(lines)+1), "<<: [{b: 2, g: 3}, {a: 4, g: 5, c: 6}]\n")
		}
		if random.IntN(9) == 0 {
			lines = append(lines, "? [x]\n: 7\n")
		}
		v, err := tree.Parse(&edit.Source{Path: "f", Text: strings.Join(lines, "")})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	text := func(v *tree.Value) string {
		if v == nil {
			return "none"
		}
		return v.Text
	}
	for range 20_000 {
		a, b := mapping(), mapping()
		want, got := map[string]string{}, map[string]string{}
		for _, v := range []*tree.Value{a, b} {
			for _, e := range v.Entries() {
				if key := e.Key.Text; key != "" {
					want[key] = text(a.Get(key)) + " " + text(b.Get(key))
				}
			}
		}
		all := eachKey(a, b, func(key string, a, b *tree.Value) bool {
			if key != "" && got[key] != "" {
				t.Errorf("%s is visited twice", key)
			}
			got[key] = text(a) + " " + text(b)
			return true
		})
		delete(got, "")
		if !all || !maps.Equal(got, want) {
			t.Fatalf("%v\nnot %v of\n%s\n%s", got, want, a.Src.Text, b.Src.Text)
		}
	}
}

func parseCompose(t *testing.T, text string) *compose.File {
	t.Helper()
	f, err := compose.Parse(&edit.Source{Path: "compose.yaml", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return f
}
