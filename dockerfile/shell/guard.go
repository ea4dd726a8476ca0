package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// guardOf is the account of which a statement asks whether it exists, where the
// statement succeeds if it is absent (whenAbsent) or if it is there; else nil.
func (in *interp) guardOf(s *syntax.Stmt, whenAbsent bool) *Guard {
	g, absent := in.asked(s)
	if g == nil || absent != whenAbsent {
		return nil
	}
	return g
}

// asked is the account that a statement asks for; absent says that it succeeds
// where there is none.
func (in *interp) asked(s *syntax.Stmt) (g *Guard, absent bool) {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) < 2 {
			return nil, false
		}
		switch lit(c.Args[0]) {
		case "[", "test":
			g, absent = in.askedByTest(c.Args[1:])
		default:
			g = in.askedByCall(c)
		}
	case *syntax.Block:
		if len(c.Stmts) == 1 {
			g, absent = in.asked(c.Stmts[0])
		}
	case *syntax.Subshell:
		if len(c.Stmts) == 1 {
			g, absent = in.asked(c.Stmts[0])
		}
	}
	if s.Negated {
		absent = !absent
	}
	return g, absent
}

// askedByCall reads getent, id, and grep in the account files.
func (in *interp) askedByCall(c *syntax.CallExpr) *Guard {
	args := make([]Word, 0, len(c.Args))
	for _, a := range c.Args[1:] {
		args = append(args, in.word(a))
	}
	switch lit(c.Args[0]) {
	case "getent":
		if len(args) == 2 && (args[0].Text == "group" || args[0].Text == "passwd") {
			return &Guard{Group: args[0].Text == "group", Key: args[1]}
		}
	case "id":
		if last := args[len(args)-1]; !strings.HasPrefix(last.Text, "-") {
			return &Guard{Key: last}
		}
	case "grep", "egrep":
		file := args[len(args)-1].Text
		if file != "/etc/passwd" && file != "/etc/group" {
			return nil
		}
		for _, a := range args[:len(args)-1] {
			if !strings.HasPrefix(a.Text, "-") {
				return grepGuard(file == "/etc/group", a)
			}
		}
	}
	return nil
}

// grepGuard takes the name out of a pattern such as "^app:", or the id out of
// ":1000:" or "x:1000:".
func grepGuard(group bool, pattern Word) *Guard {
	if !pattern.Known {
		return nil
	}
	key := strings.Trim(strings.TrimPrefix(pattern.Text, "^"), ":")
	if rest, ok := strings.CutPrefix(key, "x:"); ok {
		key = rest
	}
	if key == "" || strings.ContainsAny(key, `:*[]\.$|`) {
		return nil
	}
	if _, err := strconv.Atoi(key); err != nil && !strings.HasPrefix(pattern.Text, "^") {
		return nil // a name anywhere in a line
	}
	return &Guard{Group: group, Key: Lit(key)}
}

// askedByTest reads [ -z "$(getent …)" ] and [ ! "$(getent …)" ].
func (in *interp) askedByTest(args []*syntax.Word) (*Guard, bool) {
	op := lit(args[0])
	if len(args) < 2 || op != "-z" && op != "-n" && op != "!" {
		return nil, false
	}
	sub := substitutionOf(args[1])
	if sub == nil || len(sub.Stmts) != 1 {
		return nil, false
	}
	g, absent := in.asked(sub.Stmts[0])
	if g == nil || absent {
		return nil, false
	}
	return g, op != "-n"
}

func substitutionOf(w *syntax.Word) *syntax.CmdSubst {
	if len(w.Parts) != 1 {
		return nil
	}
	p := w.Parts[0]
	if q, ok := p.(*syntax.DblQuoted); ok && len(q.Parts) == 1 {
		p = q.Parts[0]
	}
	sub, _ := p.(*syntax.CmdSubst)
	return sub
}

// isTest reports whether a statement does nothing but ask.
func isTest(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.TestClause, *syntax.ArithmCmd:
		return true
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return false
		}
		switch lit(c.Args[0]) {
		case "[", "test", "command", "which", "type", "grep", "getent", "id":
			return true
		}
	}
	return false
}

// test is the result of a statement, where it can be told: true, false, and
// comparisons of known words.
func (in *interp) test(s *syntax.Stmt) (result, known bool) {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		result, known = in.testCall(c)
	case *syntax.TestClause:
		result, known = in.testExpr(c.X)
	}
	return result != s.Negated, known
}

