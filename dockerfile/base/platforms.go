package base

// platform is what a family of images has in common: what of has, and Image.
type platform struct {
	words []string  // the parts of a tag that name it
	of    *platform // nil: Image is all
	Image
}

// The platforms that the table refers to. Tags name them by their words.

// Debian's standard accounts: base-passwd, passwd.master and group.master.
var debianAccounts = []Account{
	{"root", 0, 0, "/root", "/bin/bash"},
	{"daemon", 1, 1, "/usr/sbin", "/usr/sbin/nologin"},
	{"bin", 2, 2, "/bin", "/usr/sbin/nologin"},
	{"sys", 3, 3, "/dev", "/usr/sbin/nologin"},
	{"sync", 4, 65534, "/bin", "/bin/sync"},
	{"games", 5, 60, "/usr/games", "/usr/sbin/nologin"},
	{"man", 6, 12, "/var/cache/man", "/usr/sbin/nologin"},
	{"lp", 7, 7, "/var/spool/lpd", "/usr/sbin/nologin"},
	{"mail", 8, 8, "/var/mail", "/usr/sbin/nologin"},
	{"news", 9, 9, "/var/spool/news", "/usr/sbin/nologin"},
	{"uucp", 10, 10, "/var/spool/uucp", "/usr/sbin/nologin"},
	{"proxy", 13, 13, "/bin", "/usr/sbin/nologin"},
	{"www-data", 33, 33, "/var/www", "/usr/sbin/nologin"},
	{"backup", 34, 34, "/var/backups", "/usr/sbin/nologin"},
	{"list", 38, 38, "/var/list", "/usr/sbin/nologin"},
	{"irc", 39, 39, "/run/ircd", "/usr/sbin/nologin"},
	{"nobody", 65534, 65534, "/nonexistent", "/usr/sbin/nologin"},
}

var debianGroups = []Group{
	{"root", 0, nil}, {"daemon", 1, nil}, {"bin", 2, nil}, {"sys", 3, nil}, {"adm", 4, nil}, {"tty", 5, nil},
	{"disk", 6, nil}, {"lp", 7, nil}, {"mail", 8, nil}, {"news", 9, nil}, {"uucp", 10, nil}, {"man", 12, nil},
	{"proxy", 13, nil}, {"kmem", 15, nil}, {"dialout", 20, nil}, {"fax", 21, nil}, {"voice", 22, nil},
	{"cdrom", 24, nil}, {"floppy", 25, nil}, {"tape", 26, nil}, {"sudo", 27, nil}, {"audio", 29, nil},
	{"dip", 30, nil}, {"www-data", 33, nil}, {"backup", 34, nil}, {"operator", 37, nil}, {"list", 38, nil},
	{"irc", 39, nil}, {"src", 40, nil}, {"shadow", 42, nil}, {"utmp", 43, nil}, {"video", 44, nil},
	{"sasl", 45, nil}, {"plugdev", 46, nil}, {"staff", 50, nil}, {"games", 60, nil}, {"users", 100, nil},
	{"nogroup", 65534, nil},
}

// _apt had uid 100 before bookworm and noble; gnats was dropped with them.
var debianMaybe = []Account{
	{"_apt", 42, 65534, "/nonexistent", "/usr/sbin/nologin"},
	{"_apt", 100, 65534, "/nonexistent", "/usr/sbin/nologin"},
	{"gnats", 41, 41, "/var/lib/gnats", "/usr/sbin/nologin"},
}

var debianPaths = []Path{
	{"/root", 0, 0, 0o700, false}, {"/tmp", 0, 0, 0o1777, false}, {"/var/tmp", 0, 0, 0o1777, false},
	{"/var/mail", 0, 8, 0o2775, false}, {"/var/local", 0, 50, 0o2775, false},
}

var debian = &platform{Image: Image{
	Family: Debian, Accounts: debianAccounts, Groups: debianGroups, Maybe: debianMaybe, Paths: debianPaths,
	Shell: true, Tools: Useradd, Manager: "apt-get", Source: "Debian's base-passwd: passwd.master, group.master",
}}

// Up to bookworm apt depends on adduser; since trixie it does not.
var debian12 = &platform{
	words: []string{"bookworm", "bullseye", "buster", "stretch", "jessie", "debian12", "debian11"},
	of:    debian, Image: Image{Adduser: true},
}

var debian13 = &platform{words: []string{"trixie", "forky", "sid", "debian13", "debian"}, of: debian}

