package dockerfile

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"nonroot/fixer/edit"
)

// New is an instruction to insert. Comment, where it is not empty, is a line
// above it, without the "# ". Name is the keyword, in any case. Lines are the
// argument; only RUN may have more than one, which are commands joined by &&,
// each on its own line.
type New struct {
	Comment string
	Name    string
	Lines   []string
}

// InsertBefore is the edit that puts instructions above this one and above the
// comments that stand directly on it. Where a blank line is above those, a
// blank line follows what is inserted. It refuses what BuildKit would not read
// as meant, and anything but ARG before the first FROM.
func (in *Instruction) InsertBefore(block ...New) (edit.Edit, error) {
	inStage := in.Stage != nil && (in.Name != "from" || in.Stage.Index > 0)
	at := in.blockStart()
	text, err := in.blockText(block, at, inStage)
	if err != nil {
		return edit.Edit{}, err
	}
	if in.blankAbove(at) {
		text += in.File.Src.EOL(at)
	}
	return edit.Insert(in.File.Src, at, text), nil
}

// InsertAfter is the edit that puts instructions right behind this one. Where
// the instruction stands by itself, between blank lines or between the start of
// the file and a blank line, a blank line separates them. It refuses as
// InsertBefore does, and behind a line that asks for a continuation.
func (in *Instruction) InsertAfter(block ...New) (edit.Edit, error) {
	src := in.File.Src
	if in.Open {
		return edit.Edit{}, edit.Refuse(in.Range, "the file ends with a line that asks for a continuation, which would take in what is inserted; remove its last %c", in.File.Escape)
	}
	at := src.NextLine(in.End)
	text, err := in.blockText(block, at, in.Stage != nil)
	if err != nil {
		return edit.Edit{}, err
	}
	eol := src.EOL(in.End)
	if in.End == len(src.Text) {
		return edit.Insert(src, at, eol+strings.TrimSuffix(text, eol)), nil
	}
	if at < len(src.Text) && isBlank(src.Line(at)) && in.opensParagraph() {
		text = eol + text
	}
	return edit.Insert(src, at, text), nil
}

// floor is the first byte of the lines between the instruction, or the parser
// directives, before this one, and this one.
func (in *Instruction) floor() int {
	if in.Index == 0 {
		return in.File.top
	}
	return in.File.Src.NextLine(in.File.Instructions[in.Index-1].End)
}

// blockStart is where the comment lines start that stand directly above the
// instruction, or its first line where there are none.
func (in *Instruction) blockStart() int {
	at, floor := in.head, in.floor()
	for at > floor {
		above := max(in.File.Src.LineStart(at-1), floor)
		if !isComment(in.File.Src.Text[above:at]) {
			break
		}
		at = above
	}
	return at
}

// blankAbove reports whether the line above the one that starts at at is blank.
func (in *Instruction) blankAbove(at int) bool {
	floor := in.floor()
	return at > floor && isBlank(in.File.Src.Text[max(in.File.Src.LineStart(at-1), floor):at])
}

// opensParagraph reports whether a blank line, or nothing but the parser
// directives, is above the instruction and its comments.
func (in *Instruction) opensParagraph() bool {
	start := in.blockStart()
	return start == in.File.top || in.blankAbove(start)
}

// blockText is the block as lines with the line ending, indentation and case
// that it takes at the byte at, once BuildKit has read it as meant.
func (in *Instruction) blockText(block []New, at int, inStage bool) (string, error) {
	f := in.File
	if in.outer != nil {
		return "", edit.Refuse(in.Range, "an instruction behind ONBUILD has no place of its own")
	}
	here := edit.Range{Src: f.Src, Start: at, End: at}
	s := style{f: f, eol: f.Src.EOL(min(at, in.End)), indent: in.indent()}
	if len(block) == 0 {
		return "", edit.Refuse(here, "there is nothing to insert")
	}
	var out strings.Builder
	for i, n := range block {
		if breaks(n.Comment) || breaks(n.Name) || slices.ContainsFunc(n.Lines, breaks) {
			return "", edit.Refuse(here, "what is to be inserted has line breaks of its own")
		}
		if i == 0 && at == f.top && isDirective(n.Comment) {
			return "", edit.Refuse(here, "the comment %q would be a parser directive here", n.Comment)
		}
		s.write(&out, n)
	}
	if !inStage || slices.ContainsFunc(block, func(n New) bool { return !n.plain() }) {
		if reason := s.misread(block, out.String(), inStage); reason != "" {
			return "", edit.Refuse(here, "%s", reason)
		}
	}
	return out.String(), nil
}

