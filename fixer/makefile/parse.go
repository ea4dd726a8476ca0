package makefile

import (
	"slices"
	"strings"

	"nonroot/fixer/edit"
)

// context is what a line that starts with the recipe prefix belongs to.
type context int

const (
	noRule  context = iota // nothing: it is read as any other line
	inRule                 // the recipe of the last rule
	dynamic                // perhaps the recipe of a rule that a function expands to
)

// parser goes over the logical lines of a file once.
type parser struct {
	f       *File
	lines   lines
	context context
	// ifs are the lines of the conditionals that are open.
	ifs []edit.Range
}

func (p *parser) run() {
	for l, ok := p.lines.next(); ok; l, ok = p.lines.next() {
		if l.open {
			p.refuse(l.Range, "the file ends in a backslash, which would take in what is appended; end the line without it")
		}
		if p.context != noRule && p.isRecipe(l) {
			p.recipe(l)
			continue
		}
		p.line(l)
	}
	if len(p.ifs) > 0 {
		p.refuse(p.ifs[len(p.ifs)-1], "this conditional is not closed; add endif")
	}
}

// refuse keeps the first reason only.
func (p *parser) refuse(at edit.Range, reason string) {
	if p.f.broken == nil {
		p.f.broken = edit.Refuse(at, "%s", reason)
	}
}

// isRecipe reports whether l starts with the recipe prefix. Where that is not
// known, a blank will do too.
func (p *parser) isRecipe(l line) bool {
	first := l.Src.Text[l.Start]
	return first == p.f.prefix.char || !p.f.prefix.known && (first == ' ' || first == '\t')
}

func (p *parser) recipe(l line) {
	if p.context != inRule {
		return
	}
	r := &p.f.Rules[len(p.f.Rules)-1]
	if len(r.recipe) == 0 {
		r.RecipeAt = l.Range
	}
	r.RecipeAt.End, r.End = l.End, l.End
	r.recipe = append(r.recipe, p.unprefixed(l.Text()))
}

// unprefixed takes the recipe prefix off each physical line, and their endings to LF.
func (p *parser) unprefixed(text string) string {
	if body, ok := strings.CutSuffix(text, "\r\n"); ok {
		text = body
	} else {
		text = strings.TrimSuffix(text, "\n")
	}
	parts := strings.Split(text, "\n")
	for i, part := range parts {
		if part != "" && part[0] == p.f.prefix.char {
			part = part[1:]
		}
		if i < len(parts)-1 {
			part = strings.TrimSuffix(part, "\r")
		}
		parts[i] = part
	}
	return strings.Join(parts, "\n")
}

// line reads a line that is no recipe. Comments and conditionals do not end a
// rule; everything else does.
func (p *parser) line(l line) {
	code := l.text[:find(l.text, 0, "#")]
	if a, ok := parseAssignment(code); ok {
		p.context = noRule
		p.assign(l, a)
		return
	}
	word, rest := cutWord(strings.TrimLeft(code, blanks))
	if word == "" || p.conditional(l, word) {
		return
	}
	p.context = noRule
	switch word {
	case "include", "-include", "sinclude":
		p.include(l, word, rest)
	case "export", "unexport", "vpath", "load", "-load":
	case "endef":
		p.refuse(l.Range, "this endef closes nothing")
	default:
		p.rule(l, code)
	}
}

// conditional keeps count of ifdef and its like.
func (p *parser) conditional(l line, word string) bool {
	switch word {
	case "ifdef", "ifndef", "ifeq", "ifneq":
		p.ifs = append(p.ifs, l.Range)
	case "else", "endif":
		if len(p.ifs) == 0 {
			p.refuse(l.Range, "this "+word+" has no conditional")
		} else if word == "endif" {
			p.ifs = p.ifs[:len(p.ifs)-1]
		}
	default:
		return false
	}
	return true
}

func (p *parser) assign(l line, a assignment) {
	at := l.Range
	if a.define {
		a.value = p.definition(l)
		at.End = p.lines.at
	}
	p.keep(Assignment{at, "", a.name, a.op, a.value, a.export, len(p.ifs) > 0})
	if a.name == ".RECIPEPREFIX" {
		p.setPrefix(a)
	}
}

func (p *parser) keep(a Assignment) {
	p.f.Assignments = append(p.f.Assignments, a)
	if a.Target == "" {
		p.f.set(a)
	}
}

