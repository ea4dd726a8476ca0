package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/inspect"
	"nonroot/fixer/rules"
	"nonroot/fixer/settings"
	"nonroot/fixer/suggest"
)

// choice is which rules the command line asks for, and whom it lets ask about
// images: nil is nobody. It is for the command line alone: a repository must not
// be able to make a run of ours speak to an engine or over the network.
type choice struct {
	only, without []string
	inspector     *inspect.Inspector
}

// ruleFlags are those by which rules are chosen, and what they know.
func ruleFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "rule", Usage: useRule},
		&cli.StringSliceFlag{Name: "exclude-rule", Usage: useExclude},
		&cli.StringFlag{Name: "inspect", Usage: useInspect},
	}
}

// choiceOf reads the flags. A rule that does not exist is an error.
func choiceOf(c *cli.Context) (choice, error) {
	out := choice{only: c.StringSlice("rule"), without: c.StringSlice("exclude-rule")}
	for _, id := range slices.Concat(out.only, out.without) {
		if rules.ByID(id) == nil {
			return choice{}, usageError{unknownRule(id)}
		}
	}
	if c.IsSet("inspect") {
		var err error
		out.inspector, err = inspectorOf(c.String("inspect"))
		return out, err
	}
	return out, nil
}

// rules are those that the command line and a root's settings leave. A rule that
// --rule names runs even where the settings switch it off; settings that name a
// rule which does not exist are an error.
func (ch choice) rules(set *settings.Settings) ([]*fixer.Rule, error) {
	if err := known(set); err != nil {
		return nil, err
	}
	var out []*fixer.Rule
	for _, r := range rules.All() {
		on, mentioned := set.Rules[r.ID]
		wanted := on || !mentioned
		if len(ch.only) > 0 {
			wanted = slices.Contains(ch.only, r.ID)
		}
		if wanted && !slices.Contains(ch.without, r.ID) {
			out = append(out, r)
		}
	}
	return out, nil
}

// known checks that the rules which the settings name exist.
func known(set *settings.Settings) error {
	var errs []*settings.Error
	for id := range set.Rules {
		if rules.ByID(id) == nil {
			errs = append(errs, &settings.Error{At: set.RuleAt[id], Reason: "rules: " + unknownRule(id)})
		}
	}
	slices.SortFunc(errs, func(a, b *settings.Error) int { return cmp.Compare(a.At.Start, b.At.Start) })
	all := make([]error, len(errs))
	for i, err := range errs {
		all[i] = err
	}
	return errors.Join(all...)
}

func unknownRule(id string) string {
	if meant := suggest.Nearest(id, ruleIDs()); meant != "" {
		return fmt.Sprintf("unknown rule %q; did you mean %s?", id, meant)
	}
	return fmt.Sprintf("unknown rule %q; nonroot explain lists them", id)
}

func ruleIDs() []string {
	var out []string
	for _, r := range rules.All() {
		out = append(out, r.ID)
	}
	return out
}
