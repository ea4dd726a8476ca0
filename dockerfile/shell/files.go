package shell

import "strings"

// files runs the commands that make, change or remove files; false where it is
// none of them.
func (c *command) files() bool {
	switch c.name {
	case "mkdir":
		c.mkdir()
	case "install":
		c.install()
	case "touch":
		_, paths, _ := options(c.args, "acd:fhmr:t:", "no-create date: no-dereference reference: time:")
		c.on(Touch, paths, "writes", Effect{})
	case "tee":
		o, paths, _ := options(c.args, "aip", "append ignore-interrupts")
		c.on(Write, paths, "writes", Effect{Appends: has(o, "a", "append")})
	case "cp", "mv":
		c.copy()
	case "ln":
		c.link()
	case "rm", "rmdir", "unlink", "shred":
		o, paths, _ := options(c.args, "rRfivdIp", "recursive force interactive: verbose dir parents one-file-system no-preserve-root preserve-root ignore-fail-on-non-empty")
		c.on(Remove, paths, "removes", Effect{Recursive: has(o, "r", "R", "recursive"), Force: has(o, "f", "force")})
	case "chown", "chgrp":
		c.chown()
	case "chmod":
		c.chmod()
	case "setcap":
		c.root("sets capabilities", Effect{Kind: SetCapability, Paths: c.absolute(c.args[min(1, len(c.args)):])})
	case "sed", "perl":
		c.inPlace()
	case "dd", "truncate", "fallocate":
		c.to(c.after("of"))
	case "mkfifo", "mktemp":
		c.user()
	default:
		return c.archives()
	}
	return true
}

func (c *command) absolute(paths []Word) []Word {
	out := make([]Word, len(paths))
	for i, p := range paths {
		out[i] = c.in.abs(p)
	}
	return out
}

// on emits an effect on paths; what is needed is what the most demanding needs.
func (c *command) on(kind Kind, paths []Word, does string, e Effect) {
	e.Kind, e.Paths = kind, c.absolute(paths)
	e.Need = User
	for _, p := range e.Paths {
		if e.IntoDir && p.Known {
			p = Lit(strings.TrimSuffix(p.Text, "/") + "/*")
		}
		need, why := c.in.needOfPath(p, does)
		if need == Root || need == Unknown && e.Need != Root {
			e.Need, e.Why = need, why
		}
	}
	c.emit(e)
}

func (c *command) to(file Word) {
	if !file.Given() {
		c.user()
		return
	}
	c.on(Write, []Word{file}, "writes", Effect{})
}

func (c *command) mkdir() {
	o, paths, _ := options(c.args, "m:pvZ", "mode: parents verbose context")
	c.on(Mkdir, paths, "makes", Effect{Mode: get(o, "m", "mode"), Parents: has(o, "p", "parents")})
}

// install makes directories with -d, else it copies.
func (c *command) install() {
	o, paths, _ := options(c.args, "bcCdDg:m:o:pst:TvZS:", "backup compare directory group: mode: owner: preserve-timestamps strip target-directory: no-target-directory verbose suffix: strip-program:")
	e := Effect{Mode: get(o, "m", "mode"), Owner: get(o, "o", "owner"), Group: get(o, "g", "group"), Parents: has(o, "D", "d", "directory")}
	kind := Mkdir
	if e.Force = has(o, "d", "directory"); !e.Force {
		kind = Copy
		if !e.Mode.Given() {
			e.Mode = Lit("755")
		}
		if dir, ok := value(o, "t", "target-directory"); ok {
			e.IntoDir, e.Sources, paths = true, c.absolute(paths), []Word{dir}
		} else if len(paths) > 1 {
			e.Sources, paths = c.absolute(paths[:len(paths)-1]), paths[len(paths)-1:]
			e.IntoDir = len(e.Sources) > 1
		}
	}
	outer := len(c.in.out)
	c.on(kind, paths, "writes", e)
	if e.Owner.Given() && e.Owner.Text != "root" && e.Owner.Text != "0" && len(c.in.out) > outer && c.in.out[outer].Need != Root {
		c.in.out[outer].Need, c.in.out[outer].Why = Root, "gives files to "+e.Owner.Text
	}
}

func (c *command) copy() {
	o, paths, _ := options(c.args, "abdfHiLlnPpRrsS:t:TuvxZ", "archive backup: attributes-only copy-contents no-dereference force interactive link dereference no-clobber preserve: no-preserve: parents recursive reflink: remove-destination sparse: strip-trailing-slashes symbolic-link suffix: target-directory: no-target-directory update verbose one-file-system")
	e := Effect{Preserve: has(o, "a", "p", "archive", "preserve"), Recursive: has(o, "a", "r", "R", "archive", "recursive")}
	if dir, ok := value(o, "t", "target-directory"); ok {
		e.Sources, paths, e.IntoDir = c.absolute(paths), []Word{dir}, true
	} else if len(paths) > 1 {
		last := paths[len(paths)-1]
		e.Sources, paths = c.absolute(paths[:len(paths)-1]), []Word{last}
		e.IntoDir = len(e.Sources) > 1 || strings.HasSuffix(last.Text, "/") || !e.Sources[0].Known
	}
	if c.name == "cp" {
		c.on(Copy, paths, "writes", e)
		return
	}
	e.Recursive = true
	need, why := User, ""
	for _, s := range e.Sources {
		if n, w := c.in.needOfPath(s, "moves"); n == Root || n == Unknown && need != Root {
			need, why = n, w
		}
	}
	outer := len(c.in.out)
	c.on(Move, paths, "writes", e)
	if need == Root && len(c.in.out) > outer {
		c.in.out[outer].Need, c.in.out[outer].Why = need, why
	}
}

