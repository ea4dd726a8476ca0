package dockerfile

import (
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// addStages puts the instructions into stages.
func (f *File) addStages() {
	var stage *Stage
	for i, in := range f.Instructions {
		if in.Name == "from" {
			stage = f.addStage(in)
			continue
		}
		in.Stage = stage
		if in.Child != nil {
			in.Child.Stage = stage
		}
		if stage != nil {
			stage.Instructions = f.Instructions[stage.From.Index+1 : i+1 : i+1]
		}
	}
}

func (f *File) addStage(from *Instruction) *Stage {
	s := &Stage{File: f, Index: len(f.Stages), From: from, Base: from.Words[0]}
	from.Stage = s
	for _, flag := range from.Flags {
		if flag.Name == "platform" {
			s.Platform = flag.Value
		}
	}
	s.Parent = f.names[strings.ToLower(unquote(s.Base.Value, f.Escape))]
	if len(from.Words) == 3 {
		s.Name = from.Words[2].Value
		if f.names == nil {
			f.names = map[string]*Stage{}
		}
		f.names[strings.ToLower(s.Name)] = s
	}
	f.Stages = append(f.Stages, s)
	return s
}

// unquote is what BuildKit makes of a word that has no variables in it.
func unquote(word string, escape byte) string {
	if strings.Contains(word, "$") || !strings.ContainsAny(word, `'"`+string(escape)) {
		return word
	}
	plain, _, err := shell.NewLex(rune(escape)).ProcessWord(word, shell.EnvsFromSlice(nil))
	if err != nil {
		return word
	}
	return plain
}

// Lookup is the stage that a target or a COPY --from names: by its name,
// whatever the case, or by its number, from 0. "" is the last stage. It is nil
// where there is no such stage.
func (f *File) Lookup(target string) *Stage {
	if target == "" {
		if len(f.Stages) == 0 {
			return nil
		}
		return f.Stages[len(f.Stages)-1]
	}
	if s := f.names[strings.ToLower(target)]; s != nil {
		return s
	}
	if n, err := strconv.Atoi(target); err == nil && 0 <= n && n < len(f.Stages) {
		return f.Stages[n]
	}
	return nil
}
