package shell

// simple runs commands that only read, print or wait; false where it is not one.
func (c *command) simple() bool {
	switch c.name {
	case "cat", "ls", "dir", "stat", "file", "head", "tail", "more", "less", "wc", "sort", "uniq", "cut", "tr", "awk", "gawk", "mawk", "grep", "egrep", "fgrep", "rg",
		"which", "whereis", "date", "uname", "arch", "nproc", "basename", "dirname", "realpath", "readlink", "seq", "expr", "bc", "yes", "sleep", "env", "printenv", "tty", "clear",
		"md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "shasum", "cksum", "b2sum", "diff", "cmp", "comm", "join", "paste", "fold", "fmt", "nl", "od", "xxd", "hexdump",
		"base64", "rev", "tac", "column", "envsubst", "jq", "yq", "xmllint", "df", "du", "free", "ps", "top", "uptime", "lsb_release", "locale", "getconf", "nslookup", "dig", "ping", "nc", "netstat", "ss", "host",
		"zcat", "xzcat", "bzcat", "strings", "ldd", "nm", "objdump", "readelf", "sync", "logger", "java", "lscpu", "lsof", "kill", "pgrep", "tput", "stty", "mapfile", "cal", "factor", "shuf", "split", "tsort", "numfmt", "openssl", "scanelf", "dpkg-query", "apt-cache", "apt-config", "rpm2cpio", "pkg-config", "findmnt", "node", "ruby", "lua", "groupmems":
	default:
		return false
	}
	switch c.name {
	case "java", "node", "ruby", "lua":
		if c.name == "java" && c.hasArg("-jar") && c.hasArg("extract") { // a Spring Boot archive
			c.user()
			return true
		}
		if c.arg(0) != "-v" && c.arg(0) != "-version" && c.arg(0) != "-p" && c.arg(0) != "--version" {
			c.unknown("it is not known what the program does")
			return true
		}
	case "openssl":
		c.to(c.after("-out", "-keyout"))
		return true
	case "groupmems", "split":
		return false
	}
	c.emit(Effect{Need: None})
	return true
}
