package envfile

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/template"

	"nonroot/fixer/edit"
)

// samples are files of all shapes; those that compose does not read are here too.
var samples = []string{
	"",
	"\n",
	"# nothing\n",
	"  \t\n# c\n\n",
	"A=1\n",
	"A=1",
	"A=1\nB=2\nA=3\n",
	"A=1\nA=\n",
	"A=\n",
	"A=",
	"A = 1 \n  B\t=\t2\t\n",
	"export A=1\nexport   B = 'x'\n",
	"export\nA=1\n",
	"export",
	"export ",
	"export=1\nexport =2\n",
	"export A\nB\nC=1\n",
	"A\n",
	"A",
	"A=1\nB",
	"A=1\nB  ",
	"A B=1\n",
	"A B\n",
	"A\tB=1\n",
	"A: 1\nB :2\n",
	"A=1    # uid\nB=2 #x\nC=3# kept\nD=4\t# kept\nE= # kept\nF=#kept\n",
	"A='1' # c\nB=\"2\"# c\nC='a # b'\n",
	"A=\"1\" B='2' C=3\n",
	"A=\"1\"x\n",
	"A=\"a\nb # c\n\nd\" # e\nB=1\n",
	"A='a\nb'\nB='x\n\ny' C=1\nD=2\n",
	"A=\"a\n",
	"A='a\nB=\"x\"\n",
	"A=\"\\\"q\\\" \\n\\t\\\\ \\x \\é \\$B \\0101 \\0 \\01 \\08 \\0777 \\0377 \\c\\\\\"\n",
	"A='it\\'s \\n'\n",
	"A='a\\\\'\n",
	"A=\"a\\\\\" # c\n",
	"A=$B\nC=\"${B:-x}\"\nD='$B'\nE=$$\nB=1\nF=${B}2\n",
	"A=${\n",
	"A.b-c[0]=1\nÄ=2\n",
	"A!=1\n",
	"=1\n",
	":1",
	"?\n",
	"A=\"\"\nB=''\n",
	"A=1\rB=2\r",
	"A=a=b=c\n",
	"A=a'b'\nB=a\"b\n",
	"A\u00a0=\u00a01\u0085\n",
	"A=\xff\n\xff=1\n",
	"1A=x\n",
}

var twins = map[string]func(string) string{
	"as it is":         func(s string) string { return s },
	"CRLF":             func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	"BOM":              func(s string) string { return edit.BOM + s },
	"no final newline": func(s string) string { return strings.TrimSuffix(s, "\n") },
}

func TestParseAgreesWithCompose(t *testing.T) {
	for _, sample := range samples {
		for name, twin := range twins {
			agree(t, name, twin(sample))
		}
	}
}

// agree checks that text is read as compose reads it, or refused where compose
// refuses it. The text of an expansion is compose's business, not ours.
func agree(t *testing.T, name, text string) {
	t.Helper()
	f, err := Parse(&edit.Source{Path: ".env", Text: text})
	want, judge := dotenv.ParseWithLookup(strings.NewReader(text), nil)
	if err != nil {
		if refusal := (*edit.Refusal)(nil); !errors.As(err, &refusal) || refusal.At.Src == nil {
			t.Errorf("%s, %q: %v is no refusal with a place", name, text, err)
		}
		if judge == nil {
			t.Errorf("%s, %q: refused (%v), but compose reads it: %q", name, text, err, want)
		}
		return
	}
	got, broken := values(f)
	if judge != nil {
		if !broken {
			t.Errorf("%s, %q: read as %q, but compose refuses it: %v", name, text, got, judge)
		}
		return
	}
	if !maps.Equal(got, want) {
		t.Errorf("%s, %q:\nread as %q\nwant    %q", name, text, got, want)
	}
	checkRanges(t, f)
}

// values are the variables with references resolved by compose's own code;
// broken says that it took one for an error.
func values(f *File) (out map[string]string, broken bool) {
	out = map[string]string{}
	for _, v := range f.Vars {
		if v.Inherited {
			continue
		}
		if !v.Expands {
			out[v.Name] = v.Value
			continue
		}
		value, err := template.Substitute(v.Value, func(name string) (string, bool) {
			value, ok := out[name]
			return value, ok
		})
		if err != nil {
			return out, true
		}
		out[v.Name] = value
	}
	return out, false
}

