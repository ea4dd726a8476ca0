package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// accountEdits puts the step that makes an account and directories before an
// instruction: the commands of the account, then mkdir and chown of its home and
// of more directories.
func accountEdits(before rootfs.State, at *dockerfile.Instruction, id identity, more []string) ([]edit.Edit, error) {
	if err := canRun(before); err != nil {
		return nil, err
	}
	e, err := at.InsertBefore(accountBlock(before, id, more)...)
	if err != nil {
		return nil, err
	}
	return []edit.Edit{e}, nil
}

// accountBlock is the step with the ARGs that it needs above it.
func accountBlock(before rootfs.State, id identity, more []string) []dockerfile.New {
	step := accountStep(before, id, more)
	block := append(id.declare(), step)
	if id.raw != "" {
		step.Comment = ""
		block[len(block)-1] = step
		block[0].Comment = argsComment
	}
	return block
}

func accountStep(before rootfs.State, id identity, more []string) dockerfile.New {
	lines := append([]string(nil), id.create...)
	comment := "Create app user"
	var dirs []string
	if id.home != "" && !id.makesHome && fixer.Ownable(id.home) {
		dirs = append(dirs, id.home)
	}
	for _, d := range more {
		if d != id.home {
			dirs = append(dirs, d)
		}
	}
	if len(dirs) > 0 {
		lines = append(lines, ownDirs(before, id, dirs)...)
		comment += " and directory"
		if len(dirs) > 1 {
			comment = "Create app user and directories"
		}
	}
	if len(id.create) == 0 {
		comment = "Create app director"
		if len(missing(before, dirs)) == 0 {
			comment = "Give the app its director"
		}
		comment += map[bool]string{true: "ies", false: "y"}[len(dirs) > 1]
	}
	return dockerfile.New{Comment: comment, Name: "RUN", Lines: lines}
}

// ownDirs are the commands that make directories and give them to an identity.
// The chown is recursive only where nothing can be there yet: over files that
// are there it would store each of them a second time.
func ownDirs(before rootfs.State, id identity, dirs []string) []string {
	dirs = withParents(before, id, dirs)
	fresh := true
	for _, d := range dirs {
		fresh = fresh && before.Owner(d).Exists == rootfs.No
	}
	leaves := outside(dirs, func(d, o string) bool { return fixer.Below(o, d) })
	if !fresh {
		missing := missing(before, leaves)
		if len(missing) == 0 {
			return []string{"chown " + id.owner() + words(dirs)}
		}
		return []string{"mkdir -p" + words(missing), "chown " + id.owner() + words(dirs)}
	}
	tops := outside(dirs, func(d, o string) bool { return fixer.Below(d, o) })
	return []string{"mkdir -p" + words(leaves), "chown -R " + id.owner() + words(tops)}
}

// withParents adds, for each directory, those that mkdir -p would make above it
// where the process could have made them itself: as root's they would close to it
// what it had been free to write, such as ~/.cache or the pkg of a GOPATH.
func withParents(before rootfs.State, id identity, dirs []string) []string {
	proc := as(fixer.Process{UID: rootfs.KnownID(id.uid), GID: rootfs.KnownID(id.gid)})
	free := func(o rootfs.Owner) bool { return o.OwnedBy(id.uid) == rootfs.Yes || o.Writable(proc) == rootfs.Yes }
	var out []string
	for _, d := range dirs {
		var between []string
		up := path.Dir(d)
		for ; fixer.Ownable(up) && up != id.home && !slices.Contains(dirs, up) && before.Owner(up).Exists != rootfs.Yes; up = path.Dir(up) {
			between = append(between, up)
		}
		if up == id.home || slices.Contains(dirs, up) || free(before.Owner(up)) {
			slices.Reverse(between)
			out = append(out, between...)
		}
		out = append(out, d)
	}
	return distinct(out)
}

// distinct are the directories, each where it comes first.
func distinct(dirs []string) []string {
	var out []string
	for _, d := range dirs {
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

// missing are the directories that may not be there yet.
func missing(before rootfs.State, dirs []string) []string {
	return slices.DeleteFunc(slices.Clone(dirs), func(d string) bool { return before.Owner(d).Exists == rootfs.Yes })
}

// outside are the directories that no other one makes superfluous.
func outside(dirs []string, covered func(d, o string) bool) []string {
	var out []string
	for _, d := range dirs {
		if !slices.ContainsFunc(dirs, func(o string) bool { return o != d && covered(d, o) }) {
			out = append(out, d)
		}
	}
	return out
}

// words are paths as words of a shell command, each behind a blank.
func words(dirs []string) string {
	out := ""
	for _, d := range dirs {
		out += " " + quoted(d)
	}
	return out
}

// quoted is a path as one word of a shell command.
func quoted(p string) string {
	plain := strings.IndexFunc(p, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("/._-+@%:,=", c))
	}) < 0
	if plain {
		return p
	}
	return "'" + strings.ReplaceAll(p, "'", `'\''`) + "'"
}

// canRun refuses a RUN in a language that we do not write: SHELL can be anything.
func canRun(st rootfs.State) error {
	if argv, dialect := st.Shell(); dialect == shell.OtherShell {
		return fmt.Errorf("SHELL is %s, which takes no commands of sh: write SHELL [\"/bin/sh\", \"-c\"] before the line, or make account and directories yourself", strings.Join(argv, " "))
	}
	return nil
}