// definition reads up to the endef of the define on l. Defines nest, and a line
// that starts with the recipe prefix is neither.
func (p *parser) definition(l line) string {
	start, depth := p.lines.at, 1
	for {
		end := p.lines.at
		inner, ok := p.lines.next()
		if !ok {
			p.refuse(l.Range, "this define is not closed; add endef")
			return ""
		}
		if l.Src.Text[inner.Start] == p.f.prefix.char {
			continue
		}
		switch word, _ := cutWord(strings.TrimLeft(inner.text, blanks)); word {
		case "define":
			depth++
		case "endef":
			depth--
		}
		if depth == 0 {
			return strings.ReplaceAll(strings.TrimSuffix(l.Src.Text[start:end], "\n"), "\r\n", "\n")
		}
	}
}

// setPrefix follows what is assigned to .RECIPEPREFIX. To append to it gives a
// blank up to make 4.2, and nothing from 4.3 on. Of a = make takes the text
// unexpanded.
func (p *parser) setPrefix(a assignment) {
	value := a.value
	if a.op != "=" {
		value = p.f.expand(value)
	}
	p.f.prefix.known = len(p.ifs) == 0 && slices.Contains([]string{"=", ":=", "::="}, a.op) && !strings.Contains(value, "$")
	switch {
	case !p.f.prefix.known:
	case value == "":
		p.f.prefix.char = '\t'
	default:
		p.f.prefix.char = value[0]
	}
}

func (p *parser) include(l line, word, rest string) {
	in := Include{l.Range, nil, word != "include", len(p.ifs) > 0}
	for _, w := range words(l.Src, 0, rest) {
		text := w.Text
		if inner, ok := strings.CutPrefix(text, "$(wildcard "); ok {
			text = strings.TrimSuffix(inner, ")")
		}
		in.Files = append(in.Files, strings.Fields(p.f.expand(text))...)
	}
	p.f.Includes = append(p.f.Includes, in)
}

// rule reads "targets: prerequisites ; recipe", of which code is what is before
// a comment.
func (p *parser) rule(l line, code string) {
	colon := find(code, 0, ":")
	if semi := find(code, 0, ";"); semi < colon {
		colon = len(code)
	}
	if colon == len(code) {
		p.noRule(l, code)
		return
	}
	rest := strings.TrimPrefix(code[colon+1:], ":")
	r := Rule{Range: l.Range, DoubleColon: strings.HasPrefix(code[colon+1:], ":"), Conditional: len(p.ifs) > 0}
	r.Targets = words(l.Src, l.Start, strings.TrimSuffix(code[:colon], "&"))
	if a, ok := parseAssignment(rest); ok && !a.define && a.op != "undefine" {
		for _, w := range r.Targets {
			p.keep(Assignment{l.Range, w.Text, a.name, a.op, a.value, a.export, r.Conditional})
		}
		return
	}
	r.Prerequisites = strings.Trim(rest[:find(rest, 0, ";")], blanks)
	r.RecipeAt = edit.Range{Src: l.Src, Start: l.End, End: l.End}
	p.context = inRule
	p.f.Rules = append(p.f.Rules, r)
	p.inline(l)
}

// inline reads the recipe behind the ; of a rule, in which # is no comment.
func (p *parser) inline(l line) {
	semi := find(l.text, 0, ";#")
	if semi == len(l.text) || l.text[semi] == '#' {
		return
	}
	r := &p.f.Rules[len(p.f.Rules)-1]
	r.RecipeAt = edit.Range{Src: l.Src, Start: l.Start + semi + 1, End: l.End}
	r.recipe = []string{p.unprefixed(string([]byte{p.f.prefix.char}) + strings.TrimLeft(r.RecipeAt.Text(), blanks))}
}

// noRule is a line that is neither rule nor directive. Functions may expand to
// anything; else make stops at it.
func (p *parser) noRule(l line, code string) {
	switch {
	case strings.Contains(code, "$"):
		p.context = dynamic
	case len(p.ifs) > 0: // perhaps for another make
	case l.Src.Text[l.Start] == p.f.prefix.char:
		p.refuse(l.Range, "this line of a recipe belongs to no target")
	default:
		p.refuse(l.Range, "GNU make does not read this line: it is neither a rule nor an assignment")
	}
}
