package main

import (
	"errors"
	"maps"
	"path"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/report"
	"nonroot/fixer/rules"
	"nonroot/fixer/trial"
)

func verifyCommand(con *console) *cli.Command {
	return &cli.Command{
		Name: "verify", Usage: useVerify, ArgsUsage: "[PATH…]", Description: descVerify,
		Flags: append(append([]cli.Flag{
			&cli.BoolFlag{Name: "fixed", Usage: useFixed, DisableDefaultText: true},
			&cli.BoolFlag{Name: "unsafe-fixes", Usage: useFixedUnsafe, DisableDefaultText: true},
			&cli.BoolFlag{Name: "observe", Usage: useObserve, DisableDefaultText: true},
			&cli.DurationFlag{Name: "for", Value: 20 * time.Second, Usage: useFor},
			&cli.StringFlag{Name: "exec", Usage: useExec},
		}, trialFlags()...), append(ruleFlags(),
			&cli.StringFlag{Name: "format", Value: formatText, Usage: useVerifyFormat},
		)...),
		Action: func(c *cli.Context) error { return verify(c, con) },
	}
}

// trialFlags are those of every command that runs a project.
func trialFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "service", Usage: useVerifyService},
		&cli.DurationFlag{Name: "timeout", Value: trial.DefaultTimeout, Usage: useTimeout},
		&cli.DurationFlag{Name: "settle", Value: trial.DefaultSettle, Usage: useSettle},
		&cli.IntFlag{Name: "copy-limit", Value: trial.DefaultCopyMax >> 20, Usage: useCopyLimit},
		&cli.BoolFlag{Name: "keep", Usage: useKeep, DisableDefaultText: true},
	}
}

func trialOptions(c *cli.Context) (trial.Options, error) {
	opt := trial.Options{
		Services: c.StringSlice("service"), Timeout: c.Duration("timeout"), Settle: c.Duration("settle"),
		Keep: c.Bool("keep"), CopyMax: int64(c.Int("copy-limit")) << 20,
	}
	for _, flag := range []string{"timeout", "copy-limit"} {
		if opt.Timeout <= 0 && flag == "timeout" || opt.CopyMax <= 0 && flag == "copy-limit" {
			return opt, usageError{"flag --" + flag + ": it must be more than nothing"}
		}
	}
	return opt, nil
}

// candidateTrial is one trial that could be made: of files of a project as they are, and
// as fix would leave them.
type candidateTrial struct {
	name       string
	files      []string
	now, fixed trial.Project
}

// verify reads all projects, and then tries them one after the other: engines have
// one machine.
func verify(c *cli.Context, con *console) error {
	format, err := oneOf(c, verifyFormats...)
	if err != nil {
		return err
	}
	opt, err := trialOptions(c)
	if err != nil {
		return err
	}
	watch, err := watchOf(c)
	if err != nil {
		return err
	}
	var all []candidateTrial
	work := func(s scope, p *fixer.Project, active []*fixer.Rule) ([]candidateTrial, error) {
		return trialsOf(c, s, p, active)
	}
	h, err := projects(c, con, work, func(_ scope, list []candidateTrial) { all = append(all, list...) })
	if err != nil {
		return err
	}
	if len(all) == 0 && len(h.problems) == 0 {
		con.say(msgNothing)
		return nil
	}
	if c.Bool("observe") {
		return observe(c, con, all, opt, watch, h)
	}
	v, err := runTrials(c, con, all, opt, h)
	if err != nil {
		return err
	}
	con.problems(h.problems)
	v.Add(h.problems)
	return con.verification(v, format)
}

// trialsOf are the trials of one project.
func trialsOf(c *cli.Context, s scope, p *fixer.Project, active []*fixer.Rule) ([]candidateTrial, error) {
	if !c.Bool("fixed") {
		return trialsIn(s, p, p.Runs(s.paths), nil), nil
	}
	opt := fixer.Options{Rules: active, Safety: fixer.Safe}
	if c.Bool("unsafe-fixes") {
		opt.Safety = fixer.Unsafe
	}
	result, err := fixer.Run(p, opt)
	if err != nil {
		return nil, err
	}
	return trialsIn(s, p, p.Runs(s.paths), result), nil
}

