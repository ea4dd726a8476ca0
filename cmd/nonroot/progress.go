package main

import (
	"fmt"
	"time"
)

// progress is a line on a terminal's stderr while work takes longer than a
// second; anywhere else it is silent.
type progress struct {
	con         *console
	done, total int
	next        time.Time // when the line is due
	shown       bool
}

func newProgress(con *console, total int) *progress {
	return &progress{con: con, total: total, next: time.Now().Add(time.Second)}
}

// step says that one more project is done.
func (p *progress) step() {
	p.done++
	if now := time.Now(); p.con.errTerminal && now.After(p.next) {
		p.next = now.Add(100 * time.Millisecond)
		p.shown = true
		fmt.Fprintf(p.con.err, "\r\x1b[K"+msgProgress, p.done, p.total)
	}
}

// hide takes the line away, until the next step.
func (p *progress) hide() {
	if p.shown {
		p.shown = false
		fmt.Fprint(p.con.err, "\r\x1b[K")
	}
}
