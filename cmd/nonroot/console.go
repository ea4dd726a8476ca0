package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"nonroot/fixer/report"
)

// streams are what a run reads and writes. The files behind them, where they
// are files, say whether a person is there.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// console is the streams of a run, with what is known about them.
type console struct {
	in  io.Reader
	out *bufio.Writer // the result, and nothing else; an error stays until flush
	err io.Writer     // all else

	terminal    bool // out is a terminal
	colour      bool // out shows colours
	asks        bool // a person is there to answer
	errTerminal bool // err is a terminal
}

func newConsole(std streams) *console {
	con := &console{in: std.in, out: bufio.NewWriterSize(std.out, 64<<10), err: std.err}
	con.terminal, con.errTerminal = isTerminal(std.out), isTerminal(std.err)
	con.colour = con.terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" // see no-color.org
	con.asks = isTerminal(std.in) && con.errTerminal && os.Getenv("CI") == ""
	return con
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// flush brings the result out. An error means that not all of it was written.
func (con *console) flush() error {
	if err := con.out.Flush(); err != nil {
		return fmt.Errorf(msgNoOutput, err)
	}
	return nil
}

// say writes a line to stderr. Its arguments may come from a repository: control
// characters in them do not reach the terminal, and what is very long is cut.
func (con *console) say(format string, args ...any) {
	for i, arg := range args {
		switch arg := arg.(type) {
		case error:
			args[i] = report.Clip(arg.Error())
		case string:
			args[i] = report.Clip(arg)
		}
	}
	fmt.Fprintf(con.err, format+"\n", args...)
}

// sayError writes an error to stderr, each of its lines as one of its own.
func (con *console) sayError(err error) {
	for line := range strings.Lines(err.Error()) {
		con.say(msgError, strings.TrimRight(line, "\r\n"))
	}
}

// diff writes a unified diff to stdout: byte for byte, unless that is a terminal.
func (con *console) diff(text string) {
	if !con.terminal || con.colour {
		report.Diff(con.out, text, report.Style{Colour: con.colour})
		return
	}
	for line := range strings.Lines(text) {
		fmt.Fprintln(con.out, report.Clean(strings.TrimRight(line, "\r\n")))
	}
}

// confirm asks whether to write that many files. It is true where nobody is
// there to be asked; no answer is no. The end of ctx is its error.
func (con *console) confirm(ctx context.Context, files int) (bool, error) {
	if !con.asks {
		return true, nil
	}
	fmt.Fprintf(con.err, msgAsk, report.Plural(files, "file"))
	answer := make(chan string, 1)
	go func() { // which waits until the process ends, where nobody answers
		line, err := bufio.NewReader(con.in).ReadString('\n')
		if err != nil {
			fmt.Fprintln(con.err)
			line = ""
		}
		answer <- line
	}()
	select {
	case line := <-answer:
		line = strings.ToLower(strings.TrimSpace(line))
		return line == "y" || line == "yes", nil
	case <-ctx.Done():
		fmt.Fprintln(con.err)
		return false, ctx.Err()
	}
}
