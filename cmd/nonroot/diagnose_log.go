package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
)

// logReader is the log that a run reads, with a line on the terminal that says how
// far it is, where that takes longer than a second.
type logReader struct {
	ctx         context.Context
	con         *console
	in          io.Reader
	name        string // for messages
	read, total int64  // bytes; total 0: not known
	next        time.Time
	shown       bool
	close       func() error
}

// openLog is what the command line says to read.
func openLog(c *cli.Context, con *console) (*logReader, error) {
	log := &logReader{ctx: c.Context, con: con, next: time.Now().Add(time.Second), close: func() error { return nil }}
	name := c.Args().First()
	switch {
	case c.NArg() > 1:
		return nil, usageError{"diagnose takes one file"}
	case c.Bool("compose") && c.NArg() > 0:
		return nil, usageError{"diagnose takes a file or --compose, not both"}
	case c.Bool("compose"):
		return log, log.compose(c.String("project"), c.String("service"))
	case c.NArg() == 0 && isTerminal(con.in):
		return nil, usageError{msgNoLog}
	case c.NArg() == 0 || name == "-":
		log.in, log.name = interruptible(c.Context, con.in), "stdin"
		return log, nil
	case name == "":
		return nil, usageError{msgEmptyPath}
	}
	f, err := os.Open(name)
	if err != nil {
		var failed *fs.PathError
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s: it is a folder, and no log", name)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	log.in, log.name, log.total, log.close = f, name, info.Size(), f.Close
	return log, nil
}

// interruptible is a reader whose reading ends with ctx, also where nothing comes.
func interruptible(ctx context.Context, in io.Reader) io.Reader {
	out, into := io.Pipe()
	go func() { // which waits until the process ends, where nothing comes
		_, err := io.Copy(into, in)
		into.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { out.CloseWithError(ctx.Err()) })
	return out
}

// compose reads what docker compose logs prints in the folder of the project, or
// for its compose file.
func (l *logReader) compose(project, service string) error {
	args := []string{"compose"}
	dir := project
	if info, err := os.Stat(project); err != nil {
		return err
	} else if !info.IsDir() {
		dir = filepath.Dir(project)
		args = append(args, "--file", filepath.Base(project))
	}
	args = append(args, "logs", "--no-color")
	if service != "" {
		args = append(args, "--", service)
	}
	cmd := exec.CommandContext(l.ctx, "docker", args...)
	cmd.Dir = dir
	var said tail
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	l.name = "docker " + strings.Join(args, " ")
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", l.name, err)
	}
	l.in = out
	l.close = func() error {
		io.Copy(io.Discard, out) // what is left, where reading ended early
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said)))
		}
		return nil
	}
	return nil
}

// tail keeps the end of what is written to it.
type tail []byte

func (t *tail) Write(p []byte) (int, error) {
	const most = 4 << 10
	*t = append(*t, p...)
	if len(*t) > most {
		*t = append((*t)[:0], (*t)[len(*t)-most:]...)
	}
	return len(p), nil
}

// Read reads on, until the run is interrupted.
func (l *logReader) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := l.in.Read(p)
	l.read += int64(n)
	if now := time.Now(); l.con.errTerminal && now.After(l.next) {
		l.next = now.Add(100 * time.Millisecond)
		l.shown = true
		text := fmt.Sprintf(msgReadingSize, megabytes(l.read))
		if l.total > 0 {
			text = fmt.Sprintf(msgReading, megabytes(l.read), megabytes(l.total))
		}
		fmt.Fprint(l.con.err, "\r\x1b[K"+text)
	}
	return n, err
}

// done takes the line away.
func (l *logReader) done() {
	if l.shown {
		fmt.Fprint(l.con.err, "\r\x1b[K")
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
