package main

import (
	"fmt"
	"sync"
	"time"
)

// progress is a line on a terminal's stderr while work takes longer than a
// second; anywhere else it is silent.
type progress struct {
	con         *console
	format      string // of the line: done and total
	done, total int
	next        time.Time // when the line is due
	shown       bool
}

func newProgress(con *console, format string, total int) *progress {
	return &progress{con: con, format: format, total: total, next: time.Now().Add(time.Second)}
}

// while shows a line that counts nothing, as long as work goes on when it is due.
func (p *progress) while(line string, work func()) {
	if !p.con.errTerminal {
		work()
		return
	}
	var mu sync.Mutex
	over := false
	late := time.AfterFunc(time.Until(p.next), func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			p.shown = true
			fmt.Fprint(p.con.err, "\r\x1b[K"+line)
		}
	})
	work()
	late.Stop()
	mu.Lock()
	defer mu.Unlock()
	over = true
	p.hide()
}

// step says that one more is done.
func (p *progress) step() { p.set(p.done+1, p.total) }

// set says how many are done.
func (p *progress) set(done, total int) {
	p.done, p.total = done, total
	if now := time.Now(); p.con.errTerminal && now.After(p.next) {
		p.next = now.Add(100 * time.Millisecond)
		p.shown = true
		fmt.Fprintf(p.con.err, "\r\x1b[K"+p.format, p.done, p.total)
	}
}

// hide takes the line away, until the next one is done.
func (p *progress) hide() {
	if p.shown {
		p.shown = false
		fmt.Fprint(p.con.err, "\r\x1b[K")
	}
}
