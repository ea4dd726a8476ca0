package dockerfile

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"nonroot/fixer/edit"
)

// AppendCommands is the edit that makes a RUN go on with && and each of the
// commands, on lines of their own: they run where it would have ended with
// success as it was, and not else. It refuses a RUN in JSON form or with
// here-documents, and one that may end before its end or in the background. The
// commands have to be lists joined by &&.
func (in *Instruction) AppendCommands(cmds ...string) (edit.Edit, error) {
	if err := in.checkAppendable(cmds); err != nil {
		return edit.Edit{}, err
	}
	f := in.File
	h := commandHabit(f.Src.Text[in.head:in.End], f.Escape)
	if !h.known {
		h = f.listHabit(in.indent())
	}
	command := in.Words[0]
	eol := f.Src.EOL(in.head)
	var out strings.Builder
	for _, cmd := range cmds {
		out.WriteString(h.between(f.Escape, eol) + cmd)
	}
	want := in.reading()
	want.words[0] += strings.ReplaceAll(out.String(), string(f.Escape)+eol, "")
	return in.checked(edit.Insert(f.Src, command.End, out.String()), want)
}

// maxCommand is in bytes: Linux takes no longer argument (MAX_ARG_STRLEN), so
// that a longer command never ran. It also bounds how deep a command can be nested.
const maxCommand = 128<<10 - 1

