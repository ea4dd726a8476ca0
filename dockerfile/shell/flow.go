package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// binary walks "x && y", "x || y" and "x | y".
func (in *interp) binary(c *syntax.BinaryCmd) {
	switch c.Op {
	case syntax.AndStmt:
		in.and(c)
	case syntax.OrStmt:
		in.or(c)
	default:
		in.pipe(c)
	}
}

func (in *interp) and(c *syntax.BinaryCmd) {
	if r, known := in.test(c.X); known && !r && in.tolerated {
		in.stmt(c.X)
		return
	}
	g := in.guardOf(c.X, true)
	in.sure(c.X, g != nil)
	if in.stopped {
		return
	}
	if g != nil {
		in.guarded(g, func() { in.stmt(c.Y) })
		return
	}
	if r, known := in.test(c.X); in.tolerated && isTest(c.X) && !(known && r) {
		in.conditionally(func() { in.stmt(c.Y) })
		return
	}
	in.sure(c.Y, false)
}

// sure walks a statement that is known to succeed, or that is a test which does.
func (in *interp) sure(s *syntax.Stmt, succeeds bool) {
	n := len(in.out)
	in.stmt(s)
	if r, known := in.test(s); succeeds || known && r {
		for i := range in.out[n:] {
			in.out[n+i].Sure = true
		}
	}
}

// or walks "x || y": y handles the failure of x, unless it fails itself.
func (in *interp) or(c *syntax.BinaryCmd) {
	if end := in.failure(c.Y); end != goesOn {
		outer := in.tolerated
		switch end {
		case endsScript:
			in.tolerated = in.ended
		case endsFunction:
			in.tolerated = in.left
		}
		in.stmt(c.X)
		in.tolerated = outer
		return
	}
	r, known := in.test(c.X)
	in.tolerantly(func() { in.stmt(c.X) })
	if in.stopped || known && r {
		return
	}
	if g := in.guardOf(c.X, false); g != nil {
		in.guarded(g, func() { in.stmt(c.Y) })
		return
	}
	if known {
		in.stmt(c.Y)
		return
	}
	in.conditionally(func() { in.stmt(c.Y) })
}

func (in *interp) guarded(g *Guard, f func()) {
	outer := in.guard
	in.guard = g
	f()
	in.guard = outer
}

func (in *interp) pipe(c *syntax.BinaryCmd) {
	dir, vars, umask, ended := in.dir, in.vars, in.umask, in.ended
	in.vars = clone(vars)
	in.ended = true
	in.tolerantly(func() { in.stmt(c.X) })
	if in.accountsFromPipe(c) {
		in.dir, in.vars, in.umask, in.ended = dir, vars, umask, ended
		return
	}
	in.stdin = nil
	in.ended = in.tolerated
	in.stmt(c.Y)
	in.dir, in.vars, in.umask, in.ended, in.stopped = dir, vars, umask, ended, false
}

// accountsFromPipe sees "echo line | tee -a /etc/passwd".
func (in *interp) accountsFromPipe(c *syntax.BinaryCmd) bool {
	x, ok := c.X.Cmd.(*syntax.CallExpr)
	y, ok2 := c.Y.Cmd.(*syntax.CallExpr)
	if !ok || !ok2 || len(y.Args) < 2 || lit(y.Args[0]) != "tee" {
		return false
	}
	file := lit(y.Args[len(y.Args)-1])
	if file != "/etc/passwd" && file != "/etc/group" {
		return false
	}
	in.accountLines(file, in.printed(x), in.source(c.Y))
	return true
}

func (in *interp) ifClause(c *syntax.IfClause) {
	if x := in.orElse(c); x != nil {
		in.or(x)
		return
	}
	in.tolerantly(func() { in.stmts(c.Cond) })
	if in.stopped {
		return
	}
	var result, known bool
	var yes, no *Guard
	if len(c.Cond) == 1 {
		result, known = in.test(c.Cond[0])
		yes, no = in.guardOf(c.Cond[0], true), in.guardOf(c.Cond[0], false)
	}
	in.branch(known, result, yes, func() { in.stmts(c.Then) })
	switch {
	case c.Else == nil:
	case c.Else.ThenPos.IsValid():
		in.branch(known, !result, no, func() { in.ifClause(c.Else) })
	default:
		in.branch(known, !result, no, func() { in.stmts(c.Else.Then) })
	}
}

