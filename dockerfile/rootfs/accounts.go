package rootfs

import (
	"slices"
	"strings"

	"nonroot/dockerfile/base"
)

// accounts is what is in /etc/passwd and /etc/group. It is never modified: a
// change makes a new one.
type accounts struct {
	below         *accounts // those of the base image, whose lists come first; nil: there are none
	users, groups []account
	// maybe are accounts that may exist; of a user, its name or its id may be
	// all that is known.
	maybeUsers, maybeGroups []account
	members                 []member
	closed                  bool     // there are no others, but for what loose says
	loose                   bool     // packages may have made system accounts, ids 100 to 999
	packages                []string // those that were installed, whose names their accounts may have
}

// account is a user or a group; a group uses Name, GID and By alone.
type account struct {
	Account
	anonymous bool // it exists under a name that is not known
	system    bool // where its id is not known, it is one of 100 to 999
}

// member says that a user is in a group beside its primary one.
type member struct {
	user  string
	group string
}

// accountsOf are the accounts of a base image, with nothing of its own yet.
func accountsOf(m *base.Image) *accounts {
	below := ofImage(m)
	return &accounts{below: below, members: below.members, closed: below.closed, loose: below.loose}
}

// ofImage are the lists of a base image.
func ofImage(m *base.Image) *accounts {
	a := &accounts{closed: !m.Unlisted, loose: m.Loose}
	for _, u := range m.Accounts {
		a.users = append(a.users, account{Account: Account{Name: u.Name, UID: KnownID(u.UID), GID: KnownID(u.GID), Home: u.Home, Shell: u.Shell}})
	}
	for _, g := range m.Groups {
		a.groups = append(a.groups, account{Account: Account{Name: g.Name, GID: KnownID(g.GID)}})
		for _, u := range g.Members {
			a.members = append(a.members, member{u, g.Name})
		}
	}
	for _, u := range m.Maybe {
		one := account{Account: Account{Name: u.Name, UID: KnownID(u.UID), GID: KnownID(u.GID), Home: u.Home, Shell: u.Shell}}
		a.maybeUsers = append(a.maybeUsers, one)
		a.maybeGroups = append(a.maybeGroups, account{Account: Account{Name: u.Name, GID: KnownID(u.GID)}})
	}
	return a
}

// table is one of the two files: what exists and what may, of the base image
// and of the stage.
type table struct{ sure, maybe [2][]account }

func (a *accounts) passwd() table {
	t := table{sure: [2][]account{1: a.users}, maybe: [2][]account{1: a.maybeUsers}}
	if a.below != nil {
		t.sure[0], t.maybe[0] = a.below.users, a.below.maybeUsers
	}
	return t
}

// beside is a table of users with the ids of groups among theirs.
func (t table) beside(groups table) table {
	join := func(users, groups []account) []account {
		users = slices.Clip(users)
		for _, g := range groups {
			users = append(users, account{Account: Account{UID: g.GID}, system: g.system})
		}
		return users
	}
	for i := range t.sure {
		t.sure[i], t.maybe[i] = join(t.sure[i], groups.sure[i]), join(t.maybe[i], groups.maybe[i])
	}
	return t
}

func (a *accounts) groupFile() table {
	t := table{sure: [2][]account{1: a.groups}, maybe: [2][]account{1: a.maybeGroups}}
	if a.below != nil {
		t.sure[0], t.maybe[0] = a.below.groups, a.below.maybeGroups
	}
	return t
}

// user finds a user by name.
func (a *accounts) user(name string) (Account, Tri) {
	t := a.passwd()
	return a.byName(&t, name)
}

func (a *accounts) group(name string) (Account, Tri) {
	t := a.groupFile()
	return a.byName(&t, name)
}

func (a *accounts) byName(t *table, name string) (Account, Tri) {
	found, ok := t.find(func(x *account) bool { return x.Name == name && !x.anonymous })
	if ok == No {
		ok = a.unlistedName(t, name)
	}
	return found, ok
}

func (a *accounts) userByID(uid int) (Account, Tri) {
	t := a.passwd()
	return a.byID(&t, uidOf, uid)
}

func (a *accounts) groupByID(gid int) (Account, Tri) {
	t := a.groupFile()
	return a.byID(&t, gidOf, gid)
}

func (a *accounts) byID(t *table, id func(*account) ID, n int) (Account, Tri) {
	found, ok := t.find(func(x *account) bool { return id(x).Is(n) == Yes })
	if ok == No {
		ok = a.unlistedID(t, id, n)
	}
	return found, ok
}

func uidOf(x *account) ID { return x.UID }
func gidOf(x *account) ID { return x.GID }

