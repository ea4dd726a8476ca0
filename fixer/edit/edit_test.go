package edit_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

func replace(src *edit.Source, start, end int, text string) edit.Edit {
	return edit.Edit{Range: edit.Range{Src: src, Start: start, End: end}, New: text}
}

func TestApply(t *testing.T) {
	src := &edit.Source{Path: "f", Text: "0123456789"}
	for name, c := range map[string]struct {
		edits []edit.Edit
		want  string
	}{
		"none":                            {nil, "0123456789"},
		"one":                             {[]edit.Edit{replace(src, 2, 4, "ab")}, "01ab456789"},
		"in any order":                    {[]edit.Edit{replace(src, 8, 10, "Z"), replace(src, 0, 1, ""), replace(src, 4, 5, "mmm")}, "123mmm567Z"},
		"touching":                        {[]edit.Edit{replace(src, 4, 6, "b"), replace(src, 2, 4, "a")}, "01ab6789"},
		"insertions keep their order":     {[]edit.Edit{edit.Insert(src, 5, "a"), edit.Insert(src, 5, "b"), edit.Insert(src, 5, "c")}, "01234abc56789"},
		"insertion before replacement":    {[]edit.Edit{replace(src, 5, 7, "R"), edit.Insert(src, 5, "a")}, "01234aR789"},
		"insertion behind a replacement":  {[]edit.Edit{edit.Insert(src, 7, "a"), replace(src, 5, 7, "R")}, "01234Ra789"},
		"insertions around a replacement": {[]edit.Edit{edit.Insert(src, 5, "a"), edit.Insert(src, 7, "b"), replace(src, 5, 7, "R"), edit.Insert(src, 5, "c")}, "01234acRb789"},
		"at both ends":                    {[]edit.Edit{edit.Insert(src, 10, "$"), edit.Insert(src, 0, "^")}, "^0123456789$"},
		"all of it":                       {[]edit.Edit{replace(src, 0, 10, "")}, ""},
	} {
		got, err := edit.Apply(src, c.edits)
		if err != nil || got.Text != c.want || got.Path != "f" {
			t.Errorf("%s: %+v, %v, not %q", name, got, err, c.want)
		}
	}
	if src.Text != "0123456789" {
		t.Errorf("the source became %q", src.Text)
	}
}

func TestApplyKeepsTheSource(t *testing.T) {
	src := &edit.Source{Path: "f", Text: "abc"}
	for _, edits := range [][]edit.Edit{nil, {replace(src, 1, 2, "b")}, {edit.Insert(src, 1, "")}} {
		if got, err := edit.Apply(src, edits); got != src || err != nil {
			t.Errorf("%v: %+v, %v", edits, got, err)
		}
	}
	edits := []edit.Edit{edit.Insert(src, 2, "x"), edit.Insert(src, 1, "y")}
	if _, err := edit.Apply(src, edits); err != nil || edits[0].New != "x" {
		t.Errorf("the edits were sorted in place: %v, %v", edits, err)
	}
}

