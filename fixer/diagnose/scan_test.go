package diagnose

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"
)

func scan(t *testing.T, r io.Reader) []Event {
	t.Helper()
	var out []Event
	for e, err := range Scan(r) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// TestForms holds every form to its typical line: it is the first that matches, and
// the line gets through the search for needles.
func TestForms(t *testing.T) {
	ids := map[string]bool{}
	for _, f := range Forms {
		if ids[f.ID] {
			t.Errorf("there are two forms %s", f.ID)
		}
		ids[f.ID] = true
		events := scan(t, strings.NewReader(f.Line+"\n"))
		if len(events) != 1 || events[0].Form != f {
			id := "none"
			if len(events) > 0 {
				id = events[0].Form.ID
			}
			t.Errorf("%s: its line is of the form %s: %s", f.ID, id, f.Line)
		}
		if !strings.Contains(strings.ToLower(f.Line), f.has) || f.has != strings.ToLower(f.has) {
			t.Errorf("%s: its line does not have %q", f.ID, f.has)
		}
	}
}

// TestCauses holds the lines of causes to the forms.
func TestCauses(t *testing.T) {
	ids := map[string]bool{}
	for _, c := range Causes {
		if ids[c.ID] || c.Error == "" || c.Cause == "" || c.Fix == "" {
			t.Errorf("cause %s is there twice, or says too little", c.ID)
		}
		ids[c.ID] = true
		for _, line := range c.Lines {
			if len(scan(t, strings.NewReader(line))) != 1 {
				t.Errorf("%s: a line is of no form: %s", c.ID, line)
			}
		}
	}
}

// TestNothing goes through lines that read like permission errors and are none.
func TestNothing(t *testing.T) {
	text, err := os.ReadFile("../../testdata/diagnose/nothing.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		n++
		for _, e := range scan(t, strings.NewReader(line)) {
			t.Errorf("is of the form %s (%s %q): %s", e.Form.ID, e.Kind, e.Path, line)
		}
	}
	if n < 30 {
		t.Errorf("there are %d lines only", n)
	}
}

// TestWaiting reads errors over several lines that are mixed with those of another
// service, and one whose path never comes.
func TestWaiting(t *testing.T) {
	log := `api-1  | npm ERR! code EACCES
web-1  | npm ERR! code EPERM
api-1  | npm ERR! syscall mkdir
web-1  | npm ERR! syscall chown
api-1  | npm ERR! path /.npm
web-1  | npm ERR! path /app/node_modules
cli-1  | npm ERR! code EROFS
`
	for range 20 {
		log += "cli-1  | something else\n"
	}
	got := ""
	for _, e := range scan(t, strings.NewReader(log)) {
		got += fmt.Sprintln(e.Line, e.Source, e.Kind, e.Op, e.Path)
	}
	want := `1 api-1 permission denied write /.npm
2 web-1 operation not permitted change owner or mode of /app/node_modules
7 cli-1 read-only file system access 
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestEveryRead gives the log byte by byte, and in halves.
func TestEveryRead(t *testing.T) {
	log := strings.Repeat("nothing\n", 1000) + "open /a: permission denied\r\nx\nopen /b: read-only file system"
	for name, r := range map[string]io.Reader{
		"whole": strings.NewReader(log), "bytes": iotest.OneByteReader(strings.NewReader(log)), "halves": iotest.HalfReader(strings.NewReader(log)),
		"end with data": iotest.DataErrReader(strings.NewReader(log)),
	} {
		events := scan(t, r)
		if len(events) != 2 || events[0].Line != 1001 || events[0].Path != "/a" || events[1].Line != 1003 || events[1].Path != "/b" {
			t.Errorf("%s: %+v", name, events)
		}
	}
}

// TestAsItComes asks for an event while the log is still being written.
func TestAsItComes(t *testing.T) {
	in, out := io.Pipe()
	go func() { io.WriteString(out, "open /a: permission denied\n") }()
	for e := range Scan(in) {
		if e.Path != "/a" {
			t.Errorf("the event is %+v", e)
		}
		break
	}
	in.Close()
}

func TestReadError(t *testing.T) {
	broken := errors.New("broken")
	r := io.MultiReader(strings.NewReader("open /a: permission denied\n"), iotest.ErrReader(broken))
	var last error
	n := 0
	for e, err := range Scan(r) {
		if last = err; e.Path == "/a" {
			n++
		}
	}
	if n != 1 || last != broken {
		t.Errorf("%d events and the error %v", n, last)
	}
	for _, err := range Scan(strings.NewReader("\xff\xfeo\x00p\x00")) {
		if err != ErrUTF16 {
			t.Errorf("UTF-16 gives %v", err)
		}
	}
}

// TestHostile reads what no program should print.
func TestHostile(t *testing.T) {
	long := strings.Repeat("x", 10<<20)
	for name, c := range map[string]struct {
		log   string
		lines []int // of the events
	}{
		"a line of 10 MB":         {long + "\nopen /a: permission denied\n", []int{2}},
		"an error at its start":   {"open /a: permission denied " + long + "\nopen /b: permission denied\n", []int{1, 2}},
		"an error at its end":     {long + "open /a: permission denied\nopen /b: permission denied\n", []int{2}},
		"a line of the window":    {strings.Repeat("y", window-1) + "\nopen /a: permission denied\n", []int{2}},
		"a line of one byte more": {strings.Repeat("y", window) + "\nopen /a: permission denied\n", []int{2}},
		"no line":                 {long, nil},
		"NUL and invalid UTF-8":   {"\x00\xff\xfe\nopen /a\xff\x00b: permission denied\n", []int{2}},
		"escapes":                 {"\x1b[31mopen /a: permission \x1b[0mdenied\x1b]0;title\x07\nopen /\x1b[2Jb: permission denied", []int{1, 2}},
		"an open escape":          {"\x1b]0;" + strings.Repeat("a", 100000) + "open /a: permission denied\n\x1b[", nil},
		"long path":               {"open /" + strings.Repeat("p", 60000) + ": permission denied\n", nil},
		"path of 4 KiB":           {"open /" + strings.Repeat("p", 4096) + ": permission denied\n", []int{1}},
		"nested JSON":             {strings.Repeat(`{"log":"`, 5000) + "open /a: permission denied\n", []int{1}},
		"nothing":                 {"", nil},
	} {
		events := scan(t, strings.NewReader(c.log))
		var lines []int
		for _, e := range events {
			lines = append(lines, e.Line)
			if len(e.Text) > MaxShown+2*len("…") || len(e.Path) > MaxShown+len("…") {
				t.Errorf("%s: an event holds %d bytes", name, len(e.Text)+len(e.Path))
			}
		}
		if fmt.Sprint(lines) != fmt.Sprint(c.lines) {
			t.Errorf("%s: events in %v, want %v", name, lines, c.lines)
		}
	}
}

// endless is a log of a size, made of one block again and again.
type endless struct {
	block      []byte
	left, done int64
	peak       uint64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, e.block[int(e.done)%len(e.block):])
	e.done += int64(n)
	e.left -= int64(n)
	if e.done%(8<<20) < int64(n) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		e.peak = max(e.peak, m.HeapInuse)
	}
	return n, nil
}