func (in *interp) testCall(c *syntax.CallExpr) (result, known bool) {
	if len(c.Args) == 0 {
		return true, len(c.Assigns) > 0
	}
	switch lit(c.Args[0]) {
	case "true", ":":
		return true, true
	case "false":
		return false, true
	case "[", "test":
	default:
		return false, false
	}
	args := c.Args[1:]
	if n := len(args); n > 0 && lit(args[n-1]) == "]" {
		args = args[:n-1]
	}
	switch len(args) {
	case 2:
		return in.unary(lit(args[0]), in.word(args[1]))
	case 3:
		return binaryTest(in.word(args[0]), lit(args[1]), in.word(args[2]))
	}
	return false, false
}

func (in *interp) testExpr(x syntax.TestExpr) (result, known bool) {
	switch x := x.(type) {
	case *syntax.UnaryTest:
		if w, ok := x.X.(*syntax.Word); ok {
			return in.unary(x.Op.String(), in.word(w))
		}
	case *syntax.BinaryTest:
		a, ok := x.X.(*syntax.Word)
		b, ok2 := x.Y.(*syntax.Word)
		if ok && ok2 {
			return binaryTest(in.word(a), x.Op.String(), in.word(b))
		}
	case *syntax.ParenTest:
		return in.testExpr(x.X)
	}
	return false, false
}

func (in *interp) unary(op string, w Word) (result, known bool) {
	switch op {
	case "-z":
		return w.Text == "", w.Known
	case "-n":
		return w.Text != "", w.Known
	}
	return false, false
}

func binaryTest(a Word, op string, b Word) (result, known bool) {
	known = a.Known && b.Known
	switch op {
	case "=", "==":
		return a.Text == b.Text, known
	case "!=":
		return a.Text != b.Text, known
	}
	x, err := strconv.Atoi(a.Text)
	y, err2 := strconv.Atoi(b.Text)
	known = known && err == nil && err2 == nil
	switch op {
	case "-eq":
		return x == y, known
	case "-ne":
		return x != y, known
	case "-gt":
		return x > y, known
	case "-ge":
		return x >= y, known
	case "-lt":
		return x < y, known
	case "-le":
		return x <= y, known
	}
	return false, false
}

// printed is what echo or printf writes, where it is known.
func (in *interp) printed(c *syntax.CallExpr) Word {
	if len(c.Args) < 2 {
		return Word{}
	}
	name := lit(c.Args[0])
	var words []string
	for i, a := range c.Args[1:] {
		w := in.word(a)
		if i == 0 && name == "echo" && (w.Text == "-e" || w.Text == "-n") {
			continue
		}
		if !w.Known {
			return Word{Text: w.Text}
		}
		words = append(words, w.Text)
	}
	if len(words) == 0 {
		return Word{}
	}
	text := strings.Join(words, " ")
	if name == "printf" {
		if len(words) != 1 || strings.Contains(text, "%") {
			return Word{Text: text}
		}
	} else if name != "echo" {
		return Word{Text: text}
	}
	return Lit(strings.ReplaceAll(text, `\n`, "\n"))
}

// accountLines are lines that are appended to /etc/passwd or /etc/group.
func (in *interp) accountLines(file string, text Word, command string) {
	if !text.Known {
		in.emit(Effect{Kind: Write, Command: command, Need: Root, Why: "writes " + file, Paths: []Word{Lit(file)}, Appends: true})
		return
	}
	for _, line := range strings.Split(strings.TrimSpace(text.Text), "\n") {
		f := strings.Split(line, ":")
		e := Effect{Command: command, Need: Root, Why: "writes " + file}
		switch {
		case file == "/etc/passwd" && len(f) == 7:
			e.Kind = AddUser
			e.Account = &Account{
				Name: Lit(f[0]), UID: Lit(f[2]), GID: Lit(f[3]), Home: Lit(f[5]), Shell: Lit(f[6]),
				CreateHome: No, OwnGroup: No, NonUnique: true,
			}
		case file == "/etc/group" && len(f) == 4:
			e.Kind = AddGroup
			e.Account = &Account{Name: Lit(f[0]), GID: Lit(f[2]), NonUnique: true}
		default:
			e.Kind, e.Paths, e.Appends = Write, []Word{Lit(file)}, true
		}
		in.emit(e)
	}
}
