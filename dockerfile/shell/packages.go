package shell

import "strings"

// packages runs package managers and the tools of the system that only root may
// run; false where it is none of them.
func (c *command) packages() bool {
	switch c.name {
	case "apt-get", "apt", "aptitude", "yum", "dnf", "microdnf", "tdnf", "zypper", "apk", "pacman", "install_packages", "emerge", "xbps-install", "swupd", "apt-fast":
		c.manager()
	case "dpkg", "rpm":
		if c.hasArg("--print-architecture", "--print-foreign-architectures", "-l", "-L", "-S", "-s", "-q", "-qa", "--compare-versions", "-E", "--eval", "--query", "--list") {
			c.emit(Effect{Need: None})
			break
		}
		c.root("installs packages", Effect{Kind: InstallPackages, Manager: c.name})
	case "apt-key", "add-apt-repository", "apt-add-repository", "apt-mark", "dpkg-reconfigure", "dpkg-divert", "dpkg-statoverride", "dpkg-architecture",
		"update-alternatives", "alternatives", "debconf-set-selections", "yum-config-manager", "subscription-manager", "rpmkeys", "dnf-3", "crb":
		c.root("configures the package manager", Effect{})
	case "docker-php-ext-install", "docker-php-ext-enable", "docker-php-ext-configure", "docker-php-source", "pecl", "pear", "phpenmod", "phpdismod", "install-php-extensions",
		"luarocks", "cpan", "cpanm", "conda", "mamba", "micromamba":
		c.root("installs into the system's directories", Effect{Kind: InstallPackages, Manager: c.name})
	case "ldconfig", "update-ca-certificates", "update-ca-trust", "trust", "locale-gen", "localedef", "update-locale", "fc-cache", "depmod", "mandb", "updatedb",
		"a2enmod", "a2dismod", "a2ensite", "a2dissite", "a2enconf", "a2disconf", "update-rc.d", "systemctl", "service", "rc-update", "rc-service", "chkconfig", "crontab",
		"mount", "umount", "mknod", "sysctl", "modprobe", "insmod", "iptables", "ip6tables", "ip", "ifconfig", "setfacl", "getcap", "hostname", "timedatectl", "tzselect",
		"ssh-keygen", "dbus-uuidgen", "systemd-tmpfiles", "systemd-sysusers", "authselect", "fix-permissions", "set-alternatives", "killall", "sshd", "nginx", "chroot", "unshare", "swapon", "losetup", "mkfs", "fdisk":
		c.system()
	case "groups", "getent", "id", "whoami", "who", "users", "logname":
		c.emit(Effect{Need: None})
	default:
		return false
	}
	return true
}

// system runs a tool that changes the system; some of them may also be asked
// for harmless things.
func (c *command) system() {
	switch {
	case c.name == "ssh-keygen" && !c.hasArg("-A"):
		if f := c.after("-f"); f.Given() {
			c.to(f)
			return
		}
		c.user()
	case c.name == "fc-cache", c.name == "getcap", c.name == "hostname" && len(c.args) == 0:
		c.user()
	case (c.name == "nginx" || c.name == "sshd") && c.hasArg("-t", "-T", "-v", "-V"):
		c.emit(Effect{Need: None})
	case c.name == "chroot":
		c.unknown("it is not known what it runs in another root directory")
	default:
		c.root("changes the system", Effect{})
	}
}

func (c *command) manager() {
	verb := c.verb()
	switch verb {
	case "search", "show", "list", "info", "policy", "depends", "version", "repolist", "provides":
		c.root("reads the package manager's caches", Effect{})
		return
	}
	e := Effect{Manager: c.name}
	switch {
	case c.name == "install_packages", c.name == "emerge", c.name == "xbps-install":
		e.Kind = InstallPackages
		e.Packages = c.names(c.args)
	case verb == "install" || verb == "add" || verb == "reinstall" || verb == "in" || verb == "localinstall" || verb == "groupinstall" || verb == "build-dep" || verb == "module",
		verb == "upgrade" || verb == "dist-upgrade" || verb == "full-upgrade" || verb == "update" && c.name != "apt-get" && c.name != "apt" && c.name != "apk" || verb == "swap":
		e.Kind = InstallPackages
		e.Packages = c.names(c.args)
		if len(e.Packages) > 0 && e.Packages[0] == verb {
			e.Packages = e.Packages[1:]
		}
	case c.name == "pacman" && len(c.args) > 0 && strings.HasPrefix(c.args[0].Text, "-S"):
		e.Kind = InstallPackages
		e.Packages = c.names(c.args[1:])
	}
	c.root("manages packages", e)
}

// names are the known words that are no options, without versions behind = or ~.
func (c *command) names(words []Word) []string {
	var out []string
	skip := false
	for _, w := range words {
		switch {
		case skip:
			skip = false
		case w.Text == "-t" || w.Text == "--virtual" || w.Text == "--repository" || w.Text == "-X" || w.Text == "-o" || w.Text == "-c" || w.Text == "--root" || w.Text == "-p":
			skip = true
		case strings.HasPrefix(w.Text, "-"):
		default:
			text := w.Text
			if !w.Known {
				text = w.Prefix
			}
			if at := strings.IndexAny(text, "=~<>@"); at > 0 {
				text = text[:at]
			}
			if text != "" && !strings.Contains(text, "$") {
				out = append(out, text)
			}
		}
	}
	return out
}