var ubuntu = &platform{
	words: []string{
		"jammy", "focal", "bionic", "xenial", "trusty", "kinetic", "22.04", "20.04", "18.04", "16.04", "14.04",
		"ubuntu22.04", "ubuntu20.04", "ubuntu18.04",
	},
	of: debian, Image: Image{Adduser: true},
}

// Since 23.04 there is an account with uid 1000; it is a member of the groups
// that a person at the machine needs.
var ubuntu24 = &platform{
	words: []string{
		"noble", "lunar", "mantic", "oracular", "plucky", "questing", "resolute", "23.04", "23.10", "24.04", "24.10",
		"25.04", "25.10", "26.04", "ubuntu24.04",
	},
	of: ubuntu,
	Image: Image{
		Accounts: []Account{{"ubuntu", 1000, 1000, "/home/ubuntu", "/bin/bash"}},
		Groups:   []Group{{"ubuntu", 1000, nil}},
		Paths:    []Path{{"/home/ubuntu", 1000, 1000, 0, true}},
		Source:   "cloud-images.ubuntu.com: ubuntu account since 23.04",
	},
}

// ubuntuAny is for tags that do not tell the release.
var ubuntuAny = &platform{of: ubuntu, Image: Image{Maybe: []Account{{"ubuntu", 1000, 1000, "/home/ubuntu", "/bin/bash"}}}}

var alpine = &platform{
	words: []string{"alpine", "musl"},
	Image: Image{
		Family: Alpine, Accounts: alpineAccounts, Groups: alpineGroups, Maybe: alpineMaybe,
		Paths: []Path{
			{"/root", 0, 0, 0o700, false}, {"/tmp", 0, 0, 0o1777, false}, {"/var/tmp", 0, 0, 0o1777, false},
			{"/var/empty", 0, 0, 0o555, false}, {"/proc", 0, 0, 0o555, false},
		},
		Shell: true, Tools: BusyboxAdduser, Manager: "apk",
		Source: "alpinelinux/aports main/alpine-baselayout: passwd, group",
	},
}

// Alpine's standard accounts: alpine-baselayout, passwd and group.
var alpineAccounts = []Account{
	{"root", 0, 0, "/root", "/bin/sh"},
	{"bin", 1, 1, "/bin", "/sbin/nologin"},
	{"daemon", 2, 2, "/sbin", "/sbin/nologin"},
	{"lp", 4, 7, "/var/spool/lpd", "/sbin/nologin"},
	{"sync", 5, 0, "/sbin", "/bin/sync"},
	{"shutdown", 6, 0, "/sbin", "/sbin/shutdown"},
	{"halt", 7, 0, "/sbin", "/sbin/halt"},
	{"mail", 8, 12, "/var/mail", "/sbin/nologin"},
	{"news", 9, 13, "/usr/lib/news", "/sbin/nologin"},
	{"uucp", 10, 14, "/var/spool/uucppublic", "/sbin/nologin"},
	{"cron", 16, 16, "/var/spool/cron", "/sbin/nologin"},
	{"ftp", 21, 21, "/var/lib/ftp", "/sbin/nologin"},
	{"sshd", 22, 22, "/dev/null", "/sbin/nologin"},
	{"games", 35, 35, "/usr/games", "/sbin/nologin"},
	{"ntp", 123, 123, "/var/empty", "/sbin/nologin"},
	{"guest", 405, 100, "/dev/null", "/sbin/nologin"},
	{"nobody", 65534, 65534, "/", "/sbin/nologin"},
}

// alpineMaybe are those that later releases dropped.
var alpineMaybe = []Account{
	{"adm", 3, 4, "/var/adm", "/sbin/nologin"},
	{"operator", 11, 0, "/root", "/sbin/nologin"},
	{"man", 13, 15, "/usr/man", "/sbin/nologin"},
	{"postmaster", 14, 12, "/var/mail", "/sbin/nologin"},
	{"at", 25, 25, "/var/spool/cron/atjobs", "/sbin/nologin"},
	{"squid", 31, 31, "/var/cache/squid", "/sbin/nologin"},
	{"xfs", 33, 33, "/etc/X11/fs", "/sbin/nologin"},
	{"cyrus", 85, 12, "/usr/cyrus", "/sbin/nologin"},
	{"vpopmail", 89, 89, "/var/vpopmail", "/sbin/nologin"},
	{"smmsp", 209, 209, "/var/spool/mqueue", "/sbin/nologin"},
}

