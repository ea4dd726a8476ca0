package edit

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// maxArea is the product of the line counts from which on two runs without a
// line in common that occurs only once are not compared, but replaced as a
// whole: comparing takes a second or two there, and grows with the product.
const maxArea = 100_000_000

// line is one line of a diff: op is ' ', '-' or '+'.
type line struct {
	op   byte
	text string
}

// commonHead is how many bytes the whole lines have that both texts start with.
func commonHead(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return strings.LastIndexByte(a[:n], '\n') + 1
}

// commonTail is how many bytes the whole lines have that both texts end with.
func commonTail(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	startsLine := func(text string) bool { return n == len(text) || text[len(text)-1-n] == '\n' }
	if startsLine(a) && startsLine(b) {
		return n
	}
	_, whole, _ := strings.Cut(a[len(a)-n:], "\n")
	return len(whole)
}

// differ gathers the lines of a diff.
type differ struct {
	a, b     []string // what is compared
	from, to []rune   // the same as runes
	out      []line
}

// add adds the lines of a text.
func (d *differ) add(op byte, text string) {
	for l := range strings.Lines(text) {
		d.out = append(d.out, line{op, l})
	}
}

func (d *differ) addLines(op byte, lines []string) {
	for _, l := range lines {
		d.out = append(d.out, line{op, l})
	}
}

// compare adds the diff from a to b. Lines that occur once on each side cut the rest
// into short runs, which keeps a few edits of a long file cheap.
func (d *differ) compare(a, b string) {
	if a == "" || b == "" {
		d.add('-', a)
		d.add('+', b)
		return
	}
	d.a, d.b = splitLines(a), splitLines(b)
	runes := make(map[string]rune, len(d.a))
	d.from, d.to = numbered(runes, d.a), numbered(runes, d.b)
	i, j := 0, 0
	for _, at := range anchors(d.from, d.to, nth(len(runes))) {
		d.run(i, at.a, j, at.b)
		d.addLines(' ', d.a[at.a:at.a+1])
		i, j = at.a+1, at.b+1
	}
	d.run(i, len(d.a), j, len(d.b))
}

// splitLines cuts text behind each LF; the last line may lack one.
func splitLines(text string) []string {
	lines := make([]string, 0, countLines(text))
	for l := range strings.Lines(text) {
		lines = append(lines, l)
	}
	return lines
}

// numbered are the lines as runes, the same for the same text.
func numbered(runes map[string]rune, lines []string) []rune {
	out := make([]rune, len(lines))
	for i, text := range lines {
		r, known := runes[text]
		if !known {
			r = nth(len(runes))
			runes[text] = r
		}
		out[i] = r
	}
	return out
}

// nth is the rune for a number. It is no surrogate: go-diff puts runes into strings.
func nth(n int) rune {
	const first, after = 0xd800, 0xe000
	if n >= first {
		n += after - first
	}
	return rune(n)
}

// run adds the diff of the lines [i, iEnd) of a and [j, jEnd) of b.
func (d *differ) run(i, iEnd, j, jEnd int) {
	if i == iEnd || j == jEnd || int64(iEnd-i)*int64(jEnd-j) > maxArea {
		d.addLines('-', d.a[i:iEnd])
		d.addLines('+', d.b[j:jEnd])
		return
	}
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0 // the result must not depend on the load of the machine
	for _, part := range dmp.DiffMainRunes(d.from[i:iEnd], d.to[j:jEnd], false) {
		n := utf8.RuneCountInString(part.Text)
		switch part.Type {
		case diffmatchpatch.DiffEqual:
			d.addLines(' ', d.a[i:i+n])
			i, j = i+n, j+n
		case diffmatchpatch.DiffDelete:
			d.addLines('-', d.a[i:i+n])
			i += n
		case diffmatchpatch.DiffInsert:
			d.addLines('+', d.b[j:j+n])
			j += n
		}
	}
}

// anchor is a line that a and b have at these places, and nowhere else.
type anchor struct{ a, b int }

// anchors are the lines, as runes below end, that occur once on each side: as many as
// can be had in the same order on both.
func anchors(a, b []rune, end rune) []anchor {
	type places struct{ inA, inB, b int32 }
	seen := make([]places, end)
	for _, r := range a {
		seen[r].inA++
	}
	for j, r := range b {
		seen[r].inB++
		seen[r].b = int32(j)
	}
	once := make([]anchor, 0, min(len(a), len(b)))
	for i, r := range a {
		if p := seen[r]; p.inA == 1 && p.inB == 1 {
			once = append(once, anchor{i, int(p.b)})
		}
	}
	if slices.IsSortedFunc(once, func(x, y anchor) int { return x.b - y.b }) {
		return once // no line has changed its place
	}
	return rising(once)
}

// rising is the longest selection of anchors, which come in the order of a, that
// is in the order of b too.
func rising(all []anchor) []anchor {
	var ends []int // ends[n] is the anchor with the lowest b that ends a selection of n+1
	before := make([]int, len(all))
	for i, at := range all {
		n, _ := slices.BinarySearchFunc(ends, at.b, func(end, b int) int { return all[end].b - b })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	if len(ends) == 0 {
		return nil
	}
	out := make([]anchor, len(ends))
	for n, i := len(ends)-1, ends[len(ends)-1]; n >= 0; n, i = n-1, before[i] {
		out[n] = all[i]
	}
	return out
}
