package edit

import (
	"slices"
	"strings"

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

// differ gathers the lines of a diff.
type differ struct{ out []line }

func (d *differ) add(op byte, lines []string) {
	for _, l := range lines {
		d.out = append(d.out, line{op, l})
	}
}

// lineDiff compares whole lines. Lines common to both ends are set aside first,
// then those that occur once on each side cut what is left into short runs: both
// keep a few edits of a long file cheap.
func lineDiff(a, b []string) []line {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var d differ
	d.add(' ', a[:head])
	restA, restB := a[head:len(a)-tail], b[head:len(b)-tail]
	i, j := 0, 0
	for _, at := range anchors(restA, restB) {
		d.run(restA[i:at.a], restB[j:at.b])
		d.add(' ', restA[at.a:at.a+1])
		i, j = at.a+1, at.b+1
	}
	d.run(restA[i:], restB[j:])
	d.add(' ', a[len(a)-tail:])
	return d.out
}

// run compares two runs of lines.
func (d *differ) run(a, b []string) {
	if len(a) == 0 || len(b) == 0 || int64(len(a))*int64(len(b)) > maxArea {
		d.add('-', a)
		d.add('+', b)
		return
	}
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0 // the result must not depend on the load of the machine
	from, to, table := dmp.DiffLinesToRunes(strings.Join(a, ""), strings.Join(b, ""))
	for _, part := range dmp.DiffCharsToLines(dmp.DiffMainRunes(from, to, false), table) {
		op := byte(' ')
		switch part.Type {
		case diffmatchpatch.DiffDelete:
			op = '-'
		case diffmatchpatch.DiffInsert:
			op = '+'
		}
		d.add(op, splitLines(part.Text))
	}
}

// anchor is a line that a and b have at these places, and nowhere else.
type anchor struct{ a, b int }

// anchors are the lines that occur once on each side: as many as can be had in
// the same order on both.
func anchors(a, b []string) []anchor {
	type places struct{ inA, inB, a, b int }
	seen := make(map[string]*places, len(a))
	for i, text := range a {
		if p := seen[text]; p != nil {
			p.inA++
		} else {
			seen[text] = &places{inA: 1, a: i}
		}
	}
	for j, text := range b {
		if p := seen[text]; p != nil {
			p.inB++
			p.b = j
		}
	}
	var once []anchor
	for i, text := range a {
		if p := seen[text]; p.inA == 1 && p.inB == 1 {
			once = append(once, anchor{i, p.b})
		}
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
