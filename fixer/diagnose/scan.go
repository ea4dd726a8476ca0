package diagnose

import (
	"bytes"
	"errors"
	"io"
	"iter"
)

const (
	// window is how much of a log is in memory.
	window = 256 << 10
	// maxLine is how many bytes of a line are looked at; the rest is passed over.
	maxLine = 64 << 10
)

// ErrUTF16 is the error of Scan for a log that Windows PowerShell wrote by ">".
var ErrUTF16 = errors.New("the log is UTF-16: save it as UTF-8, in PowerShell with | Out-File -Encoding utf8")

// Scan finds the permission errors of a log, in the order of its lines. It reads
// line by line in constant memory, and as fast as the log comes: an event is there
// once its line is. An error of the reader is the last thing that it yields.
func Scan(r io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		s := scanner{in: r, buf: make([]byte, 0, window), reader: newMatcher()}
		for {
			more, err := s.fill()
			if err == nil && s.first && bytes.HasPrefix(s.buf, []byte("\xff\xfe")) {
				err = ErrUTF16
			}
			s.first = false
			for _, e := range s.take(!more) {
				if !yield(e, nil) {
					return
				}
			}
			if err != nil {
				yield(Event{}, err)
				return
			}
			if !more {
				for _, e := range s.reader.flush() {
					if !yield(e, nil) {
						return
					}
				}
				return
			}
		}
	}
}

// scanner holds the window of a log.
type scanner struct {
	in     io.Reader
	buf    []byte // what is read and not yet looked at
	line   int    // lines that are done
	skip   bool   // inside of a line that is longer than the window
	first  bool
	reader *matcher
	found  []Event
}

// fill reads more into the window. more is false at the end of the log.
func (s *scanner) fill() (more bool, err error) {
	s.first = s.line == 0 && len(s.buf) == 0 && !s.skip
	for range 100 {
		n, err := s.in.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		switch {
		case err == io.EOF:
			return false, nil
		case err != nil:
			return false, err
		case n > 0:
			return true, nil
		}
	}
	return false, io.ErrNoProgress
}

// take looks at the whole lines of the window, at the end of the log at all of it,
// and keeps the rest.
func (s *scanner) take(end bool) []Event {
	s.found = s.found[:0]
	text := s.buf
	if s.skip {
		at := bytes.IndexByte(text, '\n')
		if at < 0 {
			s.buf = s.buf[:0]
			return nil
		}
		s.line++
		s.skip, text = false, text[at+1:]
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	switch {
	case end:
		whole = len(text)
	case whole == 0 && len(text) == cap(s.buf): // a line longer than the window
		s.lines(text)
		s.line-- // it has not ended
		s.skip, whole = true, len(text)
	}
	if !s.skip {
		s.lines(text[:whole])
	}
	s.buf = s.buf[:copy(s.buf[:cap(s.buf)], text[whole:])]
	return s.found
}

// lines looks at whole lines. What has no needle is only counted, unless an event
// waits for what the next lines say.
func (s *scanner) lines(text []byte) {
	for len(text) > 0 {
		if !s.reader.waiting() {
			at := finder().index(text)
			if at < 0 {
				s.line += count(text)
				return
			}
			start := bytes.LastIndexByte(text[:at], '\n') + 1
			s.line += bytes.Count(text[:start], []byte{'\n'})
			text = text[start:]
		}
		line, rest, _ := bytes.Cut(text, []byte{'\n'})
		s.line++
		s.found = append(s.found, s.reader.read(s.line, line[:min(len(line), maxLine)])...)
		text = rest
	}
}

// count is the number of lines of a text, whose last may lack its end.
func count(text []byte) int {
	n := bytes.Count(text, []byte{'\n'})
	if text[len(text)-1] != '\n' {
		n++
	}
	return n
}
