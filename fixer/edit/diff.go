package edit

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	contextLines = 3
	// maxLines bounds the lines of one file that Diff takes: go-diff gives each
	// distinct line a rune and panics where they run out.
	maxLines = 500_000
)

// Diff is the unified diff from before to after, with three lines of context
// (none around what is Secret),
// as git apply and patch -p1 take it: paths behind a/ and b/, quoted where git
// quotes them, /dev/null for a file that was absent. A new file without content
// has no lines to show and takes git's extended header. The diff is empty where
// the two are equal, and an error where they have more than 500,000 lines, or
// where after is absent: nothing here removes files.
func Diff(before, after *Source) (string, error) {
	if after.Absent && !before.Absent {
		return "", fmt.Errorf("%s: a diff that removes the file is not made", before.Path)
	}
	if before.Text == after.Text {
		if before.Absent && !after.Absent {
			return "diff --git " + quotePath("a/"+after.Path) + " " + quotePath("b/"+after.Path) + "\nnew file mode 100644\n", nil
		}
		return "", nil
	}
	if countLines(before.Text)+countLines(after.Text) > maxLines {
		return "", fmt.Errorf("%s: a diff of more than %d lines is not made", before.Path, maxLines)
	}
	from, to := "/dev/null", headerPath("b/"+after.Path)
	if !before.Absent {
		from = headerPath("a/" + before.Path)
	}
	lines, first := changed(before, after, context(before))
	all := hunks(lines, first, context(before))
	size := len(from) + len(to) + len("--- \n+++ \n")
	for _, h := range all {
		size += h.size()
	}
	var out strings.Builder
	out.Grow(size)
	for _, part := range []string{"--- ", from, "\n+++ ", to, "\n"} {
		out.WriteString(part)
	}
	for _, h := range all {
		h.write(&out)
	}
	return out.String(), nil
}

// changed is the diff from the line first on, counted from 1. Of the lines that both
// have at the start and at the end, no more than the context is in it.
func changed(before, after *Source, context int) (lines []line, first int) {
	head := commonHead(before.Text, after.Text)
	a, b := before.Text[head:], after.Text[head:]
	tail := commonTail(a, b)
	start, end := head, len(before.Text)-tail
	for range context {
		start, end = before.LineStart(max(start-1, 0)), before.NextLine(end)
	}
	a, b = a[:len(a)-tail], b[:len(b)-tail]
	d := differ{out: make([]line, 0, max(countLines(a), countLines(b))+2*context)}
	d.add(' ', before.Text[start:head])
	d.compare(a, b)
	d.add(' ', before.Text[len(before.Text)-tail:end])
	return d.out, 1 + strings.Count(before.Text[:start], "\n")
}

// countLines is how many lines a text has: each ends behind an LF, the last one perhaps
// without.
func countLines(text string) int {
	n := strings.Count(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		n++
	}
	return n
}

// hunk is a run of changes with its context; the starts count lines from 1.
type hunk struct {
	fromStart, toStart int
	lines              []line
}

// context is how many lines that stay are shown around a change. With none, git
// apply takes what is added behind the last line, and nothing else.
func context(src *Source) int {
	if src.Secret {
		return 0
	}
	return contextLines
}

// hunks are those of a diff from the line first on.
func hunks(lines []line, first, context int) []hunk {
	var out []hunk
	from, to := first, first
	for i := 0; i < len(lines); {
		if lines[i].op == ' ' {
			from, to, i = from+1, to+1, i+1
			continue
		}
		lead := min(context, i)
		end := hunkEnd(lines, i, context)
		h := hunk{from - lead, to - lead, lines[i-lead : end]}
		out = append(out, h)
		for ; i < end; i++ {
			if lines[i].op != '+' {
				from++
			}
			if lines[i].op != '-' {
				to++
			}
		}
	}
	return out
}

// hunkEnd is the index behind the hunk whose first change is at i: two changes
// share a hunk where no more than two contexts lie between them.
func hunkEnd(lines []line, i, context int) int {
	last := i
	for j := i; j < len(lines) && j-last <= 2*context+1; j++ {
		if lines[j].op != ' ' {
			last = j
		}
	}
	return min(last+1+context, len(lines))
}

// size is about how many bytes write writes.
func (h hunk) size() int {
	n := len("@@ -1000,10 +1000,10 @@\n")
	for _, l := range h.lines {
		n += 1 + len(l.text)
	}
	return n
}

func (h hunk) write(out *strings.Builder) {
	var from, to int
	for _, l := range h.lines {
		if l.op != '+' {
			from++
		}
		if l.op != '-' {
			to++
		}
	}
	var room [64]byte
	at := appendSpan(append(room[:0], "@@ -"...), h.fromStart, from)
	at = appendSpan(append(at, " +"...), h.toStart, to)
	out.Write(append(at, " @@\n"...))
	for _, l := range h.lines {
		out.WriteByte(l.op)
		out.WriteString(l.text)
		if !strings.HasSuffix(l.text, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// appendSpan writes one side of a hunk header; an empty side names the line before it.
// Behind line 1, which only a diff without context has, it names the line after:
// git apply takes -1,0 for the start of the file. Both it and patch take 2,0.
func appendSpan(to []byte, start, count int) []byte {
	switch {
	case count == 0 && start != 2:
		start--
	case count == 1:
		return strconv.AppendInt(to, int64(start), 10)
	}
	to = append(strconv.AppendInt(to, int64(start), 10), ',')
	return strconv.AppendInt(to, int64(count), 10)
}

// headerPath writes a path as git does behind --- and +++: see quotePath; and
// with a tab behind it where it has a blank, which is how both git and patch
// find its end.
func headerPath(path string) string {
	if quoted := quotePath(path); quoted != path || !strings.Contains(path, " ") {
		return quoted
	}
	return path + "\t"
}

// quotePath puts a path in double quotes with C escapes where it has a control
// character, a quote, a backslash or a byte above 127, and where it ends with a
// blank, which patch would drop.
func quotePath(path string) string {
	if strings.HasSuffix(path, " ") || strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r >= 0x7f }) {
		return quoteC(path)
	}
	return path
}

func quoteC(s string) string {
	const named = "\a\b\t\n\v\f\r\"\\"
	const letters = "abtnvfr\"\\"
	var out strings.Builder
	out.WriteByte('"')
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch at := strings.IndexByte(named, c); {
		case at >= 0:
			out.WriteByte('\\')
			out.WriteByte(letters[at])
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&out, "\\%03o", c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}
