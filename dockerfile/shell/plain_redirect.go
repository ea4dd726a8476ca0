package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// redirection is the operator that a word of a plain script begins with, and its
// length; 0 where it begins with none.
func redirection(word string) (op syntax.RedirOperator, length int) {
	switch {
	case word[0] != '>' && word[0] != '<':
	case strings.HasPrefix(word, ">>"):
		return syntax.AppOut, 2
	case strings.HasPrefix(word, ">"):
		return syntax.RdrOut, 1
	case strings.HasPrefix(word, "<<"):
		return syntax.Hdoc, 2
	}
	return 0, 0
}

// isName reports whether a word is letters, digits and underscores.
func isName(word string) bool {
	for i := range len(word) {
		c := word[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_') {
			return false
		}
	}
	return word != ""
}

// redirect adds a redirection, whose word comes next.
func (t *plainBuilder) redirect(pos syntax.Pos, op syntax.RedirOperator) {
	if t.open == nil {
		t.begin(pos)
	}
	t.target = &syntax.Redirect{OpPos: pos, Op: op}
	t.open.stmt.Redirs = append(t.open.stmt.Redirs, t.target)
	if op == syntax.Hdoc {
		t.here = t.target
	}
}

// hereEnd is the byte behind the here-document that starts at a byte, and behind the
// line that ends it; -1 where none does.
func hereEnd(script string, at int, name string) int {
	for at < len(script) {
		line, _, found := strings.Cut(script[at:], "\n")
		if at += len(line); found {
			at++
		}
		if line == name {
			return at
		}
	}
	return -1
}

// document adds the here-document that starts at a byte, and gives the byte behind the
// line that ends it; -1 where there is more in it than text and plain commands in $( ).
func (t *plainBuilder) document(script string, at int) int {
	name := t.here.Word.Parts[0].(*syntax.Lit).Value
	next := hereEnd(script, at, name)
	end := next - len(name)
	if script[next-1] == '\n' {
		end--
	}
	var parts []syntax.WordPart
	from, text := t.position(at), at
	for i := at; i < end; i++ {
		switch c := script[i]; {
		case c == '\n':
			t.line, t.start = t.line+1, i+1
		case c == '$':
			if text < i {
				parts = append(parts, &syntax.Lit{ValuePos: from, ValueEnd: t.position(i), Value: script[text:i]})
			}
			length := strings.IndexByte(script[i:end], ')')
			s := t.substitution(script, i, i+length)
			if s == nil || strings.HasPrefix(script[i+length+1:], name+"\n") { // to the parser, that ends it
				return -1
			}
			parts = append(parts, s)
			i += length
			from, text = t.position(i+1), i+1
		case c == '\\' || c == '`' || c > '~' || c < ' ' && c != '\t':
			return -1
		}
	}
	if text < end {
		parts = append(parts, &syntax.Lit{ValuePos: from, ValueEnd: t.position(end + len(name)), Value: script[text:end]})
		t.here.Hdoc = &syntax.Word{Parts: parts}
	}
	t.here, t.line, t.start = nil, t.line+1, next
	return next
}

// substitution is the plain command between $( and ) at two bytes of a line; nil where
// there is anything else.
func (t *plainBuilder) substitution(script string, from, to int) *syntax.CmdSubst {
	if to <= from || script[from+1] != '(' {
		return nil
	}
	inner := script[:to]
	call := &syntax.CallExpr{}
	for a, b := field(inner, from+2); a < b; a, b = field(inner, b) {
		w := inner[a:b]
		if !isPlain(w) || call.Args == nil && !startsCommand(w) {
			return nil
		}
		call.Args = append(call.Args, &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{ValuePos: t.position(a), ValueEnd: t.position(b), Value: w}}})
	}
	if call.Args == nil {
		return nil
	}
	return &syntax.CmdSubst{Left: t.position(from), Right: t.position(to), Stmts: []*syntax.Stmt{{Position: call.Args[0].Pos(), Cmd: call}}}
}
