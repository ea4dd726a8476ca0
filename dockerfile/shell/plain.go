package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxPlain is how long a plain script may be, in bytes: so that every column
// fits into a position.
const maxPlain = 4 << 10

// plainTree is the tree that the parser makes of a script of plain words and &&,
// a list a line, in any dialect; nil for any other script. Most RUNs are
// such, and the parser takes room for 32 words whatever there is.
func plainTree(script string) *syntax.File {
	n := countPlain(script)
	if n.words == 0 {
		return nil
	}
	t := plainBuilder{
		commands: make([]plainCommand, n.commands), lists: make([]plainList, n.commands-n.lines),
		words: make([]plainWord, n.words), args: make([]*syntax.Word, 0, n.words), stmts: make([]*syntax.Stmt, 0, n.lines), line: 1,
	}
	for from, to := field(script, 0); from < to; from, to = field(script, to) {
		switch pos := t.position(from); script[from:to] {
		case "\n":
			t.endLine(to)
		case "&&":
			t.list(pos)
		default:
			t.word(syntax.Lit{ValuePos: pos, ValueEnd: t.position(to), Value: script[from:to]})
		}
	}
	t.endLine(len(script))
	return &syntax.File{Stmts: t.stmts}
}

// plainCount is how much there is in a plain script; lines are those with commands.
type plainCount struct{ words, commands, lines int }

// countPlain counts what is in a plain script; nothing in any other.
func countPlain(script string) (n plainCount) {
	if len(script) > maxPlain {
		return plainCount{}
	}
	first, list := true, false // of its command; behind &&
	for from, to := field(script, 0); from < to; from, to = field(script, to) {
		switch w := script[from:to]; {
		case w == "\n" && list:
			return plainCount{}
		case w == "\n" && first:
		case w == "\n":
			n.commands++
			n.lines++
			first = true
		case w == "&&" && !first:
			n.commands++
			first, list = true, true
		case !isPlain(w) || first && !startsCommand(w):
			return plainCount{}
		default:
			n.words++
			first, list = false, false
		}
	}
	if list {
		return plainCount{}
	}
	if !first {
		n.commands++
		n.lines++
	}
	return n
}

// field is the first word, or line feed, at or behind a byte of a script; empty
// where there is none.
func field(script string, at int) (from, to int) {
	for from = at; from < len(script) && isBlank(script[from]); {
		from++
	}
	if from < len(script) && script[from] == '\n' {
		return from, from + 1
	}
	for to = from; to < len(script) && !isBlank(script[to]) && script[to] != '\n'; {
		to++
	}
	return from, to
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// isPlain reports whether a word is one piece of text to every shell.
func isPlain(word string) bool { return Only(word, "/._:@%+=,*~-") }

// Only reports whether there is nothing in a text but ASCII letters, digits and the
// characters, which are ASCII, too, of others.
func Only(text, others string) bool {
	for i := range len(text) {
		c := text[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(others, c) >= 0) {
			return false
		}
	}
	return true
}

// startsCommand reports whether a plain word is the name of a simple command: no
// assignment, and no word that one of the dialects reserves or reads by rules of its own.
func startsCommand(word string) bool {
	switch word {
	case "if", "then", "elif", "else", "fi", "while", "until", "for", "do", "done", "case", "esac", "in", "select", "function", "time", "coproc",
		"let", "declare", "local", "export", "readonly", "typeset", "nameref", "@test":
		return false
	}
	return strings.IndexByte(word, '=') < 0
}

// plainBuilder puts a tree together from nodes that are made at once.
type plainBuilder struct {
	commands []plainCommand
	lists    []plainList
	words    []plainWord
	args     []*syntax.Word
	stmts    []*syntax.Stmt // of the lines before
	top      *syntax.Stmt   // all commands of the line up to here
	op       syntax.Pos     // of the && in front of the command; invalid for the first
	open     *plainCommand
	line     int // its number, from 1
	start    int // where it starts
}

func (t *plainBuilder) position(offset int) syntax.Pos {
	return syntax.NewPos(uint(offset), uint(t.line), uint(offset-t.start)+1)
}

// endLine ends the line that is followed by one which starts at a byte.
func (t *plainBuilder) endLine(next int) {
	if t.top != nil {
		t.stmts = append(t.stmts, t.top)
	}
	t.args = t.args[len(t.args):]
	t.top, t.open = nil, nil
	t.line, t.start = t.line+1, next
}

type plainCommand struct {
	stmt syntax.Stmt
	call syntax.CallExpr
}

type plainList struct {
	stmt syntax.Stmt
	and  syntax.BinaryCmd
}

type plainWord struct {
	word  syntax.Word
	parts [1]syntax.WordPart
	lit   syntax.Lit
}

// word adds a word, which begins a command where none is open.
func (t *plainBuilder) word(lit syntax.Lit) {
	w := &t.words[0]
	t.words = t.words[1:]
	w.lit = lit
	w.parts[0] = &w.lit
	w.word.Parts = w.parts[:]
	if t.open == nil {
		t.begin(lit.ValuePos)
	}
	t.args = append(t.args, &w.word)
	t.open.call.Args = t.args
}

// begin begins a command, behind && where it is not the first.
func (t *plainBuilder) begin(pos syntax.Pos) {
	t.open = &t.commands[0]
	t.commands = t.commands[1:]
	t.open.stmt = syntax.Stmt{Position: pos, Cmd: &t.open.call}
	if t.top == nil {
		t.top = &t.open.stmt
		return
	}
	l := &t.lists[0]
	t.lists = t.lists[1:]
	l.and = syntax.BinaryCmd{OpPos: t.op, Op: syntax.AndStmt, X: t.top, Y: &t.open.stmt}
	l.stmt = syntax.Stmt{Position: t.top.Position, Cmd: &l.and}
	t.top = &l.stmt
}

// list ends a command with &&.
func (t *plainBuilder) list(op syntax.Pos) {
	t.args = t.args[len(t.args):]
	t.op, t.open = op, nil
}
