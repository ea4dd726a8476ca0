package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/mattn/go-shellwords"
	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/report"
	"nonroot/fixer/trial"
)

// watchOf reads the flags that say how services are watched.
func watchOf(c *cli.Context) (trial.Watch, error) {
	w := trial.Watch{For: c.Duration("for")}
	if !c.Bool("observe") {
		for _, flag := range []string{"for", "exec"} {
			if c.IsSet(flag) {
				return w, usageError{"flag --" + flag + ": it goes with --observe"}
			}
		}
		return w, nil
	}
	if w.For < 0 {
		return w, usageError{"flag --for: it must not be less than nothing"}
	}
	if c.Bool("fixed") || c.Bool("keep") {
		return w, usageError{"--observe looks at the project as it is, and leaves nothing: without --fixed and --keep"}
	}
	if c.String("format") == formatMarkdown {
		return w, usageError{"flag --format: --observe prints text (YAML for .nonroot.yaml) or json"}
	}
	var err error
	if w.Exec, err = shellwords.Parse(c.String("exec")); err != nil {
		return w, usageError{"flag --exec: " + err.Error()}
	}
	return w, nil
}

// observe watches what the services of the projects write, and prints what of it to
// declare.
func observe(c *cli.Context, con *console, all []candidateTrial, opt trial.Options, w trial.Watch, h *harvest) error {
	engine, err := trial.Find(c.Context)
	if err != nil {
		return err
	}
	if err := engine.Sweep(c.Context); err != nil {
		con.say(msgSweep, err)
	}
	var missing *trial.NoService
	seen := report.NewObserved(engine.Name + " " + engine.Version)
	for _, t := range all {
		line := newStatusLine(con)
		opt.Progress = func(text string) { line.show(t.name + ": " + text) }
		services, err := engine.Observe(c.Context, t.now, opt, w)
		line.hide()
		if c.Context.Err() != nil {
			return c.Context.Err()
		}
		if errors.As(err, &missing) {
			continue // another project may have it
		}
		if err != nil {
			h.add(scope{}, []fixer.Problem{{Path: t.name, Err: err}})
			continue
		}
		seen.Trials = append(seen.Trials, report.ObservedTrial{Name: t.name, Services: services})
	}
	if missing != nil && len(seen.Trials) == 0 && len(h.problems) == 0 {
		return usageError{"flag --service: " + missing.Error()}
	}
	con.problems(h.problems)
	seen.Add(h.problems)
	if c.String("format") == formatJSON {
		var text bytes.Buffer
		if err := report.ObservedJSON(&text, seen); err != nil {
			return err
		}
		con.escaped(text.String())
	} else {
		fmt.Fprint(con.out, report.ObservedYAML(seen))
	}
	if err := con.flush(); err != nil {
		return err
	}
	con.say(msgObserved, w.For.String())
	if len(h.problems) > 0 || seen.Refused() {
		return exitCode(exitError)
	}
	return nil
}
