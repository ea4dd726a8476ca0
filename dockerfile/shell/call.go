package shell

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// call runs a simple command.
func (in *interp) call(s *syntax.Stmt, c *syntax.CallExpr) {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			in.assign(a)
		}
		return
	}
	for _, a := range c.Assigns {
		in.substitutions(a.Value)
	}
	argv := make([]Word, 0, len(c.Args))
	for _, w := range c.Args {
		in.substitutions(w)
		argv = in.fields(argv, w)
	}
	if len(argv) == 0 {
		return
	}
	var vars map[string]Word
	if len(c.Assigns) > 0 { // they hold for the command alone
		vars = in.vars
		in.vars = clone(vars)
		for _, a := range c.Assigns {
			if a.Name != nil && a.Value != nil {
				in.set(a.Name.Value, in.word(a.Value))
			}
		}
	}
	in.exec(argv, in.source(s))
	if len(c.Assigns) > 0 {
		in.vars = vars
	}
}

// command is one simple command as its handlers see it.
type command struct {
	in   *interp
	name string // without the directory
	args []Word // behind the name
	text string // as written
}

// exec runs a command line whose words are expanded.
func (in *interp) exec(argv []Word, text string) {
	if !argv[0].Known {
		in.emit(Effect{Command: text, Why: "it is not known which program this is"})
		return
	}
	name := argv[0].Text
	if body := in.funcs[name]; body != nil && in.depth < maxDepth {
		in.function(body, argv[1:])
		return
	}
	c := &command{in: in, name: programName(name), args: argv[1:], text: text}
	if c.builtin() {
		return
	}
	if asksForVersion(c.args) {
		c.emit(Effect{Need: None})
		return
	}
	if c.wrapper() || c.accounts() || c.files() || c.packages() || c.languages() {
		return
	}
	if c.simple() {
		return
	}
	c.unknown("it is not known what " + name + " does")
}

func (in *interp) function(body *syntax.Stmt, args []Word) {
	outer, inFunc, stopped, maybe, left := in.args, in.inFunc, in.stopped, in.maybe, in.left
	in.args, in.inFunc, in.left = args, true, in.tolerated
	in.depth++
	in.stmt(body)
	in.depth--
	in.args, in.inFunc, in.stopped, in.maybe, in.left = outer, inFunc, stopped, maybe, left
}

// programName is the name by which a program is looked up: the base name of a
// program of the system, and that of the wrappers that projects carry with them.
func programName(name string) string {
	if !strings.Contains(name, "/") {
		return name
	}
	switch dir, file := path.Split(name); {
	case file == "mvnw" || file == "gradlew":
		return file
	case strings.HasSuffix(dir, "/bin/") && (strings.HasPrefix(file, "pip") || strings.HasPrefix(file, "python")):
		return file // of a virtual environment
	case dir == "/bin/" || dir == "/sbin/" || dir == "/usr/bin/" || dir == "/usr/sbin/" || dir == "/usr/local/bin/" || dir == "/usr/local/sbin/":
		return file
	case strings.HasSuffix(dir, "/node_modules/.bin/") || dir == "node_modules/.bin/" || dir == "vendor/bin/":
		return "npx"
	case dir == "bin/" || dir == "./bin/":
		switch file {
		case "rails", "rake", "bundle", "console":
			return file
		}
	}
	return name
}

func asksForVersion(args []Word) bool {
	if len(args) != 1 {
		return false
	}
	switch args[0].Text {
	case "--version", "-version", "version", "-V", "--help":
		return true
	}
	return false
}

func (c *command) emit(e Effect) {
	e.Command = c.text
	c.in.emit(e)
}

func (c *command) root(why string, e Effect) {
	e.Need, e.Why = Root, why
	c.emit(e)
}

func (c *command) unknown(why string) { c.emit(Effect{Why: why}) }

// user says that any user may run it who may write the working directory and HOME.
func (c *command) user() {
	c.emit(Effect{Kind: Fill, Need: User, Paths: c.in.ownPlaces()})
}

