package main

import (
	"context"
	"errors"
	"path"
	"slices"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/trial"
	"nonroot/fixer/write"
)

func fixCommand(con *console) *cli.Command {
	return &cli.Command{
		Name: "fix", Usage: useFix, ArgsUsage: "[PATH…]", Description: descFix,
		Flags: append(ruleFlags(),
			&cli.BoolFlag{Name: "dry-run", Usage: useDryRun, DisableDefaultText: true},
			&cli.BoolFlag{Name: "unsafe-fixes", Usage: useUnsafe, DisableDefaultText: true},
			&cli.BoolFlag{Name: "verify", Usage: useProve, DisableDefaultText: true},
			&cli.DurationFlag{Name: "timeout", Value: trial.DefaultTimeout, Usage: useProveTimeout},
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
	all, sum, h, err := planAll(c, con, asJSON)
	if err != nil {
		return err
	}
	disproved, err := proveAll(c, con, all, h)
	if err != nil {
		return err
	}
	if err := con.show(all, asJSON); err != nil {
		return err // what was not shown is not written
	}
	if !c.Bool("dry-run") {
		h.cleanUp()
	}
	how, stopped := carryOut(c, con, all, h)
	if asJSON {
		if err := con.json(all.findings(), h.problems, all.files()); err != nil {
			return err
		}
	}
	for _, r := range all {
		sum.add(r)
	}
	con.closeFix(sum, h, how)
	switch {
	case stopped != nil:
		return stopped
	case len(h.problems) > 0:
		return exitCode(exitError)
	case disproved:
		return exitCode(exitFound)
	case c.Bool("exit-code") && sum.files > 0:
		return exitCode(exitFound)
	}
	return nil
}

// cleanUp removes the temporary files that runs which were killed have left.
// What cannot be removed stays for the next run.
func (h *harvest) cleanUp() {
	for root, temps := range h.temps {
		var dirs []string
		for _, t := range temps {
			dirs = append(dirs, path.Dir(t))
		}
		slices.Sort(dirs)
		write.CleanStale(root, slices.Compact(dirs))
	}
}

// planAll makes all fixes in memory. What cannot be planned is a problem. Of a project
// of which nothing is written or asked later, the diffs are printed at once, so that no
// file need stay in memory: it is part of the sum, and of the others none is.
func planAll(c *cli.Context, con *console, asJSON bool) (all repairs, sum total, h *harvest, err error) {
	atOnce := c.Bool("dry-run") && !asJSON && !c.Bool("verify")
	opt := fixer.Options{Safety: fixer.Safe}
	if c.Bool("unsafe-fixes") || c.Bool("verify") {
		opt.Safety = fixer.Unsafe
	}
	work := func(s scope, p *fixer.Project, rules []*fixer.Rule) (*repair, error) {
		opt := opt
		opt.Rules = rules
		return plan(s, p, opt, planned{findings: asJSON, before: !atOnce, proofs: c.Bool("verify")})
	}
	h, err = projects(c, con, work, func(_ scope, r *repair) {
		switch {
		case r == nil:
		case atOnce:
			for _, f := range r.files {
				con.diff(f.Diff)
			}
			sum.add(r)
		default:
			all = append(all, r)
		}
	})
	return all, sum, h, err
}

// show prints the diffs that were not shown yet. JSON comes when all is done:
// whoever is asked before is told the files.
func (con *console) show(all repairs, asJSON bool) error {
	for _, f := range all.files() {
		if !asJSON {
			con.diff(f.Diff)
		} else if con.asks {
			con.say(msgWouldChange, f.Path)
		}
	}
	return con.flush()
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
		switch err := r.write(c.Context); {
		case errors.Is(err, context.Canceled):
			stopped = err
		case err != nil:
			h.add(r.scope, []fixer.Problem{r.blame(err)})
		}
	}
	return how, stopped
}

// closeFix says on stderr what came of it.
func (con *console) closeFix(sum total, h *harvest, how ending) {
	con.problems(h.problems)
	if h.nothing() {
		con.say(msgNothing)
		return
	}
	if how != declined {
		con.refusals(sum.refused)
		con.roots(sum.roots, how)
		con.withheld(sum.withheld)
	}
	files := sum.files
	if how == wrote {
		files = sum.written
	}
	con.say("%s", fixSummary(sum.count, how, files, len(h.problems)))
}
