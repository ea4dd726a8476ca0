package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"
)

// Exit codes.
const (
	exitOK          = 0
	exitFound       = 1
	exitError       = 2
	exitInterrupted = 130
)

// streams are what a run reads and writes. The files behind them, where they
// are files, say whether a person is there.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exitCode ends a run with a code and nothing more to say.
type exitCode int

func (exitCode) Error() string { return "" }

// usageError is a wrong command line.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// run is the whole command: arguments and streams in, exit code out.
func run(ctx context.Context, args []string, std streams) int {
	app := newApp(std)
	args, err := reorder(app, args)
	if err == nil {
		err = app.RunContext(ctx, append([]string{app.Name}, args...))
	}
	var code exitCode
	var usage usageError
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &usage):
		say(std.err, msgUsage, err)
	default:
		say(std.err, msgError, err)
	}
	return exitError
}

func newApp(std streams) *cli.App {
	app := &cli.App{
		Name:                  "nonroot",
		Usage:                 "make containers stop running as root, and their files belong to the user they run as",
		Description:           descApp,
		Version:               version(),
		Reader:                std.in,
		Writer:                std.out,
		ErrWriter:             std.err,
		EnableBashCompletion:  true,
		HideHelpCommand:       true,
		CustomAppHelpTemplate: cli.AppHelpTemplate,
		ExitErrHandler:        func(*cli.Context, error) {}, // run decides
		OnUsageError:          func(_ *cli.Context, err error, _ bool) error { return usageError{err.Error()} },
		Commands:              []*cli.Command{checkCommand(std), fixCommand(std), explainCommand(std), completionCommand(std)},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return unknownCommand(c.App, c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
	}
	for _, command := range app.Commands {
		command.OnUsageError = app.OnUsageError
	}
	return app
}

// version is that of the module, as the Go tool recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// terminal reports whether a stream is a terminal.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colour reports whether to colour what goes to a stream. See no-color.org.
func colour(stream any) bool {
	return terminal(stream) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
