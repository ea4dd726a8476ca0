package fixer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/dockerfile"
	"nonroot/fixer/edit"
)

// verify refuses a pass that breaks an invariant: every changed file was
// reparsed (With did it), instructions and values that no fix meant are as they
// were, each chosen finding is gone, and no finding is new.
func verify(before, after *Project, was, is, chosen []Finding, edits map[*edit.Source][]edit.Edit) error {
	means := map[string]map[string]bool{}
	for _, f := range chosen {
		for _, m := range f.Fix.Means {
			if means[m.Path] == nil {
				means[m.Path] = map[string]bool{}
			}
			means[m.Path][m.Value] = means[m.Path][m.Value] || !m.Shared
		}
	}
	for src, list := range edits {
		now := after.file(src.Path)
		was := before.file(src.Path)
		switch {
		case was.docker != nil && now.docker != nil:
			if err := sameInstructions(was.docker, now.docker, list); err != nil {
				return err
			}
		case was.compose != nil && now.compose != nil:
			if err := sameValues(was.compose, now.compose, means[src.Path]); err != nil {
				return err
			}
		case was.env != nil && now.env != nil, was.makefile != nil && now.makefile != nil:
			if err := onlyAdded(src, list); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s: it is another kind of file after the fix", src.Path)
		}
	}
	return sameFindings(was, is, chosen)
}

// sameFindings checks that every chosen finding is gone and no other appeared.
func sameFindings(was, is []Finding, chosen []Finding) error {
	old := make(map[key]bool, len(was))
	var leads []string
	for _, f := range was {
		old[f.key()] = true
	}
	for _, f := range chosen {
		old[f.key()] = false
		leads = append(leads, f.Fix.Leads...)
	}
	for _, f := range is {
		known, listed := old[f.key()]
		switch {
		case listed && !known:
			return fmt.Errorf("%s is still found after its fix: %s", name(f), f.Message)
		case !listed && f.Severity > Info && !slices.Contains(leads, f.Rule.ID):
			return fmt.Errorf("%s is new after the fixes for %s: %s", name(f), names(chosen), f.Message)
		}
	}
	return nil
}

func name(f Finding) string { return f.Rule.ID + " " + f.Subject }

func names(list []Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Rule.ID)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}

// sameInstructions checks that the instructions which no edit touches are in
// the result, byte for byte and in order, that a touched one is still the same
// instruction, and that all others lie in inserted text.
func sameInstructions(before, after *dockerfile.File, edits []edit.Edit) error {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit.Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	byStart := map[int]*dockerfile.Instruction{}
	for _, in := range after.Instructions {
		byStart[in.Start] = in
	}
	kept := 0
	for _, in := range before.Instructions {
		at := moved(edits, in.Start)
		now := byStart[at]
		if now == nil || now.Name != in.Name {
			return fmt.Errorf("%s:%d: the %s is no longer there after the fix", before.Src.Path, in.Line, in.Keyword.Value)
		}
		kept++
		if !touched(in.Range, edits) && now.Text() != in.Text() {
			return fmt.Errorf("%s:%d: the %s changes though no fix edits it", before.Src.Path, in.Line, in.Keyword.Value)
		}
	}
	if inserted := len(after.Instructions) - kept; inserted > 0 && inserted > insertedLines(edits) {
		return fmt.Errorf("%s: the fix makes %d instructions out of text that it did not write", before.Src.Path, inserted)
	}
	return nil
}

// moved is the offset after the edits of a byte that none of them replaces. An
// insertion at the offset moves it.
func moved(edits []edit.Edit, offset int) int {
	out := offset
	for _, e := range edits {
		if e.End <= offset {
			out += len(e.New) - (e.End - e.Start)
		}
	}
	return out
}

func touched(r edit.Range, edits []edit.Edit) bool {
	return slices.ContainsFunc(edits, func(e edit.Edit) bool {
		return r.Overlaps(e.Range) || e.Start == e.End && e.Start == r.End
	})
}

func insertedLines(edits []edit.Edit) int {
	n := 0
	for _, e := range edits {
		n += strings.Count(e.New, "\n") + 1
	}
	return n
}

// sameValues checks that only the values that the fixes mean have changed, and
// that each that must (true) has.
func sameValues(before, after *compose.File, means map[string]bool) error {
	changed := changedValues(before, after)
	for _, value := range changed {
		if _, meant := means[value]; !meant {
			return fmt.Errorf("%s: %s changes though no fix means it", before.Src.Path, value)
		}
	}
	for value, must := range means {
		if _, found := slices.BinarySearch(changed, value); must && !found {
			return fmt.Errorf("%s: %s was to change and does not", before.Src.Path, value)
		}
	}
	return nil
}

// onlyAdded checks that no line of a .env or Makefile is changed or taken away.
func onlyAdded(src *edit.Source, edits []edit.Edit) error {
	for _, e := range edits {
		if e.Start != e.End {
			return fmt.Errorf("%s: the fix changes a line that is not its own", src.Path)
		}
	}
	return nil
}
