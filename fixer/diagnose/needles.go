package diagnose

import "sync"

// needles are texts of which every line of interest has one, whatever its case.
// TestNeedles holds every form to it.
var needles = []string{
	"denied", "not permitted", "read-only file", "read-only dir", "readonly database",
	"eacces", "eperm", "erofs", "not writable", "not writeable", "must be writable", "is writable", "writable] failed", "cannot write to", "unable to write", "no write permission",
	"no new privileges", "effective uid is not 0", "must be suid", "dubious ownership", "owned by someone else",
	"accessible by owner only", "wrong ownership", "node locks", "errcode: 13", "errcode: 30", "error number 13", "test file /",
}

// automaton finds needles in one pass over the bytes (Aho and Corasick, 1975): a
// state for each beginning of a needle, and for each byte where it leads. A state
// is the offset of its 256 entries in next; those that end a needle are the last.
type automaton struct {
	next   []uint32
	accept uint32 // the first state that ends a needle
}

// finder is made when it is first asked for.
var finder = sync.OnceValue(func() *automaton { return newAutomaton(needles) })

func newAutomaton(words []string) *automaton {
	next, ends := make([][256]int, 1), make([]bool, 1)
	for _, word := range words {
		at := 0
		for i := range len(word) {
			b := word[i]
			if next[at][b] == 0 {
				next, ends = append(next, [256]int{}), append(ends, false)
				next[at][b] = len(next) - 1
			}
			at = next[at][b]
		}
		ends[at] = true
	}
	complete(next, ends)
	return flat(next, ends)
}

// complete fills in where each state leads with a byte that goes on no needle: to
// the longest beginning that the bytes so far end in. Capitals lead where small
// letters do.
func complete(next [][256]int, ends []bool) {
	fall := make([]int, len(next))
	var queue []int
	for _, s := range next[0] {
		if s != 0 {
			queue = append(queue, s)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for b, s := range next[at] {
			if s == 0 {
				next[at][b] = next[fall[at]][b]
				continue
			}
			fall[s] = next[fall[at]][b]
			ends[s] = ends[s] || ends[fall[s]]
			queue = append(queue, s)
		}
	}
	for at := range next {
		for b := 'A'; b <= 'Z'; b++ {
			next[at][b] = next[at][b+'a'-'A']
		}
	}
}

// flat numbers the states anew, those that end a needle last.
func flat(next [][256]int, ends []bool) *automaton {
	a := &automaton{next: make([]uint32, 0, 256*len(next))}
	number := make([]uint32, len(next))
	var order []int
	for _, end := range []bool{false, true} {
		if end {
			a.accept = uint32(256 * len(order))
		}
		for at := range next {
			if ends[at] == end {
				number[at] = uint32(256 * len(order))
				order = append(order, at)
			}
		}
	}
	for _, at := range order {
		for _, s := range next[at] {
			a.next = append(a.next, number[s])
		}
	}
	return a
}

// index is the offset behind the first needle in text, -1 where there is none.
func (a *automaton) index(text []byte) int {
	next, accept, at := a.next, a.accept, uint32(0)
	for i, b := range text {
		if at = next[at+uint32(b)]; at >= accept {
			return i + 1
		}
	}
	return -1
}
