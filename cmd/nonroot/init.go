package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/confined"
	"nonroot/fixer/rules"
	"nonroot/fixer/starter"
)

func initCommand(con *console) *cli.Command {
	return &cli.Command{
		Name: "init", Usage: useInit, ArgsUsage: "[PATH]", Description: descInit,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "print", Usage: usePrint, DisableDefaultText: true},
		},
		Action: func(c *cli.Context) error { return writeSettings(c, con) },
	}
}

// writeSettings writes the settings that a project starts from, or prints them.
func writeSettings(c *cli.Context, con *console) error {
	if c.NArg() > 1 {
		return usageError{"init takes one path"}
	}
	target := "."
	if c.NArg() == 1 {
		target = c.Args().First()
	}
	root, _, err := locate(target)
	if err != nil {
		return err
	}
	file := shownFile(root)
	if _, err := os.Lstat(file); !c.Bool("print") && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf(msgHasSettings, file)
	}
	text, problems, err := startingSettings(c.Context, root)
	if err != nil {
		return err
	}
	con.problems(problems)
	if c.Bool("print") {
		fmt.Fprint(con.out, text)
		return nil
	}
	if err := createFile(c.Context, file, text); err != nil {
		return err
	}
	con.say(msgStarter, file)
	return nil
}

// shownFile is the settings file of a root as seen from the current folder,
// where it lies in it.
func shownFile(root string) string {
	file := filepath.Join(root, fixer.SettingsFile)
	if here, err := confined.Real("."); err == nil {
		if rel, err := filepath.Rel(here, file); err == nil {
			return rel
		}
	}
	return file
}

// startingSettings is the text, and what could not be read for it.
func startingSettings(ctx context.Context, root string) (string, []fixer.Problem, error) {
	ws, err := fixer.Open(ctx, root, []string{"."})
	if err != nil {
		return "", nil, err
	}
	defer ws.Close()
	problems := ws.Problems
	var found []starter.Found
	err = fixer.Each(ctx, ws, func(p *fixer.Project) (starter.Found, error) {
		return starter.Look(p), nil
	}, func(_ *fixer.Project, f starter.Found, more []fixer.Problem) {
		problems = append(problems, more...)
		found = append(found, f)
	})
	return starter.Text(found, rules.All()), problems, err
}
