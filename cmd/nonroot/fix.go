package main

import (
	"github.com/urfave/cli/v2"

	"nonroot/fixer"
)

func fixCommand(con *console) *cli.Command {
	return &cli.Command{
		Name: "fix", Usage: useFix, ArgsUsage: "[PATH…]", Description: descFix,
		Flags: append(ruleFlags(),
			&cli.BoolFlag{Name: "dry-run", Usage: useDryRun, DisableDefaultText: true},
			&cli.BoolFlag{Name: "unsafe-fixes", Usage: useUnsafe, DisableDefaultText: true},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: useYes, DisableDefaultText: true},
			&cli.BoolFlag{Name: "exit-code", Usage: useExitCode, DisableDefaultText: true},
			&cli.StringFlag{Name: "format", Value: formatText, Usage: useFixFormat},
		),
		Action: func(c *cli.Context) error { return fix(c, con) },
	}
}

// fix plans all, shows all, asks once, and writes project by project. Between
// the diff and the first byte written nothing is worked out anew: what is
// written is what was shown.
func fix(c *cli.Context, con *console) error {
	asJSON, err := wantsJSON(c)
	if err != nil {
		return err
	}
	safety := fixer.Safe
	if c.Bool("unsafe-fixes") {
		safety = fixer.Unsafe
	}
	var all repairs
	work := func(s scope, p *fixer.Project, rules []*fixer.Rule) (*repair, error) {
		return plan(s, p, fixer.Options{Rules: rules, Safety: safety}, asJSON)
	}
	h, err := projects(c, con, work, func(_ scope, r *repair) {
		if r != nil { // else its problem is in h
			all = append(all, r)
		}
	})
	if err != nil {
		return err
	}
	if !asJSON {
		for _, f := range all.files() {
			con.diff(f.Diff)
		}
		if err := con.flush(); err != nil {
			return err // what was not shown is not written
		}
	}
	how, stopped := carryOut(c, con, all, h)
	if asJSON {
		if err := con.json(all.findings(), h.problems, all.files()); err != nil {
			return err
		}
	}
	con.closeFix(all, h, how)
	switch {
	case stopped != nil:
		return stopped
	case len(h.problems) > 0:
		return exitCode(exitError)
	case c.Bool("exit-code") && len(all.files()) > 0:
		return exitCode(exitFound)
	}
	return nil
}

// ending is how a run of fix ended.
type ending int

const (
	wrote    ending = iota // what there was to write, but for problems
	dryRun                 // nothing, as was asked for
	declined               // nothing, since the answer was no
)

// carryOut writes, where that is asked for. What cannot be written becomes a
// problem, and does not stop the rest; the end of the context does.
func carryOut(c *cli.Context, con *console, all repairs, h *harvest) (how ending, stopped error) {
	files := len(all.files())
	switch {
	case c.Bool("dry-run"):
		how = dryRun
	case files > 0 && !c.Bool("yes"):
		yes, err := con.confirm(c.Context, files)
		if !yes {
			how, stopped = declined, err
		}
	}
	for _, r := range all {
		if how != wrote {
			r.leave()
			continue
		}
		h.add(r.scope, r.write(c.Context))
	}
	if stopped == nil && files > 0 && how == wrote {
		stopped = c.Context.Err()
	}
	return how, stopped
}

// closeFix says on stderr what came of it.
func (con *console) closeFix(all repairs, h *harvest, how ending) {
	con.problems(h.problems)
	if h.nothing() {
		con.say(msgNothing)
		return
	}
	total := all.digest()
	if how != declined {
		con.refusals(total.refused)
		con.roots(total.roots)
		con.withheld(total.withheld)
	}
	files := 0
	for _, f := range all.files() {
		if f.Written || how != wrote {
			files++
		}
	}
	con.say("%s", fixSummary(total.count, how, files, len(h.problems)))
}
