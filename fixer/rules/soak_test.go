package rules_test

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"nonroot/fixer"
	"nonroot/fixer/rules"
	"nonroot/fixer/write"
)

var soakDir = flag.String("soak", "", "a folder of repositories, of which copies are checked and fixed")

// TestSoak runs every rule over copies of real repositories, with safe and with
// unsafe fixes, writes what they change, and runs once more on what was written:
// no crash, what must hold of any fix holds of each, and the second run changes
// nothing. It prints how many files there are, what was found, what was fixed, and
// why the rest was refused. See make soak.
func TestSoak(t *testing.T) {
	if *soakDir == "" {
		t.Skip("no -soak folder given: make soak DIR=folder")
	}
	logrus.SetOutput(io.Discard) // what compose-go warns of
	for _, root := range repositories(t, *soakDir) {
		for _, safety := range []fixer.Safety{fixer.Safe, fixer.Unsafe} {
			t.Run(filepath.Base(root)+" "+safety.String(), func(t *testing.T) { soak(t, root, safety) })
		}
	}
}

// repositories are the folders of dir that are repositories; where none is, dir
// itself is one.
func repositories(t *testing.T, dir string) []string {
	entries, err := filepath.Glob(filepath.Join(dir, "*", ".git"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		return []string{dir}
	}
	for i, entry := range entries {
		entries[i] = filepath.Dir(entry)
	}
	return entries
}

// soaked is what came of one repository.
type soaked struct {
	results                      []*fixer.Result
	outcomes, reasons, problems  counts
	read, changed, broken, crash int
}

func soak(t *testing.T, root string, safety fixer.Safety) {
	start := time.Now()
	root = copyOf(t, root)
	opt := fixer.Options{Rules: rules.All(), Safety: safety}
	first := runOn(t, root, opt)
	var diffs strings.Builder
	for _, r := range first.results {
		for _, change := range r.Changes {
			first.changed++
			diffs.WriteString(diffOf(t, change))
		}
		if len(r.Changes) > 0 && !t.Run(r.Changes[0].After.Path, func(t *testing.T) { assertResult(t, r, opt); writes(t, root, r) }) {
			first.broken++
		}
	}
	for _, r := range runOn(t, root, opt).results {
		for _, change := range r.Changes {
			first.broken++
			t.Errorf("a second run on what was written changes %s:\n%s", change.After.Path, diffOf(t, change))
		}
	}
	if out := os.Getenv("SOAK_DIFFS"); out != "" {
		if err := os.WriteFile(out+"."+filepath.Base(root)+"."+safety.String(), []byte(diffs.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
	fmt.Printf("%s, %s fixes: %d files read, %d changed, %d invariant failures, %d crashes, %v\n",
		filepath.Base(root), safety, first.read, first.changed, first.broken, first.crash, time.Since(start).Round(time.Millisecond))
	first.outcomes.print("outcomes")
	first.reasons.print("refused")
	first.problems.print("not done")
}

// copyOf copies a repository to a temporary folder of its name, with modes and links.
func copyOf(t *testing.T, root string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("cp", "-a", "--", root, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return filepath.Join(dir, filepath.Base(root))
}

// runOn plans all fixes of a folder.
func runOn(t *testing.T, root string, opt fixer.Options) *soaked {
	t.Helper()
	ws, err := fixer.Open(t.Context(), root, []string{"."})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	out := &soaked{outcomes: counts{}, reasons: counts{}, problems: counts{}}
	note := func(list []fixer.Problem) {
		for _, p := range list {
			text := p.Err.Error()
			switch {
			case strings.Contains(text, "bug in nonroot"):
				out.crash++
				t.Errorf("%s: %s", p.Path, text)
			case strings.Contains(text, "after the fix") || strings.Contains(text, "no fix means") || strings.Contains(text, "the fix makes"):
				out.broken++
				t.Errorf("%s: %s", p.Path, text)
			}
			out.problems.add(reasonOf(p.Path, text))
		}
	}
	note(ws.Problems)
	err = fixer.Each(t.Context(), ws, func(p *fixer.Project) (*fixer.Result, error) {
		return fixer.Run(p, opt)
	}, func(p *fixer.Project, r *fixer.Result, list []fixer.Problem) {
		note(list)
		if r == nil {
			return
		}
		out.read += len(p.Sources())
		for _, f := range r.Findings {
			out.outcomes.add(f.Rule.ID+" "+f.Outcome.String(), "")
			if f.Outcome == fixer.Refused {
				kind, example := reasonOf(f.At.Src.Path, f.Refused.Error())
				out.reasons.add(f.Rule.ID+": "+kind, example)
			}
		}
		out.results = append(out.results, r)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// writes writes the changes of a result as the command does, and reads them back.
func writes(t *testing.T, root string, r *fixer.Result) {
	t.Helper()
	var changes []write.Change
	for _, c := range r.Changes {
		changes = append(changes, write.Change(c))
	}
	if _, err := write.Write(t.Context(), root, changes); err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Changes {
		got, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(c.After.Path)))
		if err != nil || string(got) != c.After.Text {
			t.Errorf("%s has other bytes than planned (%v)", c.After.Path, err)
		}
	}
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
