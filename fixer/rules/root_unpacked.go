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
	run     *rootfs.Run
	dirs    []string
	missing bool // some may not be there when it ends
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
			dirs, missing := u.filledBy(run, ours, builds)
			if len(dirs) == 0 {
				continue
			}
			if err := repositoryMinds(u.t, u.stage, run.In, u.user, rootfs.KnownID(u.id.uid)); err != nil {
				return err
			}
			chown := fmt.Sprintf("chown -R %d:%d%s", u.id.uid, u.id.gid, words(dirs))
			if at := u.writtenIn(run); at != u.stage {
				return fmt.Errorf("line %d (%s) puts software into %s as root, which would stay root's: end it with && %s", run.In.Line, stageName(at), strings.Join(dirs, ", "), chown)
			}
			if why := u.spoils(run, dirs, chown); why != "" {
				return fmt.Errorf("line %d puts software into %s as root, which would stay root's; %s", run.In.Line, strings.Join(dirs, ", "), why)
			}
			u.unpacked = append(u.unpacked, unpacked{run, dirs, missing})
		}
	}
	return nil
}

// writtenIn is the stage in which a RUN is written: not the one that runs it where
// it stands behind ONBUILD.
func (u *userPlan) writtenIn(run *rootfs.Run) *rootfs.Stage {
	s := u.stage
	for s.Parent != nil && s.Syntax != run.In.Stage {
		s = s.Parent
	}
	return s
}

// ours are the directories of the process, with the trees of what it starts.
func (u *userPlan) ours() []string {
	out := append(u.t.Own(), u.dirs...)
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
// it fills with anything. missing says that some may not be there when it ends.
func (u *userPlan) filledBy(run *rootfs.Run, ours []string, builds bool) (out []string, missing bool) {
	end := u.stage.End()
	for i, e := range run.Effects {
		if !brings(e, builds) {
			continue
		}
		dir := e.Paths[0]
		if !dir.Known || !inAny(dir.Text, ours) || e.Kind != shell.Fill && !slices.Contains(ours, dir.Text) {
			continue
		}
		if o := end.Owner(dir.Text); o.Exists != rootfs.No && o.OwnedBy(u.id.uid) != rootfs.Yes && fixer.Ownable(dir.Text) {
			out, missing = append(out, dir.Text), missing || e.Tolerated || mayRemove(run.Effects[i+1:], dir.Text)
		}
	}
	slices.Sort(out)
	return outside(slices.Compact(out), func(d, o string) bool { return fixer.Below(d, o) }), missing
}

// mayRemove reports whether one of the commands may take a directory away.
func mayRemove(effects []shell.Effect, dir string) bool {
	return slices.ContainsFunc(effects, func(e shell.Effect) bool {
		gone := e.Paths
		if e.Kind == shell.Move {
			gone = e.Sources
		}
		return (e.Kind == shell.Remove || e.Kind == shell.Move) && slices.ContainsFunc(gone, func(p shell.Word) bool {
			return p.Known && fixer.Below(dir, p.Text) || !p.Known && strings.HasPrefix(dir, p.Prefix)
		})
	})
}

// spoils says what chown at the end of a RUN would spoil, and where to write it
// instead; empty where it is not known to spoil anything.
func (u *userPlan) spoils(run *rootfs.Run, dirs []string, chown string) string {
	if slices.ContainsFunc(run.Mounts, func(m string) bool { return m == "" || inAny(m, dirs) }) {
		return "chown would meet there what --mount brings, and fail at what is read-only: write RUN " + chown + " behind it"
	}
	for _, r := range u.stage.Runs {
		for _, e := range r.Effects {
			if r.In.Index <= run.In.Index && rootfs.Grants(e) && slices.ContainsFunc(e.Paths, func(p shell.Word) bool { return !p.Known || inAny(p.Text, dirs) }) {
				return fmt.Sprintf("chown behind it would take away what %q gives: write %s before that", clip(e.Command), chown)
			}
		}
	}
	return ""
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
		if x.missing {
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
