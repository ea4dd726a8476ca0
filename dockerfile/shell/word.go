package shell

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// fields expands a word as the shell does before it runs a command, behind what
// out has: to one Word, to several (braces, a known value with blanks in it) or
// to none.
func (in *interp) fields(out []Word, w *syntax.Word) []Word {
	if text := lit(w); text == "[" || text != "" && isVerbatim(text) {
		return append(out, Lit(text))
	}
	if in.opt.Dialect != Bash || !hasBraces(w) {
		return in.plainFields(out, w)
	}
	return in.braceFields(out, w)
}

// isVerbatim reports whether the shell takes unquoted text as it is.
func isVerbatim(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case '\\', '*', '?', '[', '{', '~':
			return false
		}
	}
	return true
}

// braceFields expands a word that may be several.
func (in *interp) braceFields(out []Word, w *syntax.Word) []Word {
	syntax.SplitBraces(w)
	start := len(out)
	for one, err := range expand.BracesSeq(nil, w) {
		if err != nil || len(out)-start > maxTurns {
			return append(out[:start], Word{Text: in.source(w)})
		}
		out = in.plainFields(out, one)
	}
	return out
}

// lit is Word.Lit, which makes a copy: the text of a word without quotes and
// expansions, empty for any other.
func lit(w *syntax.Word) string {
	if len(w.Parts) != 1 {
		return w.Lit()
	}
	if l, ok := w.Parts[0].(*syntax.Lit); ok {
		return l.Value
	}
	return ""
}

func hasBraces(w *syntax.Word) bool {
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			if strings.Contains(p.Value, "{") {
				return true
			}
		case *syntax.BraceExp:
			return true
		}
	}
	return false
}

func (in *interp) plainFields(out []Word, w *syntax.Word) []Word {
	if len(w.Parts) == 1 {
		if p, ok := w.Parts[0].(*syntax.ParamExp); ok {
			if p.Param != nil && (p.Param.Value == "@" || p.Param.Value == "*") {
				return append(out, in.args...)
			}
			if v, known := in.param(p); known {
				for _, f := range strings.Fields(v) {
					out = append(out, pattern(f))
				}
				return out
			}
		}
	}
	return append(out, in.word(w))
}

// pattern is a word that may be one for file names.
func pattern(text string) Word {
	if at := strings.IndexAny(text, "*?["); at >= 0 {
		return Word{Text: text, Prefix: text[:at]}
	}
	return Lit(text)
}

// word expands a word to one Word: as in an assignment or behind a redirection.
func (in *interp) word(w *syntax.Word) Word {
	b := builder{known: true}
	for i, p := range w.Parts {
		in.part(&b, p, i == 0)
	}
	if b.known {
		return Lit(b.text.String())
	}
	return Word{Text: in.source(w), Prefix: b.text.String()}
}

// builder collects the text of a word up to the first unknown part.
type builder struct {
	text  strings.Builder
	known bool
}

func (b *builder) add(s string) {
	if b.known {
		b.text.WriteString(s)
	}
}

