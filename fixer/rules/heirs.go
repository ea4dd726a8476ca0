package rules

import (
	"fmt"
	"slices"
	"strconv"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

// startsFrom reports whether a stage starts, perhaps by way of others, from an
// earlier one.
func startsFrom(s, earlier *rootfs.Stage) bool {
	for s = s.Parent; s != nil; s = s.Parent {
		if s == earlier {
			return true
		}
	}
	return false
}

// heirs are the stages that start from a stage, perhaps by way of others.
func heirs(a *rootfs.Analysis, stage *rootfs.Stage) []*rootfs.Stage {
	return slices.DeleteFunc(slices.Clone(a.Stages), func(s *rootfs.Stage) bool { return !startsFrom(s, stage) })
}

// stageName names a stage for people.
func stageName(s *rootfs.Stage) string {
	if s.Syntax.Name != "" {
		return "stage " + s.Syntax.Name
	}
	return fmt.Sprintf("the stage of line %d", s.Syntax.From.Line)
}

// accountsBehind refuses an account that a RUN behind an instruction, there or
// in a stage that starts from there, makes once more: that RUN would fail.
func accountsBehind(a *rootfs.Analysis, stage *rootfs.Stage, at *dockerfile.Instruction, id identity) error {
	if len(id.create) == 0 {
		return nil
	}
	for _, s := range append([]*rootfs.Stage{stage}, heirs(a, stage)...) {
		for _, run := range s.Runs {
			if s == stage && run.In.Index < at.Index {
				continue
			}
			for _, e := range run.Effects {
				if what := sameAccount(e, id); what != "" {
					return fmt.Errorf("line %d (%s) makes %s, too: name another account, with another uid, under services in %s, or move that step up", run.In.Line, stageName(s), what, fixer.SettingsFile)
				}
			}
		}
	}
	return nil
}

// sameAccount says which part of an identity a command makes again; empty where
// it makes none.
func sameAccount(e shell.Effect, id identity) string {
	if e.Account == nil || e.Tolerated || e.Guard != nil && guards(*e.Guard, id) {
		return ""
	}
	number := func(w shell.Word) int {
		if n, ok := digits(w.Text); ok && w.Known {
			return n
		}
		return -1
	}
	switch e.Kind {
	case shell.AddUser:
		switch {
		case e.Account.Name.Text == id.user:
			return "an account " + id.user
		case number(e.Account.UID) == id.uid && !e.Account.NonUnique:
			return fmt.Sprintf("an account with the uid %d", id.uid)
		}
	case shell.AddGroup:
		switch {
		case e.Account.Name.Text == id.group:
			return "a group " + id.group
		case number(e.Account.GID) == id.gid && !e.Account.NonUnique:
			return fmt.Sprintf("a group with the id %d", id.gid)
		}
	}
	return ""
}

// guards reports whether a guard asks for what the identity makes, so that the
// command behind it is left out.
func guards(g shell.Guard, id identity) bool {
	if !g.Key.Known {
		return false
	}
	if g.Group {
		return g.Key.Text == id.group || g.Key.Text == strconv.Itoa(id.gid)
	}
	return g.Key.Text == id.user || g.Key.Text == strconv.Itoa(id.uid)
}

// heirsNeedRoot refuses another user for a stage from which others that run
// start without a USER of their own.
func heirsNeedRoot(t *fixer.Target) error {
	for _, o := range t.Siblings() {
		if user := o.Stage.End().User().In; startsFrom(o.Stage, t.Stage) && (user == nil || !setBehind(user, o.Stage, t.Stage)) {
			return fmt.Errorf("%s, which starts from it, would run as another user, too: write a USER of its own there first", stageName(o.Stage))
		}
	}
	return nil
}

// heirsKeepRoot keeps the stages as they are that start from the target's and
// run something as root: each that starts from it directly, for itself or for
// one behind it, gets USER root first.
func heirsKeepRoot(t *fixer.Target) ([]edit.Edit, error) {
	var out []edit.Edit
	all := heirs(t.Analysis, t.Stage)
	for _, s := range all {
		relies := takesUser(s, t.Stage) != nil || slices.ContainsFunc(all, func(o *rootfs.Stage) bool {
			return startsFrom(o, s) && takesUser(o, t.Stage) != nil
		})
		if s.Parent != t.Stage || !relies {
			continue
		}
		e, err := s.Syntax.From.InsertAfter(dockerfile.New{Name: "USER", Lines: []string{"root"}})
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// takesUser is the first RUN of a stage that runs as the user which an earlier
// stage leaves, and needs more than nothing.
func takesUser(s, earlier *rootfs.Stage) *dockerfile.Instruction {
	for _, run := range s.Runs {
		if user := s.Before(run.In).User().In; run.Need != shell.None && (user == nil || !setBehind(user, s, earlier)) {
			return run.In
		}
	}
	return nil
}

// setBehind reports whether an instruction stands in s, or in a stage between
// it and the earlier one.
func setBehind(in *dockerfile.Instruction, s, earlier *rootfs.Stage) bool {
	for ; s != nil && s != earlier; s = s.Parent {
		if in.Stage == s.Syntax {
			return true
		}
	}
	return false
}
