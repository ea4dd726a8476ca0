package tree

import (
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

// What Parse takes at most. The expansion allows for a document whose aliases
// stand for ten times its own values, and a hundred thousand more.
const (
	MaxBytes  = 8 << 20
	MaxDepth  = 100
	maxExpand = 100_000
	// maxSearched is how many bytes are parsed again and again to find the line of an error.
	maxSearched = 128 << 10
)

// SyntaxError is text that is no YAML. Line counts from 1.
type SyntaxError struct {
	Path string
	Line int
	Text string
}

// Error is "path:line: text".
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Text)
}

// Parse reads the one document of src; an empty document is a Null. The error
// is a *SyntaxError for what is no YAML, and an *edit.Refusal for YAML that is
// not edited: several documents, repeated keys, line breaks other than LF and
// CRLF, an alias within its own anchor, aliases that expand to too much, more
// than MaxBytes or MaxDepth, and text whose bytes cannot be told.
func Parse(src *edit.Source) (*Value, error) {
	b := newBuilder(src)
	if err := b.checkBytes(); err != nil {
		return nil, err
	}
	doc, err := decode(src)
	if err != nil {
		return nil, err
	}
	if doc == nil || len(doc.Content) == 0 {
		return b.empty(), nil
	}
	return b.document(doc.Content[0])
}

// checkBytes refuses what the positions of the YAML parser cannot be trusted with.
func (b *builder) checkBytes() error {
	text := b.text
	at := func(i int) edit.Range { return edit.Range{Src: b.src, Start: i, End: i} }
	if len(text) > MaxBytes {
		return edit.Refuse(at(0), "the file has more than %d bytes", MaxBytes)
	}
	if !b.ascii && !utf8.ValidString(text) {
		return edit.Refuse(at(0), "the file is not UTF-8: save it as UTF-8")
	}
	for i := strings.IndexByte(text, '\r'); i >= 0; {
		if i+1 == len(text) || text[i+1] != '\n' {
			return edit.Refuse(at(i), "a carriage return without a line feed: save the file with LF or CRLF line endings")
		}
		next := strings.IndexByte(text[i+1:], '\r')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if b.ascii {
		return nil
	}
	for _, odd := range []string{"\u0085", "\u2028", "\u2029"} {
		if i := strings.Index(text, odd); i >= 0 {
			return edit.Refuse(at(i), "the character %U, which some YAML parsers read as a line break: replace it", []rune(odd)[0])
		}
	}
	if i := strings.LastIndex(text, edit.BOM); i > 0 {
		return edit.Refuse(at(i), "a byte order mark inside the file: remove it")
	}
	return nil
}

// decode is the document node, nil for a file without a document. The parser is
// kept from panicking through us: some input makes it give up that way.
func decode(src *edit.Source) (doc *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, edit.Refuse(edit.Range{Src: src}, "the YAML parser gives up on this file (%v): simplify its comments and directives", r)
		}
	}()
	dec := yaml.NewDecoder(strings.NewReader(oneOne(src.Text)))
	doc = new(yaml.Node)
	if err := dec.Decode(doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, syntaxError(src, err)
	}
	switch err := dec.Decode(doc); { // which is left alone at the end
	case errors.Is(err, io.EOF):
		return doc, nil
	case err != nil:
		return nil, syntaxError(src, err)
	}
	lines := newBuilder(src)
	at := lines.offset(doc.Line, doc.Column)
	return nil, edit.Refuse(edit.Range{Src: src, Start: at, End: at}, "the file holds several YAML documents: split it into one file a document")
}

// oneOne is text with a %YAML 1.2 directive made 1.1, which is all that the
// parser takes, and in as many bytes.
func oneOne(text string) string {
	rest := strings.TrimPrefix(text, edit.BOM)
	for strings.HasPrefix(rest, "#") || strings.HasPrefix(rest, "\n") || strings.HasPrefix(rest, "\r\n") {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	after, ok := strings.CutPrefix(rest, "%YAML 1.2")
	if !ok {
		return text
	}
	return text[:len(text)-len(rest)] + "%YAML 1.1" + after
}

// syntaxError finds the line of what the parser says. It names no line where
// that is the first, and for characters and aliases that it does not take; for
// what stands where a key or an entry should, it names where the collection begins.
func syntaxError(src *edit.Source, err error) *SyntaxError {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	out := &SyntaxError{Path: src.Path, Line: 1, Text: text}
	number, rest, ok := strings.Cut(strings.TrimPrefix(text, "line "), ": ")
	line, notNumber := strconv.Atoi(number)
	numbered := ok && notNumber == nil
	if numbered {
		out.Line, out.Text = line, rest
	}
	if len(src.Text) <= maxSearched && (out.Text == "did not find expected key" || out.Text == "did not find expected '-' indicator") {
		out.Line = firstWith(src.Text, out.Text)
		return out
	}
	if numbered {
		return out
	}
	at := 0
	if name, ok := strings.CutPrefix(text, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		at = strings.Index(src.Text, "*"+name)
	} else if strings.HasPrefix(text, "control characters") {
		at = strings.IndexFunc(src.Text, func(r rune) bool {
			return !printable(string(r)) && r != '\t' && r != '\n' && r != '\r' && r != 0xfeff
		})
	}
	out.Line, _ = src.Position(max(at, 0))
	return out
}

// firstWith is the first line, from 1, that the parser cannot read for a reason
// which the end of a text never is: what follows that line changes nothing of it.
func firstWith(text, reason string) int {
	lines := strings.SplitAfter(text, "\n")
	return 1 + sort.Search(len(lines)-1, func(i int) bool {
		err := yaml.NewDecoder(strings.NewReader(oneOne(strings.Join(lines[:i+1], "")))).Decode(new(yaml.Node))
		return err != nil && strings.HasSuffix(err.Error(), reason)
	})
}