func (in *interp) part(b *builder, p syntax.WordPart, first bool) {
	switch p := p.(type) {
	case *syntax.Lit:
		in.literal(b, p.Value, first)
	case *syntax.SglQuoted:
		if p.Dollar && strings.Contains(p.Value, `\`) {
			b.known = false
		}
		b.add(p.Value)
	case *syntax.DblQuoted:
		for _, q := range p.Parts {
			if l, ok := q.(*syntax.Lit); ok {
				b.add(unescapeQuoted(l.Value))
			} else {
				in.part(b, q, false)
			}
		}
	case *syntax.ParamExp:
		v, known := in.param(p)
		if !known && p.Param != nil && p.Exp == nil {
			v = in.vars[p.Param.Value].Prefix
		}
		if *in.opt.Left -= len(v); *in.opt.Left < 0 || b.text.Len()+len(v) > maxScript {
			v, known = "", false
		}
		b.add(v)
		b.known = b.known && known
	case *syntax.CmdSubst:
		switch {
		case isCommand(p.Stmts, "pwd") && in.dir.Known:
			b.add(in.dir.Text)
		case isCommand(p.Stmts, "mktemp"):
			b.add("/tmp/")
			b.known = false
		default:
			b.known = false
		}
	default:
		b.known = false
	}
}

// literal adds unquoted text: backslashes quote, a pattern is not known, and a
// tilde at the start is the home directory.
func (in *interp) literal(b *builder, s string, first bool) {
	if first && (s == "~" || strings.HasPrefix(s, "~/")) {
		if in.opt.Home == "" {
			b.known = false
			return
		}
		b.add(in.home())
		s = s[1:]
	} else if first && strings.HasPrefix(s, "~") {
		b.known = false
		return
	}
	if !strings.ContainsAny(s, `\*?[{`) {
		b.add(s)
		return
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\':
			i++
			if i < len(s) && s[i] != '\n' {
				b.add(s[i : i+1])
			}
		case '*', '?':
			b.known = false
		case '[':
			b.known = b.known && !strings.Contains(s[i:], "]")
			b.add("[")
		case '{':
			if strings.Contains(s[i:], "}") && strings.ContainsAny(s[i:], ",.") {
				b.known = false // dash takes it literally, bash does not
			}
			b.add("{")
		default:
			b.add(s[i : i+1])
		}
	}
}

func unescapeQuoted(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("$`\"\\\n", s[i+1]) >= 0 {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// param is the value of a parameter expansion: $X, ${X}, ${X:-word}, ${X-word}
// and ${X:+word}; any other form is not known.
func (in *interp) param(p *syntax.ParamExp) (string, bool) {
	if p.Param == nil || p.Excl || p.Length || p.Width || p.Index != nil || p.Slice != nil || p.Repl != nil || p.Names != 0 {
		return "", false
	}
	v, known := in.lookup(p.Param.Value)
	if p.Exp == nil {
		return v, known
	}
	if !known {
		return "", false
	}
	var alt Word
	if p.Exp.Word != nil {
		alt = in.word(p.Exp.Word)
	} else {
		alt = Lit("")
	}
	switch p.Exp.Op {
	case syntax.DefaultUnsetOrNull, syntax.AssignUnsetOrNull:
		if v != "" {
			return v, true
		}
		return alt.Text, alt.Known
	case syntax.AlternateUnsetOrNull:
		if v == "" {
			return "", true
		}
		return alt.Text, alt.Known
	case syntax.DefaultUnset, syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		return v, v != ""
	}
	return "", false
}

// lookup is the value of a variable; known to be unset is an empty value.
func (in *interp) lookup(name string) (string, bool) {
	if w, ok := in.vars[name]; ok {
		return w.Text, w.Known
	}
	switch name {
	case "HOME":
		if in.opt.Home != "" {
			return in.home(), true
		}
	case "PWD":
		return in.dir.Text, in.dir.Known
	}
	if len(name) == 1 && name[0] >= '1' && name[0] <= '9' {
		if at := int(name[0] - '1'); at < len(in.args) {
			return in.args[at].Text, in.args[at].Known
		}
		return "", in.inFunc
	}
	if in.opt.Lookup == nil || in.sourced {
		return "", false
	}
	return in.opt.Lookup(name)
}

func (in *interp) home() string {
	if w, ok := in.vars["HOME"]; ok {
		return w.Text
	}
	return in.opt.Home
}

// source is the text of a node in the script.
func (in *interp) source(n syntax.Node) string {
	from, to := int(n.Pos().Offset()), int(n.End().Offset())
	if from > len(in.script) || to > len(in.script) || from > to {
		return "…"
	}
	return strings.TrimSpace(in.script[from:to])
}

// abs is a path as an absolute one, where the working directory is known.
func (in *interp) abs(w Word) Word {
	switch {
	case !w.Known && strings.HasPrefix(w.Prefix, "/"):
		return w
	case !w.Known && w.Prefix != "":
		if in.dir.Known {
			return Word{Text: w.Text, Prefix: joinPrefix(in.dir.Text, w.Prefix)}
		}
		return Word{Text: w.Text}
	case !w.Known:
		if in.dir.Known && strings.HasPrefix(w.Text, "*") {
			return Word{Text: w.Text, Prefix: joinPrefix(in.dir.Text, "")}
		}
		return w
	case strings.HasPrefix(w.Text, "/"):
		return Lit(path.Clean(w.Text))
	case in.dir.Known:
		return Lit(path.Join(in.dir.Text, w.Text))
	}
	return Word{Text: w.Text}
}

// joinPrefix keeps the slash at the end of a prefix, which says that what
// follows lies in that directory.
func joinPrefix(dir, prefix string) string {
	joined := path.Join(dir, prefix)
	if prefix == "" || strings.HasSuffix(prefix, "/") {
		if joined != "/" {
			joined += "/"
		}
	}
	return joined
}

// isCommand reports whether there is one command, name without arguments or with -d.
func isCommand(stmts []*syntax.Stmt, name string) bool {
	if len(stmts) != 1 {
		return false
	}
	call, ok := stmts[0].Cmd.(*syntax.CallExpr)
	return ok && len(call.Args) > 0 && lit(call.Args[0]) == name && (len(call.Args) == 1 || len(call.Args) == 2 && lit(call.Args[1]) == "-d")
}