func TestApplyMakesAFile(t *testing.T) {
	src := &edit.Source{Path: "f", Absent: true}
	got, err := edit.Apply(src, []edit.Edit{edit.Insert(src, 0, "x\n")})
	if err != nil || got.Absent || got.Text != "x\n" || !src.Absent {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestApplyErrors(t *testing.T) {
	src := &edit.Source{Path: "f", Text: "0123456789"}
	twin := &edit.Source{Path: "f", Text: "0123456789"}
	for name, c := range map[string]struct {
		edits []edit.Edit
		want  string
	}{
		"overlap":                 {[]edit.Edit{replace(src, 2, 5, ""), replace(src, 4, 6, "")}, "overlap at byte 4"},
		"one in another":          {[]edit.Edit{replace(src, 2, 8, ""), replace(src, 4, 6, "")}, "overlap at byte 4"},
		"the same twice":          {[]edit.Edit{replace(src, 2, 5, "x"), replace(src, 2, 5, "x")}, "overlap at byte 2"},
		"insertion inside":        {[]edit.Edit{edit.Insert(src, 3, "x"), replace(src, 2, 5, "")}, "overlap at byte 3"},
		"another source":          {[]edit.Edit{replace(twin, 2, 5, "")}, "another version"},
		"no source":               {[]edit.Edit{replace(nil, 2, 5, "")}, "another version"},
		"before the start":        {[]edit.Edit{replace(src, -1, 5, "")}, "outside"},
		"behind the end":          {[]edit.Edit{replace(src, 5, 11, "")}, "outside"},
		"insertion behind it all": {[]edit.Edit{edit.Insert(src, 11, "x")}, "outside"},
		"backwards":               {[]edit.Edit{replace(src, 5, 4, "")}, "outside"},
	} {
		got, err := edit.Apply(src, c.edits)
		if got != nil || err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "f: ") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestApplyRandom compares with edits made one by one from the end.
func TestApplyRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		src := &edit.Source{Path: "f", Text: strings.Repeat("abcdefghij", random.IntN(4))}
		var edits []edit.Edit
		want := src.Text
		for end := len(src.Text); end >= 0; {
			start := max(0, end-random.IntN(4))
			text := strings.Repeat("X", random.IntN(3))
			edits = append(edits, replace(src, start, end, text))
			want = want[:start] + text + want[end:]
			end = start - 1 - random.IntN(3)
		}
		random.Shuffle(len(edits), func(i, j int) { edits[i], edits[j] = edits[j], edits[i] })
		if got, err := edit.Apply(src, edits); err != nil || got.Text != want {
			t.Fatalf("%+v: %+v, %v, not %q", edits, got, err, want)
		}
		for i, a := range edits {
			for j, b := range edits {
				if i != j && a.Overlaps(b.Range) {
					t.Fatalf("%+v overlaps %+v", a, b)
				}
			}
		}
	}
}

func TestOverlapsAndContains(t *testing.T) {
	src := &edit.Source{Text: "0123456789"}
	r := func(start, end int) edit.Range { return edit.Range{Src: src, Start: start, End: end} }
	for _, c := range []struct {
		a, b               edit.Range
		overlaps, contains bool
	}{
		{r(2, 5), r(2, 5), true, true},
		{r(2, 5), r(3, 4), true, true},
		{r(2, 5), r(4, 6), true, false},
		{r(2, 5), r(5, 6), false, false},
		{r(2, 5), r(0, 2), false, false},
		{r(2, 5), r(3, 3), true, true},
		{r(2, 5), r(2, 2), false, true},
		{r(2, 5), r(5, 5), false, true},
		{r(2, 2), r(2, 2), false, true},
		{r(2, 2), r(2, 5), false, false},
		{r(2, 5), edit.Range{Src: &edit.Source{Text: src.Text}, Start: 2, End: 5}, false, false},
	} {
		if got := c.a.Overlaps(c.b); got != c.overlaps {
			t.Errorf("[%d, %d) overlaps [%d, %d): %t", c.a.Start, c.a.End, c.b.Start, c.b.End, got)
		}
		if got := c.b.Overlaps(c.a); got != c.overlaps {
			t.Errorf("[%d, %d) overlaps [%d, %d): %t", c.b.Start, c.b.End, c.a.Start, c.a.End, got)
		}
		if got := c.a.Contains(c.b); got != c.contains {
			t.Errorf("[%d, %d) contains [%d, %d): %t", c.a.Start, c.a.End, c.b.Start, c.b.End, got)
		}
	}
	if got := r(2, 5).Text(); got != "234" {
		t.Errorf("text is %q", got)
	}
}

func TestPosition(t *testing.T) {
	src := &edit.Source{Text: edit.BOM + "aé\tb\r\n\nx\xffy"}
	for _, c := range []struct{ offset, line, column int }{
		{0, 1, 1}, {3, 1, 1}, {4, 1, 2}, {6, 1, 3}, {7, 1, 4}, {8, 1, 5}, {9, 1, 6}, {10, 2, 1}, {11, 3, 1}, {12, 3, 2}, {13, 3, 3}, {14, 3, 4}, {99, 3, 4}, {-5, 1, 1},
	} {
		if line, column := src.Position(c.offset); line != c.line || column != c.column {
			t.Errorf("byte %d is at %d:%d, not %d:%d", c.offset, line, column, c.line, c.column)
		}
	}
	if line, column := (&edit.Source{}).Position(0); line != 1 || column != 1 {
		t.Errorf("an empty file starts at %d:%d", line, column)
	}
	r := edit.Range{Src: src, Start: 12, End: 13}
	if line, column := r.Position(); line != 3 || column != 2 {
		t.Errorf("the range is at %d:%d", line, column)
	}
}

func TestLines(t *testing.T) {
	src := &edit.Source{Text: "ab\ncd\r\n\r\n\nx\ry"}
	for _, c := range []struct {
		offset, start, end, next int
		line, eol                string
	}{
		{0, 0, 2, 3, "ab", "\n"}, {2, 0, 2, 3, "ab", "\n"},
		{3, 3, 5, 7, "cd", "\r\n"}, {4, 3, 5, 7, "cd", "\r\n"}, {5, 3, 5, 7, "cd", "\r\n"}, {6, 3, 5, 7, "cd", "\r\n"},
		{7, 7, 7, 9, "", "\r\n"},
		{9, 9, 9, 10, "", "\n"},
		{10, 10, 13, 13, "x\ry", "\n"}, {13, 10, 13, 13, "x\ry", "\n"},
	} {
		start, end, next, line, eol := src.LineStart(c.offset), src.LineEnd(c.offset), src.NextLine(c.offset), src.Line(c.offset), src.EOL(c.offset)
		if start != c.start || end != c.end || next != c.next || line != c.line || eol != c.eol {
			t.Errorf("byte %d: %d %d %d %q %q, not %+v", c.offset, start, end, next, line, eol, c)
		}
	}
}

func TestEOL(t *testing.T) {
	for _, c := range []struct {
		text   string
		offset int
		want   string
	}{
		{"", 0, "\n"}, {"a", 0, "\n"}, {"a", 1, "\n"}, {"a\r", 1, "\n"}, {"\n", 0, "\n"}, {"\n", 1, "\n"}, {"\r\n", 2, "\r\n"},
		{"a\nb\r\nc", 0, "\n"}, {"a\nb\r\nc", 2, "\r\n"}, {"a\nb\r\nc", 5, "\r\n"}, {"a\r\nb\nc", 6, "\n"},
	} {
		if got := (&edit.Source{Text: c.text}).EOL(c.offset); got != c.want {
			t.Errorf("%q at %d: %q", c.text, c.offset, got)
		}
	}
}

func TestRefusal(t *testing.T) {
	src := &edit.Source{Path: "a/Dockerfile", Text: "FROM x\nRUN y\n"}
	err := edit.Refuse(edit.Range{Src: src, Start: 7, End: 10}, "%s is not known", "y")
	if err.Error() != "a/Dockerfile:2:1: y is not known" || err.Reason != "y is not known" {
		t.Error(err)
	}
	if err := edit.Refuse(edit.Range{}, "100%%"); err.Error() != "100%" {
		t.Error(err)
	}
}

func FuzzApply(f *testing.F) {
	f.Add("0123456789", []byte{1, 2, 3, 3, 9, 1})
	f.Fuzz(func(t *testing.T, text string, places []byte) {
		src := &edit.Source{Path: "f", Text: text}
		var edits []edit.Edit
		for pair := range slices.Chunk(places, 2) {
			edits = append(edits, replace(src, int(pair[0]), int(pair[len(pair)-1]), "x"))
		}
		got, err := edit.Apply(src, edits)
		if (got == nil) == (err == nil) {
			t.Fatal(got, err)
		}
		for offset := range len(text) + 1 {
			src.Position(offset)
			start, end, next := src.LineStart(offset), src.LineEnd(offset), src.NextLine(offset)
			if start > offset || end < start || next < end || next < offset {
				t.Fatalf("%q at %d: %d %d %d", text, offset, start, end, next)
			}
			src.EOL(offset)
		}
	})
}
