//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/charlievieth/fastwalk"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"golang.org/x/sync/errgroup"
	"gopkg.in/yaml.v3"
)

// floor is the least that a program must do that looks at the same files: walk,
// read each once, parse it with BuildKit's parser or with yaml.v3, on all
// cores. It keeps nothing, and looks at nothing.
func floor(dir string) error {
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	conf := &fastwalk.Config{NumWorkers: runtime.GOMAXPROCS(0)}
	err := fastwalk.Walk(conf, dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := entry.Name()
		parse := parseYAML
		switch {
		case name == "Dockerfile":
			parse = parseDockerfile
		case !strings.Contains(name, "compose.") || !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".yml"):
			return nil
		}
		workers.Go(func() error {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return parse(text)
		})
		return nil
	})
	if waitErr := workers.Wait(); err == nil {
		err = waitErr
	}
	return err
}

func parseDockerfile(text []byte) error {
	_, err := parser.Parse(bytes.NewReader(text))
	return err
}

func parseYAML(text []byte) error {
	var n yaml.Node
	return yaml.NewDecoder(bytes.NewReader(text)).Decode(&n)
}
