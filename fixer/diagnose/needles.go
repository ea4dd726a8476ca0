package diagnose

// needles are texts of which every line of interest has one, whatever its case.
// TestNeedles holds every form to it.
var needles = []string{
	"denied", "not permitted", "read-only file", "read-only dir", "readonly database",
	"eacces", "eperm", "erofs", "not writable", "not writeable", "must be writable", "is writable", "writable] failed", "cannot write to", "unable to write", "no write permission",
	"no new privileges", "effective uid is not 0", "must be suid", "dubious ownership", "owned by someone else",
	"accessible by owner only", "wrong ownership", "node locks", "errcode: 13", "errcode: 30", "error number 13", "test file /",
}

// automaton finds needles in one pass over the bytes (Aho and Corasick, 1975): a
// state for each beginning of a needle, and for each byte where it leads.
type automaton struct {
	next  [][256]uint16
	final []bool
}

var finder = newAutomaton(needles)

func newAutomaton(words []string) *automaton {
	a := &automaton{next: make([][256]uint16, 1), final: make([]bool, 1)}
	for _, word := range words {
		at := uint16(0)
		for i := range len(word) {
			b := word[i]
			if a.next[at][b] == 0 {
				a.next = append(a.next, [256]uint16{})
				a.final = append(a.final, false)
				a.next[at][b] = uint16(len(a.next) - 1)
			}
			at = a.next[at][b]
		}
		a.final[at] = true
	}
	a.complete()
	return a
}

// complete fills in where each state leads with a byte that goes on no needle: to
// the longest beginning that the bytes so far end in. Capitals lead where small
// letters do.
func (a *automaton) complete() {
	fall := make([]uint16, len(a.next))
	var queue []uint16
	for b := range 256 {
		if s := a.next[0][b]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for b := range 256 {
			s := a.next[at][b]
			if s == 0 {
				a.next[at][b] = a.next[fall[at]][b]
				continue
			}
			fall[s] = a.next[fall[at]][b]
			a.final[s] = a.final[s] || a.final[fall[s]]
			queue = append(queue, s)
		}
	}
	for at := range a.next {
		for b := 'A'; b <= 'Z'; b++ {
			a.next[at][b] = a.next[at][b+'a'-'A']
		}
	}
}

// index is the offset behind the first needle in text, -1 where there is none.
func (a *automaton) index(text []byte) int {
	at := uint16(0)
	for i, b := range text {
		at = a.next[at][b]
		if a.final[at] {
			return i + 1
		}
	}
	return -1
}
