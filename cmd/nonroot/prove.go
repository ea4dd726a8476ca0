package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"nonroot/fixer/trial"
)

// proveAll tries every project on an engine as its fixes leave it, where that is
// asked for. What does not pass is not written: it reports whether there is such.
func proveAll(c *cli.Context, con *console, all repairs, h *harvest) (disproved bool, err error) {
	if !c.Bool("verify") || len(all.files()) == 0 {
		return false, nil
	}
	if c.Duration("timeout") <= 0 {
		return false, usageError{"flag --timeout: it must be more than nothing"}
	}
	engine, err := trial.Find(c.Context)
	if err != nil {
		return false, err
	}
	if err := engine.Sweep(c.Context); err != nil {
		con.say(msgSweep, err)
	}
	opt := trial.Options{All: true, Timeout: c.Duration("timeout"), Settle: trial.DefaultSettle, CopyMax: trial.DefaultCopyMax}
	for _, r := range all {
		if len(r.changes) == 0 {
			continue
		}
		against, err := r.prove(c, con, engine, opt, h)
		if err != nil {
			return disproved, err
		}
		if len(against) > 0 {
			disproved = true
			r.drop(fmt.Errorf(msgUnproved, strings.Join(against, "; ")))
		}
	}
	return disproved, nil
}

// prove tries one project, and says what speaks against its fixes.
func (r *repair) prove(c *cli.Context, con *console, engine *trial.Engine, opt trial.Options, h *harvest) ([]string, error) {
	if len(r.proofs) == 0 {
		return []string{"it has nothing that can be run"}, nil
	}
	var all []string
	for _, t := range r.proofs {
		result, err := con.try(c, engine, t.name, " as fixed", t.fixed, opt, h)
		if err != nil {
			return nil, err
		}
		if result == nil {
			all = append(all, t.name+" could not be tried")
			continue
		}
		against := result.Against()
		for _, what := range against {
			con.say(msgDisproved, t.name, what)
		}
		if len(against) == 0 {
			con.say(msgProved, engine.Name+" "+engine.Version, t.name)
		}
		all = append(all, against...)
	}
	return all, nil
}

// drop takes all changes back: none is shown or written.
func (r *repair) drop(why error) {
	r.refuse(why)
	r.changes, r.files = nil, nil
}
