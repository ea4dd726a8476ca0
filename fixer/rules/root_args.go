package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

// argsComment is above the step that makes an account from build arguments.
const argsComment = "Create non-root user with dynamic UID/GID"

// idNames are the build arguments that hold the ids of a stage.
type idNames struct {
	user, group string
	declare     []string // the ARGs that an instruction has to declare, NAME or NAME=default
}

// userArgs and groupArgs are the names that such arguments go by.
var (
	userArgs  = []string{"USER_ID", "APP_USER_ID", "APP_UID", "USER_UID", "USERID", "UID", "PUID", "HOST_UID"}
	groupArgs = []string{"GROUP_ID", "APP_GROUP_ID", "APP_GID", "USER_GID", "GROUPID", "GID", "PGID", "HOST_GID"}
)

// idArgNames are the arguments that the stage has for its ids, under the names that
// it uses, or USER_ID and GROUP_ID. What is not declared in the stage before the
// instruction at (nil: at all) has to be.
func idArgNames(s *rootfs.Stage, at *dockerfile.Instruction) idNames {
	out := idNames{user: "USER_ID", group: "GROUP_ID"}
	pick := func(names []string, fallback string) string {
		for _, in := range s.Syntax.File.Instructions {
			if in.Name != "arg" || in.Stage != nil && in.Stage != s.Syntax {
				continue
			}
			for _, w := range in.Words {
				if name, _, _ := strings.Cut(w.Value, "="); slices.Contains(names, strings.ToUpper(name)) {
					return name
				}
			}
		}
		return fallback
	}
	out.user, out.group = pick(userArgs, "USER_ID"), pick(groupArgs, "GROUP_ID")
	for _, name := range []string{out.user, out.group} {
		global, local := declared(s, at, name)
		switch {
		case local:
		case global:
			out.declare = append(out.declare, name)
		default:
			out.declare = append(out.declare, fmt.Sprintf("%s=%d", name, fixer.DefaultID))
		}
	}
	return out
}

// declared reports whether an ARG of that name stands before the first FROM, and
// whether one stands in the stage before an instruction (nil: anywhere in it).
func declared(s *rootfs.Stage, at *dockerfile.Instruction, name string) (global, local bool) {
	for _, in := range s.Syntax.File.Instructions {
		if in.Name != "arg" || in.Stage != nil && (in.Stage != s.Syntax || at != nil && in.Index >= at.Index) {
			continue
		}
		for _, w := range in.Words {
			if n, _, _ := strings.Cut(w.Value, "="); n == name {
				global = global || in.Stage == nil
				local = local || in.Stage != nil
			}
		}
	}
	return global, local
}

// hasIDArgs reports whether a stage of the target declares arguments for its ids.
func hasIDArgs(t *fixer.Target) (idNames, bool) {
	if names := usedArgs(t); names.user != "" {
		return names, true
	}
	for _, s := range t.Chain() {
		names := idArgNames(s, nil)
		_, user := declared(s, nil, names.user)
		_, group := declared(s, nil, names.group)
		if user && group {
			return names, true
		}
	}
	return idNames{}, false
}

func (n idNames) owner() string { return "${" + n.user + "}:${" + n.group + "}" }

// identifyArgs plans the account of a project whose ids come from .env.
func (u *userPlan) identifyArgs(ids fixer.IDs, w wish, workdir string) error {
	if ids.Wrong != nil {
		return ids.Wrong
	}
	u.addDirs()
	if workdir != "" {
		u.dirs = append([]string{workdir}, slices.DeleteFunc(u.dirs, func(d string) bool { return d == workdir })...)
	}
	id := identity{uid: ids.UID, gid: ids.GID}
	if u.stage.End().HasShell() == rootfs.No {
		at := u.userPlace()
		if u.replace != nil {
			at = u.replace
		}
		if err := u.copiesBefore(at); err != nil {
			return err
		}
		if err := u.workdirBefore(at, workdir); err != nil {
			return err
		}
		names := idArgNames(u.stage, at)
		u.names = names
		id.raw, id.args = names.owner(), names.declare
		u.id, u.dirs = id, nil
		return u.unshelled()
	}
	u.setStep(nil)
	before := u.at()
	names := idArgNames(u.stage, u.step)
	u.names = names
	id.raw, id.args = names.owner(), names.declare
	tools, known := before.Tools()
	if !known {
		return unknownTools(u.stage)
	}
	if tools == base.NoTools {
		id.home = workdir
		u.id, u.setHome = id, workdir != ""
		return nil
	}
	id.user, id.group = or(w.name, "appuser"), or(w.group, "appgroup")
	id.home, id.makesHome = or(w.home, "/home/"+id.user), true
	if a, taken := before.Account(id.user); taken != rootfs.No {
		return fmt.Errorf("an account %s %s: name another one under services in %s", a.Name, mayStand(taken), fixer.SettingsFile)
	}
	_, user := before.AccountByUID(fixer.DefaultID)
	_, group := before.GroupByGID(fixer.DefaultID)
	plain := user == rootfs.No && group == rootfs.No && ids.Default()
	id.create = argsAccount(id, names, tools, plain)
	if !plain {
		id.user = ""                      // whoever has the ids
		if w.name != "" || w.home != "" { // who has them has a home elsewhere
			id.makesHome, u.setHome = false, true
		}
	}
	u.dirs = belowHome(u.dirs, id.home)
	u.id = id
	return nil
}

