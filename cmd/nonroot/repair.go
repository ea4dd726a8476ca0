package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"nonroot/fixer"
	"nonroot/fixer/edit"
	"nonroot/fixer/report"
	"nonroot/fixer/write"
)

// repair is what fix does to one project.
type repair struct {
	scope    scope
	changes  []write.Change
	files    []report.File // by change
	findings []fixer.Judged
	digest   digest
	before   []string // what ran as root before, where that may have to be said
	proofs   []candidateTrial
}

// planned is what of a plan is kept besides its changes.
type planned struct {
	findings bool // they will be part of a document
	before   bool // it may come out that its fixes are not made
	proofs   bool // it will be tried on an engine
}

// plan makes the fixes of a project in memory, and their diffs.
func plan(s scope, p *fixer.Project, opt fixer.Options, keep planned) (*repair, error) {
	result, err := fixer.Run(p, opt)
	if err != nil {
		return nil, err
	}
	r := &repair{scope: s}
	if keep.before {
		r.before = s.labels(result.Before.RootServices())
	}
	for _, change := range result.Changes {
		diff, err := edit.Diff(s.source(change.Before), s.source(change.After))
		if err != nil {
			return nil, err
		}
		r.changes = append(r.changes, write.Change(change))
		r.files = append(r.files, report.File{Path: s.source(change.After).Path, Diff: diff})
	}
	findings := s.findings(result.Findings)
	r.digest = digestOf(findings, s.labels(result.After.RootServices()))
	if keep.findings {
		r.findings = findings
	}
	if keep.proofs && len(r.changes) > 0 {
		r.proofs = trialsIn(s, p, p.Loads(), result)
	}
	return r, nil
}

// write writes the changes, all or none. Where it writes none, nothing counts as
// fixed.
func (r *repair) write(ctx context.Context) error {
	if len(r.changes) == 0 {
		return nil
	}
	paths, err := write.Write(ctx, r.scope.root, r.changes)
	for i, c := range r.changes {
		r.files[i].Written = slices.Contains(paths, c.After.Path)
	}
	if err != nil && len(paths) == 0 {
		r.refuse(r.blame(err).Err)
	}
	return err
}

// blame finds the file that an error of the writer is about. A refusal to write a
// file has no line in it.
func (r *repair) blame(err error) fixer.Problem {
	var refusal *edit.Refusal
	if errors.As(err, &refusal) && refusal.Error() == err.Error() && refusal.At.Src != nil {
		return fixer.Problem{Path: refusal.At.Src.Path, Err: errors.New(refusal.Reason)}
	}
	for _, c := range r.changes {
		if rest, ok := strings.CutPrefix(err.Error(), c.After.Path+": "); ok {
			return fixer.Problem{Path: c.After.Path, Err: errors.New(rest)}
		}
	}
	return fixer.Problem{Path: r.changes[0].After.Path, Err: err}
}

// refuse turns what was to be fixed into what is refused.
func (r *repair) refuse(err error) {
	r.digest.count.Refused += r.digest.count.Fixed
	r.digest.count.Fixed = 0
	r.digest.roots = r.before
	for i := range r.findings {
		if f := &r.findings[i]; f.Outcome == fixer.Fixed {
			f.Outcome, f.Refused = fixer.Refused, err
		}
	}
}

// leave says of what would have been fixed that nothing was done about it.
func (r *repair) leave() {
	for i := range r.findings {
		if f := &r.findings[i]; f.Outcome == fixer.Fixed {
			f.Outcome = fixer.Left
		}
	}
}

// repairs are those of all projects, in the order of paths.
type repairs []*repair

// files are those that change, or would.
func (all repairs) files() []report.File {
	var out []report.File
	for _, r := range all {
		out = append(out, r.files...)
	}
	return out
}

func (all repairs) findings() []fixer.Judged {
	var out []fixer.Judged
	for _, r := range all {
		out = append(out, r.findings...)
	}
	return out
}
