package tree

import (
	"testing"

	"nonroot/fixer/edit"
)

// New collections are laid out as those around them.
func TestLayout(t *testing.T) {
	list := Field{"list", Strs("x")}
	both := Field{"m", Map(Field{"l", Seq(Map(Field{"a", Str("b")}, Field{"c", Strs("d")}))})}
	for name, c := range map[string]struct {
		field         Field
		before, after string
	}{
		"nothing to go by":           {both, "k: v\n", "k: v\nm:\n  l:\n    - a: b\n      c:\n        - d\n"},
		"lists without indent":       {both, "a:\n  b:\n  - c\nk: v\n", "a:\n  b:\n  - c\nk: v\nm:\n  l:\n  - a: b\n    c:\n    - d\n"},
		"three columns":              {both, "a:\n   b: c\nk: v\n", "a:\n   b: c\nk: v\nm:\n   l:\n      - a: b\n        c:\n           - d\n"},
		"lists by two, maps by four": {both, "a:\n    b:\n      - c\nk: v\n", "a:\n    b:\n      - c\nk: v\nm:\n    l:\n      - a: b\n        c:\n          - d\n"},
		"the nearest list":           {list, "a:\n- c\nb:\n- d\nk: v\n", "a:\n- c\nb:\n- d\nk: v\nlist:\n- x\n"},
		"blank lines between":        {list, "a: b\n\nc: d\n", "a: b\n\nc: d\n\nlist:\n  - x\n"},
		"one entry of several lines": {list, "a:\n  b: c\n", "a:\n  b: c\n\nlist:\n  - x\n"},
		"quoted keys":                {list, "\"a\": \"b\"\n\"c\": \"d\"\n", "\"a\": \"b\"\n\"c\": \"d\"\n\"list\":\n  - \"x\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			root := parse(t, c.before)
			e, err := AddKeys(root, "", c.field)
			if err != nil {
				t.Fatal(err)
			}
			after, err := edit.Apply(root.Src, []edit.Edit{e})
			if err != nil {
				t.Fatal(err)
			}
			if after.Text != c.after {
				t.Errorf("got\n%s\nwant\n%s", after.Text, c.after)
			}
		})
	}
}

func TestQuotes(t *testing.T) {
	for _, c := range []struct {
		text        string
		style       Style
		block, flow string
	}{
		{"/tmp:uid=1000,gid=1000,mode=1777", Plain, "/tmp:uid=1000,gid=1000,mode=1777", `"/tmp:uid=1000,gid=1000,mode=1777"`},
		{"/tmp:uid=${A:-1000}", Plain, "/tmp:uid=${A:-1000}", `"/tmp:uid=${A:-1000}"`},
		{"no-new-privileges:true", Plain, "no-new-privileges:true", "no-new-privileges:true"},
		{"1000:1000", Plain, `"1000:1000"`, `"1000:1000"`},
		{"1000", Plain, `"1000"`, `"1000"`},
		{"0755", Plain, `"0755"`, `"0755"`},
		{"1e3", Plain, `"1e3"`, `"1e3"`},
		{"on", Plain, `"on"`, `"on"`},
		{"64m", Plain, "64m", "64m"},
		{"./dir", Plain, "./dir", "./dir"},
		{".", Plain, ".", "."},
		{"a: b", Plain, `"a: b"`, `"a: b"`},
		{"it's", Plain, "it's", "it's"},
		{"it's", SingleQuoted, "'it''s'", "'it''s'"},
		{`say "x": y`, Plain, `'say "x": y'`, `'say "x": y'`},
		{`C:\x`, DoubleQuoted, `"C:\\x"`, `"C:\\x"`},
		{"a\nb", SingleQuoted, `"a\nb"`, `"a\nb"`},
		{"é", DoubleQuoted, `"é"`, `"é"`},
	} {
		if got := scalarText(c.text, c.style, false); got != c.block {
			t.Errorf("%q in a block is %s, want %s", c.text, got, c.block)
		}
		if got := scalarText(c.text, c.style, true); got != c.flow {
			t.Errorf("%q between brackets is %s, want %s", c.text, got, c.flow)
		}
	}
}

func TestRefusals(t *testing.T) {
	root := parse(t, "a: &a [x]\nb: *a\nc: {d}\ne: [f: g]\nh: |  # said\n  i\nl: [ # c\n]\nj: k\n \t\n")
	item := root.Get("e").Items[0]
	at := func(key string) *Value { return root.Own(key).Value }
	for name, err := range map[string]error{
		"an alias":               second(Append(at("b"), Str("y"))),
		"a key without a colon":  second(Append(root.Get("c").Get("d"), Str("y"))),
		"a pair without braces":  second(AddKeys(item, "", Field{"x", Str("y")})),
		"a comment in a header":  second(Replace(at("h"), Str("y"))),
		"a tab below":            second(Replace(at("j"), Str("y"))),
		"a comment in brackets":  second(Append(at("l"), Str("y"))),
		"a list for a scalar":    second(Append(at("j"), Str("y"))),
		"a mapping for a scalar": second(AddKeys(at("j"), "", Field{"x", Str("y")})),
		"a scalar for a list":    second(Replace(at("a"), Str("y"))),
		"a list as a scalar":     second(Replace(at("j"), Strs("y"))),
		"a key that is there":    second(AddKeys(root, "", Field{"a", Str("y")})),
		"a list of an item":      second(ToList(root.Get("a").Items[0], Str("y"))),
		"text that is not UTF-8": second(Replace(at("h"), Str("\xff"))),
	} {
		if _, ok := err.(*edit.Refusal); !ok {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func second(_ edit.Edit, err error) error { return err }