// checkAppendable refuses what AppendCommands does not append to.
func (in *Instruction) checkAppendable(cmds []string) error {
	switch {
	case in.Name != "run":
		return edit.Refuse(in.Keyword.Range, "commands are appended to RUN only")
	case in.JSON || len(in.Heredocs) > 0 || in.Command == "":
		return edit.Refuse(in.Range, "commands are only appended to a RUN in shell form, without a here-document")
	case strings.HasSuffix(in.Command, `\`):
		return edit.Refuse(in.Range, `the command ends with \, which would take in what is appended`)
	case in.Open:
		return edit.Refuse(in.Range, "the file ends with a line that asks for a continuation; remove its last %c", in.File.Escape)
	case len(in.Command) > maxCommand:
		return edit.Refuse(in.Range, "the command has %d bytes; a shell takes no more than %d", len(in.Command), maxCommand)
	case len(cmds) == 0:
		return edit.Refuse(in.Range, "there is nothing to append")
	}
	argv := in.shell()
	lang, ok := languageOf(argv[0])
	if !ok {
		return edit.Refuse(in.Range, "the SHELL in force is not one whose commands we read")
	}
	if why := notAppendable(in.Command, lang, ends(slices.ContainsFunc(argv[1:], isErrexit))); why != "" {
		return edit.Refuse(in.Words[0].Range, "nothing is appended to this RUN: %s; a RUN of its own would do", why)
	}
	for _, cmd := range cmds {
		if strings.ContainsAny(cmd, "\r\n") {
			return edit.Refuse(in.Range, "a command to append has line breaks of its own")
		}
		if why := notAppendable(cmd, lang, andList); why != "" {
			return edit.Refuse(in.Range, "%q is not appended: %s", cmd, why)
		}
	}
	return nil
}

// shell is the program that the shell form of RUN is given to, with its
// arguments: the SHELL in force, which stages inherit, or /bin/sh.
func (in *Instruction) shell() []string {
	for stage := in.Stage; stage != nil; stage = stage.Parent {
		for i := len(stage.Instructions) - 1; i >= 0; i-- {
			if s := stage.Instructions[i]; s.Name == "shell" && s.Index < in.Index {
				var argv []string
				for _, w := range s.Words {
					argv = append(argv, w.Value)
				}
				return argv
			}
		}
	}
	return []string{"/bin/sh", "-c"}
}

func isErrexit(arg string) bool {
	return arg == "errexit" || strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") && strings.Contains(arg, "e")
}

// languageOf is what a shell reads; it is false for one that is not of the family
// of sh.
func languageOf(shell string) (syntax.LangVariant, bool) {
	switch path.Base(shell) {
	case "bash":
		return syntax.LangBash, true
	case "sh", "ash", "dash":
		return syntax.LangPOSIX, true
	}
	return 0, false
}

// notAppendable says why a script is not read, may end before its end, or is no
// list of a form; it is empty where none is so.
func notAppendable(command string, lang syntax.LangVariant, form func([]*syntax.Stmt) string) string {
	parsed, err := syntax.NewParser(syntax.Variant(lang), syntax.KeepComments(true)).Parse(strings.NewReader(command), "")
	if err != nil {
		return "it is not read as a shell command"
	}
	why := ""
	syntax.Walk(parsed, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.Comment:
			why = "it has a comment"
		case *syntax.CallExpr:
			if len(node.Args) > 0 && leavesShell(node.Args[0].Lit()) {
				why = "it may end before its end"
			}
		}
		return why == ""
	})
	if why == "" {
		why = form(parsed.Stmts)
	}
	return why
}

func leavesShell(name string) bool { return name == "exit" || name == "exec" || name == "return" }

// ends says why && behind the last statement of a script would not mean that the
// script has ended with success. && and || take all that stands before them on
// their list, and what precedes a semicolon does not decide how a script ends;
// but under set -e, which SHELL may say, too, or a trap of ERR, a loop, a group or
// eval would no longer end at what fails in it.
func ends(errexit bool) func([]*syntax.Stmt) string {
	return func(script []*syntax.Stmt) string {
		if len(script) == 0 {
			return "it has no command"
		}
		last := script[len(script)-1]
		switch {
		case last.Background, last.Coprocess:
			return "it ends in the background"
		case last.Semicolon.IsValid():
			return "it ends with a semicolon"
		case (errexit || anyStmt(script, setsOptions)) && (anyStmt([]*syntax.Stmt{final(last)}, isCompound) || anyStmt(script, isFunction)):
			return "what it ends with, a group, a loop, a function or a script, would go on under set -e where a command in it fails"
		}
		return ""
	}
}

// final is the command behind the last && or || of a list.
func final(s *syntax.Stmt) *syntax.Stmt {
	for {
		list, ok := s.Cmd.(*syntax.BinaryCmd)
		if !ok || list.Op != syntax.AndStmt && list.Op != syntax.OrStmt {
			return s
		}
		s = list.Y
	}
}

// setsOptions, isFunction and isCompound are about one node of a script.
func setsOptions(node syntax.Node) bool {
	call, ok := node.(*syntax.CallExpr)
	return ok && len(call.Args) > 0 && (call.Args[0].Lit() == "set" || call.Args[0].Lit() == "trap") // of ERR
}

func isFunction(node syntax.Node) bool {
	_, ok := node.(*syntax.FuncDecl)
	return ok
}

func isCompound(node syntax.Node) bool {
	switch node := node.(type) {
	case *syntax.Subshell, *syntax.Block, *syntax.IfClause, *syntax.ForClause, *syntax.WhileClause, *syntax.CaseClause:
		return true
	case *syntax.CmdSubst:
		return len(node.Stmts) > 1
	case *syntax.CallExpr:
		return len(node.Args) > 0 && maySource(node.Args[0])
	}
	return false
}

// maySource reports whether the name of a command is, or may be, that of one that
// runs a script in the shell itself. A name that is not plain has a slash where it
// is a program's.
func maySource(name *syntax.Word) bool {
	if plain := name.Lit(); plain != "" && !strings.Contains(plain, `\`) {
		return slices.Contains([]string{"eval", ".", "source", "command", "builtin"}, plain)
	}
	program := false
	syntax.Walk(name, func(node syntax.Node) bool {
		lit, ok := node.(*syntax.Lit)
		program = program || ok && strings.Contains(lit.Value, "/")
		return !program
	})
	return !program
}

func anyStmt(stmts []*syntax.Stmt, is func(syntax.Node) bool) bool {
	found := false
	for _, s := range stmts {
		syntax.Walk(s, func(node syntax.Node) bool {
			found = found || node != nil && is(node)
			return !found
		})
	}
	return found
}

// andList says why a script is not commands joined by && and nothing else, and
// is empty where it is that.
func andList(script []*syntax.Stmt) string {
	if len(script) != 1 || !isAndList(script[0], true) {
		return "it is not a plain list of commands joined by &&"
	}
	return ""
}

// isAndList is about one statement. Only the last must not be a pipe.
func isAndList(s *syntax.Stmt, last bool) bool {
	if s.Background || s.Coprocess || s.Negated || s.Semicolon.IsValid() {
		return false
	}
	switch cmd := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		if cmd.Op == syntax.AndStmt {
			return isAndList(cmd.X, false) && isAndList(cmd.Y, last)
		}
		return cmd.Op == syntax.Pipe && !last
	case *syntax.CallExpr, *syntax.DeclClause, *syntax.Subshell, *syntax.Block, *syntax.TestClause,
		*syntax.IfClause, *syntax.ForClause, *syntax.WhileClause, *syntax.CaseClause:
		return true
	}
	return false
}
