package rules

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// unpacked is a RUN of root that unpacks software into directories which are to
// be the process's.
type unpacked struct {
	run       *rootfs.Run
	dirs      []string
	tolerated bool // it may fail to make them, and the RUN not
}

// findUnpacked finds the RUNs that go on running as root and unpack or clone into
// the process's directories. Such software writes below its own tree, into logs,
// data or work directories that come with it. Of a command that builds when it
// starts, that is true of all that the RUNs of its own stage leave there.
func (u *userPlan) findUnpacked() error {
	var ours []string
	for s := u.stage; s != nil; s = s.Parent {
		builds := s == u.stage && len(u.builds) > 0
		for _, run := range s.Runs {
			if !u.asRoot(s, run) || !slices.ContainsFunc(run.Effects, func(e shell.Effect) bool { return brings(e, builds) }) {
				continue
			}
			if ours == nil {
				ours = u.ours()
			}
			dirs, tolerated := u.filledBy(run, ours, builds)
			if len(dirs) == 0 {
				continue
			}
			if err := repositoryMinds(u.t, u.stage, run.In, u.user, rootfs.KnownID(u.id.uid)); err != nil {
				return err
			}
			if s != u.stage {
				return fmt.Errorf("line %d (%s) puts software into %s as root, which would stay root's: end it with && chown -R %d:%d%s", run.In.Line, stageName(s), strings.Join(dirs, ", "), u.id.uid, u.id.gid, words(dirs))
			}
			u.unpacked = append(u.unpacked, unpacked{run, dirs, tolerated})
		}
	}
	return nil
}

// ours are the directories of the process, with the trees of what it starts.
func (u *userPlan) ours() []string {
	out := append(own(u.t), u.dirs...)
	for _, program := range startedPrograms(u.t) {
		out = append(out, u.treeOf(program)...)
	}
	return out
}

// startedPrograms are the absolute paths of the programs that a target's command
// lines and its entrypoint scripts start.
func startedPrograms(t *fixer.Target) []string {
	calls := slices.Clone(t.Commands())
	for _, script := range t.EntryScripts() {
		calls = append(calls, shell.Commands([]string{"sh", "-c", script})...)
	}
	var out []string
	for _, call := range calls {
		if call = shell.BehindHelpers(call); len(call) > 0 && path.IsAbs(call[0]) {
			out = append(out, path.Clean(call[0]))
		}
	}
	return out
}

// treeOf are the directories that a RUN unpacks into and that hold a program.
func (u *userPlan) treeOf(program string) []string {
	var out []string
	for s := u.stage; s != nil; s = s.Parent {
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				if unpacks(e) && len(e.Paths) > 0 && e.Paths[0].Known && fixer.Ownable(e.Paths[0].Text) && fixer.Below(program, e.Paths[0].Text) {
					out = append(out, e.Paths[0].Text)
				}
			}
		}
	}
	return out
}

// filledBy are the directories among ours, or below them, that a RUN unpacks into
// and that another user than the process has in the end; with builds those that
// it fills with anything.
func (u *userPlan) filledBy(run *rootfs.Run, ours []string, builds bool) (out []string, tolerated bool) {
	end := u.stage.End()
	for _, e := range run.Effects {
		if !brings(e, builds) {
			continue
		}
		dir := e.Paths[0]
		if !dir.Known || !inAny(dir.Text, ours) || e.Kind != shell.Fill && !slices.Contains(ours, dir.Text) {
			continue
		}
		if o := end.Owner(dir.Text); o.Exists != rootfs.No && o.OwnedBy(u.id.uid) != rootfs.Yes && fixer.Ownable(dir.Text) {
			out, tolerated = append(out, dir.Text), tolerated || e.Tolerated
		}
	}
	slices.Sort(out)
	return outside(slices.Compact(out), func(d, o string) bool { return fixer.Below(d, o) }), tolerated
}

// brings reports whether a command unpacks into a directory; with builds, whether it
// fills one with anything.
func brings(e shell.Effect, builds bool) bool {
	return !e.Conditional && len(e.Paths) > 0 && (builds && e.Kind == shell.Fill || unpacks(e))
}

// unpacks reports whether a command leaves a tree of files that someone else has made.
func unpacks(e shell.Effect) bool {
	if e.Kind != shell.Fill && e.Kind != shell.Move && e.Kind != shell.Copy {
		return false
	}
	command := strings.Fields(e.Command)
	if len(command) == 0 {
		return false
	}
	switch path.Base(command[0]) {
	case "tar", "bsdtar", "unzip", "7z", "cpio", "mv":
		return true
	case "cp":
		return e.Recursive || slices.ContainsFunc(command[1:], func(w string) bool {
			return strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--") && strings.ContainsAny(w, "rRa")
		})
	case "git", "hg", "svn":
		return slices.Contains(command, "clone") || slices.Contains(command, "checkout") || slices.Contains(command, "co")
	}
	return false
}

// handOver are the edits that have those RUNs give away what they unpack: in the
// same layer, because another one would store it a second time.
func (u *userPlan) handOver() ([]edit.Edit, error) {
	var out []edit.Edit
	for _, x := range u.unpacked {
		owner, err := u.ownerAt(x.run)
		if err != nil {
			return nil, err
		}
		commands := []string{"chown -R " + owner + words(x.dirs)}
		if x.tolerated {
			commands = append([]string{"mkdir -p" + words(x.dirs)}, commands...)
		}
		e, err := x.run.In.AppendCommands(commands...)
		if err != nil {
			return nil, fmt.Errorf("line %d puts software into %s as root, which would stay root's, and cannot be ended with && chown -R %s%s: %s", x.run.In.Line, strings.Join(x.dirs, ", "), owner, words(x.dirs), reason(err))
		}
		out = append(out, e)
	}
	return out, nil
}

// reason is why an edit was refused, without the place.
func reason(err error) string {
	if refusal := (*edit.Refusal)(nil); errors.As(err, &refusal) {
		return refusal.Reason
	}
	return err.Error()
}

// ownerAt is the owner that a RUN can name: by name where the account is there.
func (u *userPlan) ownerAt(run *rootfs.Run) (string, error) {
	behind := u.step != nil && !u.atEnd && run.In.Index >= u.step.Index
	account, there := u.stage.Before(run.In).Account(u.id.user)
	switch {
	case behind, u.id.user != "" && there == rootfs.Yes && account.UID.N == u.id.uid:
		return u.id.owner(), nil
	case u.id.raw != "":
		return "", fmt.Errorf("line %d puts software into the app's directory before the account with the ids of %s can stand: move it behind WORKDIR", run.In.Line, u.id.raw)
	}
	return fmt.Sprintf("%d:%d", u.id.uid, u.id.gid), nil
}

// handed reports whether a directory is given away with what is unpacked into it
// before the account is made.
func (u *userPlan) handed(dir string) bool {
	return slices.ContainsFunc(u.unpacked, func(x unpacked) bool {
		return slices.Contains(x.dirs, dir) && (u.step == nil || u.atEnd || x.run.In.Index < u.step.Index)
	})
}