var alpineGroups = []Group{
	{"root", 0, []string{"root"}}, {"bin", 1, []string{"root", "bin", "daemon"}}, {"daemon", 2, []string{"root", "bin", "daemon"}},
	{"sys", 3, []string{"root", "bin"}}, {"adm", 4, []string{"root", "daemon"}}, {"tty", 5, nil},
	{"disk", 6, []string{"root"}}, {"lp", 7, []string{"lp"}}, {"kmem", 9, nil}, {"wheel", 10, []string{"root"}},
	{"floppy", 11, []string{"root"}}, {"mail", 12, []string{"mail"}}, {"news", 13, []string{"news"}},
	{"uucp", 14, []string{"uucp"}}, {"cron", 16, []string{"cron"}}, {"audio", 18, nil}, {"cdrom", 19, nil},
	{"dialout", 20, []string{"root"}}, {"ftp", 21, nil}, {"sshd", 22, nil}, {"input", 23, nil},
	{"tape", 26, []string{"root"}}, {"video", 27, []string{"root"}}, {"netdev", 28, nil}, {"kvm", 34, nil},
	{"games", 35, nil}, {"shadow", 42, nil}, {"www-data", 82, nil}, {"users", 100, []string{"games"}},
	{"ntp", 123, nil}, {"abuild", 300, nil}, {"utmp", 406, nil}, {"ping", 999, nil}, {"nogroup", 65533, nil},
	{"nobody", 65534, nil},
}

var busybox = &platform{Image: Image{
	Family: Busybox,
	Accounts: []Account{
		{"root", 0, 0, "/root", "/bin/sh"}, {"daemon", 1, 1, "/usr/sbin", "/bin/false"}, {"bin", 2, 2, "/bin", "/bin/false"},
		{"sys", 3, 3, "/dev", "/bin/false"}, {"sync", 4, 100, "/bin", "/bin/sync"}, {"mail", 8, 8, "/var/spool/mail", "/bin/false"},
		{"www-data", 33, 33, "/var/www", "/bin/false"}, {"operator", 37, 37, "/var", "/bin/false"},
		{"nobody", 65534, 65534, "/home", "/bin/false"},
	},
	Groups: []Group{
		{"root", 0, nil}, {"daemon", 1, nil}, {"bin", 2, nil}, {"sys", 3, nil}, {"adm", 4, nil}, {"tty", 5, nil},
		{"disk", 6, nil}, {"lp", 7, nil}, {"mail", 8, nil}, {"kmem", 9, nil}, {"wheel", 10, []string{"root"}},
		{"cdrom", 11, nil}, {"dialout", 18, nil}, {"floppy", 19, nil}, {"video", 28, nil}, {"audio", 29, nil},
		{"tape", 32, nil}, {"www-data", 33, nil}, {"operator", 37, nil}, {"utmp", 43, nil}, {"plugdev", 46, nil},
		{"staff", 50, nil}, {"lock", 54, nil}, {"netdev", 82, nil}, {"users", 100, nil},
	},
	Paths: []Path{{"/root", 0, 0, 0o700, false}, {"/tmp", 0, 0, 0o1777, false}},
	Loose: true, Shell: true, Tools: BusyboxAdduser,
	Source: "docker-library/busybox with buildroot's system/skeleton",
}}

// rhel has the shadow suite; rhelMinimal has not.
var rhel = &platform{
	words: []string{"ubi10", "ubi9", "ubi8", "fedora", "el9", "el8", "oraclelinux9", "oraclelinux8"},
	of:    rhelAny, Image: Image{Tools: Useradd, Manager: "dnf"},
}

var rhelMinimal = &platform{of: rhelAny, Image: Image{Manager: "microdnf"}}

