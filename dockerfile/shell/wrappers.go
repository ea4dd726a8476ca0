package shell

import "strings"

// wrapper runs commands that run another command; false where it is none.
func (c *command) wrapper() bool {
	switch c.name {
	case "sudo", "doas":
		c.sudo()
	case "gosu", "su-exec", "setuidgid":
		c.switchUser(first(c.args), c.args[min(1, len(c.args)):])
	case "chpst":
		c.switchUser(c.after("-u"), behind(c.args, "u:U:e:n:"))
	case "su":
		c.su()
	case "runuser":
		c.runuser()
	case "setpriv":
		c.setpriv()
	case "sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "busybox":
		c.shell()
	case "env":
		c.env()
	case "nice", "nohup", "ionice", "stdbuf", "setsid", "tini", "dumb-init", "catchsegv", "faketime", "unbuffer", "xvfb-run", "eatmydata", "time", "chronic", "timeout", "ltrace", "strace", "retry", "wait-for-it":
		c.behindOptions()
	case "xargs", "parallel":
		c.xargs()
	case "find":
		c.find()
	default:
		return false
	}
	return true
}

// rest runs the words from i on, if there are any.
func (c *command) rest(args []Word) {
	if len(args) == 0 {
		c.emit(Effect{Need: None})
		return
	}
	c.in.exec(args, c.text)
}

func (c *command) sudo() {
	o, _, _ := options(leading(c.args, "u:g:p:C:D:h:r:t:T:U:R:"), "bEeHhiKklnPSsu:g:p:C:D:r:t:T:U:R:AVv", "user: group: preserve-env login shell set-home non-interactive")
	user := get(o, "u", "user")
	if !user.Given() {
		user = Lit("root")
	}
	outer := c.in.place
	c.in.elevates, c.in.as = true, user.Text
	rest := behind(c.args, "u:g:p:C:D:h:r:t:T:U:R:")
	for len(rest) > 0 && rest[0].Known && strings.Contains(rest[0].Text, "=") {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		c.emit(Effect{Need: None})
	} else {
		c.in.exec(rest, c.text)
	}
	c.in.place = outer
}

// leading are the words before the command that is run, behind is that command:
// options with their values come first.
func leading(args []Word, withValue string) []Word { return args[:lead(args, withValue)] }

func behind(args []Word, withValue string) []Word { return args[lead(args, withValue):] }

func lead(args []Word, withValue string) int {
	for i := 0; i < len(args); i++ {
		t := args[i].Text
		switch {
		case t == "--":
			return i + 1
		case strings.HasPrefix(t, "--"):
			if name := t[2:]; (name == "user" || name == "group") && !strings.Contains(t, "=") {
				i++
			}
		case strings.HasPrefix(t, "-") && len(t) > 1:
			if at := strings.IndexByte(withValue, t[len(t)-1]); at >= 0 && t[len(t)-1] != ':' && at+1 < len(withValue) && withValue[at+1] == ':' {
				i++
			}
		default:
			return i
		}
	}
	return len(args)
}

// switchUser runs a command as another user by a helper that only root can use.
func (c *command) switchUser(user Word, rest []Word) {
	outer := c.in.place
	name, _, _ := strings.Cut(user.Text, ":")
	c.in.as, c.in.rootSwitch = name, c.name
	c.rest(rest)
	c.in.place = outer
}

// su runs the script behind -c, or whatever the shell is told.
func (c *command) su() {
	o, operands, _ := options(c.args, "c:fg:G:lmps:T:P-", "command: login shell: group: supp-group: preserve-environment fast session-command:")
	var words []Word
	for _, w := range operands {
		if w.Text != "-" {
			words = append(words, w)
		}
	}
	user := first(words)
	if !user.Given() {
		user = Lit("root")
	}
	outer := c.in.place
	c.in.as, c.in.rootSwitch = user.Text, c.name
	if script, ok := value(o, "c", "command", "session-command"); ok {
		dir := c.in.dir
		if has(o, "l", "login") || c.hasArg("-") {
			c.in.dir = Word{}
		}
		c.in.inner(script, c.text)
		c.in.dir = dir
	} else {
		c.unknown("it is not known what the shell is told")
	}
	c.in.place = outer
}

func (c *command) runuser() {
	if user := c.after("-u", "--user"); user.Given() {
		for i, a := range c.args {
			if a.Text == "--" {
				c.switchUser(user, c.args[i+1:])
				return
			}
		}
		c.switchUser(user, behind(c.args, "u:g:G:"))
		return
	}
	c.su()
}

