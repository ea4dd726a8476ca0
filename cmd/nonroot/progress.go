package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progress is a line on a terminal's stderr while work takes longer than a
// second. On anything else it writes nothing but notes.
type progress struct {
	w     io.Writer
	shown bool
	on    bool

	mu          sync.Mutex
	begun       time.Time
	done, total int
}

func newProgress(w io.Writer) *progress {
	return &progress{w: w, on: terminal(w)}
}

func (p *progress) start(total int) {
	p.begun, p.done, p.total = time.Now(), 0, total
}

func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if p.on && time.Since(p.begun) > time.Second {
		p.shown = true
		fmt.Fprintf(p.w, "\r\x1b[Knonroot: %d of %d projects", p.done, p.total)
	}
}

// stop takes the line away.
func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

func (p *progress) note(text string) { fmt.Fprint(p.w, text) }
