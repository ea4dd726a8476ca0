package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// reorder puts the flags of a subcommand before its paths, because urfave/cli v2
// stops reading flags at the first argument that is none. What follows "--" is
// paths. A flag that the subcommand does not have is an error before anything
// is read.
func reorder(app *cli.App, args []string) ([]string, error) {
	at := slices.IndexFunc(args, func(a string) bool { return !strings.HasPrefix(a, "-") })
	if at < 0 || slices.Contains(args, "--generate-bash-completion") {
		return args, nil
	}
	command := app.Command(args[at])
	if command == nil {
		return nil, unknownCommand(app, args[at])
	}
	var flags, paths []string
	rest := args[at+1:]
	for i := 0; i < len(rest); i++ {
		arg := rest[i]
		switch {
		case arg == "--":
			paths = append(paths, rest[i+1:]...)
			i = len(rest)
		case len(arg) > 1 && arg[0] == '-':
			name, _, inline := strings.Cut(strings.TrimLeft(arg, "-"), "=")
			takesValue, known := flagOf(command, name)
			if !known {
				return nil, usageError{unknownFlag(command, arg)}
			}
			flags = append(flags, arg)
			if takesValue && !inline {
				if i++; i == len(rest) {
					return nil, usageError{"flag " + arg + " needs a value"}
				}
				flags = append(flags, rest[i])
			}
		default:
			paths = append(paths, arg)
		}
	}
	out := append(slices.Clone(args[:at+1]), flags...)
	return append(append(out, "--"), paths...), nil
}

// flagOf says whether a command has a flag, and whether it takes a value.
func flagOf(command *cli.Command, name string) (takesValue, known bool) {
	if name == "help" || name == "h" {
		return false, true
	}
	for _, f := range command.Flags {
		if slices.Contains(f.Names(), name) {
			_, isBool := f.(*cli.BoolFlag)
			return !isBool, true
		}
	}
	return false, false
}

// unknownFlag says what is wrong, and which flag may have been meant.
func unknownFlag(command *cli.Command, arg string) string {
	name := strings.TrimLeft(arg, "-")
	text := "nonroot " + command.Name + " has no flag " + arg
	for _, f := range command.Flags {
		if n := f.Names()[0]; near(n, name) {
			return text + "; did you mean --" + n + "?"
		}
	}
	return text + "; nonroot " + command.Name + " --help lists them"
}

func unknownCommand(app *cli.App, name string) error {
	text := "unknown command " + strconv.Quote(name)
	for _, c := range app.Commands {
		if near(c.Name, name) {
			return usageError{text + "; did you mean " + c.Name + "?"}
		}
	}
	return usageError{text + "; nonroot --help lists them"}
}

// near reports whether two words differ by at most two letters.
func near(a, b string) bool {
	if len(a) < 3 || len(b) < 3 {
		return false
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)] <= 2
}