// trialsIn are the trials of sets of compose files of a project, or of its
// Dockerfile where it has none; the result, which may be nil, is that of its fixes.
func trialsIn(s scope, p *fixer.Project, loads [][]string, result *fixer.Result) []candidateTrial {
	now := trial.Project{Root: s.root, Writable: declared(p)}
	fixed := now
	if result != nil {
		fixed = fixedProject(now, result)
	}
	var out []candidateTrial
	add := func(files []string, set func(*trial.Project)) {
		t := candidateTrial{name: path.Join(s.prefix, files[0]), files: files, now: now, fixed: fixed}
		set(&t.now)
		set(&t.fixed)
		out = append(out, t)
	}
	for _, load := range loads {
		add(load, func(t *trial.Project) { t.Files = load })
	}
	if len(p.Loads()) == 0 && len(p.Targets) > 0 {
		name := p.Targets[0].File.Src.Path
		add([]string{name}, func(t *trial.Project) { t.Dockerfile = name })
	}
	return out
}

// declared are the directories that the settings declare writable, by service.
func declared(p *fixer.Project) map[string][]string {
	out := map[string][]string{}
	for _, s := range p.Services {
		if _, done := out[s.Name]; done {
			continue
		}
		for _, w := range s.Settings.Writable {
			out[s.Name] = append(out[s.Name], w.Path)
		}
		for _, v := range s.Settings.Volumes {
			out[s.Name] = append(out[s.Name], v.Target)
		}
	}
	return out
}

// fixedProject is the project as the result leaves it, behind what it asks to be
// done on the host: make reset-permissions.
func fixedProject(now trial.Project, result *fixer.Result) trial.Project {
	now.Changed = map[string]string{}
	for _, change := range result.Changes {
		now.Changed[change.After.Path] = change.After.Text
	}
	now.Owned = rules.ResetDirs(result.After)
	return now
}

// runTrials makes the trials. What cannot be tried is a problem.
func runTrials(c *cli.Context, con *console, all []candidateTrial, opt trial.Options, h *harvest) (*report.Verification, error) {
	engine, err := trial.Find(c.Context)
	if err != nil {
		return nil, err
	}
	v := report.NewVerification(engine.Name + " " + engine.Version)
	if err := engine.Sweep(c.Context); err != nil {
		con.say(msgSweep, err)
	}
	var missing *trial.NoService
	for _, t := range all {
		r := &report.Trial{Name: t.name, Files: t.files}
		r.Changed = slices.Sorted(maps.Keys(t.fixed.Changed))
		if r.Now, err = con.try(c, engine, t.name, "", t.now, opt, h); errors.As(err, &missing) {
			continue // another project may have it
		} else if err != nil {
			return nil, err
		}
		if c.Bool("fixed") {
			if r.Fixed, err = con.try(c, engine, t.name, " as fixed", t.fixed, opt, h); err != nil {
				return nil, err
			}
		}
		v.Trials = append(v.Trials, r)
	}
	if missing != nil && len(v.Trials) == 0 && len(h.problems) == 0 {
		return nil, usageError{"flag --service: " + missing.Error()}
	}
	return v, nil
}

// try makes one trial. The end of the context is its error, and that the project does
// not have a service; what else goes wrong is a problem.
func (con *console) try(c *cli.Context, engine *trial.Engine, name, how string, p trial.Project, opt trial.Options, h *harvest) (*trial.Result, error) {
	line := newStatusLine(con)
	defer line.hide()
	opt.Progress = func(text string) { line.show(name + how + ": " + text) }
	result, err := engine.Run(c.Context, p, opt)
	if c.Context.Err() != nil {
		line.hide()
		if err != nil && !errors.Is(err, c.Context.Err()) {
			con.sayError(err)
		}
		return nil, c.Context.Err()
	}
	var missing *trial.NoService
	if errors.As(err, &missing) {
		return nil, missing
	}
	if err != nil {
		h.add(scope{}, []fixer.Problem{{Path: name, Err: err}})
		return nil, nil
	}
	if result.Kept != "" {
		line.hide()
		con.say(msgKept, engine.Name, result.Kept, engine.Name, result.Kept)
	}
	return result, nil
}
