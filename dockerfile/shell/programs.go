package shell

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// NeedsRootToRun tells whether a program, as ENTRYPOINT or CMD start it, must
// start as root to do its work, and why. Helpers in front of it (tini,
// dumb-init, env, exec) are looked through, and so is "sh -c script". It is
// about the program's usual configuration: several of these can be configured
// to run as another user.
func NeedsRootToRun(argv []string) (reason string, ok bool) {
	argv = BehindHelpers(argv)
	if len(argv) == 0 {
		return "", false
	}
	name := path.Base(argv[0])
	switch {
	case IsShell(name):
		if script := scriptOf(argv[1:]); script != "" {
			return scriptNeedsRoot(script)
		}
		return "", false
	case name == "init" && argv[0] != "/init" && argv[0] != "/sbin/init":
		return "", false
	}
	reason = programNeedsRoot(name)
	return reason, reason != ""
}

// BehindHelpers is a command line without the programs in front of it that start
// what follows as it is, and their options.
func BehindHelpers(argv []string) []string {
	for len(argv) > 0 {
		switch path.Base(argv[0]) {
		case "tini", "dumb-init", "env", "exec", "nohup", "catatonit", "docker-php-entrypoint", "docker-entrypoint.sh":
		default:
			return argv
		}
		argv = argv[1:]
		for len(argv) > 0 && (strings.HasPrefix(argv[0], "-") || strings.Contains(argv[0], "=")) {
			argv = argv[1:]
		}
	}
	return argv
}

// IsShell reports whether a program is a shell of the Bourne family.
func IsShell(program string) bool {
	switch path.Base(program) {
	case "sh", "bash", "ash", "dash":
		return true
	}
	return false
}

// StartsWorkers reports whether a command line, perhaps by way of a shell, ends
// in a server that starts as root and serves with workers that are another
// user's: nginx and httpd.
func StartsWorkers(argv []string) bool {
	calls := Commands(argv)
	if len(calls) == 0 {
		return false
	}
	argv = BehindHelpers(calls[len(calls)-1])
	if len(argv) == 0 {
		return false
	}
	switch path.Base(argv[0]) {
	case "nginx", "openresty", "angie", "httpd", "apache2", "apachectl", "apache2ctl", "httpd-foreground", "apache2-foreground":
		return true
	}
	return false
}

