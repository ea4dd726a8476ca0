package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"nonroot/fixer/rules"
)

func explainCommand(con *console) *cli.Command {
	return &cli.Command{
		Name: "explain", Usage: useExplain, ArgsUsage: "[RULE]", Description: descExplain,
		Action: func(c *cli.Context) error {
			switch c.NArg() {
			case 0:
				for _, r := range rules.All() {
					fmt.Fprintf(con.out, "%-18s %s\n", r.ID, r.Title)
				}
				return nil
			case 1:
				r := rules.ByID(c.Args().First())
				if r == nil {
					return usageError{unknownRule(c.Args().First())}
				}
				fmt.Fprint(con.out, r.Page())
				return nil
			}
			return usageError{"explain takes one rule"}
		},
	}
}
