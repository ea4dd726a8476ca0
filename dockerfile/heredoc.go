package dockerfile

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"nonroot/fixer/edit"
)

// heredocs gives the here-documents that BuildKit has for the instruction, and
// that follow its logical line, their bytes.
func (r *reader) heredocs(in *Instruction, node *parser.Node) error {
	if err := r.checkSpaced(in, node); err != nil {
		return err
	}
	for _, h := range node.Heredocs {
		start := r.next
		if !strings.HasPrefix(r.file.Src.Text[start:], h.Content) {
			return r.differ(in, "a here-document")
		}
		r.next += len(h.Content)
		r.count += strings.Count(h.Content, "\n")
		if r.atEnd() {
			return r.differ(in, "a here-document")
		}
		body := edit.Range{Src: r.file.Src, Start: start, End: r.next}
		_, last := r.physical()
		if h.Chomp {
			last = strings.TrimLeft(last, "\t")
		}
		if last != h.Name {
			return r.differ(in, "a here-document")
		}
		doc := Heredoc{Name: h.Name, Content: body.Text(), Expand: h.Expand, Body: body}
		if h.Chomp {
			doc.Content = parser.ChompHeredocContent(doc.Content)
		}
		in.Heredocs = append(in.Heredocs, doc)
	}
	return r.checkSources(in)
}

// checkSources refuses a COPY or ADD with a source that BuildKit takes for a
// here-document though it found none: one in JSON form, or before a quote that
// is not closed. It makes an empty file of it.
func (r *reader) checkSources(in *Instruction) error {
	source := in
	if in.Child != nil {
		source = in.Child
	}
	if source.Name != "copy" && source.Name != "add" {
		return nil
	}
	for _, w := range source.Words {
		if !strings.Contains(w.Value, "<<") {
			continue
		}
		doc := parser.MustParseHeredoc(w.Value)
		if doc != nil && !slices.ContainsFunc(in.Heredocs, func(h Heredoc) bool { return h.Name == doc.Name }) {
			return r.differ(in, "a here-document")
		}
	}
	return nil
}

// checkSpaced refuses an instruction in which versions of BuildKit differ on
// where a here-document starts: those that take a blank behind << and those
// that do not. A << in quotes is none to either, and in $((1<<2)) it is not at
// the start of a word.
func (r *reader) checkSpaced(in *Instruction, node *parser.Node) error {
	doc := in
	if in.Child != nil {
		doc = in.Child
	}
	if doc.JSON || doc.Name != "run" && doc.Name != "copy" && doc.Name != "add" || !spacedHeredoc(node.Original) {
		return nil
	}
	if slices.Equal(withoutContent(node.Heredocs), olderHeredocs(node.Original)) {
		return nil
	}
	return refuseSpaced(edit.Range{Src: r.file.Src, Start: in.head, End: r.file.Src.LineEnd(in.head)})
}

func refuseSpaced(at edit.Range) error {
	return edit.Refuse(at, "versions of BuildKit differ on whether << with a blank behind it starts a here-document; write it without the blank, or in quotes")
}

// spacedHeredoc reports whether text has a << with a blank behind it.
func spacedHeredoc(text string) bool {
	for {
		_, rest, found := strings.Cut(text, "<<")
		if !found || rest == "" {
			return false
		}
		if strings.IndexByte("\t\r ", rest[0]) >= 0 {
			return true
		}
		text = text[len(text)-len(rest)-1:] // <<< has two
	}
}

// olderHeredocs are the here-documents, without their content, that a BuildKit
// sees which does not take a blank behind <<: Docker 26.1 has one. There such a
// << never is one, which "<@<" never is either.
func olderHeredocs(line string) []parser.Heredoc {
	for _, blank := range []string{" ", "\t", "\r"} {
		line = strings.ReplaceAll(line, "<<"+blank, "<@<"+blank)
	}
	lex := shell.NewLex('\\')
	lex.RawQuotes, lex.RawEscapes, lex.SkipUnsetEnv = true, true, true
	words, err := lex.ProcessWords(line, shell.EnvsFromSlice(nil))
	if err != nil {
		return nil
	}
	var docs []parser.Heredoc
	for _, word := range words {
		if doc, err := parser.ParseHeredoc(word); err == nil && doc != nil {
			docs = append(docs, *doc)
		}
	}
	return docs
}

func withoutContent(docs []parser.Heredoc) []parser.Heredoc {
	docs = slices.Clone(docs)
	for i := range docs {
		docs[i].Content = ""
	}
	return docs
}
