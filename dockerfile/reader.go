package dockerfile

import (
	"strings"
	"unicode"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"nonroot/fixer/edit"
)

// reader goes through the file once, along BuildKit's nodes, and gives each
// instruction its bytes.
type reader struct {
	file  *File
	line  line // the logical line that is being read
	store []Instruction
	words []Word // the Words of all instructions are slices of it
	next  int    // the first byte of the next physical line
	end   int    // the end of the last one, without its line ending
	count int    // how many physical lines are behind us
	lower int    // how many keywords were in lower case
}

func newReader(f *File, nodes []*parser.Node) *reader {
	words := 0
	for _, node := range nodes {
		n := count(node.Next)
		if strings.EqualFold(node.Value, "env") || strings.EqualFold(node.Value, "label") {
			n = n/3 + 1 // see pairs; the old form has two
		}
		words += n
	}
	f.Instructions = make([]*Instruction, 0, len(nodes))
	return &reader{
		file:  f,
		line:  line{src: f.Src},
		store: make([]Instruction, len(nodes)),
		words: make([]Word, 0, words),
	}
}

// instruction reads the instruction of a top node.
func (r *reader) instruction(node *parser.Node) error {
	in := &r.store[len(r.file.Instructions)]
	in.Index = len(r.file.Instructions)
	in.Line, in.EndLine = node.StartLine, node.EndLine
	if err := r.join(in, node); err != nil {
		return err
	}
	if err := r.parts(in, node, 0, len(r.line.text)); err != nil {
		return err
	}
	if in.Name == "run" && len(r.line.pieces) > 1 && !r.file.habit.known {
		r.file.habit = commandHabit(r.file.Src.Text[in.head:r.end], r.file.Escape)
	}
	if err := r.heredocs(in, node); err != nil {
		return err
	}
	if r.count != node.EndLine {
		return r.differ(in, "the line where it ends")
	}
	in.End = r.end
	if in.Child != nil {
		in.Child.End, in.Child.Heredocs = in.End, in.Heredocs
	}
	if in.Keyword.Value == in.Name {
		r.lower++
	}
	r.file.Instructions = append(r.file.Instructions, in)
	return nil
}

// differ refuses the file because of the instruction.
func (r *reader) differ(in *Instruction, what string) error {
	at := edit.Range{Src: r.file.Src, Start: in.head, End: r.file.Src.LineEnd(in.head)}
	return edit.Refuse(at, "BuildKit reads this instruction otherwise than we do (%s); a plainer way to write it would settle it", what)
}

// physical takes the next physical line: its first byte, and its text without
// the line ending and, as BuildKit has it, any further CR before that.
func (r *reader) physical() (int, string) {
	start, text := r.next, r.file.Src.Text
	r.next, r.count = r.file.Src.NextLine(start), r.count+1
	r.end = r.next
	if text[r.end-1] == '\n' {
		if r.end--; r.end > start && text[r.end-1] == '\r' {
			r.end--
		}
	}
	return start, strings.TrimRight(text[start:r.end], "\r")
}

func (r *reader) atEnd() bool { return r.next >= len(r.file.Src.Text) }

// join reads the physical lines of the logical line that BuildKit has for node.
func (r *reader) join(in *Instruction, node *parser.Node) error {
	for r.count < node.StartLine-1 && !r.atEnd() {
		r.physical()
	}
	in.head, in.File = r.next, r.file
	if in.head == 0 && strings.HasPrefix(r.file.Src.Text, edit.BOM) {
		in.head = len(edit.BOM)
	}
	r.line.text, r.line.pieces, r.line.last = node.Original, r.line.pieces[:0], 0
	known, more := 0, true
	for more && !r.atEnd() {
		start, s := r.physical()
		end := start + len(s)
		if len(r.line.pieces) == 0 {
			s = strings.TrimLeftFunc(s[max(in.head-start, 0):], unicode.IsSpace)
		} else if isComment(s) || isBlank(s) {
			continue
		}
		start = end - len(s)
		s, more = cutContinuation(s, r.file.Escape)
		if !strings.HasPrefix(r.line.text[known:], s) {
			return r.differ(in, "how its lines are joined")
		}
		r.line.pieces = append(r.line.pieces, piece{known, start})
		known += len(s)
	}
	in.Open = more
	if known != len(r.line.text) || known == 0 {
		return r.differ(in, "how its lines are joined")
	}
	return nil
}
