package fixer

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nonroot/fixer/edit"
)

func TestConflict(t *testing.T) {
	src := &edit.Source{Path: "a", Text: "0123456789"}
	other := &edit.Source{Path: "b", Text: "0123456789"}
	at := func(s *edit.Source, start, end int) edit.Edit {
		return edit.Edit{Range: edit.Range{Src: s, Start: start, End: end}, New: "x"}
	}
	fix := func(edits ...edit.Edit) *Fix { return &Fix{Edits: edits} }
	for name, tc := range map[string]struct {
		a, b *Fix
		want bool
	}{
		"apart":               {fix(at(src, 0, 2)), fix(at(src, 2, 4)), false},
		"overlap":             {fix(at(src, 0, 3)), fix(at(src, 2, 4)), true},
		"the same edit":       {fix(at(src, 0, 3)), fix(at(src, 0, 3)), true},
		"insertions at once":  {fix(at(src, 3, 3)), fix(edit.Insert(src, 3, "y")), false},
		"the same insertion":  {fix(at(src, 3, 3)), fix(at(src, 3, 3)), true},
		"insertion at an end": {fix(at(src, 3, 3)), fix(at(src, 3, 5)), false},
		"insertion inside":    {fix(at(src, 4, 4)), fix(at(src, 3, 5)), true},
		"another file":        {fix(at(other, 0, 3)), fix(at(src, 0, 3)), false},
		"guarded": {
			&Fix{Edits: []edit.Edit{at(src, 0, 1)}, Guard: []edit.Range{{Src: src, Start: 5, End: 9}}},
			fix(at(src, 6, 6)), true,
		},
		"one creates what both mean": {
			&Fix{Means: []Mean{{Path: "a", Value: "services.x.tmpfs", New: true}}},
			&Fix{Means: []Mean{{Path: "a", Value: "services.x.tmpfs", New: false}}}, true,
		},
		"both add to what is there": {
			&Fix{Means: []Mean{{Path: "a", Value: "services.x.tmpfs", New: false}}},
			&Fix{Means: []Mean{{Path: "a", Value: "services.x.tmpfs", New: false}}}, false,
		},
	} {
		first, second := newPicked(), newPicked()
		first.add(tc.a)
		second.add(tc.b)
		if first.conflict(tc.b) != tc.want || second.conflict(tc.a) != tc.want {
			t.Errorf("%s: conflict is not %v", name, tc.want)
		}
	}
}

// rule is a rule for tests that inserts or replaces in a Dockerfile.
func rule(id string, check func(p *Project) []Finding) *Rule { return &Rule{ID: id, Check: check} }

func project(t *testing.T, name, text string) *Project {
	t.Helper()
	var ws *Workspace
	var err error
	if strings.HasSuffix(name, ".yaml") {
		ws, err = OpenFS(Listing{FS: files(name, text), Composes: []string{name}})
	} else {
		ws, err = OpenFS(Listing{FS: files(name, text), Dockerfiles: []string{name}})
	}
	if err != nil || len(ws.groups) != 1 {
		t.Fatal(err, ws)
	}
	return ws.groups[0].load(ws.in)
}

// onDisk is the first source that is there.
func onDisk(p *Project) *edit.Source {
	for _, src := range p.Sources() {
		if !src.Absent {
			return src
		}
	}
	return nil
}

// once finds a text and replaces it, under one subject.
func once(old, with string) func(p *Project) []Finding {
	return func(p *Project) []Finding {
		src := onDisk(p)
		at := strings.Index(src.Text, old)
		if at < 0 {
			return nil
		}
		r := edit.Range{Src: src, Start: at, End: at + len(old)}
		return []Finding{{Severity: Warning, At: r, Subject: old, Message: old, Fix: &Fix{Safety: Safe, Edits: []edit.Edit{{Range: r, New: with}}}}}
	}
}

