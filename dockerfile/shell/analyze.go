package shell

import (
	"path"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// Analyze tells what a script does, in the order of execution. A script that
// cannot be read is one Unknown.
func Analyze(script string, opt Options) []Effect {
	in := start(opt)
	in.errexit = opt.ExitOnError
	if rest, ok := strings.CutPrefix(script, "#!"); ok {
		line, _, _ := strings.Cut(rest, "\n")
		in.opt.Dialect = Interpreter(strings.Fields(line))
		in.errexit = strings.Contains(line, " -e")
	}
	in.run(script)
	return in.end()
}

// AnalyzeArgv is Analyze for a command that is started without a shell.
func AnalyzeArgv(argv []string, opt Options) []Effect {
	if len(argv) == 0 {
		return nil
	}
	in := start(opt)
	if in.opt.Dialect == OtherShell {
		in.opt.Dialect = POSIX // of the scripts that the command may run
	}
	words := make([]Word, len(argv))
	for i, a := range argv {
		words[i] = Lit(a)
	}
	in.exec(words, strings.Join(argv, " "))
	return in.end()
}

// interps are those that are done, with the room that their effects took.
var interps = sync.Pool{New: func() any { return new(interp) }}

// start is where a script starts.
func start(opt Options) *interp {
	in := interps.Get().(*interp)
	*in = interp{opt: opt, out: in.out[:0]}
	if opt.Left == nil {
		left := maxLeft
		in.opt.Left = &left
	}
	if opt.Dir != "" {
		in.dir = Lit(opt.Dir)
	}
	return in
}

// end gives the effects; the interp is for the next script.
func (in *interp) end() []Effect {
	effects := append([]Effect(nil), in.out...)
	clear(in.out)
	*in = interp{out: in.out}
	interps.Put(in)
	return effects
}

// Interpreter is the dialect that a command line such as that of SHELL or
// behind #! starts.
func Interpreter(argv []string) Dialect {
	for i, a := range argv {
		switch path.Base(a) {
		case "env", "-S", "busybox":
			continue
		case "sh", "ash", "dash":
			return POSIX
		case "bash":
			return Bash
		}
		if i > 0 && strings.HasPrefix(a, "-") {
			continue
		}
		break
	}
	return OtherShell
}

const (
	maxDepth = 8    // of scripts and functions within each other
	maxTurns = 64   // of loops over known words
	maxOut   = 2000 // effects of one script
	maxLeft  = 1 << 20
)

// interp walks a script. Its fields beside out change with the place in it.
type interp struct {
	opt     Options
	script  string
	out     []Effect
	vars    map[string]Word
	funcs   map[string]*syntax.Stmt
	args    []Word // the parameters of the function that runs
	dir     Word
	dirs    []Word // pushd
	depth   int
	offset  int // of the command at the top
	errexit bool
	inFunc  bool
	umask   *Word // what umask was told; nil: nothing
	sourced bool  // a file was sourced: variables may have any value
	stopped bool  // exit: what follows does not run
	failed  bool  // with a failure
	ended   bool  // an exit with a failure is tolerated: that of a subshell or of a script within the script
	left    bool  // a return with a failure is tolerated: that of the function
	maybe   bool  // an exit that may have run: what follows may not run
	nested  bool  // in a script within the script
	chained int   // how many chains there were

	place
}

// place is what commands inherit from the constructs that they stand in.
type place struct {
	cond, tolerated bool
	chains          []int // see Effect
	guard           *Guard
	as              string
	elevates        bool
	rootSwitch      string // the helper that needs root to switch the user
	stdin           *syntax.Word
	self            bool // find: the paths are those below a directory and that itself
}

var bashParsers = sync.Pool{New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangBash)) }}
var posixParsers = sync.Pool{New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangPOSIX)) }}

// maxScript bounds the bytes of a script that is read: Linux hands a shell no
// more in one argument (MAX_ARG_STRLEN), and the parser recurses as deep as a
// script nests, where Go's stack ends long before that of a script of megabytes.
const maxScript = 128<<10 - 1

func parse(script string, d Dialect) *syntax.File {
	if d == OtherShell || len(script) > maxScript {
		return nil
	}
	if f := plainTree(script); f != nil {
		return f
	}
	pools := []*sync.Pool{&bashParsers}
	if d == POSIX {
		pools = []*sync.Pool{&posixParsers, &bashParsers} // sh is bash on RHEL
	}
	for _, pool := range pools {
		p := pool.Get().(*syntax.Parser)
		f, err := p.Parse(strings.NewReader(script), "")
		pool.Put(p)
		if err == nil {
			return f
		}
	}
	return nil
}

// run walks a whole script in the current place.
func (in *interp) run(script string) {
	outer := in.script
	f := parse(script, in.opt.Dialect)
	if f == nil {
		why := "the script cannot be read as shell"
		if in.opt.Dialect == OtherShell {
			why = "its shell is not one that is understood"
		}
		in.emit(Effect{Command: strings.TrimSpace(script), Why: why})
		return
	}
	in.script = script
	in.stmts(f.Stmts)
	in.script = outer
}

// inner walks a script that a command gets, in a shell of its own.
func (in *interp) inner(script Word, command string) {
	if !script.Known || in.depth >= maxDepth {
		in.emit(Effect{Command: command, Why: "its script is not known"})
		return
	}
	saved := *in
	in.vars = clone(in.vars)
	in.depth++
	in.nested = true
	in.errexit = false
	in.ended = in.tolerated
	in.run(script.Text)
	out, chained := in.out, in.chained
	*in = saved
	in.out, in.chained = out, chained
}

