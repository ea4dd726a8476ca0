package compose

import (
	"strings"
	"testing"

	"nonroot/compose/tree"
)

func TestSharedBy(t *testing.T) {
	f := parse(t, `x-deep: &deep
  tmpfs: &tmpfs [/tmp]
  user: &user "1"
x-common: &common
  <<: *deep
  security_opt: [x]
  build: &build
    context: .
services:
  one: {<<: *common}
  two: {<<: *common, user: "2", tmpfs: [/two]}
  three: {image: x, tmpfs: *tmpfs, user: *user, build: {<<: *build, target: t}}
  four: {extends: one}
  five: {extends: four, user: "5", tmpfs: [/five]}
  six: {<<: [*common, *deep], security_opt: [y]}
  seven: &seven {image: x, user: "7"}
  eight: *seven
  nine: {extends: {service: one, file: other.yaml}}
  ten: {image: y, user: "10", tmpfs: [/ten]}
  eleven: {image: y, <<: {user: "11", tmpfs: [/eleven]}, build: {<<: [{target: t}]}}
  twelve: {image: y, <<: &list [{user: "12"}, {tmpfs: [/twelve]}]}
  thirteen: {image: y, <<: *list, user: "13"}
  fourteen: {image: y, <<: *list, x-list: *list}
`)
	value := func(path string) *tree.Value {
		v := f.Root
		for _, key := range strings.Fields(path) {
			if key == "0" {
				v = v.Items[0]
				continue
			}
			v = v.Get(key)
		}
		return v
	}
	for path, want := range map[string]string{
		"x-deep tmpfs":          "one three four five six",
		"x-deep tmpfs 0":        "one three four five six",
		"x-deep user":           "one three four six",
		"x-common security_opt": "one two four five",
		"x-common build":        "one two three four five six",
		"services two user":     "two",
		"services three build":  "three",
		"services four":         "four five",
		"services seven user":   "seven eight",
		"services ten":          "ten",
		"services ten tmpfs 0":  "ten",
		"services eleven build": "eleven",
		"services twelve user":  "twelve fourteen",
		"services twelve tmpfs": "twelve thirteen fourteen",
		"services":              "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
	} {
		if got := strings.Join(f.SharedBy(value(path)), " "); got != want {
			t.Errorf("%s is shared by %s, want %s", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"x-common cap_drop":       "one two four five six",
		"x-deep cap_drop":         "one two four five six",
		"x-deep security_opt":     "",
		"x-common build target":   "one two four five six",
		"services one user":       "one four",
		"services seven cap_drop": "seven eight",
		"services ten cap_drop":   "ten",
		"services eleven build x": "eleven",
	} {
		keys := strings.Fields(path)
		m := value(strings.Join(keys[:len(keys)-1], " "))
		if got := strings.Join(f.sharedKey(m, keys[len(keys)-1]), " "); got != want {
			t.Errorf("a new %s is shared by %s, want %s", path, got, want)
		}
	}
}
