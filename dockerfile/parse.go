package dockerfile

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/util/suggest"

	"nonroot/fixer/edit"
)

// Parse reads a Dockerfile. What BuildKit cannot read is a *SyntaxError. A file
// that BuildKit reads, but differently from this package or from version to
// version, or that is beyond a limit, is an *edit.Refusal.
func Parse(src *edit.Source) (*File, error) {
	if err := checkLimits(src); err != nil {
		return nil, err
	}
	f := &File{Src: src}
	if err := f.readDirectives(); err != nil {
		return nil, err
	}
	ast, err := judge(src, f.Escape)
	if err != nil {
		return nil, err
	}
	r := newReader(f, ast.Children)
	for _, node := range ast.Children {
		if err := r.instruction(node); err != nil {
			return nil, err
		}
	}
	f.lower = r.lower*2 > len(f.Instructions)
	f.addStages()
	return f, nil
}

// judge is BuildKit's word on the file.
func judge(src *edit.Source, escape byte) (*parser.Node, error) {
	result, err := parser.Parse(strings.NewReader(src.Text))
	if err != nil {
		return nil, parserError(src, escape, err)
	}
	if err := checkCount(src, result.AST); err != nil {
		return nil, err
	}
	for _, node := range result.AST.Children {
		if err := checkNames(src, node); err != nil {
			return nil, err
		}
		node.PrevComment = nil // only lint rules look at it, and slowly
	}
	if err := accept(result.AST); err != nil {
		return nil, syntaxError(src, err)
	}
	return result.AST, nil
}

// parserError tells what the parser cannot read from what it reads otherwise
// than other versions of it do.
func parserError(src *edit.Source, escape byte, err error) error {
	if refusal := longLine(src); refusal != nil {
		return refusal
	}
	e := syntaxError(src, err)
	if e.Text == unterminatedHeredoc && spacedHeredoc(logicalLine(src.Text[e.At.Start:], escape)) {
		return refuseSpaced(e.At)
	}
	return e
}

// unterminatedHeredoc is how BuildKit says that a terminator is missing.
const unterminatedHeredoc = "unterminated heredoc"

// SyntaxError is what BuildKit says of a Dockerfile that it cannot read.
type SyntaxError struct {
	At   edit.Range // the line
	Line int        // from 1
	Text string
}

// Error is "path:line: text".
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.At.Src.Path, e.Line, e.Text)
}

// syntaxError takes text and line from an error of BuildKit. Of the words that may
// have been meant and are as near as each other BuildKit names any; here it is the
// first keyword, and none for a flag.
func syntaxError(src *edit.Source, err error) *SyntaxError {
	line, text := 1, err.Error()
	if at := (*parser.LocationError)(nil); errors.As(err, &at) {
		text = at.Error()
		if len(at.Locations) > 0 && len(at.Locations[0]) > 0 {
			line = at.Locations[0][0].Start.Line
		}
	}
	if said, _, guessed := strings.Cut(text, " (did you mean "); guessed {
		text = said
		if word, isKeyword := strings.CutPrefix(said, "unknown instruction: "); isKeyword {
			if meant, ok := suggest.Search(word, slices.Sorted(maps.Keys(command.Commands)), false); ok {
				text += " (did you mean " + meant + "?)"
			}
		}
	}
	return errorAt(src, line, text)
}

// errorAt is a SyntaxError on a line, which counts from 1; one behind the last is the last.
func errorAt(src *edit.Source, line int, text string) *SyntaxError {
	start, n := 0, 1
	for n < line {
		next := src.NextLine(start)
		if next >= len(src.Text) {
			break
		}
		start, n = next, n+1
	}
	return &SyntaxError{edit.Range{Src: src, Start: start, End: src.LineEnd(start)}, n, text}
}