// emit adds an effect with what the place says about it.
func (in *interp) emit(e Effect) {
	if len(in.out) >= maxOut {
		return
	}
	e.Conditional = e.Conditional || in.cond || in.maybe
	e.Tolerated = e.Tolerated || in.tolerated
	e.Elevates = e.Elevates || in.elevates
	e.Chains = in.chains
	if e.Guard == nil {
		e.Guard = in.guard
	}
	if e.As == "" {
		e.As = in.as
	}
	e.Opaque = e.Opaque || e.Need == Unknown && e.Kind == Run
	if in.rootSwitch != "" {
		e.Need, e.Why = Root, in.rootSwitch+" needs root to become another user"
	}
	e.Umask, e.Self = in.umask, in.self
	e.Offset = in.offset
	in.out = append(in.out, e)
}

func (in *interp) stmts(list []*syntax.Stmt) {
	for i, s := range list {
		switch {
		case in.stopped:
			return
		case i < len(list)-1 && (!in.errexit || isAndList(s)):
			in.tolerantly(func() { in.stmt(s) })
		default:
			in.stmt(s)
		}
	}
}

// isAndList reports whether a statement is "x && y", in which -e does not see
// the failure of x.
func isAndList(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.BinaryCmd)
	return ok && c.Op == syntax.AndStmt
}

func (in *interp) stmt(s *syntax.Stmt) {
	if s.Cmd == nil && len(s.Redirs) == 0 {
		return
	}
	outer := in.place
	outerOffset := in.offset
	if !in.nested {
		in.offset = int(s.Pos().Offset())
	}
	if s.Negated || s.Background {
		in.tolerate()
	}
	for _, r := range s.Redirs {
		if r.Hdoc != nil {
			in.stdin = r.Hdoc
		}
	}
	in.command(s)
	in.place = outer
	in.redirects(s)
	in.offset = outerOffset
}

func (in *interp) command(s *syntax.Stmt) {
	switch c := s.Cmd.(type) {
	case nil:
	case *syntax.CallExpr:
		in.call(s, c)
	case *syntax.BinaryCmd:
		in.binary(c)
	case *syntax.Block:
		in.stmts(c.Stmts)
	case *syntax.Subshell:
		in.subshell(c.Stmts)
	case *syntax.IfClause:
		in.ifClause(c)
	case *syntax.ForClause:
		in.forClause(c)
	case *syntax.WhileClause:
		in.tolerantly(func() { in.stmts(c.Cond) })
		in.conditionally(func() { in.stmts(c.Do) })
	case *syntax.CaseClause:
		in.caseClause(c)
	case *syntax.FuncDecl:
		in.funcDecl(c)
	case *syntax.DeclClause:
		in.declare(c)
	case *syntax.TimeClause:
		if c.Stmt != nil {
			in.stmt(c.Stmt)
		}
	case *syntax.TestClause, *syntax.ArithmCmd, *syntax.LetClause:
		in.emit(Effect{Command: in.source(s), Need: None})
	default:
		in.emit(Effect{Command: in.source(s), Why: "this form of command is not understood"})
	}
}

// funcDecl notes a function. The parser takes "&& y" behind the body for a part
// of it: there the body is what stands first, and the rest runs.
func (in *interp) funcDecl(c *syntax.FuncDecl) {
	if list, ok := c.Body.Cmd.(*syntax.BinaryCmd); ok {
		first := list
		for {
			x, ok := first.X.Cmd.(*syntax.BinaryCmd)
			if !ok {
				break
			}
			first = x
		}
		decl := *c
		decl.Body = first.X
		first.X = &syntax.Stmt{Position: c.Position, Cmd: &decl}
		c.Body = decl.Body // where the declaration is met again
		in.binary(list)
		return
	}
	if in.funcs == nil {
		in.funcs = map[string]*syntax.Stmt{}
	}
	if c.Name != nil {
		in.funcs[c.Name.Value] = c.Body
	}
}

func (in *interp) subshell(list []*syntax.Stmt) {
	dir, vars, errexit, maybe, umask, ended := in.dir, in.vars, in.errexit, in.maybe, in.umask, in.ended
	in.vars = clone(vars)
	in.ended = in.tolerated
	in.stmts(list)
	in.dir, in.vars, in.errexit, in.stopped, in.maybe, in.umask, in.ended = dir, vars, errexit, false, maybe, umask, ended
}

func clone(m map[string]Word) map[string]Word {
	if m == nil {
		return nil
	}
	out := make(map[string]Word, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}

func (in *interp) set(name string, w Word) {
	if in.vars == nil {
		in.vars = map[string]Word{}
	}
	if in.cond || in.maybe {
		w = Word{Text: "$" + name}
	}
	in.vars[name] = w
}

// conditionally runs f in a place of which it is not known whether it is reached.
// What it does to variables and the working directory is not known behind it.
func (in *interp) conditionally(f func()) {
	outer, dir, stopped := in.place, in.dir, in.stopped
	in.cond = true
	f()
	in.maybe = in.maybe || in.stopped && !in.failed
	in.stopped = stopped
	in.place = outer
	if in.dir != dir {
		in.dir = Word{}
	}
}

// tolerantly walks what may fail. Where a cd in it does, the directory stays what it was.
func (in *interp) tolerantly(f func()) {
	tolerated, chains, dir := in.tolerated, in.chains, in.dir
	in.tolerate()
	f()
	in.tolerated, in.chains = tolerated, chains
	if in.dir != dir {
		in.dir = Word{}
	}
}

// tolerate begins a chain of commands that may fail.
func (in *interp) tolerate() {
	in.chained++
	in.tolerated, in.chains = true, append(in.chains[:len(in.chains):len(in.chains)], in.chained)
}