func scriptOf(args []string) string {
	for i, a := range args {
		if strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.HasSuffix(a, "c") && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

func scriptNeedsRoot(script string) (reason string, ok bool) {
	f := parse(script, Bash)
	if f == nil {
		return "", false
	}
	eachCall(f, func(argv []string) {
		if reason == "" && len(argv) > 0 {
			if argv[0] == "init" || argv[0] == "master" { // a function of the script
				return
			}
			if r := programNeedsRoot(path.Base(argv[0])); r != "" {
				reason = r
			} else if argv[0] == "exec" || argv[0] == "tini" || argv[0] == "dumb-init" {
				reason, _ = NeedsRootToRun(argv)
			} else if argv[0] == "service" && len(argv) > 1 {
				reason = programNeedsRoot(argv[1])
			}
		}
	})
	return reason, reason != ""
}

// programNeedsRoot is why a program must start as root, by the manual page or
// the documentation of each; empty where it need not.
func programNeedsRoot(name string) string {
	switch name {
	case "sshd", "ssh", "dropbear":
		if name == "ssh" {
			return ""
		}
		return name + " starts the sessions of its users as them (sshd(8))"
	case "cron", "crond", "anacron", "fcron":
		return name + " starts jobs as their users (cron(8))"
	case "supervisord":
		return "supervisord starts programs as the users that its configuration names (supervisord.org: user)"
	case "systemd", "init", "my_init", "s6-svscan", "runsvdir", "runit-init", "openrc-init":
		return name + " is the init system of a whole machine"
	case "dockerd", "containerd", "dockerd-entrypoint.sh", "kubelet", "k3s", "crio", "lxd", "libvirtd":
		return name + " makes namespaces and mounts"
	case "nginx", "openresty", "angie":
		return name + " starts its workers as the user that its configuration names (nginx.org: user)"
	case "unitd":
		return "unitd starts applications as the users that its configuration names (unit.nginx.org: user)"
	case "httpd", "apache2", "apachectl", "apache2ctl", "httpd-foreground", "apache2-foreground":
		return name + " starts its children as the user that its configuration names (httpd.apache.org: User)"
	case "postfix", "master", "sendmail", "exim", "exim4":
		return name + " delivers mail to users as them"
	case "dovecot":
		return "dovecot starts its processes as several users (doc.dovecot.org: system users)"
	case "vsftpd", "proftpd", "pure-ftpd", "in.ftpd":
		return name + " starts the sessions of its users as them"
	case "smbd", "nmbd", "winbindd":
		return name + " acts as the users of its shares (smbd(8))"
	case "named", "dnsmasq", "unbound":
		return name + " binds its port and then becomes the user that it is told"
	case "openvpn", "wg", "wg-quick", "strongswan", "ipsec", "charon", "tailscaled", "zerotier-one", "tincd", "pppd", "xl2tpd", "ocserv", "hostapd", "dhcpd", "dhclient", "radvd", "tc",
		"openconnect", "openfortivpn", "vpnc", "iodined", "nebula", "netbird", "wireguard-go", "boringtun", "zebra", "bgpd", "ospfd", "bird", "dhcrelay", "kea-dhcp4", "kea-dhcp6", "udhcpd", "dhcpcd":
		return name + " configures network interfaces"
	case "iptables", "ip6tables", "nft", "ipset", "ebtables", "shorewall", "shorewall6", "ufw", "fail2ban-server", "firewalld":
		return name + " changes the firewall"
	case "nmap", "masscan", "zmap", "hping3", "arping", "arp-scan", "tcpdump", "tshark", "dumpcap", "ettercap", "bettercap", "iftop", "nethogs", "p0f", "snort", "suricata", "tcptraceroute",
		"ntopng", "nprobe", "dnsmonster", "zeek", "darkstat", "arpwatch", "kismet", "netsniff-ng", "ngrep", "tcpflow", "softflowd", "packetbeat", "iptraf-ng", "dsniff", "trafshow", "ptp4l":
		return name + " sends or reads raw packets, for which only root has the capability in a container"
	case "mount", "umount", "losetup", "fdisk", "parted", "gparted", "cryptsetup", "mdadm", "debootstrap", "zpool", "zfs", "iscsid", "tgtd", "multipathd", "smartd", "glusterd", "ganesha.nfsd":
		return name + " works on devices and mounts"
	case "bpftrace", "falco", "sysdig", "execsnoop", "opensnoop", "biolatency":
		return name + " loads programs into the kernel"
	case "radiusd", "freeradius", "squid":
		return name + " becomes the user that its configuration names"
	case "certbot":
		return "certbot keeps keys in /etc/letsencrypt and logs in /var/log/letsencrypt, which are root's (eff-certbot.readthedocs.io: running without root)"
	case "rsyslogd", "syslogd", "syslog-ng", "auditd", "udevd", "rpcbind", "rpc.nfsd", "rpc.mountd", "ntpd", "chronyd", "keepalived":
		return name + " serves the system itself"
	case "gosu", "su-exec", "setpriv", "runuser", "su", "chpst", "setuidgid", "s6-setuidgid":
		return name + " becomes another user, which only root can"
	}
	return ""
}

// eachCall calls f with the words of every simple command; words with
// variables in them are as they were written.
func eachCall(n syntax.Node, f func(argv []string)) {
	syntax.Walk(n, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok {
			return true
		}
		argv := make([]string, len(call.Args))
		for i, w := range call.Args {
			argv[i] = flat(w.Parts)
		}
		f(argv)
		return true
	})
}

// flat is the text of a word without its quotes; what is not known is "$".
func flat(parts []syntax.WordPart) string {
	var out strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			out.WriteString(p.Value)
		case *syntax.SglQuoted:
			out.WriteString(p.Value)
		case *syntax.DblQuoted:
			out.WriteString(flat(p.Parts))
		default:
			out.WriteString("$")
		}
	}
	return out.String()
}

// Commands are the simple commands that a command line runs: itself, or, where it
// is a shell's, those of its script. Words with variables are as they were written.
func Commands(argv []string) [][]string {
	if len(argv) == 0 {
		return nil
	}
	if !IsShell(argv[0]) {
		return [][]string{argv}
	}
	f := parse(scriptOf(argv[1:]), Bash)
	if f == nil {
		return nil
	}
	var out [][]string
	eachCall(f, func(call []string) { out = append(out, call) })
	return out
}
