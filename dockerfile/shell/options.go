package shell

import "strings"

// option is one option of a command, by its name without dashes: "u", "uid".
type option struct {
	name  string
	value Word
}

// options reads the options of a command as getopt_long does: combined short
// ones, values attached or apart, long names shortened, "--" as their end,
// operands in between. shorts has a colon behind those with a value, two where
// it is optional; longs are names apart by blanks, those with a value have a colon. ok is false where an
// option is not one of them, or cannot be told from a word that is not known.
func options(args []Word, shorts, longs string) (opts []option, operands []Word, ok bool) {
	ok = true
	for i := 0; i < len(args); i++ {
		a := args[i]
		text := a.Text
		if !a.Known {
			text = a.Prefix
			if text == "" && strings.HasPrefix(a.Text, "$") && len(operands) == 0 {
				// Perhaps options, perhaps an operand: it is taken as an operand.
				operands = append(operands, a)
				continue
			}
		}
		switch {
		case text == "--" && a.Known:
			return opts, append(operands, args[i+1:]...), ok
		case strings.HasPrefix(text, "--"):
			o, takes, found := longOption(a, text[2:], longs)
			if takes {
				i++
				if i < len(args) {
					o.value = args[i]
				}
			}
			opts, ok = append(opts, o), ok && found
		case strings.HasPrefix(text, "-") && text != "-":
			var takes, found bool
			opts, takes, found = shortOptions(opts, a, text, shorts)
			if takes {
				i++
				if i < len(args) {
					opts[len(opts)-1].value = args[i]
				}
			}
			ok = ok && found
		default:
			operands = append(operands, a)
		}
	}
	return opts, operands, ok
}

// longOption reads --name or --name=value; takes says that the value is the next word.
func longOption(a Word, body, longs string) (o option, takes, found bool) {
	name, value, has := strings.Cut(body, "=")
	full, wants := longName(name, longs)
	o = option{name: full}
	if o.name == "" {
		return option{name: name}, false, false
	}
	if !has {
		return o, wants, a.Known
	}
	if a.Known {
		o.value = Lit(value)
	} else {
		_, rest, _ := strings.Cut(a.Text, "=")
		o.value = Word{Text: strings.Trim(rest, `"'`), Prefix: value}
	}
	return o, false, true
}

// longName finds a long option by its name or an unambiguous beginning of it.
func longName(name, longs string) (full string, wants bool) {
	for rest := longs; rest != ""; {
		var one string
		one, rest, _ = strings.Cut(rest, " ")
		bare := strings.TrimSuffix(one, ":")
		if bare == name {
			return bare, len(bare) != len(one)
		}
		if full == "" && strings.HasPrefix(bare, name) {
			full, wants = bare, len(bare) != len(one)
		}
	}
	return full, wants
}

// shortOptions reads "-abc", where the first that wants a value takes the rest.
func shortOptions(opts []option, a Word, text, shorts string) (out []option, takes, found bool) {
	found = true
	for j := 1; j < len(text); j++ {
		o := option{name: text[j : j+1]}
		at := strings.IndexByte(shorts, text[j])
		if at < 0 || text[j] == ':' {
			found = false
		}
		wants := at >= 0 && strings.HasPrefix(shorts[at+1:], ":")
		if wants && strings.HasPrefix(shorts[at+1:], "::") { // only attached
			opts = append(opts, option{o.name, Lit(text[j+1:])})
			return opts, false, found && a.Known
		}
		opts = append(opts, o)
		if !wants {
			continue
		}
		switch {
		case !a.Known:
			opts[len(opts)-1].value = Word{Text: strings.TrimPrefix(a.Text, text[:j+1]), Prefix: text[j+1:]}
		case j+1 < len(text):
			opts[len(opts)-1].value = Lit(text[j+1:])
		default:
			takes = true
		}
		return opts, takes, found
	}
	return opts, false, found && a.Known
}

// has reports whether one of the names is among the options.
func has(opts []option, names ...string) bool {
	_, ok := value(opts, names...)
	return ok
}

// value is that of the last option of one of the names.
func value(opts []option, names ...string) (Word, bool) {
	for i := len(opts) - 1; i >= 0; i-- {
		for _, n := range names {
			if opts[i].name == n {
				return opts[i].value, true
			}
		}
	}
	return Word{}, false
}

// get is value without the report.
func get(opts []option, names ...string) Word {
	w, _ := value(opts, names...)
	return w
}
