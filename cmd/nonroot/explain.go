package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"nonroot/fixer/rules"
)

func explainCommand(std streams) *cli.Command {
	return &cli.Command{
		Name: "explain", Usage: "what a rule finds, why, how to fix it, how to switch it off", ArgsUsage: "[RULE]", Description: descExplain,
		BashComplete: func(*cli.Context) {
			for _, r := range rules.All() {
				fmt.Fprintln(std.out, r.ID)
			}
		},
		Action: func(c *cli.Context) error {
			switch c.Args().Len() {
			case 0:
				for _, r := range rules.All() {
					fmt.Fprintf(std.out, "%-18s %s\n", r.ID, r.Title)
				}
				return nil
			case 1:
				r := rules.ByID(c.Args().First())
				if r == nil {
					return usageError{unknownRule(c.Args().First())}
				}
				fmt.Fprint(std.out, r.Page())
				return nil
			}
			return usageError{"explain takes one rule"}
		},
	}
}
