package dockerfile

import (
	"bufio"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"nonroot/fixer/edit"
)

const (
	// maxFile is in bytes: a BuildKit client cannot send more in one message.
	maxFile = 16 << 20
	// maxLine is in bytes, without the line feed: BuildKit reads lines below it.
	maxLine = bufio.MaxScanTokenSize
	// maxLines bounds what is handed to BuildKit's parser, which takes half a kilobyte a line.
	maxLines = 300_000
	// maxInstructions bounds what takes the square of their number.
	maxInstructions = 30_000
	// maxNesting bounds substitutions times bytes of an instruction, where here-documents are
	// looked for: BuildKit's lexer calls itself for each that may lie in another, and each
	// time copies what is in it. A stack overflow cannot be caught.
	maxNesting = 100_000_000
	// maxName is in bytes, for keywords and names of flags: BuildKit compares what it
	// does not know with what it knows, in time that grows with the product of both lengths.
	maxName = 100
)

// checkLimits refuses what BuildKit would choke on.
func checkLimits(src *edit.Source) error {
	if len(src.Text) > maxFile {
		return edit.Refuse(edit.Range{Src: src}, "the file has %d bytes; BuildKit takes no more than %d", len(src.Text), maxFile)
	}
	if n := strings.Count(src.Text, "\n"); n > maxLines {
		return edit.Refuse(edit.Range{Src: src}, "the file has %d lines; no more than %d are read", n, maxLines)
	}
	if strings.Count(src.Text, "${")*len(src.Text) <= maxNesting || !strings.Contains(src.Text, "<<") {
		return nil
	}
	return checkNesting(src)
}

// checkCount refuses a file of too many instructions.
func checkCount(src *edit.Source, ast *parser.Node) error {
	if n := len(ast.Children); n > maxInstructions {
		at := errorAt(src, ast.Children[maxInstructions].StartLine, "").At
		return edit.Refuse(at, "the file has %d instructions; no more than %d are read", n, maxInstructions)
	}
	return nil
}

// checkNesting refuses runs of continued lines that BuildKit's lexer would be
// stuck in. They are found without looking closer, and may be more than one instruction.
func checkNesting(src *edit.Source) error {
	count, size := 0, 0
	for start := 0; start < len(src.Text); start = src.NextLine(start) {
		line := strings.TrimRight(src.Line(start), " \t\r")
		count, size = count+strings.Count(line, "${"), size+len(line)
		if count*size > maxNesting {
			return edit.Refuse(edit.Range{Src: src, Start: start, End: start + len(line)},
				"an instruction with %d substitutions in %d bytes; the product of both may be %d", count, size, maxNesting)
		}
		if !strings.HasSuffix(line, `\`) && !strings.HasSuffix(line, "`") && line != "" && !isComment(line) {
			count, size = 0, 0
		}
	}
	return nil
}

// longLine is the refusal of the first line that is too long for BuildKit, nil where there is none.
func longLine(src *edit.Source) error {
	for start := 0; start < len(src.Text); {
		next := src.NextLine(start)
		if n := len(strings.TrimSuffix(src.Text[start:next], "\n")); n >= maxLine {
			return edit.Refuse(edit.Range{Src: src, Start: start, End: next}, "a line of %d bytes: BuildKit reads lines of fewer than %d", n, maxLine)
		}
		start = next
	}
	return nil
}

// checkNames refuses keywords and flags with names longer than any that exist,
// and ONBUILD within ONBUILD, which BuildKit would follow to the end.
func checkNames(src *edit.Source, node *parser.Node) error {
	if next := node.Next; next != nil && len(next.Children) > 0 && strings.EqualFold(next.Children[0].Value, node.Value) {
		return errorAt(src, node.StartLine, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
	}
	if len(node.Value) > maxName {
		return errorAt(src, node.StartLine, "unknown instruction: "+node.Value[:maxName]+"…")
	}
	for _, flag := range node.Flags {
		if name, _, _ := strings.Cut(flag, "="); len(name) > maxName {
			return errorAt(src, node.StartLine, "unknown flag: "+name[:maxName]+"…")
		}
	}
	return nil
}
