// Package base knows base images: which accounts and tools they have, as whom
// they run and what their entrypoint does about it.
package base

// Family is what an image is built on, which decides its standard accounts and
// account tools.
type Family int8

const (
	Other   Family = iota // a family of its own: nothing is assumed
	Scratch               // nothing at all
	Static                // distroless and the like: no package manager, no account tools
	Debian                // Debian and Ubuntu
	Alpine
	Busybox
	RHEL  // Fedora, CentOS, UBI, Amazon Linux and the like
	Wolfi // Chainguard
	Windows
)

// String is the family's name in messages.
func (f Family) String() string {
	return [...]string{"other", "scratch", "distroless", "Debian", "Alpine", "busybox", "RHEL", "Wolfi", "Windows"}[f]
}

// Tools are the commands that create accounts. The zero value is the cautious one.
type Tools int8

const (
	NoTools        Tools = iota // none that can be counted on
	Useradd                     // useradd and groupadd, of the shadow suite
	BusyboxAdduser              // adduser and addgroup of busybox
)

// Account is a line of /etc/passwd.
type Account struct {
	Name     string
	UID, GID int
	Home     string
	Shell    string
}

// Group is a line of /etc/group.
type Group struct {
	Name    string
	GID     int
	Members []string
}

// Path is a file or directory that is not simply root's with mode 755. With
// Tree, all that the image has below it has the same owner.
type Path struct {
	Path     string
	UID, GID int
	Mode     uint32 // permission bits with setuid, setgid and sticky, as chmod takes them; 0: not known
	Tree     bool
}

// Image is what is known of a base image. It is shared and read-only.
type Image struct {
	Family   Family
	Accounts []Account
	Groups   []Group
	// Maybe are accounts that some releases have and others do not.
	Maybe []Account
	// Loose says that packages of the image may have made system accounts and
	// groups (ids 100 to 999) that are not listed; everything else is.
	Loose bool
	// Unlisted says that nothing is known of its accounts, paths and tools.
	Unlisted bool
	User     string   // USER of its configuration, as written; empty: root
	Workdir  string   // WORKDIR of its configuration; empty: /
	Env      []string // of its configuration, as NAME=value, as far as it concerns users and paths
	Service  string   // the image's own account that is meant for what runs in it; empty: none
	Shell    bool     // it has /bin/sh
	Tools    Tools
	Adduser  bool   // it has Debian's adduser as well
	Manager  string // the package manager: apt-get, apk, dnf, microdnf, yum, tdnf; empty: none
	// Drops names how the entrypoint, started as root, becomes another user: a
	// helper (gosu, su-exec, setpriv, s6, su, chroot), or "workers" for a master process
	// that stays root and starts workers as another user. Empty: it does no such
	// thing. DropsTo is the account that it becomes.
	Drops, DropsTo string
	// IDs are the variables of the environment that tell the entrypoint which uid
	// and which gid to become, such as PUID and PGID.
	IDs        []string
	Entrypoint []string // of its configuration
	Cmd        []string // of its configuration
	Started    bool     // Entrypoint and Cmd are known, also where they are empty
	CmdUnknown bool     // what Entrypoint is given, or what is started in its place, is not known after all
	Volumes    []string
	Writable   []string // directories that its program writes, for a read-only root
	Paths      []Path
	Setuid     []string // programs that gain privileges, beyond those of the family (su, passwd and the like)
	Source     string   // where these facts are from, then where those of the family are from
	Read       string   // the day on which Source was read, as 2006-01-02; empty: no such day
}

// Account finds an account by name.
func (m *Image) Account(name string) (Account, bool) {
	for _, a := range m.Accounts {
		if a.Name == name {
			return a, true
		}
	}
	return Account{}, false
}

// AccountByUID finds the first account that has the uid.
func (m *Image) AccountByUID(uid int) (Account, bool) {
	for _, a := range m.Accounts {
		if a.UID == uid {
			return a, true
		}
	}
	return Account{}, false
}

// Group finds a group by name.
func (m *Image) Group(name string) (Group, bool) {
	for _, g := range m.Groups {
		if g.Name == name {
			return g, true
		}
	}
	return Group{}, false
}

// GroupByGID finds the first group that has the gid.
func (m *Image) GroupByGID(gid int) (Group, bool) {
	for _, g := range m.Groups {
		if g.GID == gid {
			return g, true
		}
	}
	return Group{}, false
}