// checkRanges: names and values lie in whole lines, in the order of the file.
func checkRanges(t *testing.T, f *File) {
	t.Helper()
	last := 0
	for _, v := range f.Vars {
		text := f.Src.Text
		switch {
		case v.NameAt.Start < last || v.ValueAt.Start < v.NameAt.End:
			t.Errorf("%q: %q at %d overlaps what is before", text, v.Name, v.NameAt.Start)
		case !v.Contains(v.NameAt) || !v.Contains(v.ValueAt):
			t.Errorf("%q: %q lies outside of its lines %q", text, v.Name, v.Text())
		case v.Start > 0 && text[v.Start-1] != '\n' || v.End < len(text) && text[v.End-1] != '\n':
			t.Errorf("%q: %q is not whole lines", text, v.Text())
		case v.NameAt.Text() != v.Name:
			t.Errorf("%q: name %q at %q", text, v.Name, v.NameAt.Text())
		case !strings.ContainsAny(v.ValueAt.Text(), `\`) && v.ValueAt.Text() != v.Value:
			t.Errorf("%q: value %q at %q", text, v.Value, v.ValueAt.Text())
		}
		last = v.ValueAt.End
	}
}

func TestRanges(t *testing.T) {
	text := edit.BOM + "X='a\nb'  # c\r\nexport A = \"1\" # uid\r\nB=2\t # x\nA"
	f := parse(t, text)
	var got []string
	for _, v := range f.Vars {
		got = append(got, v.Name+"|"+v.ValueAt.Text()+"|"+v.Text())
	}
	want := []string{
		"X|a\nb|" + edit.BOM + "X='a\nb'  # c\r\n", "A|1|export A = \"1\" # uid\r\n", "B|2|B=2\t # x\n", "|A|A",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func parse(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse(&edit.Source{Path: ".env", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestGet(t *testing.T) {
	f := parse(t, "A=1\nexport A='2'\nA\nB\nC=\n")
	if v, ok := f.Get("A"); !ok || v.Value != "2" || v.Text() != "export A='2'\n" {
		t.Errorf("A: %v %v", v, ok)
	}
	for name, want := range map[string]bool{"B": false, "C": true, "D": false} {
		if _, ok := f.Get(name); ok != want {
			t.Errorf("%s: %v, want %v", name, ok, want)
		}
	}
}

func TestPositive(t *testing.T) {
	const must = "ID must be a whole number from 1 to 2147483647"
	for _, c := range []struct {
		text string
		n    int
		set  bool
		why  string
	}{
		{"", 0, false, ""},
		{"ID\nOTHER=1\n", 0, false, ""},
		{"ID=\n", 0, false, ""},
		{"ID=7\nID=''\n", 0, false, ""},
		{"ID=1000    # Default UID\n", 1000, true, ""},
		{"ID=1\nexport ID = \"1234\"\r\n", 1234, true, ""},
		{"ID: '501'", 501, true, ""},
		{"ID=2147483647", 2147483647, true, ""},
		{"\n ID=0\n", 0, true, ".env:2:5: " + must + ", not 0"},
		{"ID=-1", 0, true, ".env:1:4: " + must + ", not -1"},
		{"ID=+5", 0, true, ".env:1:4: " + must + ", not +5"},
		{"ID=010", 0, true, ".env:1:4: " + must + ", not 010"},
		{"ID=1e3", 0, true, ".env:1:4: " + must + ", not 1e3"},
		{"ID=2147483648", 0, true, ".env:1:4: " + must + ", not 2147483648"},
		{"ID='appuser'", 0, true, ".env:1:5: " + must + ", not appuser"},
		{"ID=1000# uid", 0, true, ".env:1:4: " + must},
		{"ID=1 PASSWORD=hunter2", 0, true, ".env:1:4: " + must},
		{"ID='1\nPASSWORD='hunter2\n", 0, true, ".env:1:5: " + must},
		{"ID=٣", 0, true, ".env:1:4: " + must},
		{"ID=99999999999999999999999999", 0, true, ".env:1:4: " + must},
		{"ID=${UID:-1000}", 0, true, ".env:1:4: ID is made of other variables; write the number itself"},
	} {
		n, set, err := parse(t, c.text).Positive("ID")
		why := ""
		if err != nil {
			why = err.Error()
		}
		if n != c.n || set != c.set || why != c.why {
			t.Errorf("%q: %d %v %q\nwant %d %v %q", c.text, n, set, why, c.n, c.set, c.why)
		}
	}
}

// TestErrorsKeepSecrets: what is wrong with a file is said without a byte of it.
func TestErrorsKeepSecrets(t *testing.T) {
	for text, want := range map[string]string{
		"A=1\nPASSWORD=\"hunter2\n":   ".env:2:10: the quote that opens here is never closed, which compose does not read; close it",
		"hunter2 PASSWORD!\n":         ".env:1:1: this line is not NAME=VALUE as compose reads it; mend it, or make it a comment",
		"A=1\n hunter2 hunter3 = 1\n": ".env:2:2: this line is not NAME=VALUE as compose reads it; mend it, or make it a comment",
		"A=1\nexport ":                ".env:2:8: a line that says export and nothing else ends the file, which compose does not read; remove it or write NAME=VALUE",
	} {
		_, err := Parse(&edit.Source{Path: ".env", Text: text})
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
}
