package main

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"
)

// Exit codes.
const (
	exitOK          = 0
	exitFound       = 1
	exitError       = 2
	exitInterrupted = 130
)

// exitCode ends a run with a code and nothing more to say.
type exitCode int

func (exitCode) Error() string { return "" }

// usageError is a wrong command line.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// run is the whole command: arguments and streams in, exit code out.
func run(ctx context.Context, args []string, std streams) int {
	con := newConsole(std)
	err := command(ctx, con, args)
	if flushErr := con.flush(); flushErr != nil {
		err = flushErr
	}
	var code exitCode
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		con.say(msgInterrupted)
		return exitInterrupted
	}
	con.sayError(err)
	return exitError
}

// command is one run, but for its exit code.
func command(ctx context.Context, con *console, args []string) error {
	app := newApp(con)
	if len(args) > 0 && args[0] == completeCommand {
		con.complete(app, args[1:])
		return nil
	}
	args, err := reorder(app, args)
	if err != nil {
		return err
	}
	return app.RunContext(ctx, append([]string{app.Name}, args...))
}

func newApp(con *console) *cli.App {
	app := &cli.App{
		Name:            "nonroot",
		Usage:           useApp,
		Description:     descApp,
		Version:         version(),
		Reader:          con.in,
		Writer:          con.out,
		ErrWriter:       con.err,
		HideHelpCommand: true,                         // reorder knows help
		ExitErrHandler:  func(*cli.Context, error) {}, // run decides
		OnUsageError:    onUsageError,
		Commands: []*cli.Command{
			checkCommand(con), fixCommand(con), verifyCommand(con), diagnoseCommand(con),
			explainCommand(con), initCommand(con), templateCommand(con), completionCommand(con),
		},
	}
	for _, command := range app.Commands {
		command.OnUsageError = onUsageError
	}
	return app
}

// onUsageError is called for values of flags that cannot be read; reorder has
// seen to all else.
func onUsageError(_ *cli.Context, err error, _ bool) error {
	return usageError{strings.ReplaceAll(err.Error(), "for flag -", "for flag --")}
}

// version is that of the module, as the Go tool recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
