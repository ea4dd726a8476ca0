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
	// maxSubstitutions in one instruction of a file with here-documents: BuildKit's lexer
	// calls itself for each that lies in another, and a stack overflow cannot be caught.
	maxSubstitutions = 10_000
	// maxName is in bytes, for keywords and names of flags: BuildKit compares what it
	// does not know with what it knows, in time that grows with the product of both lengths.
	maxName = 100
)

// checkLimits refuses what BuildKit would choke on.
func checkLimits(src *edit.Source) error {
	if len(src.Text) > maxFile {
		return edit.Refuse(edit.Range{Src: src}, "the file has %d bytes; BuildKit takes no more than %d", len(src.Text), maxFile)
	}
	if strings.Count(src.Text, "${") <= maxSubstitutions || !strings.Contains(src.Text, "<<") {
		return nil
	}
	count := 0
	for start := 0; start < len(src.Text); start = src.NextLine(start) {
		line := src.Line(start)
		if count += strings.Count(line, "${"); count > maxSubstitutions {
			return edit.Refuse(edit.Range{Src: src, Start: start, End: start + len(line)},
				"an instruction with more than %d substitutions is not read", maxSubstitutions)
		}
		if text := strings.TrimRight(line, " \t\r"); text != "" && !isComment(text) && !strings.HasSuffix(text, `\`) && !strings.HasSuffix(text, "`") {
			count = 0
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

// checkNames refuses keywords and flags with names longer than any that exist.
func checkNames(src *edit.Source, node *parser.Node) error {
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