// block is a megabyte of a log in which every 1,000th line is an error, of ever the
// same few paths.
func block() []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 1<<20; i++ {
		if i%1000 == 0 {
			fmt.Fprintf(&b, "api-1  | PermissionError: [Errno 13] Permission denied: '/tmp/job%d.json'\n", i/1000%3)
		} else {
			fmt.Fprintf(&b, "api-1  | 2026-01-05T10:00:00Z INFO request %d from 172.18.0.%d took %d ms\n", i, i%250, i%97)
		}
	}
	return b.Bytes()
}

// TestMemory reads a log of 64 MB, or of NONROOT_LOG_MB.
func TestMemory(t *testing.T) {
	megabytes := int64(64)
	if text := os.Getenv("NONROOT_LOG_MB"); text != "" {
		if _, err := fmt.Sscan(text, &megabytes); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	log := &endless{block: block(), left: megabytes << 20}
	start := time.Now()
	c, err := Collect(Scan(log))
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	t.Logf("%d MB in %v: %.0f MB/s; %d events in %d groups; heap %d MB before, at most %d MB", megabytes, took.Round(time.Millisecond),
		float64(megabytes)/took.Seconds(), c.Events, len(c.Groups), before.HeapInuse>>20, log.peak>>20)
	if len(c.Groups) != 3 || int64(c.Events) < megabytes*10 {
		t.Errorf("%d events in %d groups", c.Events, len(c.Groups))
	}
	if log.peak > before.HeapInuse+16<<20 {
		t.Errorf("the heap grows from %d to %d bytes", before.HeapInuse, log.peak)
	}
}

// TestManyErrors bounds what a log of nothing but different errors takes.
func TestManyErrors(t *testing.T) {
	var b bytes.Buffer
	for i := range maxGroups + 500 {
		fmt.Fprintf(&b, "open /tmp/%d: permission denied\n", i)
	}
	c, err := Collect(Scan(&b))
	if err != nil || len(c.Groups) != maxGroups || c.Rest != 500 || c.Events != maxGroups+500 {
		t.Errorf("%d groups, %d more of %d: %v", len(c.Groups), c.Rest, c.Events, err)
	}
}

// TestExcerpt: what an event keeps of a long line has the error in it.
func TestExcerpt(t *testing.T) {
	for _, n := range []int{0, 100, 900, 1100, 5000, 20000} {
		line := strings.Repeat("é", n) + " open /app/x: permission denied " + strings.Repeat("ü", n)
		events := scan(t, strings.NewReader(line))
		if len(events) != 1 || !strings.Contains(events[0].Text, "open /app/x: permission denied") || !utf8.ValidString(events[0].Text) {
			t.Errorf("behind %d runes: %+v", n, events)
		}
	}
}

// BenchmarkLong is a log of lines of 64 KiB that have what every form looks for.
func BenchmarkLong(b *testing.B) {
	all := ""
	for _, f := range Forms {
		all += f.has + " "
	}
	line := strings.Repeat(all, maxLine/len(all)) + "\n"
	text := []byte(strings.Repeat(line, 20))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for range Scan(bytes.NewReader(text)) {
		}
	}
}

