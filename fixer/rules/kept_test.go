package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"nonroot/fixer"
	"nonroot/fixer/edit"
	"nonroot/fixer/rules"
)

// told is all that the rules say of a project: each finding with its fix, to the
// byte. A fix loop keeps from pass to pass what no edit changes; what is told at its
// end must be what is told of the same files when they are read anew.
func told(p *fixer.Project, list []*fixer.Rule) []string {
	var out []string
	for _, f := range fixer.Judge(p, list) {
		text := fmt.Sprintf("%s%s [%d, %d) %s\n", describe(f), f.At.Src.Path, f.At.Start, f.At.End, f.Subject)
		if f.Fix != nil {
			for _, e := range f.Fix.Edits {
				text += fmt.Sprintf("    %s [%d, %d) %q\n", e.Src.Path, e.Start, e.End, e.New)
			}
			for _, g := range f.Fix.Guard {
				text += fmt.Sprintf("    guards %s [%d, %d)\n", g.Src.Path, g.Start, g.End)
			}
			text += fmt.Sprintf("    means %v, leads to %v\n", f.Fix.Means, f.Fix.Leads)
		}
		out = append(out, text)
	}
	return out
}

// assertKept compares what is told at the end of fix loops with what is told anew.
func assertKept(t *testing.T, kept, anew []string) {
	t.Helper()
	kept, anew = slices.Sorted(slices.Values(kept)), slices.Sorted(slices.Values(anew))
	for _, text := range kept {
		if !slices.Contains(anew, text) {
			t.Errorf("after the last pass, but not when the files are read anew: %s", text)
		}
	}
	for _, text := range anew {
		if !slices.Contains(kept, text) {
			t.Errorf("not after the last pass, but when the files are read anew: %s", text)
		}
	}
}

// TestKept fixes a corpus, writes it, and reads it anew.
func TestKept(t *testing.T) {
	for _, safety := range []fixer.Safety{fixer.Safe, fixer.Unsafe} {
		t.Run(safety.String(), func(t *testing.T) {
			t.Parallel()
			dir := onDisk(t, 120)
			opt := fixer.Options{Rules: rules.All(), Safety: safety}
			var kept []string
			passed := 0
			for _, r := range each(t, dir, func(p *fixer.Project) (*fixer.Result, error) { return fixer.Run(p, opt) }) {
				kept = append(kept, told(r.After, opt.Rules)...)
				for _, change := range r.Changes {
					passed++
					put(t, dir, change.After)
				}
			}
			var anew []string
			for _, list := range each(t, dir, func(p *fixer.Project) ([]string, error) { return told(p, opt.Rules), nil }) {
				anew = append(anew, list...)
			}
			if passed < 100 || len(anew) < 100 {
				t.Errorf("%d files were changed, and %d things are told: too few to show anything", passed, len(anew))
			}
			assertKept(t, kept, anew)
		})
	}
}

// put writes a file below dir.
func put(t *testing.T, dir string, src *edit.Source) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(src.Path))
	if err := os.WriteFile(name, []byte(src.Text), 0o644); err != nil {
		t.Fatal(err)
	}
}
