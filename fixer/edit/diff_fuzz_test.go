package edit_test

import (
	"fmt"
	"hash/fnv"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzDiff: a diff makes the one text of the other. Every one is applied here,
// to the letter; one in sixteen by git, which takes a hundred times as long.
func FuzzDiff(f *testing.F) {
	for _, p := range append(shapes, gaps()...) {
		if p.before != absent {
			f.Add(p.path, p.before, p.after)
		}
	}
	f.Fuzz(func(t *testing.T, path, before, after string) {
		if len(before)+len(after) > 4096 || before == after || !usable(path) {
			t.Skip("too long for a quick run, or nothing that a file could be")
		}
		p := pair{path, before, after}
		if got, err := patched(before, p.diff(t)); err != nil || got != after {
			t.Fatalf("%v: %q, not %q\n%s", err, got, after, p.diff(t))
		}
		if byGit(path, before, after) {
			applies(t, []pair{p}, []tool{gitOutside})
		}
	})
}

// byGit says of one input in sixteen, always the same ones, that git is asked.
func byGit(texts ...string) bool {
	h := fnv.New32a()
	for _, text := range texts {
		h.Write([]byte(text))
	}
	return h.Sum32()%16 == 0
}

// patched applies a diff of one file: every line that stays or goes must be
// there, at the line that the hunk says, and every count must be right.
func patched(before, diff string) (string, error) {
	lines := strings.SplitAfter(before, "\n")
	var out strings.Builder
	at := 0 // of lines
	rest := strings.SplitAfter(diff, "\n")[2:]
	for len(rest) > 0 && rest[0] != "" {
		from, to, err := header(rest[0])
		if err != nil {
			return "", err
		}
		rest = rest[1:]
		for ; at < from.start; at++ {
			out.WriteString(lines[at])
		}
		if got := strings.Count(out.String(), "\n"); got != to.start {
			return "", fmt.Errorf("a hunk is to be at line %d, and %d are above it", to.start, got)
		}
		for from.count > 0 || to.count > 0 {
			op, text := rest[0][0], rest[0][1:]
			rest = rest[1:]
			if len(rest) > 0 && strings.HasPrefix(rest[0], `\`) {
				text, rest = strings.TrimSuffix(text, "\n"), rest[1:]
			}
			if op != '+' {
				if at >= len(lines) || lines[at] != text {
					return "", fmt.Errorf("line %d is not %q", at+1, text)
				}
				at, from.count = at+1, from.count-1
			}
			if op != '-' {
				out.WriteString(text)
				to.count--
			}
		}
	}
	return out.String() + strings.Join(lines[at:], ""), nil
}

// span is lines of a file: how many stand above it, and how many there are.
type span struct{ start, count int }

// header reads the line of a hunk. A span without lines names the line above.
func header(line string) (from, to span, err error) {
	read := func(text string) (span, error) {
		s := span{count: 1}
		if _, err := fmt.Sscanf(text, "%d,%d", &s.start, &s.count); err != nil {
			if _, err := fmt.Sscanf(text, "%d", &s.start); err != nil {
				return s, err
			}
		}
		if s.count > 0 {
			s.start--
		}
		return s, nil
	}
	words := strings.Fields(line)
	if len(words) != 4 || words[0] != "@@" || words[3] != "@@" || words[1][0] != '-' || words[2][0] != '+' {
		return from, to, fmt.Errorf("%q is no header", line)
	}
	if from, err = read(words[1][1:]); err != nil {
		return from, to, err
	}
	to, err = read(words[2][1:])
	return from, to, err
}

// usable reports whether a file can be called so, and git will write it.
func usable(path string) bool {
	if !filepath.IsLocal(path) || filepath.Clean(path) != path || len(path) > 100 || strings.ContainsRune(path, 0) {
		return false
	}
	for element := range strings.SplitSeq(strings.ToLower(path), "/") {
		if element == "." || strings.HasPrefix(element, ".git") || strings.HasPrefix(element, "git~") {
			return false
		}
	}
	return true
}
