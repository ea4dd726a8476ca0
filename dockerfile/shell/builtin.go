package shell

import (
	"strconv"
	"strings"
)

// builtin runs what the shell does itself; false where it is not one.
func (c *command) builtin() bool {
	in := c.in
	switch c.name {
	case "cd", "pushd":
		c.changeDir()
		return true
	case "popd":
		in.dir = Word{}
		if n := len(in.dirs); n > 0 {
			in.dir, in.dirs = in.dirs[n-1], in.dirs[:n-1]
		}
	case "set":
		c.setOptions()
	case "exit", "return":
		n, err := strconv.Atoi(c.arg(0))
		in.stopped, in.failed = true, err == nil && n%256 != 0
	case "exec":
		if len(c.args) > 0 {
			in.exec(c.args, c.text)
			in.stopped = true
			return true
		}
	case "eval":
		in.inner(joined(c.args), c.text)
		return true
	case "export", "readonly", "local", "declare", "typeset":
		for _, a := range c.args {
			if name, v, ok := strings.Cut(a.Text, "="); ok && a.Known {
				in.set(name, Lit(v))
			}
		}
	case "unset":
		for _, a := range c.args {
			in.set(a.Text, Lit(""))
		}
	case "read":
		for _, a := range c.args {
			in.set(a.Text, Word{Text: "$" + a.Text})
		}
	case ".", "source":
		c.source()
		return true
	case "command", "builtin":
		if len(c.args) > 0 && !strings.HasPrefix(c.arg(0), "-") {
			in.exec(c.args, c.text)
			return true
		}
	case "umask":
		c.setUmask()
	case "shift", "hash", "type", "wait", "false", "test", "[", "getopts", "let":
		c.emit(Effect{Need: None})
		return true
	case "trap", "ulimit", "alias", "times", "true", ":", "echo", "printf", "shopt", "break", "continue", "pwd", "history", "jobs", "unalias":
	default:
		return false
	}
	c.emit(Effect{Need: None, Sure: true})
	return true
}

func (c *command) changeDir() {
	in := c.in
	var to Word
	switch {
	case len(c.args) == 0 && in.opt.Home != "":
		to = Lit(in.home())
	case len(c.args) > 0 && c.args[len(c.args)-1].Text != "-":
		to = c.args[len(c.args)-1]
	}
	if c.name == "pushd" {
		in.dirs = append(in.dirs, in.dir)
	}
	if to = in.abs(to); to.Known {
		in.dir = to
	} else {
		in.dir = Word{}
	}
	c.emit(Effect{Need: None, Paths: []Word{to}})
}

// setUmask notes the mask; without a mask the command only shows it.
func (c *command) setUmask() {
	for _, a := range c.args {
		switch {
		case a.Known && strings.HasPrefix(a.Text, "-"):
		case a.Known && !c.in.cond && !c.in.maybe:
			c.in.umask = &a
		default:
			c.in.umask = &Word{Text: "?"}
		}
	}
}

func (c *command) setOptions() {
	for i, a := range c.args {
		switch {
		case a.Text == "-o" && c.arg(i+1) == "errexit":
			c.in.errexit = true
		case a.Text == "+o" && c.arg(i+1) == "errexit":
			c.in.errexit = false
		case strings.HasPrefix(a.Text, "-") && !strings.HasPrefix(a.Text, "--") && strings.Contains(a.Text, "e"):
			c.in.errexit = true
		case strings.HasPrefix(a.Text, "+") && strings.Contains(a.Text, "e"):
			c.in.errexit = false
		}
	}
}

// source reads a file into the shell: a virtual environment, a file of
// variables, nvm; any other may do anything.
func (c *command) source() {
	file := c.arg(0)
	switch {
	case strings.HasSuffix(file, "/activate"):
		c.emit(Effect{Need: None})
		return
	case strings.HasSuffix(file, ".env") || file == "/etc/os-release" || file == "/etc/lsb-release" || strings.HasSuffix(file, "/.cargo/env"):
		c.emit(Effect{Need: None})
	case len(c.args) > 0 && strings.HasSuffix(c.args[0].Text, "/nvm.sh"):
		c.inHome("nvm")
	default:
		c.unknown("it is not known what the file does that is sourced")
	}
	c.in.sourced = true
}

func joined(words []Word) Word {
	var texts []string
	for _, w := range words {
		if !w.Known {
			return Word{Text: w.Text}
		}
		texts = append(texts, w.Text)
	}
	return Lit(strings.Join(texts, " "))
}
