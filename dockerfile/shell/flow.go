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
	in.stmt(c.X)
	if in.stopped {
		return
	}
	if g := in.guardOf(c.X, true); g != nil {
		in.guarded(g, func() { in.stmt(c.Y) })
		return
	}
	if r, known := in.test(c.X); in.tolerated && isTest(c.X) && !(known && r) {
		in.conditionally(func() { in.stmt(c.Y) })
		return
	}
	in.stmt(c.Y)
}

// or walks "x || y": y handles the failure of x, unless it fails itself.
func (in *interp) or(c *syntax.BinaryCmd) {
	if in.fails(c.Y) {
		in.stmt(c.X)
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

// fails reports whether a statement ends the script with a failure.
func (in *interp) fails(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return false
		}
		switch name := c.Args[0].Lit(); name {
		case "false":
			return true
		case "exit", "return":
			return len(c.Args) == 2 && c.Args[1].Lit() != "0"
		}
	case *syntax.Block:
		return len(c.Stmts) > 0 && in.fails(c.Stmts[len(c.Stmts)-1])
	case *syntax.Subshell:
		return len(c.Stmts) > 0 && in.fails(c.Stmts[len(c.Stmts)-1])
	case *syntax.BinaryCmd:
		return in.fails(c.Y)
	}
	return false
}

func (in *interp) pipe(c *syntax.BinaryCmd) {
	dir, vars := in.dir, in.vars
	in.vars = clone(vars)
	in.tolerantly(func() { in.stmt(c.X) })
	if in.accountsFromPipe(c) {
		in.dir, in.vars = dir, vars
		return
	}
	in.stdin = nil
	in.stmt(c.Y)
	in.dir, in.vars, in.stopped = dir, vars, false
}

// accountsFromPipe sees "echo line | tee -a /etc/passwd".
func (in *interp) accountsFromPipe(c *syntax.BinaryCmd) bool {
	x, ok := c.X.Cmd.(*syntax.CallExpr)
	y, ok2 := c.Y.Cmd.(*syntax.CallExpr)
	if !ok || !ok2 || len(y.Args) < 2 || y.Args[0].Lit() != "tee" {
		return false
	}
	file := y.Args[len(y.Args)-1].Lit()
	if file != "/etc/passwd" && file != "/etc/group" {
		return false
	}
	in.accountLines(file, in.printed(x), in.source(c.Y))
	return true
}

func (in *interp) ifClause(c *syntax.IfClause) {
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
			if p.Lit() == "*" {
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

func (in *interp) declare(c *syntax.DeclClause) {
	for _, a := range c.Args {
		if a.Name == nil || a.Naked && a.Value == nil {
			continue
		}
		in.assign(a)
	}
}

func (in *interp) assign(a *syntax.Assign) {
	if a.Name == nil {
		return
	}
	var w Word
	switch {
	case a.Append || a.Array != nil || a.Index != nil:
		w = Word{Text: "$" + a.Name.Value}
		if a.Value != nil {
			in.substitutions(a.Value)
		}
	case a.Value == nil:
		w = Lit("")
	default:
		w = in.word(a.Value)
		in.substitutions(a.Value)
	}
	in.set(a.Name.Value, w)
}

// substitutions walks the commands within a word.
func (in *interp) substitutions(w *syntax.Word) {
	if w == nil {
		return
	}
	for _, p := range w.Parts {
		in.substitution(p)
	}
}

func (in *interp) substitution(p syntax.WordPart) {
	switch p := p.(type) {
	case *syntax.DblQuoted:
		for _, q := range p.Parts {
			in.substitution(q)
		}
	case *syntax.CmdSubst:
		in.tolerantly(func() { in.subshell(p.Stmts) })
	case *syntax.ProcSubst:
		in.tolerantly(func() { in.subshell(p.Stmts) })
	case *syntax.ParamExp:
		if p.Exp != nil && p.Exp.Word != nil {
			in.substitutions(p.Exp.Word)
		}
	}
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
		in.emit(Effect{Kind: Write, Command: in.source(s), Need: need, Why: why, Paths: []Word{file}})
	}
}
