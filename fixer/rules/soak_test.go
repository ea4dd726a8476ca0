package rules_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nonroot/fixer"
	"nonroot/fixer/rules"
)

var soakDir = flag.String("soak", "", "a folder of repositories to check and fix in memory")

// TestSoak runs every rule over a folder of real repositories, with safe and
// with unsafe fixes, in memory: no crash, and what must hold of any fix holds of
// each. It prints how many files there are, what was found, what was fixed, and
// why the rest was refused. See make soak.
func TestSoak(t *testing.T) {
	if *soakDir == "" {
		t.Skip("no -soak folder given: make soak DIR=folder")
	}
	for _, safety := range []fixer.Safety{fixer.Safe, fixer.Unsafe} {
		t.Run(safety.String(), func(t *testing.T) { soak(t, safety) })
	}
}

func soak(t *testing.T, safety fixer.Safety) {
	root, err := filepath.Abs(*soakDir)
	if err != nil {
		t.Fatal(err)
	}
	ws, err := fixer.Open(t.Context(), root, []string{"."})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	opt := fixer.Options{Rules: rules.All(), Safety: safety}
	outcomes, reasons, problems := map[string]int{}, map[string]int{}, map[string]int{}
	files, changed := 0, 0
	var diffs strings.Builder
	note := func(list []fixer.Problem) {
		for _, p := range list {
			text := p.Err.Error()
			if strings.Contains(text, "bug in nonroot") || strings.Contains(text, "after the fix") || strings.Contains(text, "no fix means") || strings.Contains(text, "the fix makes") {
				t.Errorf("%s: %s", p.Path, text)
			}
			problems[reasonOnly(p.Path, text)]++
		}
	}
	note(ws.Problems)
	var results []*fixer.Result
	err = fixer.Each(t.Context(), ws, func(p *fixer.Project) (*fixer.Result, error) {
		return fixer.Run(p, opt)
	}, func(p *fixer.Project, r *fixer.Result, list []fixer.Problem) {
		note(list)
		if r == nil {
			return
		}
		files += len(p.Sources())
		for _, f := range r.Findings {
			outcomes[f.Rule.ID+" "+f.Outcome.String()]++
			if f.Outcome == fixer.Refused {
				reasons[f.Rule.ID+": "+reasonOnly(f.At.Src.Path, f.Refused.Error())]++
			}
		}
		results = append(results, r)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		assertResult(t, r, opt)
		for _, change := range r.Changes {
			changed++
			diffs.WriteString(diffOf(t, change))
		}
	}
	if out := os.Getenv("SOAK_DIFFS"); out != "" {
		os.WriteFile(out+"."+safety.String(), []byte(diffs.String()), 0o644)
	}
	fmt.Printf("%s fixes: %d files read, %d changed\n", safety, files, changed)
	table("outcomes", outcomes)
	table("refused", reasons)
	table("not done", problems)
}

// reasonOnly takes the place out of a message, so that like ones count together.
func reasonOnly(path, text string) string {
	text = strings.ReplaceAll(text, path, "FILE")
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, text)), " ")
}

func table(title string, counts map[string]int) {
	fmt.Printf("  %s:\n", title)
	keys := slices.Sorted(maps.Keys(counts))
	slices.SortStableFunc(keys, func(a, b string) int { return counts[b] - counts[a] })
	for _, k := range keys {
		fmt.Printf("  %5d %s\n", counts[k], k)
	}
}