func (c *command) link() {
	o, paths, _ := options(c.args, "bdfFiLnPrsS:t:Tv", "backup: directory force interactive logical no-dereference physical relative symbolic suffix: target-directory: no-target-directory verbose")
	e := Effect{Force: has(o, "f", "force")}
	switch dir, ok := value(o, "t", "target-directory"); {
	case ok:
		e.Sources, paths, e.IntoDir = paths, []Word{dir}, true
	case len(paths) == 1:
		e.Sources, paths, e.IntoDir = paths, []Word{Lit(".")}, true
	case len(paths) > 1:
		e.Sources, paths = paths[:len(paths)-1], paths[len(paths)-1:]
		e.IntoDir = len(e.Sources) > 1
	}
	c.on(Link, paths, "writes", e)
}

// chown always needs root: only root gives files away.
func (c *command) chown() {
	o, words, _ := options(c.args, "cfhRvHLP", "changes silent quiet dereference no-dereference preserve-root no-preserve-root recursive verbose from: reference:")
	e := Effect{Kind: Chown, Recursive: has(o, "R", "recursive")}
	switch {
	case has(o, "reference"):
		e.Owner, e.Group = Word{Text: "?"}, Word{Text: "?"}
	case len(words) == 0:
	case c.name == "chgrp":
		e.Group, words = words[0], words[1:]
	default:
		e.Owner, e.Group, e.Login = ownerGroup(words[0])
		words = words[1:]
	}
	if has(o, "from") {
		e.Conditional = true
	}
	e.Paths = c.absolute(words)
	c.root("changes the owner", e)
}

// ownerGroup reads user, user:group, user:, :group and user.group.
func ownerGroup(w Word) (owner, group Word, login bool) {
	sep := strings.IndexByte(w.Text, ':')
	if sep < 0 && w.Known {
		sep = strings.IndexByte(w.Text, '.')
	}
	if !w.Known {
		return unknownOwner(w)
	}
	if sep < 0 {
		return w, Word{}, false
	}
	if sep > 0 {
		owner = Lit(w.Text[:sep])
	}
	if sep+1 < len(w.Text) {
		group = Lit(w.Text[sep+1:])
	}
	return owner, group, sep > 0 && !group.Given()
}

// unknownOwner is that of a word with a variable in it: what is before the
// colon may still be known.
func unknownOwner(w Word) (owner, group Word, login bool) {
	text := strings.Trim(w.Text, `"'`)
	if before, _, ok := strings.Cut(w.Prefix, ":"); ok {
		return Lit(before), Word{Text: text[strings.IndexByte(text, ':')+1:]}, false
	}
	if before, after, ok := cutOwner(text); ok {
		owner = Word{Text: before}
		if after != "" {
			group = Word{Text: after}
			if !strings.ContainsAny(after, "$`\\\"'") {
				group = Lit(after)
			}
		}
		return owner, group, after == ""
	}
	return Word{Text: text}, Word{Text: "?"}, false
}

// cutOwner cuts at the colon that stands outside of ${…} and $(…).
func cutOwner(s string) (before, after string, ok bool) {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{', '(':
			depth++
		case '}', ')':
			depth--
		case ':':
			if depth == 0 {
				return s[:i], s[i+1:], true
			}
		}
	}
	return s, "", false
}

// chmod is allowed to the owner: it needs root where the path is root's for
// certain, and a program of the system is one.
func (c *command) chmod() {
	var recursive bool
	var words []Word
	for _, a := range c.args {
		switch {
		case a.Text == "--recursive":
			recursive = true
		case strings.HasPrefix(a.Text, "--"):
		case isChmodFlag(a.Text):
			recursive = recursive || strings.Contains(a.Text, "R")
		default:
			words = append(words, a)
		}
	}
	if len(words) < 2 {
		c.unknown("its arguments are not understood")
		return
	}
	c.on(Chmod, words[1:], "changes the mode of", Effect{Mode: words[0], Recursive: recursive})
}

// isChmodFlag tells options from modes such as -x.
func isChmodFlag(s string) bool {
	return len(s) > 1 && s[0] == '-' && strings.Trim(s[1:], "cfvR") == ""
}

// inPlace is sed or perl with -i, which write the files that they name.
func (c *command) inPlace() {
	o, words, _ := options(c.args, "nre:f:i::sEzup", "quiet silent regexp-extended expression: file: in-place separate null-data unbuffered posix debug")
	if !has(o, "i", "in-place") {
		if c.name == "perl" {
			c.unknown("it is not known what the program does")
			return
		}
		c.emit(Effect{Need: None})
		return
	}
	var paths []Word
	for i, w := range words {
		if i == 0 && !has(o, "e", "f", "expression", "file") || strings.HasPrefix(w.Text, "-") {
			continue
		}
		paths = append(paths, w)
	}
	c.on(Write, paths, "writes", Effect{})
}
