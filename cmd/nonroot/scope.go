package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/discover"
	"nonroot/fixer/rules"
)

// scope is one root and the paths under it that were asked for.
type scope struct {
	root  string
	paths []string // relative to the root, with slashes
}

// scopes sorts the paths of the command line by the root that each belongs to.
func scopes(paths []string) ([]scope, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var out []scope
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return nil, err
		}
		root, err := discover.Root(p)
		if err != nil {
			return nil, err
		}
		rel, err := fixer.Relative(root, p)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(out, func(s scope) bool { return s.root == root })
		if at < 0 {
			at = len(out)
			out = append(out, scope{root: root})
		}
		out[at].paths = append(out[at].paths, rel)
	}
	return out, nil
}

// ruleFlags are those by which rules are chosen.
func ruleFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "rule", Usage: "run only this `RULE`; may be repeated"},
		&cli.StringSliceFlag{Name: "exclude-rule", Usage: "leave this `RULE` out; may be repeated"},
	}
}

// chosenRules are the rules that the flags and the settings leave.
func chosenRules(c *cli.Context, off map[string]bool) ([]*fixer.Rule, error) {
	only, without := c.StringSlice("rule"), c.StringSlice("exclude-rule")
	for _, id := range slices.Concat(only, without) {
		if rules.ByID(id) == nil {
			return nil, usageError{unknownRule(id)}
		}
	}
	var out []*fixer.Rule
	for _, r := range rules.All() {
		switch {
		case len(only) > 0 && !slices.Contains(only, r.ID):
		case slices.Contains(without, r.ID):
		case off[r.ID] && len(only) == 0:
		default:
			out = append(out, r)
		}
	}
	return out, nil
}

func unknownRule(id string) string {
	for _, r := range rules.All() {
		if near(r.ID, id) {
			return fmt.Sprintf("unknown rule %q; did you mean %s?", id, r.ID)
		}
	}
	return fmt.Sprintf("unknown rule %q; nonroot explain lists them", id)
}

// harvest is what came out of the projects of all scopes.
type harvest struct {
	projects int
	findings []fixer.Judged
	problems []fixer.Problem
}

// each opens every scope and works on its projects; done is called in order.
func each[T any](ctx context.Context, c *cli.Context, progress *progress, work func(*fixer.Project, []*fixer.Rule) (T, error), done func(*fixer.Workspace, T, []fixer.Problem) error) error {
	list, err := scopes(c.Args().Slice())
	if err != nil {
		return err
	}
	found := 0
	for _, s := range list {
		ws, err := fixer.Open(ctx, s.root, s.paths)
		if err != nil {
			return err
		}
		active, err := activeRules(c, ws)
		if err != nil {
			ws.Close()
			return err
		}
		found += ws.Len() + len(ws.Problems)
		var none T
		if len(ws.Problems) > 0 {
			if err := done(ws, none, ws.Problems); err != nil {
				ws.Close()
				return err
			}
		}
		var once sync.Once
		var failed error
		progress.start(ws.Len())
		err = fixer.Each(ctx, ws, func(p *fixer.Project) (T, error) {
			return work(p, active)
		}, func(_ *fixer.Project, value T, problems []fixer.Problem) {
			progress.step()
			if err := done(ws, value, problems); err != nil {
				once.Do(func() { failed = err })
			}
		})
		progress.stop()
		ws.Close()
		if err != nil {
			return err
		}
		if failed != nil {
			return failed
		}
	}
	if found == 0 {
		progress.note(msgNothing)
	}
	return nil
}

// activeRules are the rules for one root; its settings may switch some off, and
// must not name one that does not exist.
func activeRules(c *cli.Context, ws *fixer.Workspace) ([]*fixer.Rule, error) {
	off := map[string]bool{}
	for id, on := range ws.Settings.Rules {
		if rules.ByID(id) == nil {
			return nil, fmt.Errorf("%s: rules: %s", fixer.SettingsFile, unknownRule(id))
		}
		off[id] = !on
	}
	return chosenRules(c, off)
}
