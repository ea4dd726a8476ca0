package rules_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
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
	outcomes, reasons, problems := counts{}, counts{}, counts{}
	files, changed := 0, 0
	var diffs strings.Builder
	note := func(list []fixer.Problem) {
		for _, p := range list {
			text := p.Err.Error()
			if strings.Contains(text, "bug in nonroot") || strings.Contains(text, "after the fix") || strings.Contains(text, "no fix means") || strings.Contains(text, "the fix makes") {
				t.Errorf("%s: %s", p.Path, text)
			}
			problems.add(reasonOf(p.Path, text))
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
			outcomes.add(f.Rule.ID+" "+f.Outcome.String(), "")
			if f.Outcome == fixer.Refused {
				kind, example := reasonOf(f.At.Src.Path, f.Refused.Error())
				reasons.add(f.Rule.ID+": "+kind, example)
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
	outcomes.print("outcomes")
	reasons.print("refused")
	problems.print("not done")
}

var (
	reasonLine   = regexp.MustCompile(`^(?:FILE:)?(?:\d+:)*\s*(?:line \d+(?: \([^)]*\))?:? )?`)
	reasonQuoted = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
	reasonNamed  = regexp.MustCompile(`(^service |whether )(\S+)`)
	reasonPath   = regexp.MustCompile(`(/[\w.~$-]+)+`)
	reasonAside  = regexp.MustCompile(` \([^)]*\)`)
)

// reasonOf parts a message into what like ones have in common, and what this one
// is about: the command, the program, the service or the path.
func reasonOf(path, text string) (kind, example string) {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, path, "FILE")), " ")
	text = reasonLine.ReplaceAllString(text, "")
	if m := reasonQuoted.FindStringSubmatch(text); m != nil {
		example, _, _ = strings.Cut(m[1], " ")
		return reasonPath.ReplaceAllString(reasonAside.ReplaceAllString(reasonQuoted.ReplaceAllString(text, "…"), ""), "…"), example
	}
	if before, rest, ok := strings.Cut(text, "must start as root: "); ok {
		example, _, _ = strings.Cut(rest, " ")
		return before + "must start as root", example
	}
	if before, rest, ok := strings.Cut(text, "what must be root: "); ok {
		example, _, _ = strings.Cut(rest, " ")
		return before + "what must be root", example
	}
	if m := reasonNamed.FindStringSubmatch(text); m != nil {
		return reasonNamed.ReplaceAllString(text, "$1…"), m[2]
	}
	if p := reasonPath.FindString(text); p != "" {
		return strings.Replace(text, p, "…", 1), p
	}
	return text, ""
}

// counts are how often something was, with what it was about.
type counts map[string]map[string]int

func (c counts) add(kind, example string) {
	if c[kind] == nil {
		c[kind] = map[string]int{}
	}
	c[kind][example]++
}

func (c counts) print(title string) {
	fmt.Printf("  %s:\n", title)
	sums := map[string]int{}
	for kind, examples := range c {
		for _, n := range examples {
			sums[kind] += n
		}
	}
	for _, kind := range byCount(sums) {
		var list []string
		for _, example := range byCount(c[kind]) {
			switch n := c[kind][example]; {
			case example == "":
			case n > 1:
				list = append(list, fmt.Sprintf("%s %d×", example, n))
			default:
				list = append(list, example)
			}
		}
		if len(list) > 8 {
			list = append(list[:8], fmt.Sprintf("%d more", len(list)-8))
		}
		fmt.Printf("  %5d %s\n", sums[kind], kind)
		if len(list) > 0 {
			fmt.Printf("        %s\n", strings.Join(list, ", "))
		}
	}
}

// byCount are the keys, the most frequent first.
func byCount(m map[string]int) []string {
	keys := slices.Sorted(maps.Keys(m))
	slices.SortStableFunc(keys, func(a, b string) int { return m[b] - m[a] })
	return keys
}