// ownPlaces are the directories that a command writes which is not told where to.
func (in *interp) ownPlaces() []Word {
	dir := in.dir
	if !dir.Known {
		dir = Word{Text: "."}
	}
	places := []Word{dir}
	if in.opt.Home != "" {
		places = append(places, Lit(in.home()))
	}
	return places
}

// inHome says that it puts something into HOME that is needed later.
func (c *command) inHome(what string) {
	home := Word{Text: "~"}
	if c.in.opt.Home != "" {
		home = Lit(c.in.home())
	}
	c.emit(Effect{Kind: Fill, Need: User, Why: what, InHome: true, Paths: []Word{home}})
}

// fill says that it puts files into a directory that is there; the need
// follows from where that is.
func (c *command) fill(dir Word) {
	dir = c.in.abs(dir)
	inside := dir
	if dir.Known {
		inside = Lit(strings.TrimSuffix(dir.Text, "/") + "/*")
	}
	need, _ := c.in.needOfPath(inside, "")
	c.filled(dir, need)
}

// fillNew is fill for a directory that the command makes.
func (c *command) fillNew(dir Word) {
	dir = c.in.abs(dir)
	need, _ := c.in.needOfPath(dir, "")
	c.filled(dir, need)
}

func (c *command) filled(dir Word, need Need) {
	e := Effect{Kind: Fill, Need: need, Paths: []Word{dir}}
	switch need {
	case Root:
		e.Why = "writes " + dir.Text
	case Unknown:
		e.Why = "it is not known where " + dir.Text + " is"
	}
	c.emit(e)
}

// arg is the i-th word behind the name, empty where there is none.
func (c *command) arg(i int) string {
	if i < len(c.args) && c.args[i].Known {
		return c.args[i].Text
	}
	return ""
}

// verb is the first word that is no option.
func (c *command) verb() string {
	for _, a := range c.args {
		if !strings.HasPrefix(a.Text, "-") {
			if a.Known {
				return a.Text
			}
			return ""
		}
	}
	return ""
}

func (c *command) hasArg(names ...string) bool {
	for _, a := range c.args {
		for _, n := range names {
			if a.Text == n {
				return true
			}
		}
	}
	return false
}

// after is the value of --name value or --name=value among the words.
func (c *command) after(names ...string) Word {
	for i, a := range c.args {
		for _, n := range names {
			if a.Text == n && i+1 < len(c.args) {
				return c.args[i+1]
			}
			if v, ok := strings.CutPrefix(a.Text, n+"="); ok {
				if a.Known {
					return Lit(v)
				}
				return Word{Text: v}
			}
		}
	}
	return Word{}
}

// needOfPath is what it takes to write a path: root for the directories of the
// system and for what lies in /, any user for the rest, for the working
// directory at the start of the script and for the home directory.
func (in *interp) needOfPath(w Word, does string) (Need, string) {
	p := w.Text
	if !w.Known {
		if p = w.Prefix; !strings.HasPrefix(p, "/") {
			if in.dir.Known && in.dir.Text != "/" && p != "" {
				return User, ""
			}
			return Unknown, "it is not known where " + w.Text + " is"
		}
		if strings.HasSuffix(p, "/") {
			p += "*"
		}
	}
	if !strings.HasPrefix(p, "/") {
		if in.dir.Known || in.opt.Dir == "" {
			return User, ""
		}
		return Unknown, "it is not known where " + w.Text + " is"
	}
	if within(p, in.opt.Dir) || within(p, in.opt.Home) && p != "/" {
		return User, ""
	}
	if systemPath(p) {
		return Root, does + " " + w.Text
	}
	return User, ""
}

// within reports whether p lies below dir or is dir; dir is not / or empty.
func within(p, dir string) bool {
	return dir != "" && dir != "/" && (p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/"))
}

// systemPath reports whether only root may write there in a usual image: the
// directories of the system, and what is made in / itself.
func systemPath(p string) bool {
	first, rest, deeper := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	switch first {
	case "tmp", "dev", "proc":
		return false
	case "var":
		return !strings.HasPrefix(rest, "tmp/")
	case "bin", "boot", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt", "root", "run", "sbin", "srv", "sys", "usr":
		return true
	}
	return !deeper || rest == ""
}