// copiesBefore refuses files that become the process's above the line that
// declares its ids (nil: the end of the stage).
func (u *userPlan) copiesBefore(at *dockerfile.Instruction) error {
	for _, in := range u.stage.Syntax.Instructions {
		if in == at {
			return nil
		}
		if in.Name != "copy" && in.Name != "add" {
			continue
		}
		ours, err := u.takesOver(in)
		if err != nil {
			return err
		}
		if dest, known := destination(u.stage.Before(in), in); ours && (!known || inAny(dest, u.t.Own())) {
			return fmt.Errorf("line %d copies before the USER of the stage, which declares the ids: move USER up", in.Line)
		}
	}
	return nil
}

// workdirBefore refuses a work directory of somebody else that is there above the
// line that declares the ids (nil: the end of the stage).
func (u *userPlan) workdirBefore(at *dockerfile.Instruction, workdir string) error {
	st := u.stage.End()
	if at != nil {
		st = u.stage.Before(at)
	}
	if o := st.Owner(workdir); workdir != "" && o.Exists == rootfs.Yes && o.OwnedBy(u.ids.UID) == rootfs.No {
		return fmt.Errorf("the work directory %s belongs to %s, and the image has no shell to give it away in: write WORKDIR /app behind USER", workdir, whose(o))
	}
	return nil
}

// argsAccount are the commands that make the account: the plain form where
// nothing can be in the way, else the one that takes what has the ids already.
// An id of 0 fails the build in both.
func argsAccount(id identity, names idNames, tools base.Tools, plain bool) []string {
	uid, gid := "${"+names.user+"}", "${"+names.group+"}"
	home := ""
	if id.home != "/home/"+id.user {
		home = " -d " + quoted(id.home)
	}
	if tools == base.BusyboxAdduser {
		home = strings.Replace(home, "-d", "-h", 1)
		if plain {
			return []string{
				"addgroup -g " + gid + " " + id.group,
				"adduser -D -u " + uid + " -G " + id.group + home + " " + id.user,
			}
		}
		return []string{
			"test " + uid + " -gt 0 && test " + gid + " -gt 0",
			`(grep -q ":x:` + gid + `:" /etc/group || addgroup -g ` + gid + " " + id.group + ")",
			`(grep -q ":x:` + uid + `:" /etc/passwd || adduser -D -u ` + uid + ` -G "$(grep ":x:` + gid + `:" /etc/group | cut -d: -f1)"` + home + " " + id.user + ")",
		}
	}
	if plain {
		return []string{
			"groupadd -g " + gid + " " + id.group,
			"useradd -m -u " + uid + " -g " + id.group + home + " " + id.user,
		}
	}
	return []string{
		"test " + uid + " -gt 0 && test " + gid + " -gt 0",
		"(getent group " + gid + " || groupadd -g " + gid + " " + id.group + ")",
		"(getent passwd " + uid + " || useradd -l -m -u " + uid + " -g " + gid + home + " " + id.user + ")",
	}
}

// belowHome adds, for each directory below a home, those between: mkdir -p
// would leave them root's.
func belowHome(dirs []string, home string) []string {
	var out []string
	for _, d := range dirs {
		if home != "/" && fixer.Below(d, home) {
			var between []string
			for up := path.Dir(d); up != home && fixer.Below(up, home); up = path.Dir(up) {
				between = append(between, up)
			}
			slices.Reverse(between)
			out = append(out, between...)
		}
		out = append(out, d)
	}
	return slices.Compact(out)
}

// declare are the ARG instructions that an identity needs.
func (id identity) declare() []dockerfile.New {
	var out []dockerfile.New
	for _, arg := range id.args {
		out = append(out, dockerfile.New{Name: "ARG", Lines: []string{arg}})
	}
	return out
}
