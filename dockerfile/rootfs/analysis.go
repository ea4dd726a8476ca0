package rootfs

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/shell"
)

// Options are what is known from outside of the Dockerfile. The zero value is fine.
type Options struct {
	// Args are build arguments; they count only where an ARG declares them.
	Args map[string]string
	// Secret are those of Args whose values are not to be shown or written: they find
	// the image that FROM names, and are else as though they were not known.
	Secret map[string]bool
	// Bases finds a base image; nil is base.Lookup.
	Bases func(ref string) (*base.Image, bool)
	// IsDir tells whether a source of a COPY or ADD from the build context is a
	// directory. Nil, or known false, leaves it open.
	IsDir func(in *dockerfile.Instruction, source string) (dir, known bool)
	// Mode tells the permission bits of a source file of a COPY or ADD from the
	// build context. Nil, or known false, leaves it open.
	Mode func(in *dockerfile.Instruction, source string) (mode uint32, known bool)
}

// Analysis is what each stage of a Dockerfile builds. It is read-only.
type Analysis struct {
	File   *dockerfile.File
	Stages []*Stage // in the order of File.Stages

	left   int          // of maxValues, while stages are worked out
	copied int          // of maxCopied
	work   atomic.Int64 // of maxAllWork
	looked int          // of maxLooked
}

// Stage is what one stage builds up.
type Stage struct {
	Syntax *dockerfile.Stage
	Parent *Stage // the earlier stage that it starts from; nil where it starts from an image
	// Ref is the image that FROM names (of the first stage of the chain, where it
	// has a Parent), with variables expanded; empty where one has no value, or a
	// secret one.
	Ref string
	// Base is what is known of that image; nil where nothing is, and Why says why.
	Base *base.Image
	Why  string
	// Asked is true where the image was looked into without success, which Why says.
	Asked bool
	Runs  []*Run // the RUNs of this stage alone, in order

	image     *start        // what Base gives
	work      *atomic.Int64 // of the whole analysis
	steps     []snapshot    // behind FROM, and behind each instruction
	events    []event       // those of the parents first
	volumes   []string      // those of the base image and the parents first
	continued bool          // a stage that starts from this one appends to the same arrays
	runs      sync.Once     // that user is set
	user      User          // in force at the end
}

// Of is the analysis of a stage of the file, nil for any other.
func (a *Analysis) Of(s *dockerfile.Stage) *Stage {
	if s == nil || s.Index >= len(a.Stages) || a.Stages[s.Index].Syntax != s {
		return nil
	}
	return a.Stages[s.Index]
}

// Target is the stage that a build with that target ends in: by name, without
// regard to case, or by number; the last one where target is empty. It is nil
// where there is no such stage.
func (a *Analysis) Target(target string) *Stage {
	if len(a.Stages) == 0 {
		return nil
	}
	if target == "" {
		return a.Stages[len(a.Stages)-1]
	}
	for i := len(a.Stages) - 1; i >= 0; i-- {
		if strings.EqualFold(a.Stages[i].Syntax.Name, target) {
			return a.Stages[i]
		}
	}
	if n, err := strconv.Atoi(target); err == nil && n >= 0 && n < len(a.Stages) {
		return a.Stages[n]
	}
	return nil
}

// Run is one RUN.
type Run struct {
	In      *dockerfile.Instruction
	User    User // who runs it
	Effects []shell.Effect
	// Need is what it needs as a whole: Unknown if any command is unknown and
	// none needs root for certain; Why and Command tell which command decides it.
	Need    shell.Need
	Command string
	Why     string
	// Mounts are the paths that --mount lays over the image; empty for one that is not known.
	Mounts []string
}

// LastRoot is the last RUN of the stage, those of its parents left out, that
// needs root for certain. It is nil where there is none.
func (s *Stage) LastRoot() *Run { return s.last(shell.Root) }

// LastUnknown is the last RUN of the stage of which it is not known whether it
// needs root, or nil.
func (s *Stage) LastUnknown() *Run { return s.last(shell.Unknown) }

func (s *Stage) last(need shell.Need) *Run {
	for i := len(s.Runs) - 1; i >= 0; i-- {
		if s.Runs[i].Need == need {
			return s.Runs[i]
		}
	}
	return nil
}

// Run is the analysis of a RUN of this stage or of its parents, nil for anything else.
func (s *Stage) Run(in *dockerfile.Instruction) *Run {
	for ; s != nil; s = s.Parent {
		for _, r := range s.Runs {
			if r.In == in {
				return r
			}
		}
	}
	return nil
}
