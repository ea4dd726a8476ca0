package fixer

import (
	"slices"
	"strings"
	"testing"

	"nonroot/compose"
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

func parseCompose(t *testing.T, text string) *compose.File {
	t.Helper()
	f, err := compose.Parse(&edit.Source{Path: "compose.yaml", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return f
}
