package report

import (
	"fmt"
	"io"
	"strings"

	"nonroot/fixer/trial"
)

// checkTitles are the checks in the order of the table.
var checkTitles = []struct{ id, title string }{
	{trial.CheckBuilds, "image builds"},
	{trial.CheckRuns, "keeps running"},
	{trial.CheckLog, "log"},
	{trial.CheckNonRoot, "not root"},
	{trial.CheckNoNewPrivs, "no new privileges"},
	{trial.CheckReadOnly, "read-only root"},
	{trial.CheckTmpfs, "tmpfs"},
	{trial.CheckFiles, "files"},
	{trial.CheckWorkdir, "work directory"},
	{trial.CheckWritablePaths, "writable paths"},
}

// VerifyText writes a table for each service, and behind it what there is to say.
func VerifyText(w io.Writer, v *Verification, style Style) {
	first := true
	for _, t := range v.Trials {
		for _, p := range t.pairs() {
			if !first {
				fmt.Fprintln(w)
			}
			first = false
			t.service(w, p, style)
		}
	}
}

// service writes the table of one service.
func (t *Trial) service(w io.Writer, p pair, style Style) {
	fmt.Fprintln(w, style.paint(bold, Clean(t.label(p.name)))+Clean(users(p)))
	both := p.now != nil && p.fixed != nil
	if both {
		fmt.Fprintln(w, style.paint(dim, fmt.Sprintf("  %-18s %-8s %-8s", "", "now", "fixed")))
	}
	if why := p.shown().Refuse; why != "" {
		fmt.Fprintf(w, "  not run: %s\n", Clip(why))
		return
	}
	for _, c := range checkTitles {
		check := p.shown().Check(c.id)
		if len(check.Evidence) == 0 {
			if !both || len(p.now.Check(c.id).Evidence) == 0 {
				continue
			}
			check.Evidence = []string{""}
		}
		line := fmt.Sprintf("  %-18s ", c.title)
		if both {
			line += style.status(p.now.Check(c.id).Status) + " "
		}
		fmt.Fprintln(w, strings.TrimRight(line+style.status(check.Status)+" "+Clip(check.Evidence[0]), " "))
		indent := strings.Repeat(" ", 30)
		if both {
			indent += strings.Repeat(" ", 9)
		}
		for _, more := range check.Evidence[1:] {
			fmt.Fprintln(w, indent+Clip(more))
		}
		if both && p.now.Check(c.id).Status != check.Status {
			for _, was := range p.now.Check(c.id).Evidence {
				fmt.Fprintln(w, indent+style.paint(dim, "now: "+Clip(was)))
			}
		}
	}
	shown := p.shown()
	for _, line := range shown.Log {
		fmt.Fprintln(w, style.paint(dim, "  log | "+Clip(line)))
	}
	for _, note := range shown.Notes {
		fmt.Fprintf(w, "  note: %s\n", Clip(note))
	}
}

// users says who the service runs as.
func users(p pair) string {
	switch {
	case p.now != nil && p.fixed != nil && p.now.User != p.fixed.User:
		return ", now " + or(p.now.User) + ", fixed " + or(p.fixed.User)
	case p.shown().User != "":
		return ", " + p.shown().User
	}
	return ""
}

func or(user string) string {
	if user == "" {
		return "unknown"
	}
	return user
}

// status is a status, coloured, in a column of eight.
func (s Style) status(of trial.Status) string {
	code := map[trial.Status]string{trial.OK: green, trial.Failed: red, trial.Unset: yellow, trial.Unknown: yellow, trial.None: dim}[of]
	text := string(of)
	return s.paint(code, text) + strings.Repeat(" ", max(0, 8-len(text)))
}
