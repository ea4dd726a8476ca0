package gitignore_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nonroot/fixer/discover/gitignore"
)

// tree is what the patterns are tried on; a name that ends with a slash is a folder.
var tree = []string{
	"a", "b", "!b", "#c", "[x", "x]", "-", "a b", "a ", "ab", "abc", "aab", "é", `a\b`, "a*", "^", ":", "A", "foo", "foobar",
	"d/", "d/a", "d/b", "d/foo", "d/e/", "d/e/a", "d/e/b.c", "d/e/f/", "d/e/f/a", "d/e/f/foo",
	"foo.d/", "foo.d/bar", "foo.d/x/", "foo.d/x/bar", "build/", "build/a", "build/keep", "aXb/", "aXb/c",
}

// patterns are .gitignore files; each is compared with git on every path of tree.
var patterns = []string{
	"a", "/a", "d/", "/d/", "d", "d/a", "/d/a", "d/*", "d/**", "**/a", "**", "*", "/*", "/**", "**/", "/**/", "*/", "*/a", "**/e/**", "d/**/a",
	"d/**a", "d**/a", "d**", "**a", "f*", "fo**bar", "foo**/bar", "foo**bar", "*.d", "/*.d", "*.c", "/*.c", "d/*.c", "d/*/b.c", "**/*.c",
	"a?", "?", "??", "a??", "é", "?é", "a[!b]", "a[^b]", "[!b]", "[a-b]", "[b-a]", "[]x]", "[]-]", "[!]a]", "[x", "\\[x", "[[]x", "[a", "[", "[!", "[]", "x]", "x[]]",
	"[[:alpha:]]", "[[:punct:]]", "[![:alpha:]]", "[[:upper:]]", "[[:nope:]]", "[[:alpha]", "[[:]", "[[::]]", "[:a]", "[a-", "[a-]", "[--]", "[-a]", "[a\\-c]", "[\\]x]", "[a-\\b]",
	"\\!b", "!b", "*\n!b", "*\n!d/\n!d/a", "d/*\n!d/e", "d\n!d/a", "*\n!*/\n!*.c", "build/*\n!build/keep", "build/\n!build/keep",
	"\\#c", "#c", " a", "a ", "a \\ ", "a\\ ", "a\\  ", "a\t", "a\\", "a\\\\b", "a\\*", "\\a", "!", "/", "//", "//a", "a//", "d//a", "\\/a", "d\\/a", "**\\/a", "d/\\**", "d/**\\/a",
	"\ufeffa", "a\r\nb\r\n", "a\rb", "a\x00b", "***", "a***", "d/***/a", "*/**/a", "**/**/a", "d/**/**/a", "?**/a", "*a*", "*a*b*", "a*b/c", "*/c", "aXb", "a*b",
	"[a-c]b", "d/[a-f]/a", "d[/]a", "d?a", "d/e?b.c", "d/e/f", "e", "e/", "/e", "e/f", "**/e/f", "d/e/**/foo", "d/**/foo", "*o", "*oo", "/*oo", "fo?", "FOO", "-", "[-]", "[+--]", ".", "./a", "../a", "d/.",
}

func TestAgreesWithGit(t *testing.T) {
	dir := repository(t)
	for _, text := range patterns {
		compare(t, dir, text)
	}
}

// TestRandomPatternsAgreeWithGit makes patterns of the bytes that mean something.
func TestRandomPatternsAgreeWithGit(t *testing.T) {
	dir := repository(t)
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "b", "d", "e", "foo", "*", "*", "**", "/", "/", "?", "[", "]", "!", "^", "-", "\\", "[:", ":]", "alpha", "c", ".", " ", "\n", "é"}
	for range 150 {
		var text strings.Builder
		for range 1 + random.IntN(9) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		compare(t, dir, text.String())
	}
}

func repository(t *testing.T) string {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed: nothing to compare with")
	}
	dir := t.TempDir()
	if out, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, name := range tree {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func compare(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("git", "-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", "-z", "-v", "-n", "--stdin")
	cmd.Dir = dir
	var names strings.Builder
	for _, name := range tree {
		names.WriteString("./" + strings.TrimSuffix(name, "/") + "\x00") // "./": a leading colon would be magic
	}
	cmd.Stdin = strings.NewReader(names.String())
	out, err := cmd.Output()
	if _, exit := err.(*exec.ExitError); err != nil && !exit { // it exits 1 where nothing is ignored
		t.Fatal(err)
	}
	fields := bytes.Split(out, []byte{0})
	if len(fields) < 4*len(tree) {
		t.Fatalf("%q: git answered for %d of %d paths", text, len(fields)/4, len(tree))
	}
	p := gitignore.Parse(text)
	for i, name := range tree {
		pattern := string(fields[4*i+2])
		want := pattern != "" && pattern[0] != '!'
		if got := ignored(p, strings.TrimSuffix(name, "/"), strings.HasSuffix(name, "/")); got != want {
			t.Errorf("%q on %q: ignored is %t, git says %t (%q)", text, name, got, want, pattern)
		}
	}
}

// ignored applies the patterns from the top of path downwards.
func ignored(p *gitignore.Patterns, path string, dir bool) bool {
	for i := range path {
		if path[i] == '/' && p.Match(path[:i], true) == gitignore.Ignored {
			return true
		}
	}
	return p.Match(path, dir) == gitignore.Ignored
}

// TestHostilePatterns has what makes matchers that backtrack take for ever.
func TestHostilePatterns(t *testing.T) {
	name := strings.Repeat("a", 250)
	deep := strings.Repeat("a/", 2000) + "a"
	start := time.Now()
	for _, pattern := range []string{
		strings.Repeat("*a", 2000) + "b",
		strings.Repeat("**/a/", 700) + "b",
		strings.Repeat("**/", 1300) + "b",
		strings.Repeat("?*", 2000) + "b",
		strings.Repeat("a", 1<<20),
		strings.Repeat("[", 4000),
		strings.Repeat("[[:", 1300),
	} {
		p := gitignore.New(pattern)
		if p.Match(name, false) != gitignore.Unmatched || p.Match(deep, false) != gitignore.Unmatched {
			t.Errorf("%.20q… matches", pattern)
		}
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func ExamplePatterns_Match() {
	p := gitignore.Parse("*.log\n!keep.log\n")
	fmt.Println(p.Match("a/b.log", false) == gitignore.Ignored, p.Match("keep.log", false) == gitignore.Included)
	// Output: true true
}

func FuzzParse(f *testing.F) {
	for _, text := range patterns {
		f.Add(text, "d/e/f/foo")
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		p := gitignore.Parse(text)
		p.Match(path, false)
		p.Match(path, true)
	})
}