// orElse is "x || { y; }" for "if ! x; then y; fi" where y ends the script with
// a failure; nil for any other.
func (in *interp) orElse(c *syntax.IfClause) *syntax.BinaryCmd {
	if len(c.Cond) != 1 || !c.Cond[0].Negated || c.Else != nil || len(c.Then) == 0 || statusOfBefore(c.Then) {
		return nil
	}
	y := &syntax.Stmt{Position: c.ThenPos, Cmd: &syntax.Block{Lbrace: c.ThenPos, Rbrace: c.FiPos, Stmts: c.Then}}
	if in.failure(y) < endsFunction {
		return nil
	}
	x := *c.Cond[0]
	x.Negated = false
	return &syntax.BinaryCmd{Op: syntax.OrStmt, X: &x, Y: y}
}

// branch walks one way of an if: for certain, not at all, under a guard, or perhaps.
func (in *interp) branch(known, taken bool, g *Guard, f func()) {
	switch {
	case known && taken:
		f()
	case known:
	case g != nil:
		in.guarded(g, f)
	default:
		in.conditionally(f)
	}
}

func (in *interp) forClause(c *syntax.ForClause) {
	iter, ok := c.Loop.(*syntax.WordIter)
	if !ok || !iter.InPos.IsValid() {
		in.conditionally(func() { in.stmts(c.Do) })
		return
	}
	var items []Word
	for _, w := range iter.Items {
		items = in.fields(items, w)
		in.substitutions(w)
	}
	if len(items) > maxTurns {
		items = []Word{{Text: "$" + iter.Name.Value}}
	}
	for _, item := range items {
		if in.stopped {
			return
		}
		if item.Known {
			in.set(iter.Name.Value, item)
			in.stmts(c.Do)
			continue
		}
		in.conditionally(func() {
			in.set(iter.Name.Value, item)
			in.stmts(c.Do)
		})
		in.vars[iter.Name.Value] = Word{Text: "$" + iter.Name.Value}
	}
}

func (in *interp) caseClause(c *syntax.CaseClause) {
	subject := in.word(c.Word)
	in.substitutions(c.Word)
	if subject.Known {
		if item, known := in.matchingItem(c, subject.Text); known {
			if item != nil {
				in.stmts(item.Stmts)
			}
			return
		}
	}
	for _, item := range c.Items {
		in.conditionally(func() { in.stmts(item.Stmts) })
	}
}

// matchingItem is the branch of a known subject, nil for none, where all
// patterns up to it are plain words or a lone star.
func (in *interp) matchingItem(c *syntax.CaseClause, subject string) (*syntax.CaseItem, bool) {
	for _, item := range c.Items {
		if item.Op != syntax.Break {
			return nil, false
		}
		for _, p := range item.Patterns {
			if lit(p) == "*" {
				return item, true
			}
			w := in.word(p)
			if !w.Known {
				return nil, false
			}
			if w.Text == subject {
				return item, true
			}
		}
	}
	return nil, true
}

// redirects are the files that a statement writes by > and >>.
func (in *interp) redirects(s *syntax.Stmt) {
	for _, r := range s.Redirs {
		switch r.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll, syntax.RdrInOut:
		default:
			if r.Word != nil && r.Op == syntax.RdrIn {
				in.substitutions(r.Word)
			}
			continue
		}
		file := in.abs(in.word(r.Word))
		in.substitutions(r.Word)
		if strings.HasPrefix(file.Text, "/dev/") || strings.HasPrefix(file.Text, "/proc/self/") {
			continue
		}
		if file.Known && (file.Text == "/etc/passwd" || file.Text == "/etc/group") && r.Op == syntax.AppOut {
			if call, ok := s.Cmd.(*syntax.CallExpr); ok {
				in.accountLines(file.Text, in.printed(call), in.source(s))
				continue
			}
		}
		need, why := in.needOfPath(file, "writes")
		in.emit(Effect{Kind: Write, Command: in.source(s), Need: need, Why: why, Paths: []Word{file}, Appends: r.Op == syntax.AppOut || r.Op == syntax.AppAll})
	}
}
