package tree

import (
	"errors"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

func seed(f *testing.F) {
	for _, text := range documents {
		f.Add(text)
		f.Add(strings.ReplaceAll(text, "\n", "\r\n"))
		f.Add(strings.TrimSuffix(text, "\n"))
	}
}

// FuzzParse: Parse does not panic, gives one of its two errors, finds ranges
// that lie in each other and read back as the values, and takes nothing that
// yaml.v3 does not take.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		src := &edit.Source{Path: "f", Text: text}
		root, err := Parse(src)
		if err != nil {
			var refused *edit.Refusal
			var syntax *SyntaxError
			if !errors.As(err, &refused) && !errors.As(err, &syntax) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		visit(root, nil, func(v *Value, _ route) { checkRange(t, v) })
	})
}

// checkRange sees that v lies in its parent and that its bytes alone decode to
// its text.
func checkRange(t *testing.T, v *Value) {
	if v.outer > v.Start || v.Start > v.End || v.End > len(v.Src.Text) {
		t.Fatalf("range %d %d %d of %d", v.outer, v.Start, v.End, len(v.Src.Text))
	}
	if p := v.Parent; p != nil && (v.outer < p.Start || v.End > p.End) {
		t.Fatalf("%q is not in %q", v.Whole().Text(), p.Range.Text())
	}
	if v.Alias != nil && v.Range.Text() != "*"+v.Alias.Anchor {
		t.Fatalf("%q is no alias of %q", v.Range.Text(), v.Alias.Anchor)
	}
	if v.Alias == nil && v.Kind == Scalar && (v.Style == SingleQuoted || v.Style == DoubleQuoted) {
		var text string
		if err := yaml.Unmarshal([]byte(v.Range.Text()), &text); err == nil && text != v.Text {
			t.Fatalf("%s reads as %q, not %q", v.Range.Text(), text, v.Text)
		}
	}
}

// FuzzRanges: every edit of whatever parses means what it should to yaml.v3.
func FuzzRanges(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		const most = 400 // bytes; the work grows with the square
		if len(text) > most {
			return
		}
		if _, err := Parse(&edit.Source{Path: "f", Text: text}); err != nil {
			return
		}
		tryAll(t, text, true, &tally{refused: map[string]int{}})
	})
}
