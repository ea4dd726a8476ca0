package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
)

// harvest is what came of the projects, but for what done was given.
type harvest struct {
	projects int
	problems []fixer.Problem     // files and projects that could not be done
	temps    map[string][]string // by root: temporary files of ours, perhaps of a run that was killed
}

// projects lets work do each project that the command line asks for, several at
// a time, and gives what it returns to done, one at a time and in the order of
// paths. Where work failed, done gets what it returned with its error.
func projects[T any](c *cli.Context, con *console, work func(scope, *fixer.Project, []*fixer.Rule) (T, error), done func(scope, T)) (*harvest, error) {
	chosen, err := choiceOf(c)
	if err != nil {
		return nil, err
	}
	scopes, err := scopesOf(c.Args().Slice())
	if err != nil {
		return nil, err
	}
	h := &harvest{temps: map[string][]string{}}
	for _, s := range scopes {
		if err := inScope(c.Context, con, s, chosen, h, work, done); err != nil {
			return nil, s.failed(err)
		}
	}
	return h, nil
}

func inScope[T any](ctx context.Context, con *console, s scope, chosen choice, h *harvest, work func(scope, *fixer.Project, []*fixer.Rule) (T, error), done func(scope, T)) error {
	progress := newProgress(con, msgProgress, 0)
	var ws *fixer.Workspace
	var err error
	progress.while(msgOpening, func() { ws, err = fixer.Open(ctx, s.root, s.paths) })
	if err != nil {
		return err
	}
	defer ws.Close()
	if ws.Untold != nil {
		con.say(msgUntold, ws.Untold)
	}
	active, err := chosen.rules(ws.Settings)
	if err != nil {
		return err
	}
	if err := lookInto(ctx, con, ws, chosen.inspector); err != nil {
		return err
	}
	h.add(s, ws.Problems)
	h.projects += ws.Len()
	h.temps[s.root] = ws.Temps()
	progress.total = ws.Len()
	defer progress.hide()
	return fixer.Each(ctx, ws, func(p *fixer.Project) (T, error) {
		return work(s, p, active)
	}, func(_ *fixer.Project, value T, problems []fixer.Problem) {
		h.add(s, problems)
		done(s, value)
		if con.terminal && con.out.Buffered() > 0 {
			progress.hide()
			con.out.Flush() // an error stays for con.flush
		}
		progress.step()
	})
}

// add takes in problems, each once: a file that several others refer to may have
// failed for each of them.
func (h *harvest) add(s scope, problems []fixer.Problem) {
	for _, p := range problems {
		p = s.problem(p)
		if !slices.ContainsFunc(h.problems, func(o fixer.Problem) bool { return o.Path == p.Path && o.Err.Error() == p.Err.Error() }) {
			h.problems = append(h.problems, p)
		}
	}
}

// nothing reports whether there was no file to work on.
func (h *harvest) nothing() bool { return h.projects == 0 && len(h.problems) == 0 }

// failed says which of several roots an error is about.
func (s scope) failed(err error) error {
	if s.prefix == "" || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("in %s: %w", s.prefix, err)
}
