package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// writtenScript refuses a program that is a script which a RUN writes, as in
// RUN echo '#!/bin/sh ...' > /entry.sh: what it does when it starts is not read.
func writtenScript(t *fixer.Target) error {
	for _, argv := range t.Started() {
		for _, word := range argv[:min(len(argv), 3)] {
			for _, s := range t.Chain() {
				for _, run := range s.Runs {
					for _, e := range run.Effects {
						if e.Kind == shell.Write && strings.Contains(e.Command, "#!") && slices.ContainsFunc(e.Paths, func(p shell.Word) bool { return p.Known && isProgram(t, word, p.Text) }) {
							return fmt.Errorf("it starts %s, a script that line %d writes, and what that does is not read there: bring it with COPY", word, run.In.Line)
						}
					}
				}
			}
		}
	}
	return nil
}

// isProgram reports whether a word of a command line means the file.
func isProgram(t *fixer.Target, word, file string) bool {
	if path.IsAbs(word) {
		return path.Clean(word) == file
	}
	dir, known := t.Stage.End().Dir()
	return path.Join("/usr/local/bin", word) == file || path.Join("/usr/bin", word) == file || known && path.Join(dir, word) == file
}