var rhelAny = &platform{
	Image: Image{
		Family: RHEL,
		Accounts: []Account{
			{"root", 0, 0, "/root", "/bin/bash"}, {"bin", 1, 1, "/bin", "/sbin/nologin"}, {"daemon", 2, 2, "/sbin", "/sbin/nologin"},
			{"adm", 3, 4, "/var/adm", "/sbin/nologin"}, {"lp", 4, 7, "/var/spool/lpd", "/sbin/nologin"},
			{"sync", 5, 0, "/sbin", "/bin/sync"}, {"shutdown", 6, 0, "/sbin", "/sbin/shutdown"}, {"halt", 7, 0, "/sbin", "/sbin/halt"},
			{"mail", 8, 12, "/var/spool/mail", "/sbin/nologin"}, {"operator", 11, 0, "/root", "/sbin/nologin"},
			{"games", 12, 100, "/usr/games", "/sbin/nologin"}, {"ftp", 14, 50, "/var/ftp", "/sbin/nologin"},
		},
		Groups: []Group{
			{"root", 0, nil}, {"bin", 1, nil}, {"daemon", 2, nil}, {"sys", 3, nil}, {"adm", 4, nil}, {"tty", 5, nil},
			{"disk", 6, nil}, {"lp", 7, nil}, {"mem", 8, nil}, {"kmem", 9, nil}, {"wheel", 10, nil}, {"cdrom", 11, nil},
			{"mail", 12, nil}, {"man", 15, nil}, {"dialout", 18, nil}, {"floppy", 19, nil}, {"games", 20, nil},
			{"tape", 33, nil}, {"video", 39, nil}, {"ftp", 50, nil}, {"lock", 54, nil}, {"audio", 63, nil}, {"users", 100, nil},
		},
		Maybe: []Account{
			{"nobody", 65534, 65534, "/", "/sbin/nologin"}, {"nobody", 99, 99, "/", "/sbin/nologin"},
			{"utmp", 22, 22, "/", "/sbin/nologin"}, {"utempter", 35, 35, "/", "/sbin/nologin"}, {"dbus", 81, 81, "/", "/sbin/nologin"},
			{"tss", 59, 59, "/dev/null", "/sbin/nologin"},
		},
		Paths: []Path{{"/root", 0, 0, 0o550, false}, {"/tmp", 0, 0, 0o1777, false}, {"/var/tmp", 0, 0, 0o1777, false}},
		Loose: true, Shell: true,
		Source: "Fedora's and RHEL's setup package: passwd, uidgid",
	},
}

// other is an image of which the table knows how it starts, and not what is in it.
var other = &platform{Image: Image{Family: Other, Shell: true, Unlisted: true}}

var scratch = &platform{Image: Image{Family: Scratch, Source: "BuildKit: scratch is empty"}}

var distroless = &platform{Image: Image{
	Family: Static,
	Accounts: []Account{
		{"root", 0, 0, "/root", "/sbin/nologin"}, {"nobody", 65534, 65534, "/nonexistent", "/sbin/nologin"},
		{"nonroot", 65532, 65532, "/home/nonroot", "/sbin/nologin"},
	},
	Groups: []Group{{"root", 0, nil}, {"nobody", 65534, nil}, {"tty", 5, nil}, {"staff", 50, nil}, {"nonroot", 65532, nil}},
	Paths: []Path{
		{"/root", 0, 0, 0o700, false}, {"/tmp", 0, 0, 0o1777, false}, {"/home/nonroot", 65532, 65532, 0o700, true},
	},
	Service: "nonroot",
	Source:  "GoogleContainerTools/distroless common/BUILD.bazel, base/testdata/base.yaml",
}}

var wolfi = &platform{Image: Image{
	Family: Wolfi,
	Accounts: []Account{
		{"root", 0, 0, "/root", "/bin/sh"}, {"nonroot", 65532, 65532, "/home/nonroot", "/bin/sh"},
	},
	Groups: []Group{{"root", 0, nil}, {"nonroot", 65532, nil}},
	Maybe:  []Account{{"nobody", 65534, 65534, "/", "/bin/false"}, {"node", 65532, 65532, "/home/node", "/bin/sh"}},
	Paths:  []Path{{"/tmp", 0, 0, 0o1777, false}},
	Loose:  true, Service: "nonroot",
	Source: "edu.chainguard.dev: overview of Chainguard Containers",
}}

var windows = &platform{
	words: []string{"nanoserver", "windowsservercore", "ltsc2019", "ltsc2022", "ltsc2025", "windows", "servercore"},
	Image: Image{Family: Windows, Source: "docs.docker.com: COPY --chown is not for Windows containers"},
}

// chiseled are .NET's Ubuntu and Azure Linux images without a shell.
var chiseled = &platform{
	words: []string{"chiseled", "distroless"},
	Image: Image{
		Family: Static,
		Accounts: []Account{
			{"root", 0, 0, "/root", "/bin/bash"}, {"app", 1654, 1654, "/home/app", "/bin/sh"},
		},
		Groups: []Group{{"root", 0, nil}, {"app", 1654, nil}},
		Maybe:  []Account{{"nobody", 65534, 65534, "/nonexistent", ""}, {"nobody", 65533, 65533, "/dev/null", ""}},
		Paths:  []Path{{"/home/app", 1654, 1654, 0, true}, {"/tmp", 0, 0, 0o1777, false}},
		User:   "1654", Service: "app", Env: []string{"APP_UID=1654"},
		Source: "dotnet/dotnet-docker src/runtime-deps/8.0/noble-chiseled/amd64/Dockerfile",
	},
}

// platforms are those that a part of a tag can name; windows and chiseled come
// before the releases that stand beside them in a tag.
var platforms = [...]*platform{windows, chiseled, alpine, debian12, ubuntu24, ubuntu, debian13, rhel}
