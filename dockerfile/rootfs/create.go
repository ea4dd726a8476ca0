package rootfs

import (
	"slices"

	"nonroot/dockerfile/base"
	"nonroot/dockerfile/shell"
)

// number is the id that a word gives.
func number(w shell.Word) ID {
	if !w.Known || w.Text == "" {
		return ID{}
	}
	n, ok := decimal(w.Text)
	if !ok || n < 0 {
		return ID{}
	}
	return KnownID(n)
}

// guarded works out a guard: whether the command runs at all. Where that is not
// known, the account that is asked for exists afterwards in any case.
func (r *runner) guarded(g *shell.Guard) (runs Tri) {
	if g == nil {
		return Yes
	}
	if !g.Key.Known {
		return Unknown
	}
	a := r.now.accounts
	var exists Tri
	switch id := number(g.Key); {
	case id.Known && g.Group:
		_, exists = a.groupByID(id.N)
	case id.Known:
		_, exists = a.userByID(id.N)
	case g.Group:
		_, exists = a.group(g.Key.Text)
	default:
		_, exists = a.user(g.Key.Text)
	}
	switch exists {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

// account applies an effect on accounts.
func (r *runner) account(e *shell.Effect) {
	runs := r.guarded(e.Guard)
	if runs == No {
		return
	}
	changes := e.Kind != shell.AddUser && e.Kind != shell.AddGroup && e.Kind != shell.AddMember
	if e.Conditional || e.Tolerated && changes { // it may fail: an id that is taken, a group that is somebody's first
		runs = Unknown
	}
	if r.now.accounts.full() {
		r.now.accounts = &accounts{}
		return
	}
	a := r.now.accounts.copy(changes)
	r.now.accounts = a
	if !e.Account.Name.Known {
		a.closed = false
		return
	}
	switch e.Kind {
	case shell.AddUser:
		r.addUser(a, e, runs)
	case shell.AddGroup:
		r.addGroup(a, e, runs)
	case shell.ModUser:
		r.modUser(a, e, runs)
	case shell.ModGroup:
		r.modGroup(a, e, runs)
	case shell.AddMember:
		for _, g := range e.Account.Groups {
			a.members = append(a.members, member{e.Account.Name.Text, g.Text})
		}
	case shell.DelUser:
		r.delUser(a, e.Account.Name.Text, runs)
	case shell.DelGroup:
		drop(&a.groups, &a.maybeGroups, e.Account.Name.Text, runs)
	}
}

// ensured notes that a guard's account exists under whatever name or id.
func (r *runner) ensured(a *accounts, g *shell.Guard, made Account, group bool) {
	if g == nil || !g.Key.Known || g.Group != group {
		return
	}
	x := account{Account: Account{By: r.in}}
	id := number(g.Key)
	switch {
	case id.Known && group:
		x.GID, x.anonymous = id, true
	case id.Known:
		x.UID, x.anonymous = id, true
	default:
		x.Name = g.Key.Text
	}
	if group {
		a.groups = append(a.groups, x)
		return
	}
	a.users = append(a.users, x)
}

func (r *runner) addUser(a *accounts, e *shell.Effect, runs Tri) {
	name := e.Account.Name.Text
	uid := r.newUID(a, e.Account)
	if _, taken := a.user(name); taken == Yes {
		return // the command fails; the account stays what it is
	}
	if uid.Known && !e.Account.NonUnique && e.Tolerated {
		_, taken := a.userByID(uid.N)
		if _, group := a.groupByID(uid.N); e.Account.Tool != shell.Shadow && e.Account.OwnGroup == shell.Yes && taken != Yes && group != No {
			taken = group // the group that it makes would have the same id
		}
		switch taken {
		case Yes:
			return
		case Unknown:
			runs = Unknown
		}
	}
	u := Account{Name: name, UID: uid, Home: r.homeOf(e.Account), By: r.in, Picked: !e.Account.UID.Given()}
	if e.Account.Shell.Known {
		u.Shell = e.Account.Shell.Text
	}
	u.GID = r.primaryGroup(a, e.Account, uid, runs)
	if x := (account{Account: u, system: picked(e.Account.UID, e.Account.System)}); runs == Yes {
		a.users = append(a.users, x)
	} else {
		a.maybeUsers = append(a.maybeUsers, x)
		r.ensured(a, e.Guard, u, false)
	}
	for _, g := range e.Account.Groups {
		a.members = append(a.members, member{name, g.Text})
	}
	if e.Account.Tool == shell.Adduser && !e.Account.System {
		a.members = append(a.members, member{name, "users"})
	}
	r.makeHome(e, u, runs)
}

// picked reports whether a tool picks an id of a system account by itself.
func picked(id shell.Word, system bool) bool { return system && !id.Given() }

// newUID is the uid that an account gets: the one that is given, else what the
// tool takes, where all that are in use are known: shadow the one behind the
// highest, the two adduser the first free one, and the first that no group has
// either where they make the user's own group (seen with shadow 4.13, adduser
// 3.134 and busybox 1.35).
func (r *runner) newUID(a *accounts, s *shell.Account) ID {
	if s.UID.Given() {
		return number(s.UID)
	}
	tool := s.Tool
	if tool == shell.UnknownTool {
		return ID{}
	}
	ids := a.passwd()
	if tool != shell.Shadow && !s.System && s.OwnGroup == shell.Yes { // for the system, Debian's takes the two apart
		ids = ids.beside(a.groupFile())
	}
	return next(tool, s.System, a, ids, uidOf)
}

// next is the id that a tool picks; it is known where it is the same whether or
// not the accounts exist that may.
func next(tool shell.Tool, system bool, a *accounts, t table, id func(*account) ID) ID {
	if !a.closed || system && a.loose {
		return ID{}
	}
	without := pick(tool, system, t.sure[:], id)
	if with := pick(tool, system, [][]account{t.sure[0], t.sure[1], t.maybe[0], t.maybe[1]}, id); with != without {
		return ID{}
	}
	return without
}

func pick(tool shell.Tool, system bool, lists [][]account, id func(*account) ID) ID {
	low, high := 1000, 60000
	if system {
		low, high = 100, 999
	}
	var used []int
	highest := low - 1
	for _, list := range lists {
		for i := range list {
			switch x := id(&list[i]); {
			case !x.Known && (system || !list[i].system):
				return ID{}
			case x.Known && x.N >= low && x.N <= high:
				used = append(used, x.N)
				highest = max(highest, x.N)
			}
		}
	}
	switch {
	case tool == shell.Shadow && !system:
		return KnownID(highest + 1)
	case tool == shell.Shadow:
		for n := high; n >= low; n-- {
			if !slices.Contains(used, n) {
				return KnownID(n)
			}
		}
		return ID{}
	}
	for n := low; n <= high; n++ {
		if !slices.Contains(used, n) {
			return KnownID(n)
		}
	}
	return ID{}
}

// homeOf is the home directory of a new account, empty where it is not known.
func (r *runner) homeOf(s *shell.Account) string {
	switch {
	case s.Home.Known && s.Home.Text != "":
		return s.Home.Text
	case s.Home.Given(), s.Tool == shell.UnknownTool, s.Tool == shell.Adduser && s.System:
		return ""
	}
	return "/home/" + s.Name.Text
}

// primaryGroup is the group of a new account, which is made where the tool does so.
func (r *runner) primaryGroup(a *accounts, s *shell.Account, uid ID, runs Tri) ID {
	if s.GID.Given() {
		if id := number(s.GID); id.Known || !s.GID.Known {
			return id
		}
		g, ok := a.group(s.GID.Text)
		if ok == Yes {
			return g.GID
		}
		return ID{}
	}
	switch {
	case s.OwnGroup == shell.No && s.System && s.Tool == shell.Busybox, s.OwnGroup == shell.No && s.System && s.Tool == shell.Adduser:
		g, _ := a.group("nogroup")
		return g.GID
	case s.OwnGroup == shell.No && s.Tool == shell.Shadow:
		g, _ := a.group("users") // login.defs: GROUP 100
		return g.GID
	case s.OwnGroup == shell.No || s.Tool == shell.UnknownTool:
		return ID{}
	}
	gid := uid
	if uid.Known {
		switch _, taken := a.groupByID(uid.N); taken {
		case Yes:
			gid = next(s.Tool, s.System, a, a.groupFile(), gidOf)
		case Unknown:
			gid = ID{}
		}
	}
	g := account{Account: Account{Name: s.Name.Text, GID: gid, By: r.in, Picked: !s.UID.Given()}, system: picked(s.UID, s.System)}
	if runs == Yes {
		a.groups = append(a.groups, g)
	} else {
		a.maybeGroups = append(a.maybeGroups, g)
	}
	return gid
}

func (r *runner) addGroup(a *accounts, e *shell.Effect, runs Tri) {
	name := e.Account.Name.Text
	if _, taken := a.group(name); taken == Yes {
		return
	}
	gid := number(e.Account.GID)
	tool := e.Account.Tool
	if !e.Account.GID.Given() && tool != shell.UnknownTool {
		gid = next(tool, e.Account.System, a, a.groupFile(), gidOf)
	}
	if gid.Known && !e.Account.NonUnique && e.Tolerated {
		switch _, taken := a.groupByID(gid.N); taken {
		case Yes:
			return
		case Unknown:
			runs = Unknown
		}
	}
	g := Account{Name: name, GID: gid, By: r.in, Picked: !e.Account.GID.Given()}
	x := account{Account: g, system: picked(e.Account.GID, e.Account.System)}
	if runs == Yes {
		a.groups = append(a.groups, x)
		return
	}
	a.maybeGroups = append(a.maybeGroups, x)
	r.ensured(a, e.Guard, g, true)
}

// makeHome makes the home directory of a new account where its tool does so.
func (r *runner) makeHome(e *shell.Effect, u Account, runs Tri) {
	s := e.Account
	makes := s.CreateHome
	if makes == shell.Default {
		switch {
		case s.Tool == shell.Busybox, s.Tool == shell.Adduser && !s.System:
			makes = shell.Yes
		case s.Tool == shell.Shadow && r.now.famKnown && r.now.family == base.Debian, s.Tool == shell.Shadow && s.System:
			makes = shell.No
		case s.Tool == shell.Shadow && r.now.famKnown && r.now.family == base.RHEL:
			makes = shell.Yes
		}
	}
	if makes == shell.No {
		return
	}
	if u.Home == "" {
		r.doubt("/home")
		return
	}
	home := canonical(u.Home)
	if o := r.look(home); o.Kind == File || o.Kind != Dir && o.Exists == Yes { // it stays what it is, with a warning
		r.doubt(home)
		return
	}
	own := owning{uid: u.UID, gid: u.GID, user: u.Name}
	ev := event{
		kind: makeDir, path: home, in: r.in, own: own, explicit: true, above: &rootOwned,
		perhaps: runs != Yes || makes != shell.Yes,
	}
	if s.Tool == shell.Busybox {
		ev.kind, ev.own.mode = homeDir, Mode{0o2755, true} // seen: it takes over a directory that is there
	}
	r.add(ev)
	fill := ev
	fill.kind = fillDir
	r.add(fill)
}