func (c *command) setpriv() {
	user := c.after("--reuid", "--ruid", "--euid")
	rest := c.args
	for len(rest) > 0 && strings.HasPrefix(rest[0].Text, "--") {
		if !strings.Contains(rest[0].Text, "=") && (rest[0].Text == "--reuid" || rest[0].Text == "--regid" || rest[0].Text == "--groups") {
			rest = rest[1:]
		}
		rest = rest[min(1, len(rest)):]
	}
	if !user.Given() {
		c.rest(rest)
		return
	}
	c.switchUser(user, rest)
}

// shell runs a script that is given behind -c, in a here-document or not at all.
func (c *command) shell() {
	in := c.in
	args := c.args
	if c.name == "busybox" {
		c.rest(args)
		return
	}
	if c.name == "zsh" || c.name == "ksh" || c.name == "fish" {
		c.unknown("its shell is not one that is understood")
		return
	}
	errexit, script := false, -1
	for i, a := range args {
		if !strings.HasPrefix(a.Text, "-") || strings.HasPrefix(a.Text, "--") {
			if script < 0 && !strings.HasPrefix(a.Text, "--") && (i == 0 || args[i-1].Text != "-o") {
				break
			}
			continue
		}
		errexit = errexit || strings.Contains(a.Text, "e")
		if strings.Contains(a.Text, "c") {
			script = i + 1
		}
	}
	switch {
	case script > 0 && script < len(args):
		outer := in.opt.Dialect
		in.opt.Dialect = POSIX
		if c.name == "bash" {
			in.opt.Dialect = Bash
		}
		in.opt.ExitOnError = errexit
		in.inner(args[script], c.text)
		in.opt.Dialect = outer
	case in.stdin != nil && len(behind(args, "o:")) == 0:
		body := in.word(in.stdin)
		in.stdin = nil
		in.inner(body, c.text)
	case len(behind(args, "o:")) == 0 || c.hasArg("-s"):
		c.installer()
	default:
		c.unknown("it is not known what the script does")
	}
}

// installer is a script that comes through a pipe, usually from the network.
func (c *command) installer() {
	c.emit(Effect{Why: "it is not known what the script does that it reads", InHome: true})
}

func (c *command) env() {
	rest := c.args
	for len(rest) > 0 {
		t := rest[0].Text
		switch {
		case t == "-u" && len(rest) > 1:
			rest = rest[2:]
		case strings.HasPrefix(t, "-") || strings.Contains(t, "="):
			rest = rest[1:]
		default:
			c.in.exec(rest, c.text)
			return
		}
	}
	c.emit(Effect{Need: None})
}

// behindOptions runs what stands behind the options; timeout and the like take
// one word of their own first.
func (c *command) behindOptions() {
	rest := behind(c.args, "n:s:k:o:e:i:")
	if c.name == "timeout" && len(rest) > 0 {
		rest = rest[1:]
	}
	if c.name == "wait-for-it" {
		c.emit(Effect{Need: None})
		return
	}
	c.rest(rest)
}

func (c *command) xargs() {
	rest := behind(c.args, "a:d:E:I:L:n:P:s:")
	if len(rest) == 0 {
		c.emit(Effect{Need: None})
		return
	}
	argv := append(append([]Word(nil), rest...), Word{Text: "…"})
	outer := c.in.cond
	c.in.cond = true
	c.in.exec(argv, c.text)
	c.in.cond = outer
}

// find may run commands on what lies below its starting points.
func (c *command) find() {
	var starts []Word
	for _, a := range c.args {
		if strings.HasPrefix(a.Text, "-") || a.Text == "!" || a.Text == "(" {
			break
		}
		starts = append(starts, a)
	}
	if len(starts) == 0 {
		starts = []Word{Lit(".")}
	}
	var below []Word
	for _, s := range starts {
		abs := c.in.abs(s)
		prefix := abs.Prefix
		if abs.Known {
			prefix = strings.TrimSuffix(abs.Text, "/") + "/"
		}
		below = append(below, Word{Text: s.Text, Prefix: prefix})
	}
	outer := c.in.self
	c.in.self = !c.hasArg("-mindepth", "-name", "-iname", "-path") && c.after("-type").Text != "f"
	defer func() { c.in.self = outer }()
	ran := false
	for i, a := range c.args {
		switch a.Text {
		case "-delete":
			c.on(Remove, below, "removes", Effect{Recursive: true, Conditional: true})
			ran = true
		case "-exec", "-execdir", "-ok":
			c.findExec(c.args[i+1:], below)
			ran = true
		}
	}
	if !ran {
		c.emit(Effect{Need: None})
	}
}

func (c *command) findExec(args, below []Word) {
	var argv []Word
	for _, a := range args {
		if a.Text == ";" || a.Text == "+" {
			break
		}
		if a.Text == "{}" {
			argv = append(argv, below...)
			continue
		}
		argv = append(argv, a)
	}
	if len(argv) == 0 {
		return
	}
	outer := c.in.cond
	c.in.cond = true
	c.in.exec(argv, c.text)
	c.in.cond = outer
}
