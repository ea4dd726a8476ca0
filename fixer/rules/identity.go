package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

// identity is as whom a target's program is to run. Without names it is by
// number: where the image has no accounts, or none can be made.
type identity struct {
	uid, gid    int
	user, group string
	home        string
	raw         string   // the owner as the Dockerfile writes it, with variables; empty: names or numbers
	args        []string // the ARGs to declare before the account is made, as NAME=1000 or NAME
	create      []string // the commands that make the account; none where it exists
	makesHome   bool     // these commands make the home, too
}

// owner is the value of --chown and the argument of chown: always both parts,
// because --chown=1400 means group 1400, too.
func (id identity) owner() string {
	if id.raw != "" && id.user == "" {
		return id.raw
	}
	if id.user == "" {
		return fmt.Sprintf("%d:%d", id.uid, id.gid)
	}
	return id.user + ":" + id.group
}

// userArg is the argument of USER.
func (id identity) userArg(numeric bool) string {
	switch {
	case id.raw != "" && (id.user == "" || numeric):
		return id.raw
	case id.user == "" || numeric:
		return fmt.Sprintf("%d:%d", id.uid, id.gid)
	}
	return id.user
}

// standing is the identity of a process by what stands in the image at a point:
// by name where an account and a group with these ids exist, else by number.
func standing(st rootfs.State, proc fixer.Process) identity {
	id := identity{uid: proc.UID.N, gid: proc.GID.N}
	account, ok := st.AccountByUID(id.uid)
	group, okGroup := st.GroupByGID(id.gid)
	if ok == rootfs.Yes && okGroup == rootfs.Yes && account.GID.Is(id.gid) == rootfs.Yes {
		id.user, id.group, id.home = account.Name, group.Name, account.Home
	}
	return id
}

// ownerAt is the identity of a process as an instruction of a stage can name it.
func ownerAt(t *fixer.Target, s *rootfs.Stage, in *dockerfile.Instruction, proc fixer.Process) (identity, error) {
	return following(t, s, in, standing(s.Before(in), proc), proc)
}

// behind is ownerAt for what is added to the end of a RUN.
func behind(t *fixer.Target, s *rootfs.Stage, run *dockerfile.Instruction, proc fixer.Process) (identity, error) {
	return following(t, s, run, standing(s.After(run), proc), proc)
}

// pickedLater is an error where a line could only name by number who is called by
// name in the image that runs, with an id that the tool picks behind that line: it is
// another one as soon as the base image has one more account.
func pickedLater(t *fixer.Target, in *dockerfile.Instruction, id identity) error {
	user := t.Stage.End().User()
	if id.user != "" || id.raw != "" || !user.Known || user.Name == "" {
		return nil
	}
	account, _ := t.Stage.End().Account(user.Name)
	group, _ := t.Stage.End().GroupByGID(id.gid)
	if account.By == nil || !account.Picked && !group.Picked || account.UID.Is(id.uid) != rootfs.Yes {
		return nil
	}
	return fmt.Errorf("line %d: the ids of %s are those that are free when line %d makes it: move the line behind it, or give the account its ids there with -u and -g", in.Line, user.Name, account.By.Line)
}

// following has an identity follow the build arguments, where the ids of the process
// come from some: by a name, or by the arguments themselves. A number would stay
// behind when they change; the error says so.
func following(t *fixer.Target, s *rootfs.Stage, in *dockerfile.Instruction, id identity, proc fixer.Process) (identity, error) {
	if err := pickedLater(t, in, id); err != nil {
		return id, err
	}
	names, user := usedArgs(t), t.Stage.End().User()
	numbered := slices.ContainsFunc(t.Services, func(s *fixer.Service) bool { return s.User() != nil && !strings.Contains(s.User().Text, "$") })
	if names.user == "" || numbered || t.ImageProcess().UID != proc.UID {
		return id, nil
	}
	if strings.Contains(user.Text, "$") || user.In != nil && len(user.In.Words) > 0 && strings.Contains(user.In.Words[0].Value, "$") {
		id.user = "" // whoever has the ids
	}
	_, uid := declared(s, in, names.user)
	_, gid := declared(s, in, names.group)
	switch {
	case uid && gid:
		id.raw = names.owner()
	case id.user == "":
		return id, fmt.Errorf("line %d: the ids come from build arguments, which %s does not have there: move the line behind ARG %s in the stage that runs", in.Line, stageName(s), names.user)
	}
	return id, nil
}

