package fixer

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"nonroot/compose"
	"nonroot/dockerfile"
)

// build is how a service is built: from which Dockerfile, with which context.
type build struct {
	service       *Service
	context, file string // relative to the root; file is empty where it is not known
	why           string // why it is not
	target        string
	args          map[string]string
	ids           []string // those of args that come from the project's ids
	hidden        []string // those that come from other variables of .env
	secret        []string // those of hidden that are no numbers
}

// not is a build of which the context alone is known, and why.
func (b build) not(why string) build {
	b.file, b.why = "", why
	return b
}

// buildOf is how a service is built.
func (in *input) buildOf(s *Service) build {
	b := s.Build()
	if b == nil {
		return build{}
	}
	out := in.placeOf(s, b)
	if out.file == "" {
		return out
	}
	if item := b.Target(); item != nil {
		out.target, _ = s.Value(item.Text)
	}
	out.args = map[string]string{}
	for _, arg := range b.Args() {
		if value, known := s.Value(arg.Value); known && arg.Set {
			out.args[arg.Key] = value
			if in.namesID(arg.Value) {
				out.ids = append(out.ids, arg.Key)
			} else if _, plain := s.Plain(arg.Value); !plain {
				out.hidden = append(out.hidden, arg.Key)
				if !isNumber(value) {
					out.secret = append(out.secret, arg.Key)
				}
			}
		}
	}
	return out
}

// placeOf finds the build context and the Dockerfile of a service. A context that is
// a URL or leads out of the root has none.
func (in *input) placeOf(s *Service, b *compose.Build) build {
	out := build{service: s}
	context, dir := ".", s.Dir
	if item := b.Context(); item != nil {
		text, known := s.Value(item.Text)
		if !known {
			return build{why: "its build context " + item.Text + " has a variable without a value"}
		}
		context, dir = text, item.Dir
	}
	if strings.Contains(context, "://") || strings.HasPrefix(context, "git@") || strings.HasPrefix(context, "github.com/") {
		return build{why: "its build context is a URL"}
	}
	out.context = path.Join(dir, context)
	if path.IsAbs(context) || !fs.ValidPath(out.context) {
		return build{why: "its build context leads out of the root"}
	}
	if b.DockerfileInline() != nil {
		return out.not("its Dockerfile stands in the compose file")
	}
	name := "Dockerfile"
	if item := b.Dockerfile(); item != nil {
		text, known := s.Value(item.Text)
		if !known {
			return out.not("its dockerfile " + item.Text + " has a variable without a value")
		}
		name = text
	}
	out.file = path.Join(out.context, name)
	if path.IsAbs(name) || !fs.ValidPath(out.file) {
		return out.not("its Dockerfile lies outside of the root")
	}
	if !in.isFile(out.file) {
		return out.not("there is no " + shownPath(s, b, out.file))
	}
	if in.leftAlone(out.file) {
		return out.not(out.file + " is left alone by the settings")
	}
	return out
}

// shownPath is the Dockerfile of a build for a message that says that it is not there:
// a path in which .env has a part may be a secret, and is shown as it is written.
func shownPath(s *Service, b *compose.Build, file string) string {
	written, hidden := []string{}, false
	for _, item := range []*compose.Item{b.Context(), b.Dockerfile()} {
		if item == nil {
			continue
		}
		_, plain := s.Plain(item.Text)
		written, hidden = append(written, item.Text), hidden || !plain
	}
	if !hidden {
		return file
	}
	return "Dockerfile for " + strings.Join(written, " and ")
}

// namesID reports whether a value of a compose file uses one of the variables that
// hold the project's ids.
func (in *input) namesID(value string) bool {
	user, group := in.settings.EnvNames()
	return Uses(value, user) || Uses(value, group)
}

// lendIDs gives the builds of a Dockerfile that lack an argument for ids what the
// others give: build-args has them pass it, and until then they shall not make
// unclear as whom the image runs.
func lendIDs(builds []build) {
	for _, from := range builds {
		for _, key := range from.ids {
			for _, to := range builds {
				if _, ok := to.args[key]; !ok {
					to.args[key] = from.args[key]
				}
			}
		}
	}
}

// agreed are the build arguments that all services give alike, and the names of
// the others.
func agreed(builds []build) (args map[string]string, differ []string) {
	args = map[string]string{}
	if len(builds) == 0 {
		return args, nil
	}
	maps.Copy(args, builds[0].args)
	for _, b := range builds {
		for key := range b.args {
			if _, ok := args[key]; !ok {
				differ = append(differ, key)
			}
		}
		for key, value := range args {
			if other, ok := b.args[key]; !ok || other != value {
				differ = append(differ, key)
				delete(args, key)
			}
		}
	}
	slices.Sort(differ)
	return args, slices.Compact(differ)
}

// secretArgs are the build arguments whose values .env has a part in: they may be
// passwords, which no message, diff or file may tell. Numbers are ids more often.
func secretArgs(builds []build) map[string]bool {
	var out map[string]bool
	for _, b := range builds {
		for _, key := range b.secret {
			if out == nil {
				out = map[string]bool{}
			}
			out[key] = true
		}
	}
	return out
}

// isNumber reports whether a value may be an id.
func isNumber(value string) bool {
	_, err := strconv.ParseUint(value, 10, 32)
	return err == nil
}

// argsMatter says which of the arguments that services give differently decides
// what image or user comes out; empty where none does.
func argsMatter(f *dockerfile.File, differ []string) string {
	for _, in := range f.Instructions {
		switch in.Name {
		case "from", "user", "workdir":
			for _, key := range differ {
				if Uses(in.Text(), key) {
					return fmt.Sprintf("its services give %s, which line %d depends on, different values", key, in.Line)
				}
			}
		}
	}
	return ""
}

// hiddenPaths says which path of a Dockerfile comes from .env by way of a build
// argument, and so must not be written or shown; empty where none does.
func hiddenPaths(f *dockerfile.File, builds []build) string {
	for _, b := range builds {
		for _, key := range b.hidden {
			for _, in := range f.Instructions {
				switch in.Name {
				case "workdir", "copy", "add", "volume":
					if Uses(in.Text(), key) {
						return fmt.Sprintf("a path of line %d comes from .env, by way of %s", in.Line, key)
					}
				}
			}
		}
	}
	return ""
}
