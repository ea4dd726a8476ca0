package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"nonroot/fixer/report"
)

// statusLine is one line on a terminal's stderr that says what is being done;
// anywhere else it is silent.
type statusLine struct {
	con   *console
	next  time.Time
	shown bool
}

func newStatusLine(con *console) *statusLine { return &statusLine{con: con} }

// show replaces the line, not more often than a person reads.
func (l *statusLine) show(text string) {
	now := time.Now()
	if !l.con.errTerminal || now.Before(l.next) {
		return
	}
	l.next = now.Add(50 * time.Millisecond)
	l.shown = true
	width := 80
	if f, ok := l.con.err.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 20 {
			width = w
		}
	}
	line := []rune("nonroot: " + report.Clean(text))
	if len(line) >= width {
		line = append(line[:width-2], '…')
	}
	fmt.Fprintf(l.con.err, "\r\x1b[K%s", string(line))
}

// hide takes the line away.
func (l *statusLine) hide() {
	if l.shown {
		l.shown = false
		fmt.Fprint(l.con.err, "\r\x1b[K")
	}
}
