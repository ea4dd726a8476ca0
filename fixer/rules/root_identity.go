package rules

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

// identify chooses the identity, in the order of the rule's page.
func (u *userPlan) identify(w wish) error {
	end := u.stage.End()
	workdir, _ := end.Dir()
	if !fixer.Ownable(workdir) {
		workdir = ""
	}
	switch account, ok, err := u.existing(end, w); {
	case err != nil:
		return err
	case ok && account.By != nil && u.fromArgs && u.ids.Asked && accountArgs(u.t, account).user == "":
		return errOwnAccount
	case ok:
		u.id = identity{uid: account.UID.N, gid: account.GID.N, user: account.Name, home: account.Home}
		u.follows = account.By != nil && u.fromArgs && accountArgs(u.t, account).user != ""
		group, found := end.GroupByGID(u.id.gid)
		if found != rootfs.Yes {
			u.id.user, u.numeric = "", true
		} else {
			u.id.group = group.Name
		}
		u.dirs = slices.Clone(u.t.Own())
		u.addDirs()
		u.dirs = slices.DeleteFunc(u.dirs, func(d string) bool {
			owned := end.Owner(d).OwnedBy(u.id.uid)
			return owned == rootfs.Yes || owned != rootfs.No && (d == u.id.home || u.madeAsUser(d))
		})
		if end.HasShell() != rootfs.Yes {
			u.id.user, u.id.group, u.dirs = "", "", nil
			return u.unshelled()
		}
		u.setStep(account.By)
		return nil
	}
	if u.fromArgs {
		return u.identifyArgs(u.ids, w, workdir)
	}
	uid, gid := orInt(w.uid, fixer.DefaultID), orInt(w.gid, orInt(w.uid, fixer.DefaultID))
	if end.HasShell() == rootfs.No {
		u.id = identity{uid: uid, gid: gid, home: workdir}
		return u.unshelled()
	}
	u.addDirs()
	u.setStep(nil)
	before := u.at()
	id, err := newAccount(before, u.stage, uid, gid, w, workdir)
	if errors.Is(err, errNoTools) {
		u.id, u.setHome = identity{uid: uid, gid: gid, home: workdir}, workdir != ""
		if workdir != "" {
			u.dirs = append([]string{workdir}, slices.DeleteFunc(u.dirs, func(d string) bool { return d == workdir })...)
		}
		return nil
	}
	u.id = id
	if workdir != "" && workdir != id.home {
		u.dirs = append([]string{workdir}, u.dirs...)
	}
	return err
}

// madeAsUser reports whether a WORKDIR makes a directory behind a USER of the plan's
// own uid, so that it is that user's.
func (u *userPlan) madeAsUser(dir string) bool {
	for _, in := range u.stage.Syntax.Instructions {
		if in.Name != "workdir" {
			continue
		}
		before := u.stage.Before(in)
		if now, known := u.stage.After(in).Dir(); known && now == dir && before.Owner(dir).Exists == rootfs.No {
			return before.User().UID.Is(u.id.uid) == rootfs.Yes
		}
	}
	return false
}

// unshelled refuses a directory that must be the process's in an image without a
// shell to give it away in: only a COPY can make it.
func (u *userPlan) unshelled() error {
	need := &userPlan{t: u.t, stage: u.stage}
	need.addDirs()
	for _, dir := range need.dirs {
		if u.stage.End().Owner(dir).OwnedBy(u.id.uid) != rootfs.Yes && !u.copiedTo(dir) {
			return fmt.Errorf("%s must be writable for uid %d, and the image has no shell to give it away in: bring it as an empty directory by COPY --from=a-stage --chown=%s", dir, u.id.uid, u.id.owner())
		}
	}
	return nil
}

// copiedTo reports whether a COPY of the stage, which the plan gives an owner,
// makes a directory.
func (u *userPlan) copiedTo(dir string) bool {
	for _, in := range u.stage.Syntax.Instructions {
		if in.Name == "copy" && !has(in, "chown") {
			if dest, known := destination(u.stage.Before(in), in); known && dest == dir && inAny(dest, u.t.Own()) {
				return true
			}
		}
	}
	return false
}

func orInt(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// existing is the account to reuse.
func (u *userPlan) existing(end rootfs.State, w wish) (rootfs.Account, bool, error) {
	if w.name != "" {
		a, ok := end.Account(w.name)
		return a, ok == rootfs.Yes && a.UID.Known && a.GID.Known, nil
	}
	var known []rootfs.Account
	made := slices.DeleteFunc(end.Made(), func(a rootfs.Account) bool { return a.UID.Known && a.UID.N == 0 }) // root is only changed
	for _, a := range made {
		if a.UID.Known && a.GID.Known {
			known = append(known, a)
		}
	}
	if len(known) > 1 {
		return rootfs.Account{}, false, fmt.Errorf("the Dockerfile makes several accounts (%s and %s): name one under services in %s", known[0].Name, known[1].Name, fixer.SettingsFile)
	}
	if len(known) == 1 {
		return known[0], true, nil
	}
	if len(made) > 0 {
		return rootfs.Account{}, false, fmt.Errorf("the Dockerfile makes the account %s with an id that is not known: give it one with useradd -u", made[0].Name)
	}
	if u.fromArgs {
		return rootfs.Account{}, false, nil
	}
	if w.uid == 0 {
		if facts := u.stage.Base; facts != nil && facts.Service != "" {
			a, ok := end.Account(facts.Service)
			return a, ok == rootfs.Yes, nil
		}
	}
	a, ok := end.AccountByUID(orInt(w.uid, fixer.DefaultID))
	return a, ok == rootfs.Yes && a.GID.Known, nil
}

// addDirs adds what must be the process's besides its home: mountpoints of named
// volumes, VOLUMEs, and directories that the build makes to be written.
func (u *userPlan) addDirs() {
	end := u.stage.End()
	add := func(dir string) {
		dir = path.Clean(dir)
		if path.IsAbs(dir) && fixer.Ownable(dir) && !slices.Contains(u.dirs, dir) {
			u.dirs = append(u.dirs, dir)
		}
	}
	for _, v := range end.Volumes() {
		add(v)
	}
	own := u.madeByUser()
	for _, s := range u.t.Services {
		for _, m := range s.Volumes() {
			if target, known := s.Plain(m.Target); known && m.Type == "volume" && !m.ReadOnly && !slices.Contains(own, path.Clean(target)) {
				add(target)
			}
		}
	}
	for _, dir := range slices.Concat(madeToBeWritten(u.t), madeInside(u.t), startedDirs(u.t)) {
		if !slices.Contains(own, dir) {
			add(dir)
		}
	}
	for _, dir := range imageDirs(u.t) {
		if end.Owner(dir).Writable(as(u.proc())) != rootfs.Yes {
			add(dir)
		}
	}
	for _, s := range u.t.Services {
		for _, v := range s.Settings.Volumes {
			add(v.Target)
		}
	}
	for _, s := range u.t.Services {
		for _, w := range s.Settings.Writable {
			add(w.Path)
		}
	}
}