// TestRunRefuses shows that a fix which breaks an invariant is left out and
// refused, and that the others are made.
func TestRunRefuses(t *testing.T) {
	const text = "FROM node:20-slim\nCOPY a b\nCMD [\"x\"]\n"
	for name, tc := range map[string]struct {
		rules []*Rule
		want  string
	}{
		"does not parse":      {[]*Rule{rule("a", once("COPY a b", "COPY"))}, "cannot be read"},
		"another instruction": {[]*Rule{rule("a", once("COPY a b", "ADD a b"))}, "no longer there"},
		"swallows the next":   {[]*Rule{rule("a", once("a b", "a b \\"))}, "no longer there"},
		"still found":         {[]*Rule{rule("a", once("a b", "a b "))}, "still found"},
		"new finding":         {[]*Rule{rule("a", once("a b", "c b")), rule("b", once("c b", "d b"))}, "is new after"},
		"changes nothing":     {[]*Rule{rule("a", once("a b", "a b"))}, "changes nothing"},
		"for ever": {[]*Rule{rule("a", func(p *Project) []Finding {
			n := strings.Count(p.Sources()[0].Text, "\n")
			src := p.Sources()[0]
			r := edit.Range{Src: src, Start: len(src.Text), End: len(src.Text)}
			return []Finding{{At: r, Subject: fmt.Sprint(n), Fix: &Fix{Safety: Safe, Edits: []edit.Edit{{Range: r, New: "ENV A=b\n"}}}}}
		})}, "do not converge"},
	} {
		good := rule("good", once("\"x\"", "\"y\""))
		r, err := Run(project(t, "Dockerfile", text), Options{Rules: append(tc.rules, good), Safety: Safe})
		if name == "for ever" {
			if err == nil || !strings.Contains(err.Error(), tc.want) || r != nil {
				t.Errorf("%s: %v, want %q", name, err, tc.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		refusal(t, name, r, tc.want)
		if len(r.Changes) != 1 || r.Changes[0].After.Text != strings.Replace(text, `"x"`, `"y"`, 1) {
			t.Errorf("%s: the sound fix is not what is made: %v", name, r.Changes)
		}
	}
}

// refusal looks for the one finding whose fix did not stand the check.
func refusal(t *testing.T, name string, r *Result, want string) {
	t.Helper()
	var unsound *Unsound
	for _, f := range r.Findings {
		if errors.As(f.Refused, &unsound) && f.Outcome == Refused {
			if !strings.Contains(unsound.Error(), want) {
				t.Errorf("%s: %v, want %q", name, unsound, want)
			}
			return
		}
	}
	t.Errorf("%s: nothing is refused, want %q", name, want)
}

// TestRunRefusesValues is the same for what a compose file says.
func TestRunRefusesValues(t *testing.T) {
	const text = "services:\n  a:\n    image: node\n    user: b\n"
	for want, with := range map[string]string{
		"changes though no fix means it": "user: c",
		"cannot be read":                 "user: [",
	} {
		r, err := Run(project(t, "compose.yaml", text), Options{Rules: []*Rule{rule("a", once("user: b", with))}, Safety: Safe})
		if err != nil || len(r.Changes) != 0 {
			t.Errorf("%s: %v", with, err)
			continue
		}
		refusal(t, with, r, want)
	}
}

func TestIgnored(t *testing.T) {
	for text, want := range map[string]bool{
		"# nonroot: ignore=a\nX":                   true,
		"# nonroot: ignore=b,a the reason\nX":      true,
		"  # nonroot: ignore=a\n  # and more\n  X": true,
		"\ufeff# nonroot: ignore=a\r\nX":           true,
		"# nonroot: ignore=ab\nX":                  false,
		"# nonroot: ignore=a\n\nX":                 false,
		"X":                                        false,
		"# nonroot: ignore=a\nRUN y\nX":            false,
	} {
		src := &edit.Source{Text: text}
		at := strings.Index(text, "X")
		if got := Ignored("a", edit.Range{Src: src, Start: at, End: at}); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestOwnable(t *testing.T) {
	for path, want := range map[string]bool{
		"/app": true, "/srv/app": true, "/opt/app": true, "/home/a": true, "/usr/src/app": true, "/var/www/html": true,
		"/var/lib/app": true, "/var/log/app": true, "/run/app": true, "/data": true, "/usr/local/app": true,
		"/": false, "/usr": false, "/usr/local/bin": false, "/etc/app": false, "/opt": false, "/home": false, "/root/x": false,
		"/var": false, "/var/lib": false, "/var/lib/dpkg/x": false, "/usr/share/nginx/html": false, "/tmp": false, "/lib/x": false, "/run": false,
		"": true, "/tmp/x": true, "/usr/src": false, "/usr/local": false, "/usr/local/src": false, "/usr/local/src/app": true, "/var/lib/apt": false, "/var/./lib//apt/": false,
	} {
		if Ownable(path) != want {
			t.Errorf("Ownable(%s) is not %v", path, want)
		}
	}
}

// TestPlan: what may be made is planned in each pass, what may not once, for the
// text that stays; and a refusal costs the fix in either case.
func TestPlan(t *testing.T) {
	const text = "FROM node:20-slim\nCOPY a b\nUSER x\n"
	safe := rule("safe", once("a b", "a c"))
	for name, tc := range map[string]struct {
		least   Safety
		refused error
		calls   int
		outcome Outcome
		changed string
	}{
		"withheld":          {Safe, nil, 1, Withheld, "FROM node:20-slim\nCOPY a c\nUSER x\n"},
		"made":              {Unsafe, nil, 1, Fixed, "FROM node:20-slim\nCOPY a c\nUSER y\n"},
		"refused":           {Unsafe, errors.New("why"), 2, Refused, "FROM node:20-slim\nCOPY a c\nUSER x\n"},
		"refused, not safe": {Safe, errors.New("why"), 1, Refused, "FROM node:20-slim\nCOPY a c\nUSER x\n"},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			unsafe := rule("unsafe", func(p *Project) []Finding {
				found := once("USER x", "USER y")(p)
				for i := range found {
					fix := found[i].Fix
					fix.Safety, found[i].Fix = Unsafe, nil
					found[i].Plan = func() (*Fix, error) {
						calls++
						return fix, tc.refused
					}
				}
				return found
			})
			opt := Options{Rules: []*Rule{safe, unsafe}, Safety: tc.least}
			r, err := Run(project(t, "Dockerfile", text), opt)
			if err != nil {
				t.Fatal(err)
			}
			got := r.Findings[1]
			if after := onDisk(r.After).Text; calls != tc.calls || got.Outcome != tc.outcome || after != tc.changed || got.Plan != nil || (got.Fix == nil) != (tc.refused != nil) {
				t.Errorf("planned %d times: %s, %v\n%s", calls, got.Outcome, got.Fix, after)
			}
		})
	}
}

// TestRefusedIsNotMade: a fix that comes with a refusal is none.
func TestRefusedIsNotMade(t *testing.T) {
	refused := rule("refused", func(p *Project) []Finding {
		found := once("a b", "a c")(p)
		found[0].Refused = errors.New("why")
		return found
	})
	for _, least := range []Safety{Unsafe, Safe} {
		r, err := Run(project(t, "Dockerfile", "FROM node:20-slim\nCOPY a b\n"), Options{Rules: []*Rule{refused}, Safety: least})
		if err != nil || len(r.Changes) > 0 || r.Findings[0].Outcome != Refused || r.Findings[0].Fix != nil {
			t.Errorf("%s: %v %v", least, r, err)
		}
	}
}
