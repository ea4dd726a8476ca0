package tree

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

func parse(t *testing.T, text string) *Value {
	t.Helper()
	root, err := Parse(&edit.Source{Path: "a.yaml", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// bomb is a document of a few lines whose aliases stand for billions of values.
func bomb() string {
	var out strings.Builder
	out.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 12 {
		fmt.Fprintf(&out, "a%d: &a%d [", i+1, i+1)
		out.WriteString(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10) + "]\n")
	}
	return out.String()
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"several documents":      {"a: b\n---\nc: d\n", "a.yaml:2:1: the file holds several YAML documents"},
		"an empty document more": {"a: b\n---\n", "a.yaml:2:1: the file holds several YAML documents"},
		"a repeated key":         {"a: b\nc: d\n\"a\": e\n", `a.yaml:3:1: the key "a" is already set on line 1`},
		"a repeated key of many": {"a: 1\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1\ng: 1\nh: 1\ni: 1\nc: 1\n", `a.yaml:10:1: the key "c" is already set on line 3`},
		"two merge keys":         {"a: &a {x: y}\nb:\n  <<: *a\n  <<: *a\n", `a.yaml:4:3: the key "<<" is already set on line 3`},
		"a lone CR":              {"a: b\rc: d\n", "a.yaml:1:5: a carriage return without a line feed"},
		"a lone CR at the end":   {"a: b\r\nc: d\r", "a.yaml:2:5: a carriage return without a line feed"},
		"NEL":                    {"a: b # \u0085c: d\n", "a.yaml:1:8: the character U+0085"},
		"a line separator":       {"a: \"\u2028\"\n", "a.yaml:1:5: the character U+2028"},
		"a paragraph separator":  {"a: b\n# \u2029\n", "a.yaml:2:3: the character U+2029"},
		"a mark inside":          {"a: b\n\ufeffc: d\n", "a.yaml:2:1: a byte order mark inside"},
		"UTF-16":                 {"\xff\xfea\x00:\x00", "a.yaml:1:1: the file is not UTF-8"},
		"an alias of itself":     {"a: &a\n  b: *a\n", "a.yaml:2:6: the alias *a stands inside of its own anchor"},
		"an alias bomb":          {bomb(), "the aliases of this file stand for too much text"},
		"a merge bomb":           {"a0: &a0 {x: y}\n" + merges(40), "the aliases of this file stand for too much text"},
		"deep":                   {strings.Repeat("[", 200) + strings.Repeat("]", 200), "nested too deep"},
		"too deep for yaml.v3":   {strings.Repeat("[", 20000), "a.yaml:1: exceeded max depth"},
		"a long file":            {strings.Repeat("# comment\n", MaxBytes/10+1), "the file has more than 8388608 bytes"},
		"merging a string":       {"a:\n  <<: b\n", "a.yaml:2:7: << merges mappings"},
		"an empty key":           {"a: b\n?\n: c\n", "a.yaml:2:2: a key that is empty"},
		"a value at the margin":  {"a:\n|\n  b\n", "a.yaml:2:1: this YAML is written in a way"},
		"content at the margin":  {"a:\n !\n>\n", "a.yaml:2:2: this YAML is written in a way"},
		"a key at the margin":    {"?\n>\n", "a.yaml:2:1: this YAML is written in a way"},
		"an anchor and a colon":  {"a: &b:c\n", "a.yaml:1:6: this YAML is written in a way"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(&edit.Source{Path: "a.yaml", Text: c.text})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %.200v, want %q", err, c.want)
			}
		})
	}
}

func merges(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "a%d: &a%d {<<: [*a%d, *a%d]}\n", i+1, i+1, i, i)
	}
	return out.String()
}

func TestSyntaxErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a: b: c\n":                             "a.yaml:1: mapping values are not allowed in this context",
		"a:\n  - b\n c: d\n":                    "a.yaml:3: did not find expected key",
		"s:\n  a:\n    i: x\n   b: 1\n  c: 2\n": "a.yaml:4: did not find expected key",
		"a:\n  - b\n  c: d\ne: f\n":             "a.yaml:3: did not find expected '-' indicator",
		"a: b\nc: *d\n":                         "a.yaml:2: unknown anchor 'd' referenced",
		"a: b\n\n{{ .Values }}":                 "a.yaml:3: ",
		"a: \"b\n":                              "a.yaml:2: found unexpected end of stream",
		"a: b\nc: \x00\n":                       "a.yaml:2: control characters are not allowed",
	} {
		_, err := Parse(&edit.Source{Path: "a.yaml", Text: text})
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestRanges(t *testing.T) {
	root := parse(t, edit.BOM+"a: &x !!str 'é' # c\r\nb: [ *x , {c: \"d\"} ]\r\ne: |-\r\n  f\r\n  # g\r\n\r\nh:\r\n- i\r\n- j: k\r\n")
	for key, want := range map[string]string{
		"a": "'é'", "b": "[ *x , {c: \"d\"} ]", "e": "|-\r\n  f\r\n  # g", "h": "- i\r\n- j: k",
	} {
		if got := root.Get(key).Range.Text(); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if got := root.Get("a").Whole().Text(); got != "&x !!str 'é'" {
		t.Errorf("whole is %q", got)
	}
	alias := root.Get("b").Items[0]
	if alias.Range.Text() != "*x" || alias.Content() != root.Get("a") || alias.Text != "é" || len(root.Get("a").Aliases()) != 1 {
		t.Errorf("the alias is %q", alias.Range.Text())
	}
	if tag := root.Get("a").Tag(); tag != "!!str" {
		t.Errorf("the tag is %q", tag)
	}
}

func TestLookup(t *testing.T) {
	root := parse(t, `a: &a {x: a, y: a}
b: &b {x: b, z: b, <<: {w: inner, x: inner}}
c: {<<: [*a, *b], y: c}
d:
  z: d
  <<: *b
e: &list [*b, *a]
`)
	for path, want := range map[string]string{"c x": "a", "c y": "c", "c z": "b", "c w": "inner", "d z": "d", "d x": "b", "d w": "inner"} {
		m, key, _ := strings.Cut(path, " ")
		e := root.Get(m).Lookup(key)
		if !e.Found() || e.Value.Text != want {
			t.Errorf("%s is %v, want %s", path, e.Value, want)
		}
	}
	if in := root.Get("c").Lookup("z").In; in != root.Get("b") {
		t.Error("z is not found where it is written")
	}
	if root.Get("c").Own("x").Found() || root.Get("c").Get("no") != nil || root.Get("no").Get("x") != nil {
		t.Error("found what is not there")
	}
	var keys []string
	for _, e := range root.Get("c").Entries() {
		keys = append(keys, e.Key.Text)
	}
	if got := strings.Join(keys, " "); got != "y x z w" {
		t.Errorf("entries are %s", got)
	}
	if r := root.Get("c").Get("z").Reused(); r != root.Get("b") {
		t.Error("z is not known to be reused")
	}
	if root.Get("d").Get("z").Reused() != nil {
		t.Error("d.z is taken for reused")
	}
}

func TestKinds(t *testing.T) {
	root := parse(t, "a: 1000\nb: '1000'\nc: true\nd: null\ne:\nf: !reset null\ng: !!str\nh: x\n")
	for key, want := range map[string]string{
		"a": "a scalar !!int", "b": "a scalar !!str", "c": "a scalar !!bool", "d": "an empty value !!null",
		"e": "an empty value !!null", "f": "an empty value !reset", "g": "a scalar !!str", "h": "a scalar !!str",
	} {
		v := root.Get(key)
		if got := v.Kind.String() + " " + v.Type(); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
}
