package base

import (
	_ "embed"
	"strings"
	"sync"
)

// The facts on base images: YAML documents, each of a platform or of repositories
// whose images are alike. Its head says what it holds.
//
//go:embed images.yaml
var data string

// document is one of the data: found by its first lines, decoded when asked for.
type document struct {
	text     string
	platform string   // its name; empty: images
	of       string   // of a platform: the one that it is built on; empty: none
	family   Family   // of a platform that is built on none
	words    []string // of a platform: the parts of a tag that name it
	images   []string // normalised repositories; a final "*" stands for any rest

	once sync.Once
	body *body
}

// index is where the documents are.
type index struct {
	all       []*document
	images    map[string]*document
	prefixes  []*document // those that have an image with "*"
	worded    []*document // the platforms that tags name
	platforms map[string]*document
}

// documents is the index of the data. Nothing of it is decoded.
var documents = sync.OnceValue(func() *index { return scan(data) })

// scan makes the index of a text. It reads the head of each document, which is
// one key a line, and one item a line, and stops at the first key that is of the body.
func scan(text string) *index {
	x := &index{images: map[string]*document{}, platforms: map[string]*document{}}
	for text != "" {
		var one string
		one, text, _ = strings.Cut(text, "\n---\n")
		d := &document{text: one}
		d.scanHead()
		if d.platform == "" && d.images == nil {
			continue // the remarks on top
		}
		x.all = append(x.all, d)
		if d.words != nil {
			x.worded = append(x.worded, d)
		}
		if d.platform != "" {
			x.platforms[d.platform] = d
		}
		for _, name := range d.images {
			if strings.HasSuffix(name, "*") {
				x.prefixes = append(x.prefixes, d)
			} else {
				x.images[name] = d
			}
		}
	}
	return x
}

func (d *document) scanHead() {
	var items *[]string
	for rest := d.text; rest != ""; {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if item, ok := strings.CutPrefix(line, "  - "); ok && items != nil {
			*items = append(*items, strings.Trim(item, `"`))
			continue
		}
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "platform":
			d.platform = value
		case "of":
			d.of = value
		case "family":
			d.family = families[value]
		case "words:":
			items = &d.words
		case "images:":
			items = &d.images
		default:
			return
		}
	}
}

// find is the document of a repository, nil where there is none.
func (x *index) find(repo string) *document {
	if d := x.images[repo]; d != nil {
		return d
	}
	for _, d := range x.prefixes {
		for _, name := range d.images {
			if prefix, ok := strings.CutSuffix(name, "*"); ok && strings.HasPrefix(repo, prefix) {
				return d
			}
		}
	}
	return nil
}

// named is the platform that a part of the tag names, or nil. Those that are
// further up in the data are looked for first.
func (x *index) named(tag string) *document {
	for _, d := range x.worded {
		for _, w := range d.words {
			if hasPart(tag, w) {
				return d
			}
		}
	}
	return nil
}

// familyOf is that of the platform that d is built on, or its own.
func (x *index) familyOf(d *document) Family {
	for d.of != "" {
		d = x.platforms[d.of]
	}
	return d.family
}
