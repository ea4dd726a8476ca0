package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"nonroot/fixer/diagnose"
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
				id := c.Args().First()
				if r := rules.ByID(id); r != nil {
					fmt.Fprint(con.out, r.Page()+ruleLines(id))
					return nil
				}
				if cause := diagnose.CauseByID(id); cause != nil {
					fmt.Fprint(con.out, causePage(cause))
					return nil
				}
				return usageError{unknownRule(id)}
			}
			return usageError{"explain takes one rule, or one cause of diagnose"}
		},
	}
}
