package shell

import "strings"

const whyAccounts = "changes the accounts"

// accounts runs the account tools; false where it is none of them. The options
// are those of the manual pages of shadow 4.17, Debian's adduser 3.137 and
// busybox 1.37.
func (c *command) accounts() bool {
	switch c.name {
	case "useradd":
		c.useradd()
	case "adduser":
		c.adduser()
	case "groupadd":
		c.groupadd()
	case "addgroup":
		c.addgroup()
	case "usermod":
		c.usermod()
	case "groupmod":
		c.groupmod()
	case "userdel", "deluser":
		c.userdel()
	case "groupdel", "delgroup":
		c.groupdel()
	case "gpasswd":
		c.gpasswd()
	case "chpasswd", "passwd", "chsh", "chfn", "chage", "pwconv", "grpconv", "newusers", "vipw", "visudo":
		kind := Run
		var paths []Word
		if c.name == "newusers" || c.name == "vipw" {
			kind, paths = Write, []Word{Lit("/etc/passwd")}
		}
		c.root(whyAccounts, Effect{Kind: kind, Paths: paths})
	default:
		return false
	}
	return true
}

// account emits an effect on an account; where its options were not understood,
// what was not read stays unknown.
func (c *command) account(kind Kind, a Account, understood bool) {
	if !understood {
		unread := Word{Text: "?"}
		for _, w := range []*Word{&a.UID, &a.GID, &a.Home} {
			if !w.Given() {
				*w = unread
			}
		}
	}
	if !a.Name.Given() {
		a.Name = Word{Text: "?"}
	}
	c.root(whyAccounts, Effect{Kind: kind, Account: &a})
}

func yesIf(yes, no bool) Choice {
	switch {
	case yes:
		return Yes
	case no:
		return No
	}
	return Default
}

func first(words []Word) Word {
	if len(words) == 0 {
		return Word{}
	}
	return words[0]
}

func list(w Word) []Word {
	if !w.Given() {
		return nil
	}
	if !w.Known {
		return []Word{w}
	}
	var out []Word
	for _, f := range strings.Split(w.Text, ",") {
		out = append(out, Lit(f))
	}
	return out
}

func (c *command) useradd() {
	o, names, ok := options(c.args, "b:c:d:De:f:Fg:G:k:K:lmMNop:rR:P:s:u:UZ:h",
		"badname base-dir: comment: home-dir: home: defaults expiredate: inactive: add-subids-for-system gid: groups: skel: key: no-log-init create-home no-create-home no-user-group non-unique password: system root: prefix: shell: uid: user-group selinux-user: btrfs-subvolume-home help")
	if has(o, "D", "defaults") {
		c.root(whyAccounts, Effect{})
		return
	}
	home := get(o, "d", "home-dir", "home")
	if dir := get(o, "b", "base-dir"); dir.Given() && !home.Given() {
		home = Word{Text: dir.Text + "/" + first(names).Text, Known: dir.Known && first(names).Known}
	}
	c.account(AddUser, Account{
		Tool: Shadow, Name: first(names), UID: get(o, "u", "uid"), GID: get(o, "g", "gid"),
		Groups: list(get(o, "G", "groups")), Home: home, Shell: get(o, "s", "shell"),
		CreateHome: yesIf(has(o, "m", "create-home"), has(o, "M", "no-create-home")),
		OwnGroup:   yesIf(has(o, "U", "user-group"), has(o, "N", "no-user-group") || has(o, "g", "gid")),
		System:     has(o, "r", "system"), NonUnique: has(o, "o", "non-unique"), NoLastlog: has(o, "l", "no-log-init"),
	}, ok && len(names) == 1)
}

func (c *command) groupadd() {
	o, names, ok := options(c.args, "fg:K:op:rR:P:U:h", "force gid: key: non-unique password: system root: prefix: users: help")
	outer := c.in.guard
	if has(o, "f", "force") && outer == nil { // it succeeds where the group is there
		c.in.guard = &Guard{Group: true, Key: first(names)}
	}
	c.account(AddGroup, Account{
		Tool: Shadow, Name: first(names), GID: get(o, "g", "gid"), System: has(o, "r", "system"), NonUnique: has(o, "o", "non-unique"),
	}, ok && len(names) == 1)
	c.in.guard = outer
}

