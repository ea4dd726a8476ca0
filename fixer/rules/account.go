package rules

import (
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// accountEdits puts the step that makes an account and directories before an
// instruction: the commands of the account, then mkdir and chown of its home and
// of more directories.
func accountEdits(before rootfs.State, at *dockerfile.Instruction, id identity, more []string) ([]edit.Edit, error) {
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
		comment = "Create app directory"
		if len(dirs) > 1 {
			comment = "Create app directories"
		}
	}
	return dockerfile.New{Comment: comment, Name: "RUN", Lines: lines}
}

// ownDirs are the commands that make directories and give them to an identity.
// The chown is recursive only where nothing can be there yet: over files that
// are there it would store each of them a second time.
func ownDirs(before rootfs.State, id identity, dirs []string) []string {
	option, all := "-R ", strings.Join(dirs, " ")
	for _, d := range dirs {
		if before.Owner(d).Exists != rootfs.No {
			option = ""
		}
	}
	return []string{"mkdir -p " + all, "chown " + option + id.owner() + " " + all}
}