// find looks for an account among those that exist, the latest first, and among
// those that may.
func (t *table) find(is func(*account) bool) (Account, Tri) {
	for l := len(t.sure) - 1; l >= 0; l-- {
		for i := len(t.sure[l]) - 1; i >= 0; i-- {
			if is(&t.sure[l][i]) {
				return t.sure[l][i].Account, Yes
			}
		}
	}
	for _, list := range t.maybe {
		for i := range list {
			if is(&list[i]) {
				return Account{}, Unknown
			}
		}
	}
	return Account{}, No
}

// unlistedName is whether an account exists that is not listed.
func (a *accounts) unlistedName(t *table, name string) Tri {
	if !a.closed {
		return Unknown
	}
	for _, list := range t.sure {
		for i := range list {
			if list[i].anonymous {
				return Unknown
			}
		}
	}
	if a.loose && serviceName(name) {
		return Unknown
	}
	for _, p := range a.packages {
		if strings.Contains(p, strings.TrimPrefix(name, "_")) {
			return Unknown
		}
	}
	return No
}

// unlistedID is whether an id is taken that is not listed: where ids of listed
// accounts are not known, any of them may have it.
func (a *accounts) unlistedID(t *table, id func(*account) ID, n int) Tri {
	if !a.closed || a.loose && n >= 100 && n < 1000 {
		return Unknown
	}
	for _, list := range [...][]account{t.sure[0], t.sure[1], t.maybe[0], t.maybe[1]} {
		for i := range list {
			if !id(&list[i]).Known && (!list[i].system || n >= 100 && n < 1000) {
				return Unknown
			}
		}
	}
	return No
}

// serviceName reports whether a name is one that packages of the distributions
// make accounts by.
func serviceName(name string) bool {
	if strings.HasPrefix(name, "_") || strings.HasPrefix(name, "systemd-") {
		return true
	}
	switch name {
	case "messagebus", "sshd", "ssh", "redis", "nginx", "postgres", "mysql", "mongodb", "apache", "www-data", "dbus", "polkitd", "avahi", "ntp",
		"chrony", "rpc", "rpcuser", "statd", "tss", "unbound", "memcache", "memcached", "rabbitmq", "haproxy", "varnish", "squid", "postfix", "dovecot",
		"bind", "named", "tcpdump", "uuidd", "syslog", "crontab", "netdev", "ssl-cert", "docker", "kvm", "render", "sgx", "input", "libvirt", "tomcat",
		"jetty", "git", "munin", "zabbix", "clamav", "vmail", "saslauth", "epmd", "couchdb", "prometheus", "grafana", "utempter", "sssd", "colord",
		"pulse", "rtkit", "geoclue", "gdm", "lightdm", "cups", "lpadmin", "scanner", "bluetooth", "lxd", "plocate", "mlocate", "slocate", "usbmux":
		return true
	}
	return false
}

// copy is a copy whose lists can be appended to; with flat, they hold those of
// the base image too and can be changed.
func (a *accounts) copy(flat bool) *accounts {
	b := *a
	switch {
	case flat && a.below != nil:
		b.users, b.groups = slices.Concat(a.below.users, a.users), slices.Concat(a.below.groups, a.groups)
		b.maybeUsers, b.maybeGroups = slices.Concat(a.below.maybeUsers, a.maybeUsers), slices.Concat(a.below.maybeGroups, a.maybeGroups)
		b.below = nil
	case flat:
		b.users, b.groups = slices.Clone(a.users), slices.Clone(a.groups)
		b.maybeUsers, b.maybeGroups = slices.Clone(a.maybeUsers), slices.Clone(a.maybeGroups)
	default:
		b.users, b.groups = slices.Clip(a.users), slices.Clip(a.groups)
		b.maybeUsers, b.maybeGroups = slices.Clip(a.maybeUsers), slices.Clip(a.maybeGroups)
	}
	b.members = slices.Clip(a.members)
	b.packages = slices.Clip(a.packages)
	return &b
}

// maxAccounts bounds the accounts, memberships and packages of a stage: each RUN that
// adds one copies those before it. Of a stage that has more, no account is known.
const maxAccounts = 1000

// full reports whether there are more than that.
func (a *accounts) full() bool {
	n := len(a.users) + len(a.groups) + len(a.maybeUsers) + len(a.maybeGroups) + len(a.members) + len(a.packages)
	return n > maxAccounts
}

// opened is a copy in which other accounts may exist.
func (a *accounts) opened() *accounts {
	if !a.closed {
		return a
	}
	b := *a
	b.closed = false
	return &b
}

// rewritten is a copy in which every account of a file may be gone or changed,
// but for root, without which no image works.
func (a *accounts) rewritten(file string) *accounts {
	b := a.copy(true)
	b.closed = false
	sure, maybe := &b.users, &b.maybeUsers
	if file == "/etc/group" {
		sure, maybe = &b.groups, &b.maybeGroups
	}
	var root []account
	for _, x := range *sure {
		if x.Name == "root" {
			root = append(root, x)
			continue
		}
		x.UID, x.GID = ID{}, ID{}
		*maybe = append(*maybe, x)
	}
	*sure = root
	return b
}