// adduser is one of three programs; their options are told apart by which are
// there, and where they do not tell, by Options.Adduser.
func (c *command) adduser() {
	if c.in.opt.Adduser == Shadow {
		c.useradd()
		return
	}
	o, names, ok := options(c.args, "h:g:s:G:SDHu:k:qc",
		"home: gecos: comment: shell: ingroup: system disabled-password disabled-login no-create-home uid: skel: gid: group firstuid: lastuid: firstgid: lastgid: quiet debug force-badname allow-badname allow-bad-names allow-all-names add_extra_groups add-extra-groups encrypt-home conf: no-log-init")
	tool := c.in.opt.Adduser
	if tool == UnknownTool {
		tool = adduserTool(o)
	}
	if len(names) == 2 { // adduser user group
		c.account(AddMember, Account{Tool: tool, Name: names[0], Groups: names[1:]}, ok)
		return
	}
	system := has(o, "S", "system")
	group := get(o, "G", "ingroup")
	if gid := get(o, "gid"); gid.Given() {
		group = gid
	}
	c.account(AddUser, Account{
		Tool: tool, Name: first(names), UID: get(o, "u", "uid"), GID: group, Home: get(o, "h", "home"), Shell: get(o, "s", "shell"),
		CreateHome: yesIf(false, has(o, "H", "no-create-home")),
		OwnGroup:   yesIf(has(o, "group") || !system && !group.Given(), group.Given() || system && !has(o, "group")),
		System:     system,
	}, ok && len(names) == 1)
}

func adduserTool(o []option) Tool {
	for _, x := range o {
		switch x.name {
		case "D", "H", "S", "h", "G", "s", "u", "g":
			return Busybox
		case "group", "gid", "disabled-login", "comment", "firstuid", "quiet":
			return Adduser
		}
	}
	return UnknownTool
}

func (c *command) addgroup() {
	o, names, ok := options(c.args, "g:S", "gid: system firstgid: lastgid: quiet debug force-badname")
	tool := c.in.opt.Adduser
	if len(names) == 2 { // addgroup user group
		c.account(AddMember, Account{Tool: tool, Name: names[0], Groups: names[1:]}, ok)
		return
	}
	c.account(AddGroup, Account{Tool: tool, Name: first(names), GID: get(o, "g", "gid"), System: has(o, "S", "system")}, ok && len(names) == 1)
}

func (c *command) usermod() {
	o, names, ok := options(c.args, "ac:d:e:f:g:G:l:LmorR:P:p:s:u:Uv:V:w:W:Z:h",
		"append badname comment: home: expiredate: inactive: gid: groups: login: lock move-home non-unique password: remove root: prefix: shell: uid: unlock add-subuids: del-subuids: add-subgids: del-subgids: selinux-user: help")
	c.account(ModUser, Account{
		Tool: Shadow, Name: first(names), UID: get(o, "u", "uid"), GID: get(o, "g", "gid"), Groups: list(get(o, "G", "groups")),
		Home: get(o, "d", "home"), Shell: get(o, "s", "shell"), NewName: get(o, "l", "login"),
		CreateHome: yesIf(has(o, "m", "move-home"), false), NonUnique: has(o, "o", "non-unique"), Append: has(o, "a", "append"),
	}, ok)
}

func (c *command) groupmod() {
	o, names, ok := options(c.args, "ag:n:op:R:P:U:h", "append gid: new-name: non-unique password: root: prefix: users: help")
	c.account(ModGroup, Account{
		Tool: Shadow, Name: first(names), GID: get(o, "g", "gid"), NewName: get(o, "n", "new-name"), NonUnique: has(o, "o", "non-unique"),
	}, ok)
}

func (c *command) userdel() {
	_, names, _ := options(c.args, "frhZR:P:", "force remove help root: prefix: selinux-user remove-home remove-all-files backup backup-to: quiet system only-if-empty group")
	if c.name == "deluser" && c.hasArg("--group") {
		c.account(DelGroup, Account{Name: first(names)}, true)
		return
	}
	if len(names) == 2 { // deluser user group
		c.root(whyAccounts, Effect{})
		return
	}
	c.account(DelUser, Account{Name: first(names)}, true)
}

func (c *command) groupdel() {
	_, names, _ := options(c.args, "fhR:P:", "force help root: prefix: only-if-empty quiet system")
	if len(names) == 2 { // delgroup user group
		c.root(whyAccounts, Effect{})
		return
	}
	c.account(DelGroup, Account{Name: first(names)}, true)
}

func (c *command) gpasswd() {
	o, names, _ := options(c.args, "a:d:rRA:M:Q:", "add: delete: remove-password restrict administrators: members: root:")
	if user := get(o, "a", "add"); user.Given() {
		c.account(AddMember, Account{Tool: Shadow, Name: user, Groups: names}, true)
		return
	}
	c.root(whyAccounts, Effect{})
}
