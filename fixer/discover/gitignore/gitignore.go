// Package gitignore says which paths the lines of a .gitignore file match, as
// git does it: gitignore(5), and git itself where that page is silent. Paths
// and patterns are bytes, and upper and lower case differ.
//
// The work is bounded: matching takes time in proportion to the length of the
// pattern times that of the path, whatever the pattern.
package gitignore

import "strings"

// maxPattern is the length in bytes from which on a pattern matches nothing: no
// path that a system takes is as long.
const maxPattern = 4096

// Verdict is what patterns say about a path.
type Verdict int8

const (
	Unmatched Verdict = iota // no pattern matches
	Ignored                  // the last pattern that matches ignores the path
	Included                 // the last pattern that matches starts with "!"
)

// Patterns are those of one file, in its order. The zero value matches nothing.
type Patterns struct {
	list []pattern
}

// pattern is one line.
type pattern struct {
	verdict  Verdict
	dirOnly  bool // it ends with a slash
	baseOnly bool // it has no other slash: compared with the last element of a path
	prefix   string
	rest     glob // what follows prefix
}

// Parse reads the text of a .gitignore file. No text is an error: a line that
// git cannot make sense of matches nothing.
func Parse(text string) *Patterns {
	text = strings.TrimPrefix(text, "\ufeff")
	p := &Patterns{}
	for line := range strings.SplitSeq(text, "\n") {
		p.add(strings.TrimSuffix(line, "\r"))
	}
	return p
}

// New makes Patterns of single lines.
func New(lines ...string) *Patterns {
	p := &Patterns{}
	for _, line := range lines {
		p.add(line)
	}
	return p
}

// Match is the verdict of the last pattern that matches path, which is relative
// to the folder of the patterns, with slashes. That a file in an ignored folder
// is ignored is for the caller to see to, from the top downwards.
func (p *Patterns) Match(path string, dir bool) Verdict {
	base := path[strings.LastIndexByte(path, '/')+1:]
	for i := len(p.list) - 1; i >= 0; i-- {
		if pat := &p.list[i]; pat.match(path, base, dir) {
			return pat.verdict
		}
	}
	return Unmatched
}

func (p *pattern) match(path, base string, dir bool) bool {
	if p.dirOnly && !dir {
		return false
	}
	if p.baseOnly {
		path = base
	}
	rest, ok := strings.CutPrefix(path, p.prefix)
	return ok && p.rest.match(rest)
}

// add appends the pattern of one line, without its line ending.
func (p *Patterns) add(line string) {
	if strings.HasPrefix(line, "#") {
		return
	}
	line, _, _ = strings.Cut(line, "\x00") // where git, in C, sees the end
	text := trimBlanks(line)
	pat := pattern{verdict: Ignored}
	if after, ok := strings.CutPrefix(text, "!"); ok {
		pat.verdict, text = Included, after
	}
	text, pat.dirOnly = strings.CutSuffix(text, "/")
	pat.baseOnly = !strings.Contains(text, "/")
	text = strings.TrimPrefix(text, "/")
	if text == "" || len(text) > maxPattern {
		return
	}
	// Git compares what stands before the first special character on its own, so
	// that a "**" right behind it counts as the start of the pattern.
	special := strings.IndexAny(text, `*?[\`)
	if special < 0 {
		special = len(text)
	}
	pat.prefix = text[:special]
	rest, ok := compile(text[special:], !pat.baseOnly)
	if !ok {
		return
	}
	pat.rest = rest
	p.list = append(p.list, pat)
}

// trimBlanks drops trailing blanks that no backslash stands before. Tabs stay.
func trimBlanks(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = min(i+1, len(line))
	}
	return line[:end]
}
