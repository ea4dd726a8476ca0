package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// edits are the account step, the owners of what is copied, HOME and USER.
func (u *userPlan) edits() ([]edit.Edit, error) {
	var out []edit.Edit
	add := func(e edit.Edit, err error) error {
		out = append(out, e)
		return err
	}
	var account []dockerfile.New
	if u.step != nil {
		account = u.accountStep()
	}
	if len(account) > 0 && !u.atEnd {
		if err := add(u.step.InsertBefore(account...)); err != nil {
			return nil, err
		}
	}
	for _, in := range u.stage.Syntax.Instructions {
		e, ok, err := u.chown(in)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, e)
		}
	}
	given, err := u.handOver()
	if err != nil {
		return nil, err
	}
	out = append(out, given...)
	if u.replace != nil {
		return u.replaceUser(out)
	}
	block := []dockerfile.New{{Name: "USER", Lines: []string{u.id.userArg(u.numeric)}}}
	if u.step == nil {
		block = append(u.id.declare(), block...)
	}
	if u.setHome {
		block = append([]dockerfile.New{{Name: "ENV", Lines: []string{"HOME=" + envValue(u.id.home)}}}, block...)
	}
	if u.user == nil {
		if u.atEnd {
			block = append(account, block...)
		}
		return out, add(u.last().InsertAfter(block...))
	}
	return out, add(u.user.InsertBefore(block...))
}

// accountStep is what goes before the step: the account and its directories, or
// only the arguments where it needs neither.
func (u *userPlan) accountStep() []dockerfile.New {
	dirs := slices.DeleteFunc(slices.Clone(u.dirs), u.handed)
	if len(u.id.create)+len(dirs) == 0 {
		return u.id.declare()
	}
	id := u.id
	id.makesHome = id.makesHome || u.handed(id.home)
	if id.create == nil && id.user != "" {
		id.home = ""
	}
	return accountBlock(u.at(), id, dirs)
}

// replaceUser gives the USER that is there its new argument.
func (u *userPlan) replaceUser(out []edit.Edit) ([]edit.Edit, error) {
	block := u.id.declare()
	if u.step != nil {
		block = nil
	}
	if u.setHome {
		block = append(block, dockerfile.New{Name: "ENV", Lines: []string{"HOME=" + envValue(u.id.home)}})
	}
	if len(block) > 0 {
		e, err := u.replace.InsertBefore(block...)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	e, err := u.replace.SetArgs(u.id.userArg(u.numeric))
	return append(out, e), err
}

// envValue is a path as the value of an ENV.
func envValue(p string) string {
	if quoted(p) == p {
		return p
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(p) + `"`
}

// chown is the owner of what one COPY or ADD brings into the process's own
// directories.
func (u *userPlan) chown(in *dockerfile.Instruction) (edit.Edit, bool, error) {
	if in.Name != "copy" && in.Name != "add" {
		return edit.Edit{}, false, nil
	}
	if ours, err := u.takesOver(in); err != nil || !ours {
		return edit.Edit{}, false, err
	}
	dest, known := destination(u.stage.Before(in), in)
	if !known {
		return edit.Edit{}, false, fmt.Errorf("line %d: where it copies to is not known", in.Line)
	}
	if !inAny(dest, u.t.Own()) && !inAny(dest, u.dirs) {
		if closed := unreadable(u.t, u.stage, in); len(closed) > 0 {
			fix, err := chmodFix(u.stage, in, dest, closed)
			if err != nil {
				return edit.Edit{}, false, fmt.Errorf("line %d: %w", in.Line, err)
			}
			return fix.Edits[0], true, nil
		}
		return edit.Edit{}, false, nil
	}
	if fixer.Ignored(copyChown.ID, in.Range) {
		if closed := unreadable(u.t, u.stage, in); len(closed) > 0 {
			return edit.Edit{}, false, fmt.Errorf("line %d: %s has to be readable, and a comment keeps copy-chown off it", in.Line, closed[0].Path)
		}
		return edit.Edit{}, false, nil
	}
	if isArchive(in) {
		return edit.Edit{}, false, fmt.Errorf("line %d: ADD unpacks a tar, whose contents keep the owners of the archive", in.Line)
	}
	spec, err := u.copyOwner(in)
	if err != nil {
		return edit.Edit{}, false, err
	}
	e, err := in.SetFlag("chown", spec)
	return e, true, err
}

// copyOwner is the value of --chown: by name behind the step that makes the
// account, else as the image stands there.
func (u *userPlan) copyOwner(in *dockerfile.Instruction) (string, error) {
	behind := u.step == nil || in.Index >= u.step.Index && !u.atEnd
	switch {
	case u.id.raw != "" && behind && (u.id.user == "" || has(in, "link")):
		return u.id.raw, nil
	case len(u.id.create) > 0 && behind && !has(in, "link"):
		return u.id.owner(), nil
	}
	return copyOwner(u.t, u.stage, in, u.proc())
}

// proc is the process as which the image will run.
func (u *userPlan) proc() fixer.Process {
	return fixer.Process{UID: rootfs.KnownID(u.id.uid), GID: rootfs.KnownID(u.id.gid)}
}
