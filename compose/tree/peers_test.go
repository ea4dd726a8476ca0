package tree

import (
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

// What other fixers of YAML got wrong; each is a case of ours.
func TestPeersMistakes(t *testing.T) {
	key := func(in string) func(*Value) (edit.Edit, error) {
		return func(root *Value) (edit.Edit, error) {
			v := root
			for _, k := range strings.Fields(in) {
				v = v.Get(k)
			}
			return AddKeys(v, "", Field{"read_only", Bool(true)})
		}
	}
	item := func(root *Value) (edit.Edit, error) { return Append(root.Get("a"), Str("new")) }
	for name, c := range map[string]struct {
		make          func(*Value) (edit.Edit, error)
		before, after string
	}{
		"an edit behind the last line is made": {item,
			"a:\n- x", "a:\n- x\n- new"},
		"mixed line endings: that of the line above": {item,
			"a:\r\n- x\r\nb: y\n", "a:\r\n- x\r\n- new\r\nb: y\n"},
		"mixed line endings, the other way": {item,
			"a:\r\n- x\nb: y\r\n", "a:\r\n- x\n- new\nb: y\r\n"},
		"an anchored mapping keeps its indentation": {key("web"),
			"web: &web\n  image: x\ndb: y\n", "web: &web\n  image: x\n  read_only: true\ndb: y\n"},
		"an anchored and tagged mapping": {key("web"),
			"web: !override &web # c\n    image: x\n", "web: !override &web # c\n    image: x\n    read_only: true\n"},
		"a script whose last lines are comments": {key("web"),
			"web:\n  command: |\n    run\n    # done\n    # really\ndb: y\n", "web:\n  command: |\n    run\n    # done\n    # really\n  read_only: true\ndb: y\n"},
		"a mapping between braces": {key("web"),
			"web: {image: x}\n", "web: {image: x, read_only: true}\n"},
		"the comment above the first entry stays": {key(""),
			"# above\n\nweb: x\n# below\n", "# above\n\nweb: x\nread_only: true\n# below\n"},
		"a comment on the line of the marker": {key(""),
			"--- # about\nweb: x\n", "--- # about\nweb: x\nread_only: true\n"},
		"a reset stays a reset": {key("web"),
			"web:\n  image: !reset null\n", "web:\n  image: !reset null\n  read_only: true\n"},
		"folded scalars and merge keys stay": {key("web"),
			"c: &c {}\nweb:\n  <<: *c\n  x: >\n    a\n\n     b\n", "c: &c {}\nweb:\n  <<: *c\n  x: >\n    a\n\n     b\n  read_only: true\n"},
	} {
		t.Run(name, func(t *testing.T) {
			src := &edit.Source{Path: "a.yaml", Text: c.before}
			root, err := Parse(src)
			if err != nil {
				t.Fatal(err)
			}
			e, err := c.make(root)
			if err != nil {
				t.Fatal(err)
			}
			after, err := edit.Apply(src, []edit.Edit{e})
			if err != nil {
				t.Fatal(err)
			}
			if after.Text != c.after {
				t.Errorf("got\n%q\nwant\n%q", after.Text, c.after)
			}
		})
	}
}

func TestPeersMistakesRefused(t *testing.T) {
	// A second document would get the first one's key.
	if _, err := Parse(&edit.Source{Text: "a: b\n---\nweb:\n  image: x\n"}); err == nil {
		t.Error("two documents are edited")
	}
	// A reset is not text to be replaced.
	root := parse(t, "web: !reset null\n")
	if _, err := Replace(root.Get("web"), Str("x")); err == nil {
		t.Error("!reset null is replaced")
	}
}
