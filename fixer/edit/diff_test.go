package edit_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nonroot/fixer/edit"
)

// pair is a file before and after; a before of absent is a new file.
type pair struct{ path, before, after string }

const absent = "\x00absent"

func (p pair) sources() (before, after *edit.Source) {
	before = &edit.Source{Path: p.path, Text: p.before}
	if p.before == absent {
		before.Text, before.Absent = "", true
	}
	return before, &edit.Source{Path: p.path, Text: p.after}
}

func (p pair) diff(t *testing.T) string {
	t.Helper()
	d, err := edit.Diff(p.sources())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// numbered is n lines, some of which are the same.
func numbered(n int) string {
	var out strings.Builder
	for i := range n {
		if i%5 == 4 {
			out.WriteString("\n")
		} else {
			fmt.Fprintf(&out, "line %d\n", i)
		}
	}
	return out.String()
}

// shapes are changes that differ in what a diff makes of them.
var shapes = []pair{
	{"new", absent, "a\nb\n"},
	{"new-one-line", absent, "a\n"},
	{"new-no-newline", absent, "a\nb"},
	{"new-crlf", absent, "a\r\nb\r\n"},
	{"new-blank-line", absent, "\n"},
	{"empty-before", "", "a\n"},
	{"empty-before-no-newline", "", "a"},
	{"empty-after", "a\nb\n", ""},
	{"empty-after-no-newline", "a", ""},
	{"newline-stays", "a\nb\nc\n", "a\nx\nc\n"},
	{"newline-lost", "a\nb\nc\n", "a\nx\nc"},
	{"newline-won", "a\nb\nc", "a\nx\nc\n"},
	{"newline-never", "a\nb\nc", "a\nx\nc"},
	{"only-newline-lost", "a\nb\n", "a\nb"},
	{"only-newline-won", "a\nb", "a\nb\n"},
	{"appended-to-no-newline", "a\nb", "a\nb\nc"},
	{"appended-and-newline", "a\nb", "a\nb\nc\n"},
	{"cut-to-no-newline", "a\nb\nc\n", "a\nb"},
	{"last-line-goes-no-newline", "a\nb\nc", "a\nb\n"},
	{"no-newline-far-away", numbered(30) + "end", "x\n" + numbered(30) + "end"},
	{"crlf", "a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"},
	{"crlf-to-lf", "a\r\nb\r\n", "a\nb\n"},
	{"mixed", "a\r\nb\nc\r\n", "a\r\nb\nx\r\nc\r\n"},
	{"lone-cr", "a\rb\nc\r", "a\rx\nc\r"},
	{"bom", edit.BOM + "a\nb\n", edit.BOM + "a\nc\n"},
	{"other-breaks", "a\u0085b\u2028c\n\v\f\n", "a\u0085x\u2028c\n\v\f\n"},
	{"not-utf8", "a\xff\xfe\nb\n", "a\xff\xfd\nb\n"},
	{"looks-like-a-diff", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n\\ No newline at end of file\n-- \n"},
	{"blanks", " \n\t\n  a\n", " \n\t \n  a\n"},
	{"first-line", numbered(20), "x\n" + numbered(20)},
	{"last-line", numbered(20), numbered(20) + "x\n"},
	{"both-ends", numbered(20), "x\n" + numbered(20) + "y\n"},
	{"everything", numbered(9), strings.ReplaceAll(numbered(9), "line", "row")},
	{"repeated-lines", strings.Repeat("a\n", 20), strings.Repeat("a\n", 9) + "b\n" + strings.Repeat("a\n", 12)},
	{"block-moves", numbered(10) + "moved\n" + numbered(3), "moved\n" + numbered(13)},
}

// gaps are two changes with n lines between them.
func gaps() (all []pair) {
	for n := range 10 {
		lines := strings.SplitAfter(numbered(30), "\n")
		lines[8] = "x\n"
		lines[9+n] = "y\n"
		all = append(all, pair{fmt.Sprintf("gap-%d", n), numbered(30), strings.Join(lines, "")})
	}
	return all
}

func TestDiffText(t *testing.T) {
	for _, c := range []struct {
		pair pair
		want string
	}{
		{pair{"f", "a\n", "a\n"}, ""},
		{pair{"d/f", "a\nb\nc\nd\ne\n", "a\nb\nc\nd\nx\n"}, "--- a/d/f\n+++ b/d/f\n@@ -2,4 +2,4 @@\n b\n c\n d\n-e\n+x\n"},
		{pair{"f", absent, "a\n"}, "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n"},
		{pair{"f", "a", ""}, "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n"},
		{pair{"a b", "a", "b\n"}, "--- a/a b\t\n+++ b/a b\t\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"},
		{pair{"é\"", "a\n", "b\n"}, "--- \"a/\\303\\251\\\"\"\n+++ \"b/\\303\\251\\\"\"\n@@ -1 +1 @@\n-a\n+b\n"},
		{pair{"e", absent, ""}, "diff --git a/e b/e\nnew file mode 100644\n"},
	} {
		if got := c.pair.diff(t); got != c.want {
			t.Errorf("%+v:\n%s\nnot\n%s", c.pair, got, c.want)
		}
	}
}

func TestDiffRefuses(t *testing.T) {
	if _, err := edit.Diff(&edit.Source{Path: "f", Text: "a"}, &edit.Source{Path: "f", Absent: true}); err == nil {
		t.Error("a removal has a diff")
	}
	if d, err := edit.Diff(&edit.Source{Absent: true}, &edit.Source{Absent: true}); d != "" || err != nil {
		t.Error(d, err)
	}
	many := strings.Repeat("\n", 250_001)
	if _, err := edit.Diff(&edit.Source{Path: "f", Text: many}, &edit.Source{Path: "f", Text: many + "x"}); err == nil {
		t.Error("there is no limit")
	}
}

// TestDiffApplies gives each diff to git, in a repository, in a folder of one and
// outside of any, and to patch.
func TestDiffApplies(t *testing.T) {
	for _, p := range append(shapes, gaps()...) {
		applies(t, []pair{p}, everyTool)
	}
	applies(t, append(append(shapes, gaps()...), pair{"empty-new", absent, ""}), []tool{gitOutside, gitRepository, patchTool})
}

func TestDiffOfUnusualNames(t *testing.T) {
	for _, name := range []string{
		"a b", " a", "a ", "a  b/c d", "é", "日本/x", "a\tb", "a\"b", "a'b", "a\x01b", "a\x7f", "$x", "*", "-x", "a:b", "#x", "\xff", "a\u00a0b", "deep/er/f", "a\rb", "a\nb", "a\n b ", `a\b`, `\`, "e\u0301",
	} {
		applies(t, []pair{{name, "a\nb\n", "a\nc\n"}}, everyTool)
		applies(t, []pair{{name, absent, "a\n"}}, everyTool)
	}
}

// TestDiffRandom makes edits at random; the files of a round share one diff.
func TestDiffRandom(t *testing.T) {
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 2))
		var pairs []pair
		for i := range 100 {
			before := randomText(random, random.IntN(40))
			after := before
			for range 1 + random.IntN(4) {
				after = randomEdit(random, after)
			}
			if before != after {
				pairs = append(pairs, pair{fmt.Sprintf("f%d", i), before, after})
			}
		}
		applies(t, pairs, []tool{gitOutside, patchTool})
	}
}

func randomText(random *rand.Rand, lines int) string {
	var out strings.Builder
	for range lines {
		out.WriteString(pickLine(random))
	}
	if random.IntN(3) == 0 {
		return strings.TrimSuffix(out.String(), "\n")
	}
	return out.String()
}

// pickLine is a line of a few, so that many are the same.
func pickLine(random *rand.Rand) string {
	return []string{"a\n", "b\n", "c\n", "\n", "d\r\n", "-x\n", "+x\n", " x\n", "@@ -1 +1 @@\n", "--- a\n", "e f\n"}[random.IntN(11)]
}

func randomEdit(random *rand.Rand, text string) string {
	lines := strings.SplitAfter(text, "\n")
	start := random.IntN(len(lines) + 1)
	end := min(len(lines), start+random.IntN(3))
	return strings.Join(lines[:start], "") + randomText(random, random.IntN(3)) + strings.Join(lines[end:], "")
}

// TestDiffOfLargeFiles has what is slow or wrong in a careless line diff.
func TestDiffOfLargeFiles(t *testing.T) {
	start := time.Now()
	var distinct strings.Builder
	for i := range 80_000 { // more than there are runes below the surrogates
		fmt.Fprintf(&distinct, "line %d\n", i)
	}
	lines := distinct.String()
	middle := strings.Index(lines, "line 60000\n")
	same := strings.Repeat("FROM x\nRUN y\n", 15_000)
	for _, p := range []pair{
		{"both-ends", lines, "x\n" + lines + "y\n"},
		{"three", lines, "x\n" + lines[:middle] + "y\n" + lines[middle:] + "z\n"},
		{"reordered", lines, lines[len(lines)/2:] + lines[:len(lines)/2]},
		{"blank", strings.Repeat("\n", 200_000), strings.Repeat("\n", 100_000) + "x\n" + strings.Repeat("\n", 99_000)},
		{"stages", same, strings.ReplaceAll(same, "y\n", "y\nUSER z\n")},
		{"services", strings.ReplaceAll(lines, " ", ":\n  a: "), strings.ReplaceAll(lines, " ", ":\n  a: b\n  c: ")},
		{"new", absent, lines},
		{"emptied", lines, ""},
		{"one-line", strings.Repeat("x", 10<<20), strings.Repeat("x", 10<<20) + "y"},
	} {
		applies(t, []pair{p}, []tool{gitOutside})
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}

// tool applies the file named diff, two folders up, in dir.
type tool struct {
	name string
	args []string
	repo string // where the repository is, seen from dir; none if empty
}

var (
	gitOutside    = tool{"git, in no repository", []string{"git", "apply"}, ""}
	gitRepository = tool{"git, in a repository", []string{"git", "apply"}, "."}
	gitFolder     = tool{"git, in a folder of a repository", []string{"git", "apply"}, ".."}
	patchTool     = tool{"patch", []string{"patch", "-s", "-p1", "-i"}, ""}
	everyTool     = []tool{gitOutside, gitRepository, gitFolder, patchTool}
)

// applies lets the tools apply the diff of the pairs, and compares the files.
func applies(t *testing.T, pairs []pair, tools []tool) {
	t.Helper()
	var diff strings.Builder
	for _, p := range pairs {
		diff.WriteString(p.diff(t))
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool.args[0]); err != nil {
			t.Skipf("%s is not installed", tool.args[0])
		}
		top := t.TempDir()
		dir := filepath.Join(top, "repository", "folder")
		write(t, dir, ".keep", "")
		write(t, top, "diff", diff.String())
		for _, p := range pairs {
			if p.before != absent {
				write(t, dir, p.path, p.before)
			}
		}
		if tool.repo != "" {
			run(t, filepath.Join(dir, tool.repo), "git", "init", "-q")
		}
		if out, ok := run(t, dir, append(tool.args, "../../diff")...); !ok {
			t.Errorf("%s: %s: %s\n%.2000s", tool.name, pairs[0].path, out, diff.String())
			continue
		}
		for _, p := range pairs {
			got, err := os.ReadFile(filepath.Join(dir, p.path))
			if err != nil || string(got) != p.after {
				t.Errorf("%s: %s: %v, %.200q, not %.200q\n%.2000s", tool.name, p.path, err, got, p.after, p.diff(t))
			}
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run runs a command, away from the repository that the tests may lie in.
func run(t *testing.T, dir string, args ...string) (out string, ok bool) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(filepath.Dir(dir)), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "LC_ALL=C")
	text, err := cmd.CombinedOutput()
	return string(text), err == nil
}

// TestSecretDiff shows nothing of a secret file but what is added, and is taken
// by git apply and patch all the same.
func TestSecretDiff(t *testing.T) {
	for _, text := range []string{"", "TOKEN=hidden\n", "TOKEN=hidden\nB=hidden\n", strings.Repeat("TOKEN=hidden\n", 9), "TOKEN=hidden\r\nB=hidden\r\n"} {
		before := &edit.Source{Path: ".env", Text: text, Secret: true}
		after, err := edit.Apply(before, []edit.Edit{edit.Insert(before, len(text), "\nA=1\n")})
		if err != nil {
			t.Fatal(err)
		}
		diff, err := edit.Diff(before, after)
		if err != nil || strings.Contains(diff, "hidden") {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
		for _, tool := range [][]string{{"git", "apply", "-"}, {"patch", "-p1", "-s"}} {
			dir := t.TempDir()
			file := filepath.Join(dir, ".env")
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(tool[0], tool[1:]...)
			cmd.Dir, cmd.Stdin = dir, strings.NewReader(diff)
			cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%q: %v: %v\n%s\n%s", text, tool, err, out, diff)
			}
			if got, _ := os.ReadFile(file); string(got) != after.Text {
				t.Errorf("%q: %v gives %q", text, tool, got)
			}
		}
	}
}