func BenchmarkScan(b *testing.B) {
	text := block()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for range Scan(bytes.NewReader(text)) {
		}
	}
}

// BenchmarkErrors is a log of nothing but errors.
func BenchmarkErrors(b *testing.B) {
	text := []byte(strings.Repeat("api-1  | PermissionError: [Errno 13] Permission denied: '/tmp/job.json'\n", 1000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for range Scan(bytes.NewReader(text)) {
		}
	}
}

// FuzzScan: no log makes a panic, an endless loop or an event that is not sound.
func FuzzScan(f *testing.F) {
	for _, form := range Forms {
		f.Add([]byte("api-1  | " + form.Line + "\n"))
	}
	f.Add([]byte("\x1b]\x1b[\x00\xff{\"log\":\"open /a: permission denied\\n\"}"))
	f.Fuzz(func(t *testing.T, log []byte) {
		line := 0
		for e, err := range Scan(bytes.NewReader(log)) {
			if err == ErrUTF16 {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if e.Line > bytes.Count(log, []byte{'\n'})+1 || e.Line < 1 || e.Form == nil || e.Kind < Denied || e.Kind > HostPath {
				t.Errorf("the event is %+v", e)
			}
			if utf8.Valid(log) && !utf8.ValidString(e.Text) {
				t.Errorf("the text is cut inside of a rune: %q", e.Text)
			}
			line = max(line, e.Line)
		}
	})
}
