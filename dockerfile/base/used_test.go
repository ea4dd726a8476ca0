package base

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// How much of what repositories use is known is counted, not claimed: the golden
// file names every image that is not.
func TestUsed(t *testing.T) {
	var b strings.Builder
	images, known, uses, knownUses := 0, 0, 0, 0
	var missing []string
	for _, words := range listed(t, "testdata/used.txt") {
		count, err := strconv.Atoi(words[0])
		if err != nil {
			t.Fatal(err)
		}
		images++
		uses += count
		if unknown := notKnown(words[1:]); unknown == nil {
			known++
			knownUses += count
		} else {
			missing = append(missing, fmt.Sprintf("%d %s", count, strings.Join(unknown, " ")))
		}
	}
	fmt.Fprintf(&b, "%d of %d images are known, %d of %d uses. Not known:\n%s\n", known, images, knownUses, uses, strings.Join(missing, "\n"))
	if known < 40 || knownUses*100 < uses*85 {
		t.Errorf("only %d images and %d of %d uses are known", known, knownUses, uses)
	}
	golden(t, "testdata/used.golden", b.String())
}

// The same of the images that many repositories name: nine in ten are known by
// every reference that is listed.
func TestHundred(t *testing.T) {
	known := 0
	var missing []string
	lines := listed(t, "testdata/hundred.txt")
	for _, words := range lines {
		if unknown := notKnown(words[2:]); unknown == nil {
			known++
		} else {
			missing = append(missing, fmt.Sprintf("%s %s", words[0], strings.Join(unknown, " ")))
		}
	}
	if len(lines) != 100 || known < 90 {
		t.Errorf("only %d of %d images are known", known, len(lines))
	}
	golden(t, "testdata/hundred.golden", fmt.Sprintf("%d of %d images are known. Not known:\n%s\n", known, len(lines), strings.Join(missing, "\n")))
}

func TestSuccessors(t *testing.T) {
	for _, refs := range listed(t, "testdata/successors.txt") {
		for _, ref := range notKnown(refs) {
			t.Errorf("%s is not known", ref)
		}
	}
}

func notKnown(refs []string) (out []string) {
	for _, ref := range refs {
		if _, ok := Lookup(ref); !ok {
			out = append(out, ref)
		}
	}
	return out
}

// listed are the words of a file's lines.
func listed(t *testing.T, name string) (out [][]string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.Fields(line))
		}
	}
	return out
}
