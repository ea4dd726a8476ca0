package rules

import (
	"fmt"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

// repositoryMinds refuses to give away files, behind an instruction of a stage,
// that a later RUN of another user takes for a git repository: git refuses one
// of another owner, and asks no less when go stamps a build or setuptools_scm
// looks for a version. user is the instruction that the process's own USER goes
// before, behind which RUNs are the process's; nil where USER stays as it is.
func repositoryMinds(t *fixer.Target, stage *rootfs.Stage, behind, user *dockerfile.Instruction, uid rootfs.ID) error {
	for _, s := range append([]*rootfs.Stage{stage}, heirs(t.Analysis, stage)...) {
		for _, run := range s.Runs {
			if s == stage && (run.In.Index < behind.Index || user != nil && run.In.Index >= user.Index) || run.User.UID.Same(uid) == rootfs.Yes {
				continue
			}
			if command := asksRepository(t, s, run); command != "" {
				return fmt.Errorf("line %d: %q runs as another user than the files' new owner, and git refuses such a repository: run git config --global --add safe.directory %s first, leave .git out by .dockerignore, or do that in a stage of its own", run.In.Line, clip(command), workdirOf(s, run))
			}
		}
	}
	return nil
}

func workdirOf(s *rootfs.Stage, run *rootfs.Run) string {
	if dir, known := s.Before(run.In).Dir(); known {
		return dir
	}
	return "'*'"
}

// asksRepository is the command of a RUN that looks into a repository which is
// there before it; empty where none does, or safe.directory is set.
func asksRepository(t *fixer.Target, stage *rootfs.Stage, run *rootfs.Run) string {
	command := looksInto(t, stage, run)
	for s := stage; s != nil && command != ""; s = s.Parent {
		for _, r := range s.Runs {
			if strings.Contains(r.In.Command, "safe.directory") {
				return ""
			}
		}
	}
	return command
}

// looksInto is asksRepository, whether safe.directory is set or not.
func looksInto(t *fixer.Target, stage *rootfs.Stage, run *rootfs.Run) string {
	for _, e := range run.Effects {
		if !strings.Contains(e.Command, "git") && !strings.Contains(e.Command, "go") && !strings.Contains(e.Command, "setuptools_scm") {
			continue
		}
		words := strings.Fields(e.Command)
		switch {
		case len(words) == 0:
		case words[0] == "git":
			switch verb := gitVerb(words[1:]); verb {
			case "clone", "init":
				return "" // what follows is about what it makes
			case "", "config", "lfs", "ls-remote", "version", "help":
			default:
				return e.Command
			}
		case strings.Contains(e.Command, "setuptools_scm"):
			return e.Command
		case words[0] == "go" && len(words) > 1 && (words[1] == "build" || words[1] == "install") && !strings.Contains(e.Command, "-buildvcs=false") && (clonesGit(stage, workdirOf(stage, run)) || copiesGit(t, stage)):
			return e.Command
		}
	}
	return ""
}

// gitVerb is the subcommand among the arguments of git.
func gitVerb(args []string) string {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "-C" || args[i] == "-c":
			i++
		case !strings.HasPrefix(args[i], "-"):
			return args[i]
		}
	}
	return ""
}

// clonesGit reports whether a RUN of a stage or of those that it starts from
// clones a git repository into a directory or one above it.
func clonesGit(s *rootfs.Stage, dir string) bool {
	for ; s != nil; s = s.Parent {
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				if words := strings.Fields(e.Command); len(words) > 1 && words[0] == "git" && gitVerb(words[1:]) == "clone" && len(e.Paths) > 0 && e.Paths[0].Known && fixer.Below(dir, e.Paths[0].Text) {
					return true
				}
			}
		}
	}
	return false
}

// copiesGit reports whether a COPY of a stage or of those that it starts from
// brings a git repository.
func copiesGit(t *fixer.Target, s *rootfs.Stage) bool {
	for ; s != nil; s = s.Parent {
		for _, in := range s.Syntax.Instructions {
			if in.Name != "copy" && in.Name != "add" || len(in.Words) < 2 {
				continue
			}
			for _, w := range in.Words[:len(in.Words)-1] {
				if source, known := s.Before(in).Expand(w.Value); known && t.CopiesGit(in, source) {
					return true
				}
			}
		}
	}
	return false
}
