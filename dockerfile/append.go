package dockerfile

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"nonroot/fixer/edit"
)

// AppendCommands is the edit that makes a RUN go on with && and each of the
// commands, on lines of their own. It refuses a RUN in JSON form or with
// here-documents, and one that is not a list of commands joined by && from end
// to end, where one more might not run, or run though the others failed. The
// commands have to be such lists themselves.
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
	case in.Open:
		return edit.Refuse(in.Range, "the file ends with a line that asks for a continuation; remove its last %c", in.File.Escape)
	case len(in.Command) > maxCommand:
		return edit.Refuse(in.Range, "the command has %d bytes; a shell takes no more than %d", len(in.Command), maxCommand)
	case len(cmds) == 0:
		return edit.Refuse(in.Range, "there is nothing to append")
	}
	lang, ok := in.shellLanguage()
	if !ok {
		return edit.Refuse(in.Range, "the SHELL in force is not one whose commands we read")
	}
	if why := notAndList(in.Command, lang); why != "" {
		return edit.Refuse(in.Words[0].Range, "nothing is appended to this RUN: %s; a RUN of its own would do", why)
	}
	for _, cmd := range cmds {
		if strings.ContainsAny(cmd, "\r\n") {
			return edit.Refuse(in.Range, "a command to append has line breaks of its own")
		}
		if why := notAndList(cmd, lang); why != "" {
			return edit.Refuse(in.Range, "%q is not appended: %s", cmd, why)
		}
	}
	return nil
}

// shellLanguage is what the shell form of RUN is written in: the SHELL in
// force, which stages inherit, or /bin/sh. It is false for a shell that
// is not of that family.
func (in *Instruction) shellLanguage() (syntax.LangVariant, bool) {
	for stage := in.Stage; stage != nil; stage = stage.Parent {
		for i := len(stage.Instructions) - 1; i >= 0; i-- {
			if s := stage.Instructions[i]; s.Name == "shell" && s.Index < in.Index {
				return languageOf(s.Words[0].Value)
			}
		}
	}
	return syntax.LangPOSIX, true
}

func languageOf(shell string) (syntax.LangVariant, bool) {
	switch path.Base(shell) {
	case "bash":
		return syntax.LangBash, true
	case "sh", "ash", "dash":
		return syntax.LangPOSIX, true
	}
	return 0, false
}

// notAndList says why a command is not a list joined by && that runs on from
// its last command, and is empty where it is one.
func notAndList(command string, lang syntax.LangVariant) string {
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
	if why == "" && (len(parsed.Stmts) != 1 || !andList(parsed.Stmts[0], true)) {
		why = "it is not a plain list of commands joined by &&"
	}
	return why
}

func leavesShell(name string) bool { return name == "exit" || name == "exec" || name == "return" }

// andList reports whether a statement is commands joined by && and nothing
// else. Only the last must not be a pipe.
func andList(s *syntax.Stmt, last bool) bool {
	if s.Background || s.Coprocess || s.Negated || s.Semicolon.IsValid() {
		return false
	}
	switch cmd := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		if cmd.Op == syntax.AndStmt {
			return andList(cmd.X, false) && andList(cmd.Y, last)
		}
		return cmd.Op == syntax.Pipe && !last
	case *syntax.CallExpr, *syntax.DeclClause, *syntax.Subshell, *syntax.Block, *syntax.TestClause,
		*syntax.IfClause, *syntax.ForClause, *syntax.WhileClause, *syntax.CaseClause:
		return true
	}
	return false
}
