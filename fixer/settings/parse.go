package settings

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

// maxBytes is how large a settings file may be.
const maxBytes = 1 << 20

// Parse reads the settings. Unknown and repeated keys, wrong types and values
// out of range are errors; all of them are found at once and joined in the order
// of the file. Each is an *Error.
func Parse(src *edit.Source) (*Settings, error) {
	s := &Settings{Src: src}
	p := &parser{src: src}
	if root := p.document(); root != nil {
		p.settings(root, s)
	}
	if len(p.errs) == 0 {
		return s, nil
	}
	slices.SortStableFunc(p.errs, func(a, b *Error) int { return cmp.Compare(a.At.Start, b.At.Start) })
	all := make([]error, len(p.errs))
	for i, err := range p.errs {
		all[i] = err
	}
	return nil, errors.Join(all...)
}

// document is the root node of the file. It is nil where the file holds nothing
// but comments, and where it is no single document of YAML, which is an error.
func (p *parser) document() *yaml.Node {
	if len(p.src.Text) > maxBytes {
		p.fail(p.point(0), "the file has %d bytes, and %d are the most that are read", len(p.src.Text), maxBytes)
		return nil
	}
	if at := strayBreak(p.src.Text); at >= 0 {
		p.fail(p.point(at), "lines must end with LF or CRLF; here is another line break")
		return nil
	}
	decoder := yaml.NewDecoder(strings.NewReader(p.src.Text))
	var doc, second yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		p.syntax(err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		p.fail(p.at(&second), "a second document starts here; only one is read")
		return nil
	} else if !errors.Is(err, io.EOF) {
		p.syntax(err)
		return nil
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" && untagged(root) {
		return nil // only "---"
	}
	return root
}

// syntax reports what the YAML parser says, at the line that it names.
func (p *parser) syntax(err error) {
	if errors.Is(err, io.EOF) {
		return // an empty file
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	offset := 0
	if line, rest, ok := lineOf(text); ok {
		offset, text = p.offset(line, 1), rest
	}
	p.fail(p.point(offset), "this is not YAML: %s", text)
}

// strayBreak is where the text has a line break of YAML that is neither LF nor
// CRLF, or -1: with these, the parser's line numbers are not those of a reader.
func strayBreak(text string) int {
	for i, r := range text {
		switch {
		case r == '\u0085', r == '\u2028', r == '\u2029':
			return i
		case r == '\r' && !strings.HasPrefix(text[i:], "\r\n"):
			return i
		}
	}
	return -1
}
