package rootfs

import "nonroot/dockerfile/shell"

func (r *runner) modUser(a *accounts, e *shell.Effect, runs Tri) {
	for i := len(a.users) - 1; i >= 0; i-- {
		u := &a.users[i]
		if u.Name != e.Account.Name.Text || u.anonymous {
			continue
		}
		old := *u
		u.By = r.in
		if w := e.Account.UID; w.Given() {
			u.UID, u.Picked = r.changed(u.UID, number(w), runs), u.Picked && runs != Yes
		}
		if w := e.Account.GID; w.Given() {
			gid := number(w)
			if g, ok := a.group(w.Text); !gid.Known && ok == Yes {
				gid = g.GID
			}
			u.GID = r.changed(u.GID, gid, runs)
		}
		if w := e.Account.Home; w.Given() {
			u.Home = ""
			if w.Known && runs == Yes {
				u.Home = w.Text
			}
		}
		if w := e.Account.NewName; w.Given() {
			a.maybeUsers = append(a.maybeUsers, account{Account: Account{Name: w.Text, UID: u.UID, GID: u.GID}})
			if w.Known && runs == Yes {
				a.maybeUsers = a.maybeUsers[:len(a.maybeUsers)-1]
				u.Name = w.Text
			}
		}
		if old.Home != "" && (e.Account.UID.Given() || e.Account.GID.Given() || e.Account.CreateHome == shell.Yes) {
			r.doubt(old.Home) // usermod gives the home to the new ids, or moves it
		}
		if w := e.Account.Home; w.Given() && e.Account.CreateHome == shell.Yes {
			p, _ := target(w)
			r.doubt(p)
		}
		break
	}
	for _, g := range e.Account.Groups {
		a.members = append(a.members, member{e.Account.Name.Text, g.Text})
	}
}

// changed is an id behind a change that may not have happened.
func (r *runner) changed(old, id ID, runs Tri) ID {
	if runs == Yes || old == id {
		return id
	}
	return ID{}
}

func (r *runner) modGroup(a *accounts, e *shell.Effect, runs Tri) {
	for i := len(a.groups) - 1; i >= 0; i-- {
		g := &a.groups[i]
		if g.Name != e.Account.Name.Text || g.anonymous {
			continue
		}
		old := g.GID
		g.By = r.in
		if w := e.Account.GID; w.Given() {
			g.GID = r.changed(g.GID, number(w), runs)
			for j := range a.users {
				if old.Known && a.users[j].GID == old {
					a.users[j].GID = g.GID
				}
			}
		}
		if w := e.Account.NewName; w.Given() {
			if w.Known && runs == Yes {
				g.Name = w.Text
			} else {
				a.maybeGroups = append(a.maybeGroups, account{Account: Account{Name: w.Text, GID: g.GID}})
			}
		}
		return
	}
}

// delUser removes a user and, as userdel does, the group of that name.
func (r *runner) delUser(a *accounts, name string, runs Tri) {
	u, ok := a.user(name)
	drop(&a.users, &a.maybeUsers, name, runs)
	drop(&a.groups, &a.maybeGroups, name, Unknown)
	if ok == Yes && u.Home != "" && u.Home != "/" {
		r.doubt(u.Home)
	}
}

// drop takes an account out of the lists, or to those that may exist.
func drop(sure, maybe *[]account, name string, runs Tri) {
	for i := len(*sure) - 1; i >= 0; i-- {
		if x := (*sure)[i]; x.Name == name && !x.anonymous {
			*sure = append((*sure)[:i], (*sure)[i+1:]...)
			if runs != Yes {
				*maybe = append(*maybe, x)
			}
		}
	}
	if runs != Yes {
		return
	}
	for i := len(*maybe) - 1; i >= 0; i-- {
		if (*maybe)[i].Name == name {
			*maybe = append((*maybe)[:i], (*maybe)[i+1:]...)
		}
	}
}
