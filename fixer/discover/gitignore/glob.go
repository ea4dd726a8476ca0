package gitignore

import "strings"

// glob is a compiled pattern: the steps of an automaton without loops but those
// of opStar and opDeep, which is simulated state by state.
type glob []step

type op int8

const (
	opByte  op = iota // exactly the byte b
	opSet             // a byte of set; never a slash
	opStar            // any bytes but slashes, or none
	opDeep            // any bytes, or none
	opMaybe           // nothing, or the next two steps
)

type step struct {
	op  op
	b   byte
	set *byteSet
}

// compile reads a pattern. With deep set, "**" between slashes or ends crosses
// folders. It is false where the pattern can match nothing: an open bracket, an
// unknown class, a backslash at the end.
func compile(text string, deep bool) (glob, bool) {
	var g glob
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '*':
			end := i
			for end < len(text) && text[end] == '*' {
				end++
			}
			var used int
			g, used = g.stars(text[:i], text[end:], deep && end-i > 1)
			i = end + used - 1
		case '?':
			g = append(g, step{op: opSet, set: allBytes()})
		case '[':
			set, used, ok := bracket(text[i:])
			if !ok {
				return nil, false
			}
			g = append(g, step{op: opSet, set: set})
			i += used - 1
		case '\\':
			i++
			if i == len(text) {
				return nil, false
			}
			g = append(g, step{op: opByte, b: text[i]})
		default:
			g = append(g, step{op: opByte, b: c})
		}
	}
	return g, true
}

// stars appends a run of stars that stands between before and after; used says
// how many bytes of after it took in.
func (g glob) stars(before, after string, deep bool) (_ glob, used int) {
	atStart := before == "" || strings.HasSuffix(before, "/")
	switch {
	case deep && atStart && strings.HasPrefix(after, "/"):
		return append(g, step{op: opMaybe}, step{op: opDeep}, step{op: opByte, b: '/'}), 1
	case deep && atStart && (after == "" || strings.HasPrefix(after, `\/`)):
		return append(g, step{op: opDeep}), 0
	}
	return append(g, step{op: opStar}), 0
}

// match reports whether g matches the whole of s.
func (g glob) match(s string) bool {
	switch {
	case len(g) == 0:
		return s == ""
	case len(g) == 1 && g[0].op == opDeep:
		return true
	}
	var few [128]bool // enough for nearly every pattern, and on the stack
	states := few[:]
	if 2*(len(g)+1) > len(few) {
		states = make([]bool, 2*(len(g)+1))
	}
	now, next := states[:len(g)+1], states[len(g)+1:2*(len(g)+1)]
	g.enter(now, 0)
	for i := 0; i < len(s); i++ {
		if !g.advance(now, next, s[i]) {
			return false
		}
		now, next = next, now
		clear(next)
	}
	return now[len(g)]
}

// enter marks state i and those that need no byte to be reached from it.
func (g glob) enter(states []bool, i int) {
	for !states[i] {
		states[i] = true
		if i == len(g) {
			return
		}
		switch g[i].op {
		case opMaybe:
			g.enter(states, i+3)
		case opStar, opDeep:
		default:
			return
		}
		i++
	}
}

// advance marks in next what the byte b leads to, and reports whether anything is marked.
func (g glob) advance(now, next []bool, b byte) bool {
	marked := false
	for i, s := range g {
		if !now[i] {
			continue
		}
		to := -1
		switch s.op {
		case opByte:
			if s.b == b {
				to = i + 1
			}
		case opSet:
			if s.set.has(b) && b != '/' {
				to = i + 1
			}
		case opStar:
			if b != '/' {
				to = i
			}
		case opDeep:
			to = i
		}
		if to >= 0 {
			g.enter(next, to)
			marked = true
		}
	}
	return marked
}
