// Package corpus makes up repositories of any size, the same each time, to
// measure with: projects of the kinds that people have, with Dockerfiles and
// compose files that vary in size, stages, heredocs, comments, anchors and line
// endings, and with build contexts that hold files.
package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// File is one file of the corpus, by its path with slashes.
type File struct {
	Path, Text string
	Executable bool
}

// Project is one project of the corpus, in a folder of its own.
type Project struct {
	Files                 []File
	Dockerfiles, Composes []string // paths among Files
}

// Projects calls yield with one project after the other until together they have
// count Dockerfiles and count compose files. The first projects of a corpus are
// those of every larger one; the last fill up what is missing.
func Projects(count int, yield func(Project) error) error {
	dockerfiles, composes := 0, 0
	for i := 0; dockerfiles < count || composes < count; i++ {
		shape := shapes[i%len(shapes)]
		switch {
		case dockerfiles+shape.images > count:
			shape = shapeOf{composes: 1}
		case composes+shape.composes > count:
			shape = shapeOf{images: 1}
		}
		dockerfiles += shape.images
		composes += shape.composes
		if err := yield(project(i, shape)); err != nil {
			return err
		}
	}
	return nil
}

// shapeOf is what a project is made of.
type shapeOf struct {
	images   int  // Dockerfiles, each with a build context of its own
	composes int  // compose files: a base, its override, then variants
	shared   bool // its services share data with the host
}

// shapes are those that follow each other, and start anew. They have as many
// Dockerfiles as compose files.
var shapes = []shapeOf{
	{images: 1, composes: 1},
	{images: 1},
	{composes: 1},
	{images: 2, composes: 1},
	{images: 1, composes: 2},
	{images: 1},
	{composes: 1},
	{images: 3, composes: 1, shared: true},
	{images: 1, composes: 1},
	{images: 1, composes: 3},
	{composes: 1},
	{images: 1},
	{images: 1, composes: 1},
	{composes: 1},
	{images: 1},
	{composes: 1},
	{images: 2, composes: 1, shared: true},
}

// maker makes one project.
type maker struct {
	*rand.Rand
	dir   string
	out   Project
	shape shapeOf
}

func project(i int, shape shapeOf) Project {
	m := &maker{
		Rand: rand.New(rand.NewPCG(uint64(i), 1)), shape: shape,
		dir: fmt.Sprintf("team-%02d/project-%05d", i/100, i),
	}
	names := make([]string, shape.images)
	for j := range names {
		names[j] = []string{"api", "web", "worker"}[j]
		dir := m.dir + "/" + names[j]
		if shape.images == 1 && shape.composes == 0 {
			dir = m.dir
		}
		m.image(dir)
	}
	if shape.composes > 0 {
		m.composeFiles(names)
	}
	if m.one(3) {
		m.file("README.md", strings.Repeat("What this project is, and how it is run.\n", 5+m.IntN(40)))
	}
	return m.out
}

// one is true once in n times.
func (m *maker) one(n int) bool { return m.IntN(n) == 0 }

func (m *maker) pick(list ...string) string { return list[m.IntN(len(list))] }

// file adds a file of the project's folder.
func (m *maker) file(name, text string) {
	m.out.Files = append(m.out.Files, File{Path: m.dir + "/" + name, Text: text})
}

// written is a text as its author's editor leaves it: now and then with CRLF,
// with a byte order mark, or without a final newline.
func (m *maker) written(text string) string {
	switch m.IntN(30) {
	case 0:
		return strings.ReplaceAll(text, "\n", "\r\n")
	case 1:
		return strings.TrimSuffix(text, "\n")
	case 2:
		return "\ufeff" + text
	}
	return text
}
