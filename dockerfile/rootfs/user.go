package rootfs

import "strings"

// currentUser is the user in force: the last USER, else that of the base image,
// else root.
func (s *snapshot) currentUser() User {
	if s.user.in == nil && s.user.known && s.user.value == "" {
		u := s.resolveUser("0")
		u.Text, u.Numeric = "", false
		return u
	}
	var u User
	if s.user.known {
		u = s.resolveUser(s.user.value)
	}
	u.Text, u.In, u.Known = s.user.text, s.user.in, s.user.known
	return u
}

// resolved is the user in force, with the home directory of its passwd entry, as
// long as USER and the accounts stay what they are.
type resolved struct {
	of        *userInForce
	among     *accounts
	user      User
	home      string
	homeKnown bool
}

func (s *snapshot) resolve() resolved {
	r := resolved{of: s.user, among: s.accounts, user: s.currentUser()}
	r.home, r.homeKnown = s.accounts.homeOf(r.user)
	return r
}

// resolveUser is the user that "name", "uid", "name:group" or any mixture of
// them is.
func (s *snapshot) resolveUser(value string) User {
	name, group, hasGroup := strings.Cut(value, ":")
	u := User{Text: value, Known: true, Group: hasGroup && group != ""}
	var a Account
	var found Tri
	if n, ok := decimal(name); ok {
		u.Numeric, u.UID = true, KnownID(n)
		a, found = s.accounts.userByID(n)
		if found == Yes {
			u.Name = a.Name
		}
		if n == 0 {
			u.Name = "root"
		}
	} else {
		u.Name = name
		a, found = s.accounts.user(name)
		u.UID = a.UID
		if name == "root" || name == "" {
			u.UID = KnownID(0)
		}
	}
	u.Account = found
	s.groupsOf(&u, a, group)
	return u
}

// groupsOf works out the primary and the supplementary groups of a user: with a
// group behind the colon there are no others.
func (s *snapshot) groupsOf(u *User, a Account, group string) {
	if u.Group {
		u.GroupsKnown = true
		if n, ok := decimal(group); ok {
			u.GID = KnownID(n)
			return
		}
		g, _ := s.accounts.group(group)
		u.GID = g.GID
		if group == "root" {
			u.GID = KnownID(0)
		}
		return
	}
	switch {
	case u.Account == Yes:
		u.GID = a.GID
	case u.Account == No || u.UID.Is(0) == Yes:
		u.GID = KnownID(0) // seen: without a passwd entry the group is root's
	}
	u.GroupsKnown = s.accounts.closed && u.Account != Unknown
	for _, m := range s.accounts.members {
		if m.user != u.Name || u.Name == "" {
			continue
		}
		id := ID{}
		if n, ok := decimal(m.group); ok {
			id = KnownID(n)
		} else if g, ok := s.accounts.group(m.group); ok == Yes {
			id = g.GID
		}
		if !id.Known {
			u.GroupsKnown = false
			continue
		}
		u.Groups = append(u.Groups, id.N)
	}
}

// homeOf is the HOME that a user gets: ENV HOME, else that of its passwd entry,
// else "/".
func (s *snapshot) homeOf(u User) (string, bool) { return s.homeElse(s.accounts.homeOf(u)) }

// homeElse is ENV HOME, else the home directory that is given.
func (s *snapshot) homeElse(home string, known bool) (string, bool) {
	if b := s.vars.find("HOME"); b != nil && !b.arg {
		return b.value, b.known
	}
	return home, known
}

// homeOf is the home directory of a user's entry, "/" where there is none.
func (a *accounts) homeOf(u User) (string, bool) {
	switch u.Account {
	case Yes:
		entry, _ := a.user(u.Name)
		if u.Numeric {
			entry, _ = a.userByID(u.UID.N)
		}
		return entry.Home, entry.Home != ""
	case No:
		return "/", true
	}
	return "", false
}
