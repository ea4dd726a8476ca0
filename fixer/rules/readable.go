package rules

import (
	"path"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// remoteMode is what BuildKit gives a file that ADD downloads.
const remoteMode = 0o600

// unreadable are the files of a COPY or ADD that another user than their owner
// cannot read, with the mode that says so, relative to the build context. What a
// later chmod reaches is left out. The directory that a source names itself is,
// too: BuildKit copies what is in it, and makes the destination with mode 755.
func unreadable(t *fixer.Target, s *rootfs.Stage, in *dockerfile.Instruction) []fixer.Copied {
	if has(in, "chmod") || len(in.Words) < 2 {
		return nil
	}
	var out []fixer.Copied
	for _, w := range in.Words[:len(in.Words)-1] {
		source, known := s.Before(in).Expand(w.Value)
		if !known {
			continue
		}
		for _, f := range closedOf(t, in, source) {
			if !chmodBehind(t, s, in, source, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// closedOf are the files that a source brings, as far as they are known, that only their owner
// can read.
func closedOf(t *fixer.Target, in *dockerfile.Instruction, source string) []fixer.Copied {
	if in.Name == "add" && isDownload(source) {
		return []fixer.Copied{{Path: path.Base(source), Mode: remoteMode}}
	}
	return t.CopiesOf(in, source, isClosed)
}

// isDownload reports whether ADD makes one file of a source by downloading it:
// git repositories it clones.
func isDownload(source string) bool {
	address, _, _ := strings.Cut(source, "#")
	return (strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")) && !strings.HasSuffix(address, ".git")
}

func isClosed(f fixer.Copied) bool {
	perm := f.Mode.Perm()
	switch {
	case f.Mode.IsDir():
		return f.Rel != "" && perm&0o5 != 0o5
	case f.Mode.IsRegular():
		return perm&0o4 == 0 || perm&0o100 != 0 && perm&0o1 == 0
	}
	return false
}

// chmodBehind reports whether a RUN behind an instruction may change the mode of
// what it brings.
func chmodBehind(t *fixer.Target, stage *rootfs.Stage, in *dockerfile.Instruction, source string, f fixer.Copied) bool {
	places := t.Destinations(stage, in, source, f)
	behind := false
	for _, s := range t.Chain() {
		behind = behind || s == stage
		for _, run := range s.Runs {
			if !behind || s == stage && run.In.Index <= in.Index {
				continue
			}
			for _, e := range run.Effects {
				if e.Kind == shell.Chmod && reaches(e, places) {
					return true
				}
			}
		}
	}
	return false
}

// reaches reports whether a chmod may reach one of the places.
func reaches(e shell.Effect, places []string) bool {
	for _, p := range e.Paths {
		for _, place := range places {
			if p.Known && (place == path.Clean(p.Text) || e.Recursive && fixer.Below(place, p.Text)) || !p.Known && strings.HasPrefix(place, p.Prefix) {
				return true
			}
		}
	}
	return false
}
