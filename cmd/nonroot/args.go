package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"nonroot/fixer/suggest"
)

// reorder puts the flags of a subcommand before its paths, because urfave/cli v2
// stops reading flags at the first argument that is none. What follows "--" is
// paths. A flag that the subcommand does not have is an error before anything
// is read. "help" and "help COMMAND" become the flag.
func reorder(app *cli.App, args []string) ([]string, error) {
	if len(args) > 0 && args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	if len(args) == 0 || slices.Contains([]string{"--help", "-h", "--version", "-v"}, args[0]) {
		return args, nil
	}
	name := args[0]
	if strings.HasPrefix(name, "-") {
		return nil, usageError{"flag " + name + ": flags stand behind the command, as in nonroot check " + name}
	}
	command := app.Command(name)
	if command == nil {
		return nil, unknownCommand(app, name)
	}
	flags, paths, err := split(command, args[1:])
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(flags, func(f string) bool { return strings.TrimLeft(f, "-") == "help" || strings.TrimLeft(f, "-") == "h" }) {
		return []string{name, "--help"}, nil // with paths, it would look for help on these
	}
	return slices.Concat([]string{name}, flags, []string{"--"}, paths), nil
}

// split parts the flags of a command, with their values, from its paths.
func split(command *cli.Command, args []string) (flags, paths []string, err error) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return flags, append(paths, args[i+1:]...), nil
		}
		if len(arg) < 2 || arg[0] != '-' {
			paths = append(paths, arg)
			continue
		}
		name, _, inline := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
		takesValue, known := flagOf(command, name)
		if !known {
			return nil, nil, unknownFlag(command, name, arg)
		}
		flags = append(flags, arg)
		if takesValue && !inline {
			if i++; i == len(args) {
				return nil, nil, usageError{"flag " + arg + " needs a value"}
			}
			flags = append(flags, args[i])
		}
	}
	return flags, paths, nil
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
func unknownFlag(command *cli.Command, name, arg string) error {
	var known []string
	for _, f := range command.Flags {
		known = append(known, f.Names()[0])
	}
	text := "nonroot " + command.Name + " has no flag " + arg
	if meant := suggest.Nearest(name, known); meant != "" {
		return usageError{text + "; did you mean --" + meant + "?"}
	}
	return usageError{text + "; nonroot " + command.Name + " --help lists them, and a path that starts with - goes behind --"}
}

func unknownCommand(app *cli.App, name string) error {
	var known []string
	for _, c := range app.Commands {
		known = append(known, c.Name)
	}
	text := "unknown command " + strconv.Quote(name)
	if meant := suggest.Nearest(name, known); meant != "" {
		return usageError{text + "; did you mean " + meant + "?"}
	}
	return usageError{text + "; nonroot --help lists them"}
}