// wish is what the settings say of the account of a target's services.
type wish struct {
	name, group, home string
	uid, gid          int
}

// wishOf joins what the settings say of a target's services; they must agree.
func wishOf(t *fixer.Target) (wish, error) {
	var out wish
	for i, s := range t.Services {
		w := wish{s.Settings.User, s.Settings.Group, s.Settings.Home, s.Settings.UID, s.Settings.GID}
		if i > 0 && w != out {
			return wish{}, fmt.Errorf("the settings give %s and %s, which run the same image, different users: give both the same, or split the stage", t.Services[0].Name, s.Name)
		}
		out = w
	}
	return out, nil
}

// settlesBase is what settles of which kind the base image of a stage is, where that
// is not known. Where it could not be looked into, Why says what would settle that.
func settlesBase(stage *rootfs.Stage) string {
	text := "name its family under base-images in " + fixer.SettingsFile
	if !stage.Asked {
		text += ", or look into it with --inspect=engine or --inspect=registry"
	}
	return text
}

// unknownTools is the refusal to create an account in an image of which it is not
// known what it has for that.
func unknownTools(stage *rootfs.Stage) error {
	return fmt.Errorf("what the image has to create accounts with is not known (%s): %s", stage.Why, settlesBase(stage))
}

// newAccount plans the account with these ids, as it can be made at a point of
// a stage. The error says what is not known or in the way.
func newAccount(st rootfs.State, stage *rootfs.Stage, uid, gid int, w wish, workdir string) (identity, error) {
	id := identity{uid: uid, gid: gid, user: or(w.name, "appuser")}
	id.group = or(w.group, id.user)
	tools, known := st.Tools()
	if !known {
		return id, unknownTools(stage)
	}
	if tools == base.NoTools {
		return id, errNoTools
	}
	if _, taken := st.Account(id.user); taken != rootfs.No {
		return id, fmt.Errorf("an account %s %s: name another one under services in %s", id.user, mayStand(taken), fixer.SettingsFile)
	}
	id.home = or(w.home, workdir)
	if id.home == "" || !fixer.Ownable(id.home) {
		id.home = "/home/" + id.user
	}
	id.makesHome = id.home != workdir
	group, taken := st.GroupByGID(gid)
	switch taken {
	case rootfs.Yes:
		id.group = group.Name
	case rootfs.Unknown:
		return id, fmt.Errorf("whether a group has the id %d is not known", gid)
	default:
		if _, named := st.Group(id.group); named != rootfs.No {
			return id, fmt.Errorf("a group %s %s with another id: name another one under services in %s", id.group, mayStand(named), fixer.SettingsFile)
		}
	}
	if tools == base.BusyboxAdduser {
		id.create = busyboxAccount(id, taken == rootfs.Yes)
	} else {
		id.create = shadowAccount(id, taken == rootfs.Yes)
	}
	return id, nil
}

var errNoTools = fmt.Errorf("the image has nothing to create accounts with")

func mayStand(t rootfs.Tri) string {
	if t == rootfs.Yes {
		return "exists"
	}
	return "may exist"
}

// shadowAccount is for Debian, RHEL and all that have groupadd and useradd.
// -l keeps a large uid from making a sparse lastlog of terabytes
// (moby/moby#5419).
func shadowAccount(id identity, hasGroup bool) []string {
	var out []string
	if !hasGroup {
		out = append(out, fmt.Sprintf("groupadd -r %s -g %d", id.group, id.gid))
	}
	options := "-r"
	if id.uid > 65535 {
		options += " -l"
	}
	if id.makesHome {
		options += " -m"
	}
	return append(out, fmt.Sprintf("useradd %s -u %d -g %s -d %s -s /bin/bash %s", options, id.uid, id.group, quoted(id.home), id.user))
}

// busyboxAccount is for Alpine and busybox: without -D adduser asks for a
// password, without -G it makes a group of its own.
func busyboxAccount(id identity, hasGroup bool) []string {
	var out []string
	if !hasGroup {
		out = append(out, fmt.Sprintf("addgroup -g %d %s", id.gid, id.group))
	}
	return append(out, fmt.Sprintf("adduser -D -u %d -G %s -h %s %s", id.uid, id.group, quoted(id.home), id.user))
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
