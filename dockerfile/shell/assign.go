package shell

import "mvdan.cc/sh/v3/syntax"

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
