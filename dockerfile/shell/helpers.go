package shell

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Use is a command of a script that switches the user.
type Use struct {
	Helper string // gosu, su-exec, setpriv, su, runuser, chroot, s6, sudo, …
	User   string // the user that it becomes; empty where the script does not tell
}

// Helpers tells which commands a script, such as an entrypoint, gives up root
// with (drops), and which it gains rights with (gains: sudo, doas). read is
// false where the script is not shell or cannot be read.
func Helpers(script string) (drops, gains []Use, read bool) {
	dialect := Bash
	if rest, ok := strings.CutPrefix(script, "#!"); ok {
		line, _, _ := strings.Cut(rest, "\n")
		fields := strings.Fields(line)
		if len(fields) > 0 && (fields[0] == "/init" || strings.HasSuffix(fields[0], "with-contenv")) {
			return []Use{{Helper: "s6"}}, nil, true
		}
		if dialect = Interpreter(fields); dialect == OtherShell {
			return nil, nil, false
		}
	}
	f := parse(script, dialect)
	if f == nil {
		return nil, nil, false
	}
	kept := keptCommands(f)
	syntax.Walk(f, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok {
			return true
		}
		for _, argv := range started(call, kept) {
			if u, ok := dropsRoot(argv); ok {
				drops = append(drops, u)
			}
			if name := path.Base(argv[0]); name == "sudo" || name == "doas" {
				gains = append(gains, Use{Helper: name})
			}
		}
		return true
	})
	return drops, gains, true
}

// keptCommands are the commands that a script keeps in variables, as in
// run="gosu app" or run=(gosu app), by their names.
func keptCommands(f *syntax.File) map[string][][]string {
	kept := map[string][][]string{}
	syntax.Walk(f, func(n syntax.Node) bool {
		a, ok := n.(*syntax.Assign)
		if !ok || a.Name == nil {
			return true
		}
		var words []string
		switch {
		case a.Value != nil:
			words = strings.Fields(flat(a.Value.Parts))
		case a.Array != nil:
			for _, e := range a.Array.Elems {
				if e.Value != nil {
					words = append(words, flat(e.Value.Parts))
				}
			}
		}
		if len(words) > 0 {
			kept[a.Name.Value] = append(kept[a.Name.Value], words)
		}
		return true
	})
	return kept
}

// started are the command lines that a call may come to, without what stands in front
// of the program: its own, that which set puts in the place of the arguments, and those of
// the variable that stands for the program.
func started(call *syntax.CallExpr, kept map[string][][]string) [][]string {
	argv := make([]string, len(call.Args))
	for i, w := range call.Args {
		argv[i] = flat(w.Parts)
	}
	if len(argv) > 2 && argv[0] == "set" && argv[1] == "--" {
		argv = argv[2:]
	}
	argv = BehindHelpers(argv)
	if len(argv) == 0 {
		return nil
	}
	out := [][]string{argv}
	for _, words := range kept[variable(call.Args[len(call.Args)-len(argv)])] {
		if behind := BehindHelpers(append(words[:len(words):len(words)], argv[1:]...)); len(behind) > 0 {
			out = append(out, behind)
		}
	}
	return out
}

// variable is the name of the variable that a word is, in quotes or not; empty where
// it is anything else.
func variable(w *syntax.Word) string {
	if len(w.Parts) != 1 {
		return ""
	}
	part := w.Parts[0]
	if q, ok := part.(*syntax.DblQuoted); ok && len(q.Parts) == 1 {
		part = q.Parts[0]
	}
	if p, ok := part.(*syntax.ParamExp); ok && p.Param != nil {
		return p.Param.Value
	}
	return ""
}

// dropsRoot tells whether a command line is one that gives up root, and for whom.
func dropsRoot(argv []string) (Use, bool) {
	switch name := path.Base(argv[0]); name {
	case "gosu", "su-exec", "setuidgid", "s6-setuidgid":
		if u := nth(argv, 1); !strings.HasPrefix(u, "-") {
			return Use{name, userPart(u)}, true
		}
	case "su", "runuser", "setpriv", "chroot", "chpst", "start-stop-daemon":
		if u, ok := dropped(name, argv[1:]); ok {
			return Use{name, u}, true
		}
	}
	return Use{Helper: "s6"}, argv[0] == "/init"
}

func nth(argv []string, n int) string {
	if n < len(argv) {
		return argv[n]
	}
	return ""
}

func userPart(s string) string {
	if strings.Contains(s, "$") {
		return ""
	}
	user, _, _ := strings.Cut(s, ":")
	return user
}

// dropped is the user that su and its like become; ok is false where they do
// not change the user.
func dropped(name string, args []string) (user string, ok bool) {
	for i, a := range args {
		flag, v, has := strings.Cut(a, "=")
		if !has {
			v = nth(args, i+1)
		}
		switch flag {
		case "--reuid", "--userspec", "--chuid", "-u", "--user", "-c":
			if flag != "-c" || name == "start-stop-daemon" {
				return userPart(v), true
			}
		}
	}
	if name != "su" && name != "runuser" {
		return "", false
	}
	for i, a := range args {
		if !strings.HasPrefix(a, "-") && (i == 0 || args[i-1] != "-c" && args[i-1] != "-s") {
			return userPart(a), true
		}
	}
	return "", false
}
