package envfile

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

var ids = []Entry{
	{"APP_USER_ID", "1000", "Default UID for service containers"},
	{"APP_GROUP_ID", "1000", "Default GID for service containers"},
}

const idLines = "APP_USER_ID=1000    # Default UID for service containers\n" +
	"APP_GROUP_ID=1000   # Default GID for service containers\n"

func add(t *testing.T, src *edit.Source, entries ...Entry) string {
	t.Helper()
	f, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	e, err := f.Add(entries...)
	if err != nil {
		t.Fatal(err)
	}
	after, err := edit.Apply(src, []edit.Edit{e})
	if err != nil {
		t.Fatal(err)
	}
	return after.Text
}

func TestAdd(t *testing.T) {
	for _, c := range []struct{ name, before, added string }{
		{"empty", "", idLines},
		{"BOM alone", edit.BOM, idLines},
		{"lines", "A=1\n", "\n" + idLines},
		{"blank line at the end", "A=1\n\n", idLines},
		{"white line at the end", "A=1\n \t\n", idLines},
		{"only a newline", "\n", idLines},
		{"no final newline", "# c\nA='1'", "\n\n" + strings.TrimSuffix(idLines, "\n")},
		{"white last line", "A=1\n  ", "\n" + strings.TrimSuffix(idLines, "\n")},
		{"CRLF", "A=1\r\n", "\r\n" + strings.ReplaceAll(idLines, "\n", "\r\n")},
		{"CRLF, blank line", "A=1\r\n\r\n", strings.ReplaceAll(idLines, "\n", "\r\n")},
		{"CRLF, no final newline", "A=1\r\nB=2", "\r\n\r\n" + strings.TrimSuffix(strings.ReplaceAll(idLines, "\n", "\r\n"), "\r\n")},
		{"mixed, ends in LF", "A=1\r\nB=2\n", "\n" + idLines},
		{"both there", "export APP_USER_ID='7'\nAPP_GROUP_ID=\n", ""},
		{"one there", "APP_USER_ID = 501 # mac\n", "\nAPP_GROUP_ID=1000   # Default GID for service containers\n"},
		{"commented out", "#APP_USER_ID=5\n", "\n" + idLines},
		{"inherited", "APP_USER_ID\nAPP_GROUP_ID\n", "\n" + idLines},
		{"multi-line value", "A=\"1\n\n\"\n", "\n" + idLines},
	} {
		if got := add(t, &edit.Source{Path: ".env", Text: c.before}, ids...); got != c.before+c.added {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.before+c.added)
		}
	}
	if got := add(t, &edit.Source{Path: ".env", Absent: true}, ids...); got != idLines {
		t.Errorf("absent: %q", got)
	}
}

func TestAddAligns(t *testing.T) {
	got := add(t, &edit.Source{Absent: true}, Entry{"A", "1", "one"}, Entry{"LONGER", "22", ""}, Entry{"B", "3", "x"})
	if want := "A=1         # one\nLONGER=22\nB=3         # x\n"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAddRefuses(t *testing.T) {
	for _, c := range []struct {
		text string
		e    Entry
		why  string
	}{
		{"A=1\nFOO", Entry{"B", "1", ""}, ".env:2:1: the file ends in a name without a value, which compose reads as another thing once a line follows; write NAME= or end the line"},
		{"", Entry{"", "1", ""}, `.env:1:1: "" is not the name of a variable`},
		{"", Entry{"1A", "1", ""}, `.env:1:1: "1A" is not the name of a variable`},
		{"", Entry{"A B", "1", ""}, `.env:1:1: "A B" is not the name of a variable`},
		{"", Entry{"A", "", ""}, ".env:1:1: the value of A would need quotes"},
		{"", Entry{"A", "x y", ""}, ".env:1:1: the value of A would need quotes"},
		{"", Entry{"A", "$B", ""}, ".env:1:1: the value of A would need quotes"},
		{"", Entry{"A", "1", "a\nB=2"}, ".env:1:1: the comment of A is not one line"},
	} {
		_, err := parse(t, c.text).Add(c.e)
		if refusal := (*edit.Refusal)(nil); !errors.As(err, &refusal) || err.Error() != c.why {
			t.Errorf("%q %v: %v\nwant %s", c.text, c.e, err, c.why)
		}
	}
}

// FuzzAdd: a file is read as compose reads it, an addition leaves every byte and
// every value, is read back, and is not made twice.
func FuzzAdd(f *testing.F) {
	for _, sample := range samples {
		for _, twin := range twins {
			f.Add(twin(sample), "1000", "uid")
		}
	}
	f.Fuzz(func(t *testing.T, text, value, comment string) {
		agree(t, "fuzz", text)
		src := &edit.Source{Path: ".env", Text: text}
		file, err := Parse(src)
		if err != nil {
			return
		}
		e, err := file.Add(Entry{"ADDED_ID", value, comment}, Entry{"A", "1", ""})
		if err != nil {
			return
		}
		after, err := edit.Apply(src, []edit.Edit{e})
		if err != nil || !strings.HasPrefix(after.Text, text) {
			t.Fatalf("%q is %q after the edit %+v: %v", text, after.Text, e, err)
		}
		agree(t, "after", after.Text)
		again, err := Parse(after)
		if err != nil {
			t.Fatal(err)
		}
		checkAdded(t, file, again, value)
		if e, err := again.Add(Entry{"ADDED_ID", value, comment}, Entry{"A", "1", ""}); err != nil || e.New != "" {
			t.Errorf("%q: added twice: %q, %v", after.Text, e.New, err)
		}
	})
}

func checkAdded(t *testing.T, before, after *File, value string) {
	want, broken := values(before)
	if broken {
		return
	}
	got, _ := values(after)
	if _, ok := want["ADDED_ID"]; !ok {
		want["ADDED_ID"] = value
	}
	if _, ok := want["A"]; !ok {
		want["A"] = "1"
	}
	if !maps.Equal(got, want) {
		t.Errorf("%q:\nread as %q\nwant    %q", after.Src.Text, got, want)
	}
}
