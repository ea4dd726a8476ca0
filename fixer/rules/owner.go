package rules

import (
	"path"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// as is the process as the analysis takes a user.
func as(proc fixer.Process) rootfs.User {
	return rootfs.User{Known: true, UID: proc.UID, GID: proc.GID, Name: proc.Name, GroupsKnown: true}
}

func inAny(p string, dirs []string) bool {
	for _, dir := range dirs {
		if fixer.Below(p, dir) {
			return true
		}
	}
	return false
}

// destination is where a COPY or ADD puts things, absolute and clean.
func destination(st rootfs.State, in *dockerfile.Instruction) (string, bool) {
	if len(in.Words) == 0 {
		return "", false
	}
	word, known := st.Expand(in.Words[len(in.Words)-1].Value)
	if !known || word == "" {
		return "", false
	}
	if !strings.HasPrefix(word, "/") {
		dir, known := st.Dir()
		if !known {
			return "", false
		}
		word = path.Join(dir, word)
	}
	return path.Clean(word), true
}

// flag is a flag of an instruction.
func flag(in *dockerfile.Instruction, name string) (dockerfile.Flag, bool) {
	for _, f := range in.Flags {
		if f.Name == name {
			return f, true
		}
	}
	return dockerfile.Flag{}, false
}

// resolveOwner is the uid that the value of a --chown or the owner of a chown
// means at a point.
func resolveOwner(st rootfs.State, value string) rootfs.ID {
	user, _, _ := strings.Cut(value, ":")
	user, _, _ = strings.Cut(user, ".")
	if n, ok := digits(user); ok {
		return rootfs.KnownID(n)
	}
	if a, ok := st.Account(user); ok == rootfs.Yes {
		return a.UID
	}
	return rootfs.ID{}
}

func digits(text string) (int, bool) {
	if text == "" || len(text) > 10 {
		return 0, false
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// givenLater reports whether a RUN behind an instruction gives what lies at dest
// to uid, recursively: Unknown where one may.
func givenLater(t *fixer.Target, stage *rootfs.Stage, in *dockerfile.Instruction, dest string, uid int) rootfs.Tri {
	behind := false
	answer := rootfs.No
	for _, s := range t.Chain() {
		behind = behind || s == stage
		if !behind {
			continue
		}
		for _, run := range s.Runs {
			if s == stage && run.In.Index <= in.Index {
				continue
			}
			for _, e := range run.Effects {
				if e.Kind != shell.Chown || !e.Recursive {
					continue
				}
				switch covers(e, dest) {
				case rootfs.Yes:
					answer = resolveOwner(s.Before(run.In), e.Owner.Text).Is(uid)
				case rootfs.Unknown:
					if answer == rootfs.No {
						answer = rootfs.Unknown
					}
				}
			}
		}
	}
	return answer
}

// covers reports whether a recursive chown reaches dest.
func covers(e shell.Effect, dest string) rootfs.Tri {
	answer := rootfs.No
	for _, p := range e.Paths {
		switch {
		case p.Known && fixer.Below(dest, p.Text):
			if !e.Owner.Known || e.Conditional {
				return rootfs.Unknown
			}
			return rootfs.Yes
		case !p.Known && (strings.HasPrefix(p.Prefix, dest) || strings.HasPrefix(dest, p.Prefix)):
			answer = rootfs.Unknown
		}
	}
	return answer
}
