package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nonroot/fixer"
	"nonroot/fixer/report"
	"nonroot/fixer/rules"
	"nonroot/fixer/suggest"
)

// TestInterrupted runs with a context that has ended: nothing is written, and the
// exit code says why.
func TestInterrupted(t *testing.T) {
	dir := checkout(t, "root-services", "before")
	before := readTree(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, command := range []string{"check", "fix"} {
		var out, err bytes.Buffer
		code := run(ctx, []string{command, dir}, streams{strings.NewReader(""), &out, &err})
		if code != exitInterrupted || out.Len() > 0 || err.String() != msgInterrupted+"\n" {
			t.Errorf("%s exits %d and says %q, %q", command, code, out.String(), err.String())
		}
	}
	sameTree(t, "after an interrupt", readTree(t, dir), before)
}

// TestInterruptedWhileWriting ends the context between the plan and the write.
func TestInterruptedWhileWriting(t *testing.T) {
	dir := checkout(t, "root-services", "before")
	before := readTree(t, dir)
	ws, err := fixer.Open(t.Context(), dir, []string{"."})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	work := func(p *fixer.Project) (*repair, error) {
		return plan(scope{root: dir}, p, fixer.Options{Rules: rules.All(), Safety: fixer.Unsafe}, planned{findings: true, before: true})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = fixer.Each(t.Context(), ws, work, func(_ *fixer.Project, r *repair, _ []fixer.Problem) {
		count := r.digest.count
		if count.Fixed == 0 || len(r.before) != 2 || len(r.digest.roots) != 0 {
			t.Errorf("the plan fixes %d, and leaves %v as root", count.Fixed, r.digest.roots)
		}
		err := r.write(ctx)
		if !errors.Is(err, context.Canceled) || r.digest.count.Fixed != 0 || r.digest.count.Refused != count.Refused+count.Fixed || len(r.digest.roots) != 2 {
			t.Errorf("an interrupted write counts as %+v with %v", r.digest.count, err)
		}
		for _, f := range r.files {
			if f.Written {
				t.Errorf("%s counts as written", f.Path)
			}
		}
		for _, f := range r.findings {
			if f.Outcome == fixer.Fixed {
				t.Errorf("%s counts as fixed", f.Subject)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	sameTree(t, "after an interrupt", readTree(t, dir), before)
}

func TestProgress(t *testing.T) {
	var err bytes.Buffer
	con := newConsole(streams{nil, &bytes.Buffer{}, &err})
	quiet := newProgress(con, msgProgress, 3)
	quiet.next = time.Time{}
	quiet.step()
	quiet.hide()
	if err.Len() > 0 {
		t.Errorf("it shows %q where there is no terminal", err.String())
	}
	con.errTerminal = true
	p := newProgress(con, msgProgress, 3)
	p.step()
	p.hide()
	if err.Len() > 0 {
		t.Errorf("it shows %q in its first second", err.String())
	}
	p.next = time.Time{}
	p.step()
	p.step() // too soon
	p.hide()
	p.hide()
	if want := "\r\x1b[Knonroot: 2 of 3 projects\r\x1b[K"; err.String() != want {
		t.Errorf("it shows %q, not %q", err.String(), want)
	}
}

// TestProgressWhile asserts that what counts nothing is shown from its second on, and
// taken away again; the line that counts is due from the same second on.
func TestProgressWhile(t *testing.T) {
	var err bytes.Buffer
	con := newConsole(streams{nil, &bytes.Buffer{}, &err})
	con.errTerminal = true
	p := newProgress(con, msgProgress, 3)
	p.while(msgOpening, func() {})
	if err.Len() > 0 {
		t.Errorf("it shows %q in its first second", err.String())
	}
	p.next = time.Now().Add(20 * time.Millisecond)
	p.while(msgOpening, func() { time.Sleep(200 * time.Millisecond) })
	p.step()
	if want := "\r\x1b[Knonroot: reading files\r\x1b[K\r\x1b[Knonroot: 1 of 3 projects"; err.String() != want {
		t.Errorf("it shows %q, not %q", err.String(), want)
	}
	con.errTerminal = false
	err.Reset()
	p.next = time.Now()
	p.while(msgOpening, func() { time.Sleep(50 * time.Millisecond) })
	if err.Len() > 0 {
		t.Errorf("it shows %q where there is no terminal", err.String())
	}
}

// TestPlusAddsAll fails when report.Count gets a field that plus forgets.
func TestPlusAddsAll(t *testing.T) {
	var one report.Count
	fields := reflect.ValueOf(&one).Elem()
	for i := range fields.NumField() {
		fields.Field(i).SetInt(int64(1 + i))
	}
	sum := reflect.ValueOf(plus(one, one))
	for i := range sum.NumField() {
		if sum.Field(i).Int() != int64(2*(1+i)) {
			t.Errorf("plus forgets %s", sum.Type().Field(i).Name)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"check", "fix", "explain", "completion", "unsafe-fixes", "tmpfs-owner", "tmpfs-var-tmp"}
	for word, want := range map[string]string{
		"chek": "check", "chekc": "check", "fxi": "fix", "unsafe": "unsafe-fixes", "tmpfs-ownr": "tmpfs-owner", "tmpfs": "tmpfs-owner",
		"explian": "explain", "completon": "completion", "Fix": "fix", "f": "", "": "", "verify": "", "xyz": "", "e": "", "tmp-owner": "tmpfs-owner",
	} {
		if got := suggest.Nearest(word, known); got != want {
			t.Errorf("%q: meant is %q, not %q", word, got, want)
		}
	}
}

func TestSummaries(t *testing.T) {
	const flag = " (--unsafe-fixes)"
	for _, c := range []struct {
		count           report.Count
		how             ending
		files, problems int
		check, fix      string
	}{
		{check: "nothing found", fix: "nothing found"},
		{problems: 2, check: "2 not done", fix: "2 not done"},
		{count: report.Count{Suppressed: 1}, check: "nothing found; 1 suppressed", fix: "nothing found, 1 suppressed"},
		{
			count: report.Count{Found: 1, Errors: 1, Fixed: 1}, files: 1,
			check: "1 found (1 error)", fix: "1 found, 1 fixed in 1 file",
		},
		{
			count: report.Count{Found: 9, Errors: 2, Warnings: 1, Notes: 6, Fixed: 3, Withheld: 1, Refused: 2, Suppressed: 4, Safe: 3, Unsafe: 1, Hidden: 5},
			how:   dryRun, files: 2, problems: 1,
			check: "9 found (2 errors, 1 warning, 6 notes); nonroot fix fixes 3, with --unsafe-fixes 4; 2 refused; 5 not shown (--notes); 4 suppressed; 1 not done",
			fix:   "9 found, 3 would be fixed in 2 files, 1 withheld" + flag + ", 2 refused, 3 left to you (nonroot check --notes), 4 suppressed, 1 not done",
		},
		{
			count: report.Count{Found: 2, Warnings: 2, Fixed: 1, Withheld: 1, Unsafe: 1}, how: declined, files: 1,
			check: "2 found (2 warnings); nonroot fix --unsafe-fixes fixes 1",
			fix:   "nothing was written, 2 found, 1 would have been fixed in 1 file, 1 withheld" + flag,
		},
	} {
		if got := checkSummary(c.count, false, c.problems); got != "nonroot: "+c.check {
			t.Errorf("check: %s\n  not nonroot: %s", got, c.check)
		}
		if got := fixSummary(c.count, c.how, c.files, c.problems); got != "nonroot: "+c.fix {
			t.Errorf("fix: %s\n  not nonroot: %s", got, c.fix)
		}
	}
	if got := some(strings.Fields("a b c d e f")); got != "a, b, c, d, e, f" {
		t.Error(got)
	}
	if got := some(strings.Fields("a b c d e f g")); got != "a, b, c, d, e and 2 more" {
		t.Error(got)
	}
}

// TestTotal: what is kept of many projects tells the same as all of it.
func TestTotal(t *testing.T) {
	var sum total
	for i, roots := range []string{"c y", "h", "b", "", "e a", "d g"} {
		at := func(rule, place string) unfixed { return unfixed{reason{rule, "why"}, place} }
		r := &repair{files: make([]report.File, 2), digest: digest{
			count: report.Count{Found: 2}, roots: strings.Fields(roots),
			refused:  []unfixed{at("z", fmt.Sprint("f", i)), at("a", "f"), at("z", fmt.Sprint("f", i)), at("z", fmt.Sprint("g", i))},
			withheld: []unfixed{at("w", fmt.Sprint("h", i))},
		}}
		r.files[0].Written = i < 2
		sum.add(r)
	}
	if sum.files != 12 || sum.written != 2 || sum.count.Found != 12 {
		t.Errorf("%d files, %d of them written, %d findings", sum.files, sum.written, sum.count.Found)
	}
	var got []string
	for _, tally := range []tally{sum.refused, sum.withheld} {
		for _, r := range tally.reasons {
			got = append(got, r.rule+": "+tally.places[r].line())
		}
	}
	got = append(got, sum.roots.line())
	want := []string{"z: f0, g0, f1, g1, f2 and 7 more", "a: f, f, f, f, f, f", "w: h0, h1, h2, h3, h4, h5", "a, b, c, d, e and 3 more"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nnot %q", got, want)
	}
}

func TestScopes(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a/.git/HEAD", "a/x/f", "a/y/f", "a/in/.nonroot.yaml", "a/in/f", "b/.git/HEAD", "b/f", "plain/f", "plain/g/f"} {
		put(t, dir, name, "")
	}
	t.Chdir(dir)
	for args, want := range map[string]map[string]string{ // root and paths by prefix
		"":                 {"": ". ."},
		"a":                {"": "a ."},
		"a/x a/y/f a/x":    {"": "a x y/f x"},
		"a/in/f":           {"": "a/in f"},
		"a a/in":           {"": "a ."},
		"a/in/f a":         {"": "a ."},
		"a/x a/in":         {".": "a x", "in": "a/in ."},
		"a/x b/f":          {"a": "a x", "b": "b f"},
		"plain/g plain/f":  {".": "plain f", "g": "plain/g ."},
		"a/x b a/in plain": {"a": "a x", "b": "b .", "a/in": "a/in .", "plain": "plain ."},
	} {
		list, err := scopesOf(strings.Fields(args))
		if err != nil {
			t.Error(err)
		}
		got := map[string]string{}
		for _, s := range list {
			root, _ := filepath.Rel(dir, s.root)
			got[s.prefix] = root + " " + strings.Join(s.paths, " ")
		}
		if !maps.Equal(got, want) {
			t.Errorf("%q is %v, not %v", args, got, want)
		}
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
