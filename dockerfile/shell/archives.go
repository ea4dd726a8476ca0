package shell

import "strings"

// archives runs what unpacks or fetches files; false where it is none of them.
func (c *command) archives() bool {
	switch c.name {
	case "tar", "bsdtar":
		c.tar()
	case "unzip":
		o, _, _ := options(c.args, "acCd:DfjKlLMnopPqtTuUvVWxXzZ:", "")
		c.into(get(o, "d"))
	case "unzstd", "gunzip", "gzip", "xz", "unxz", "bzip2", "bunzip2", "zip", "7z", "jar", "zstd", "cpio", "dpkg-deb", "ar":
		c.user()
	case "rsync":
		if len(c.args) > 1 {
			c.fill(c.args[len(c.args)-1])
		} else {
			c.unknown("its arguments are not understood")
		}
	case "curl":
		c.curl()
	case "wget":
		c.wget()
	case "git", "hg", "svn":
		c.git()
	case "gpg", "gpg2":
		c.to(c.after("-o", "--output"))
	case "gcc", "g++", "cc", "c++", "clang", "clang++", "ld", "strip", "tsc", "esbuild", "javac", "ghc", "rustc", "protoc":
		c.to(c.after("-o"))
	default:
		return false
	}
	return true
}

// into is fill, or what has no directory named.
func (c *command) into(dir Word) {
	if !dir.Given() {
		c.user()
		return
	}
	c.fill(dir)
}

func (c *command) tar() {
	if c.packs() {
		c.to(c.after("-f", "--file", "-cf", "cf", "-czf", "czf"))
		return
	}
	outer := len(c.in.out)
	c.into(c.after("-C", "--directory", "-xC", "-xzC", "-xJC", "-xjC"))
	keeps := !c.hasArg("--no-same-owner")
	for i := outer; i < len(c.in.out); i++ {
		c.in.out[i].Preserve = keeps
	}
}

// packs reports whether tar makes or lists an archive: by its first word, which
// needs no dash, or by a later one that has one.
func (c *command) packs() bool {
	for i, arg := range c.args {
		switch w := arg.Text; {
		case w == "--create" || w == "--list":
			return true
		case strings.HasPrefix(w, "--") || i > 0 && !strings.HasPrefix(w, "-"):
		case strings.Contains(w, "x"):
			return false
		case strings.ContainsAny(w, "ct"):
			return true
		}
	}
	return false
}

func (c *command) curl() {
	o, _, _ := options(c.args, "aA:b:Bc:C:d:D:e:E:fF:gGhH:iIjJkK:lLm:M:nNo:O:pP:qQ:r:RsSt:T:u:U:vVw:x:X:y:Y:z:#0123456",
		"output: remote-name remote-name-all remote-header-name output-dir: silent show-error fail location create-dirs proto: tlsv1.2 retry: retry-delay: retry-all-errors retry-connrefused connect-timeout: max-time: header: user: user-agent: data: request: insecure compressed continue-at: fail-with-body progress-bar cacert: etag-save: etag-compare: url: http1.1 http2 ipv4 ipv6 no-progress-meter")
	switch file, dir := get(o, "o", "output"), get(o, "output-dir"); {
	case file.Given():
		c.to(file)
	case dir.Given():
		c.fill(dir)
	case has(o, "O", "remote-name", "remote-name-all"):
		c.user()
	default:
		c.emit(Effect{Need: None})
	}
}

func (c *command) wget() {
	o, _, _ := options(c.args, "a:A:bB:cdD:e:EFhHi:I:kKl:Lmno:O:pP:qQ:rR:ST:t:U:vVw:xX:Y:46N",
		"output-document: directory-prefix: quiet no-verbose no-check-certificate continue tries: timeout: show-progress progress: header: user-agent: recursive no-parent content-disposition timestamping retry-connrefused waitretry: read-timeout: input-file: output-file: no-cache max-redirect: post-data: https-only no-hsts secure-protocol: no-clobber no-host-directories cut-dirs: accept: reject: mirror spider")
	switch file, dir := get(o, "O", "output-document"), get(o, "P", "directory-prefix"); {
	case file.Text == "-":
		c.emit(Effect{Need: None})
	case strings.HasPrefix(file.Text, "-"): // wget -qO- is -O with -
		c.emit(Effect{Need: None})
	case file.Given():
		c.to(file)
	default:
		c.into(dir)
	}
}

func (c *command) git() {
	switch c.verb() {
	case "clone", "checkout", "co":
		var operands []Word
		_, operands, _ = options(c.args, "b:c:o:j:lnqvsu:r:", "branch: depth: config: origin: jobs: single-branch recursive recurse-submodules shallow-submodules quiet verbose no-checkout bare mirror no-tags filter: reference: template: shallow-since: upload-pack: separate-git-dir: progress no-single-branch dissociate revision: trust-server-cert non-interactive username: password: revision")
		if len(operands) > 2 {
			c.fillNew(operands[2])
			return
		}
		c.user()
	case "config":
		if c.hasArg("--system") {
			c.root("writes /etc/gitconfig", Effect{})
			return
		}
		c.user()
	case "":
		if dir := c.after("-C"); dir.Given() {
			c.fill(dir)
			return
		}
		c.unknown("its arguments are not understood")
	default:
		c.user()
	}
}
