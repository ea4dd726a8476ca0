package corpus_test

import (
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"gopkg.in/yaml.v3"

	"nonroot/fixer/corpus"
)

// TestProjects asserts the numbers, that BuildKit and yaml.v3 read every file,
// and that what was asked for is there: CRLF, byte order marks, heredocs,
// anchors, several stages.
func TestProjects(t *testing.T) {
	features := map[string]int{"\r\n": 0, "\ufeff": 0, "<<EOF": 0, "&common": 0, "AS build": 0, "context:": 0, "# ": 0}
	dockerfiles, composes := 0, 0
	err := corpus.Projects(200, func(p corpus.Project) error {
		dockerfiles += len(p.Dockerfiles)
		composes += len(p.Composes)
		texts := map[string]string{}
		for _, f := range p.Files {
			if _, twice := texts[f.Path]; twice {
				t.Errorf("%s is made twice", f.Path)
			}
			texts[f.Path] = f.Text
			for feature := range features {
				if strings.Contains(f.Text, feature) {
					features[feature]++
				}
			}
		}
		for _, name := range p.Dockerfiles {
			if _, err := parser.Parse(strings.NewReader(texts[name])); err != nil {
				t.Errorf("%s: %v\n%s", name, err, texts[name])
			}
		}
		for _, name := range p.Composes {
			var n yaml.Node
			if err := yaml.Unmarshal([]byte(texts[name]), &n); err != nil {
				t.Errorf("%s: %v\n%s", name, err, texts[name])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if dockerfiles != 200 || composes != 200 {
		t.Errorf("%d Dockerfiles and %d compose files", dockerfiles, composes)
	}
	for feature, n := range features {
		if n == 0 {
			t.Errorf("no file has %q", feature)
		}
	}
}

// TestSame asserts that a corpus is the same each time, and the beginning of a
// larger one.
func TestSame(t *testing.T) {
	collect := func(count int) (out []corpus.File) {
		corpus.Projects(count, func(p corpus.Project) error {
			out = append(out, p.Files...)
			return nil
		})
		return out
	}
	small, large := collect(32), collect(64)
	for i, f := range small {
		if large[i] != f {
			t.Fatalf("file %d is %s here and %s there", i, f.Path, large[i].Path)
		}
	}
}