func breaks(text string) bool { return strings.ContainsAny(text, "\r\n") }

// misread says in what BuildKit would read the text of a block otherwise than it
// is meant; empty where it would not.
func (s style) misread(block []New, text string, inStage bool) string {
	got, err := s.f.alone(strings.TrimSuffix(text, s.eol), inStage, false)
	if err != nil {
		return "what is to be inserted would not be read: " + reasonOf(err)
	}
	if !s.same(block, got) {
		return "BuildKit would not read what is to be inserted as it is meant"
	}
	return ""
}

// plain reports whether every version of BuildKit reads the instruction as it is
// meant, so that it need not be asked: plain words, plain commands of a RUN, and
// plain prose in the comment.
func (n New) plain() bool {
	prose := func(c rune) bool {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune(" ,./()-", c)
	}
	if strings.Trim(n.Comment, " ") != n.Comment || strings.ContainsFunc(n.Comment, func(c rune) bool { return !prose(c) }) || len(n.Comment) >= maxPlain {
		return false
	}
	switch n.Name {
	case "USER", "ARG":
		return len(n.Lines) == 1 && len(n.Lines[0]) < maxPlain && plain(n.Lines[0])
	case "RUN":
		return len(n.Lines) > 0 && !slices.ContainsFunc(n.Lines, func(line string) bool { return !plainCommand(line) })
	}
	return false
}

// plainCommand reports whether a line of a RUN reads the same everywhere: it has no
// escape character, comment or here-document, and starts like neither a flag nor JSON.
func plainCommand(line string) bool {
	for i := range len(line) {
		c := line[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') && strings.IndexByte(" /._:$@%+-,={}()&|;>\"'", c) < 0 {
			return false
		}
	}
	return line != "" && len(line) < maxPlain && strings.IndexByte(" -", line[0]) < 0 && line[len(line)-1] != ' '
}

// maxPlain keeps a plain line far from BuildKit's limit.
const maxPlain = 4 << 10

// indent is the blanks before the keyword, where it is on the first line.
func (in *Instruction) indent() string {
	line := in.File.Src.Text[in.head:in.Keyword.Start]
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

func isDirective(comment string) bool {
	var p parser.DirectiveParser
	d, err := p.ParseLine([]byte("# " + comment))
	return d != nil || err != nil
}

// style is how the lines of a block are written.
type style struct {
	f           *File
	eol, indent string
}

func (s style) write(out *strings.Builder, n New) {
	write := func(parts ...string) {
		for _, p := range parts {
			out.WriteString(p)
		}
	}
	if n.Comment != "" {
		write(s.indent, "# ", n.Comment, s.eol)
	}
	name := strings.ToUpper(n.Name)
	if s.f.lower {
		name = strings.ToLower(n.Name)
	}
	write(s.indent, name, " ", strings.Join(n.Lines, s.between()), s.eol)
}

// between is what stands between two commands of a list.
func (s style) between() string { return s.f.listHabit(s.indent).between(s.f.Escape, s.eol) }

// listHabit is the file's habit, or the usual one.
func (f *File) listHabit(indent string) habit {
	if f.habit.known {
		return f.habit
	}
	return habit{indent: indent + "    "}
}

// between is what joins a command to the one on the line above.
func (h habit) between(escape byte, eol string) string {
	if h.leading {
		return " " + string(escape) + eol + h.indent + "&& "
	}
	return " && " + string(escape) + eol + h.indent
}

// same reports whether the instructions read are those of the block, each on
// the lines that it was written to.
func (s style) same(block []New, got []*Instruction) bool {
	if len(got) != len(block) {
		return false
	}
	joined := strings.Replace(s.between(), string(s.f.Escape)+s.eol, "", 1)
	line := got[0].Line
	if block[0].Comment != "" {
		line--
	}
	for i, n := range block {
		if n.Comment != "" {
			line++
		}
		in := got[i]
		if in.Name != strings.ToLower(n.Name) || in.Name == "from" || in.Line != line || in.EndLine-in.Line+1 != len(n.Lines) {
			return false
		}
		if len(n.Lines) > 1 && (in.Name != "run" || in.Command != strings.Join(n.Lines, joined)) {
			return false
		}
		line = in.EndLine + 1
	}
	return true
}
