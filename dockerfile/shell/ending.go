package shell

import (
	"strconv"

	"mvdan.cc/sh/v3/syntax"
)

// ending is what a statement that runs where another failed makes of the script.
type ending int8

const (
	goesOn       ending = iota // it may succeed
	fails                      // it fails itself
	endsFunction               // it leaves the function with a failure
	endsScript                 // it ends the script, or the subshell, with a failure
)

// failure is how a statement ends that runs because another failed.
func (in *interp) failure(s *syntax.Stmt) ending { return in.endOf([]*syntax.Stmt{s}) }

// endOf is failure for several statements: the last one decides, unless one
// before it ends the script. A lone exit has the status of what ran before it:
// of the failed command only where it comes first.
func (in *interp) endOf(list []*syntax.Stmt) ending {
	for i, s := range list {
		if s.Negated || s.Background {
			continue
		}
		var end ending
		switch c := s.Cmd.(type) {
		case *syntax.CallExpr:
			end = in.endOfCall(c, i == 0)
		case *syntax.Block:
			if end = in.endOf(c.Stmts); i > 0 && end != goesOn && statusOfBefore(c.Stmts) {
				end = goesOn
			}
		case *syntax.Subshell:
			if in.endOf(c.Stmts) != goesOn && (i == 0 || !statusOfBefore(c.Stmts)) {
				end = fails
			}
		case *syntax.BinaryCmd:
			if c.Op == syntax.AndStmt {
				end = in.endOf([]*syntax.Stmt{c.X, c.Y})
			}
		}
		if end >= endsFunction || end == fails && i == len(list)-1 {
			return end
		}
	}
	return goesOn
}

// statusOfBefore reports whether a list begins with an exit that has the status
// of the command before it.
func statusOfBefore(list []*syntax.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	c, ok := list[0].Cmd.(*syntax.CallExpr)
	return ok && (len(c.Args) == 1 || len(c.Args) == 2 && isStatus(c.Args[1]))
}

// endOfCall is the ending of a simple command; first says that what ran before
// it is the command that failed.
func (in *interp) endOfCall(c *syntax.CallExpr, first bool) ending {
	if len(c.Args) == 0 {
		return goesOn
	}
	end := goesOn
	switch lit(c.Args[0]) {
	case "false":
		return fails
	case "exit":
		end = endsScript
	case "return":
		if end = endsScript; in.inFunc {
			end = endsFunction
		}
	default:
		return goesOn
	}
	if len(c.Args) == 1 || isStatus(c.Args[1]) {
		if first {
			return end
		}
		return goesOn
	}
	if code := in.word(c.Args[1]); code.Known {
		if n, err := strconv.Atoi(code.Text); err != nil || n%256 != 0 {
			return end
		}
	}
	return goesOn
}

// isStatus reports whether a word is $?.
func isStatus(w *syntax.Word) bool {
	parts := w.Parts
	if len(parts) == 1 {
		if q, ok := parts[0].(*syntax.DblQuoted); ok {
			parts = q.Parts
		}
	}
	if len(parts) != 1 {
		return false
	}
	p, ok := parts[0].(*syntax.ParamExp)
	return ok && p.Param != nil && p.Param.Value == "?" && p.Exp == nil
}
