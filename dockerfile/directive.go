package dockerfile

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"nonroot/fixer/edit"
)

// readDirectives finds the parser directives that the file starts with, and
// among them the escape character. BuildKit's own error for a wrong one names
// the line before it.
func (f *File) readDirectives() error {
	f.Escape = parser.DefaultEscapeToken
	f.top = len(f.Src.Text) - len(strings.TrimPrefix(f.Src.Text, edit.BOM))
	var p parser.DirectiveParser
	for line := 1; f.top < len(f.Src.Text); line++ {
		text := strings.TrimLeftFunc(strings.TrimRight(f.Src.Text[f.top:f.Src.LineEnd(f.top)], "\r"), unicode.IsSpace)
		if !strings.HasPrefix(text, "#") {
			return nil
		}
		d, err := p.ParseLine([]byte(text))
		if err != nil {
			return errorAt(f.Src, line, err.Error())
		}
		if d == nil {
			return nil
		}
		if d.Name == "escape" {
			if d.Value != "`" && d.Value != `\` {
				return errorAt(f.Src, line, fmt.Sprintf("invalid escape token '%s' does not match ` or \\", d.Value))
			}
			f.Escape = d.Value[0]
		}
		f.top = f.Src.NextLine(f.top)
	}
	return nil
}
