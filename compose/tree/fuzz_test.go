package tree

import (
	"errors"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

func seeds() []string {
	var out []string
	for _, text := range documents {
		out = append(out, text, strings.ReplaceAll(text, "\n", "\r\n"), strings.TrimSuffix(text, "\n"))
	}
	return out
}

// FuzzParse: Parse does not panic, gives one of its two errors, finds ranges
// that lie in each other and read back as the values, and takes nothing that
// yaml.v3 does not take; the tree comes back from its packed form as it was.
func FuzzParse(f *testing.F) {
	for _, text := range seeds() {
		f.Add(text)
	}
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
		checkPacked(t, root)
	})
}

// checkRange sees that v lies in its parent and that its bytes alone decode to
// its text.
func checkRange(t *testing.T, v *Value) {
	if int(v.outer) > v.Start || v.Start > v.End || v.End > len(v.Src.Text) {
		t.Fatalf("range %d %d %d of %d", v.outer, v.Start, v.End, len(v.Src.Text))
	}
	if p := v.Parent; p != nil && (int(v.outer) < p.Start || v.End > p.End) {
		t.Fatalf("%q is not in %q", v.Whole().Text(), p.Range.Text())
	}
	if v.Alias() != nil && v.Range.Text() != "*"+v.Alias().Anchor() {
		t.Fatalf("%q is no alias of %q", v.Range.Text(), v.Alias().Anchor())
	}
	if v.Alias() == nil && v.Kind == Scalar && (v.Style == SingleQuoted || v.Style == DoubleQuoted) {
		var text string
		if err := yaml.Unmarshal([]byte(v.Range.Text()), &text); err == nil && text != v.Text {
			t.Fatalf("%s reads as %q, not %q", v.Range.Text(), text, v.Text)
		}
	}
}

// FuzzRanges: an edit of every value of whatever parses means what it should to
// yaml.v3. Which of the edits that suit a value is tried, turn says: all of them
// at once would make a run slow.
func FuzzRanges(f *testing.F) {
	for i, text := range seeds() {
		f.Add(text, uint8(i))
	}
	f.Fuzz(func(t *testing.T, text string, turn uint8) {
		const most = 800 // bytes; the work grows with the square
		src := &edit.Source{Path: "f", Text: text}
		if len(text) > most {
			return
		}
		root, err := Parse(src)
		if err != nil {
			return
		}
		doc, err := node(text)
		if err != nil {
			return // an empty document
		}
		before := document{src, doc, comments(src)}
		visit(root, nil, func(v *Value, r route) {
			changes := changesOf(v, true)
			turn++
			before.try(t, v, r, changes[int(turn)%len(changes)], &tally{refused: map[string]int{}})
		})
	})
}
