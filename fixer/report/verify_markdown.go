package report

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"nonroot/fixer/trial"
)

// VerifyMarkdown writes a page: for each project the security checklist, the
// writable directories of its services, and every check with its evidence.
func VerifyMarkdown(w io.Writer, v *Verification) {
	fmt.Fprintf(w, "# Verified: users, owners and writable paths\n\nBuilt and run on %s by `nonroot verify`.\n", markdown(v.Engine))
	for _, t := range v.Trials {
		pairs := t.pairs()
		if len(pairs) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n## %s\n\n", markdown(t.Name))
		if t.Fixed != nil && len(t.Changed) > 0 {
			fmt.Fprintf(w, "As `nonroot fix` would leave it, with changes in %s.\n\n", markdownList(t.Changed))
		}
		fmt.Fprint(w, "### Security checklist\n\n")
		for _, item := range checklist {
			item.write(w, pairs)
		}
		places(w, pairs)
		for _, p := range pairs {
			checks(w, p)
		}
	}
	if len(v.Problems) > 0 {
		fmt.Fprint(w, "\n## Not verified\n\n")
		for _, p := range v.Problems {
			fmt.Fprintf(w, "- %s\n", markdown(p.Message))
		}
	}
}

// item is a line of the security checklist. It is ticked where every service
// passes; what does not is named behind it.
type item struct {
	title string
	check string   // the id of a check
	named []string // or: directories by these names
}

var checklist = []item{
	{title: "Non-root user", check: trial.CheckNonRoot},
	{title: "no-new-privileges enabled", check: trial.CheckNoNewPrivs},
	{title: "Read-only root filesystem", check: trial.CheckReadOnly},
	{title: "tmpfs ownership matches USER", check: trial.CheckTmpfs},
	{title: "File ownership set correctly in Dockerfile", check: trial.CheckFiles},
	{title: "Working directory writable by user", check: trial.CheckWorkdir},
	{title: "Logs directory writable (if needed)", named: []string{"log", "logs"}},
	{title: "Cache directory writable (if needed)", named: []string{"cache", ".cache"}},
}

func (i item) write(w io.Writer, pairs []pair) {
	var missing, users, seen []string
	for _, p := range pairs {
		s := p.shown()
		switch {
		case s.Refuse != "":
			missing = append(missing, p.name+" was not run")
		case i.named != nil && s.User == "":
			missing = append(missing, p.name+" could not be looked into")
		case i.named != nil:
			for _, place := range s.Places {
				if slices.Contains(i.named, path.Base(place.Path)) && !place.ReadOnly {
					seen = append(seen, p.name+" "+place.Path)
					if !place.Writable {
						missing = append(missing, p.name+" "+place.Path+": "+place.Why)
					}
				}
			}
		default:
			check := s.Check(i.check)
			if check.Status != trial.OK && check.Status != trial.None {
				line := p.name + " " + string(check.Status)
				if len(check.Evidence) > 0 {
					line += ": " + check.Evidence[0]
				}
				missing = append(missing, line)
			}
			if s.User != "" {
				users = append(users, p.name+" "+s.User)
			}
		}
	}
	title := i.title
	if i.check == trial.CheckNonRoot && len(users) > 0 {
		title += " (" + markdown(strings.Join(users, ", ")) + ")"
	}
	switch {
	case len(missing) > 0:
		fmt.Fprintf(w, "- [ ] %s: %s\n", title, markdown(strings.Join(missing, "; ")))
	case i.named != nil && len(seen) == 0:
		fmt.Fprintf(w, "- [x] %s: no service declares or has one\n", title)
	case i.named != nil:
		fmt.Fprintf(w, "- [x] %s: %s\n", title, markdown(strings.Join(seen, ", ")))
	default:
		fmt.Fprintf(w, "- [x] %s\n", title)
	}
}

// places is the table of what each service may write.
func places(w io.Writer, pairs []pair) {
	fmt.Fprint(w, "\n### Writable directories\n\n| service | path | what it is | owner | mode | writable | lasts |\n|---|---|---|---|---|---|---|\n")
	for _, p := range pairs {
		s := p.shown()
		rows := 0
		for _, place := range s.Places {
			if place.ReadOnly {
				continue
			}
			rows++
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", markdown(p.name), markdown(place.Path),
				markdown(strings.TrimSpace(place.Kind+" "+place.Source)), place.Owner, place.Mode, writable(place), yes(place.Lasts))
		}
		if rows == 0 {
			fmt.Fprintf(w, "| %s | none | | | | | |\n", markdown(p.name))
		}
	}
}

func writable(p trial.Place) string {
	if p.Writable {
		return "yes"
	}
	return "no: " + markdown(p.Why)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// checks is the table of one service.
func checks(w io.Writer, p pair) {
	fmt.Fprintf(w, "\n### %s\n\n", markdown(p.name))
	shown := p.shown()
	if shown.Refuse != "" {
		fmt.Fprintf(w, "Not run: %s\n", markdown(shown.Refuse))
		return
	}
	both := p.now != nil && p.fixed != nil
	if both {
		fmt.Fprint(w, "| | now | fixed | |\n|---|---|---|---|\n")
	} else {
		fmt.Fprint(w, "| | | |\n|---|---|---|\n")
	}
	for _, c := range checkTitles {
		check := shown.Check(c.id)
		if len(check.Evidence) == 0 {
			continue
		}
		was := ""
		if both {
			was = " | " + string(p.now.Check(c.id).Status)
		}
		fmt.Fprintf(w, "| %s%s | %s | %s |\n", c.title, was, check.Status, markdown(strings.Join(check.Evidence, "; ")))
	}
	for _, note := range shown.Notes {
		fmt.Fprintf(w, "\nNote: %s\n", markdown(note))
	}
	if len(shown.Log) > 0 {
		fmt.Fprint(w, "\nIts last lines:\n\n")
		for _, line := range shown.Log {
			fmt.Fprintf(w, "    %s\n", Clean(line))
		}
	}
}

// markdown is a text that says no more in Markdown than its letters.
func markdown(text string) string {
	return markdownEscapes.Replace(Clean(text))
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "#", `\#`, "~", `\~`, "\n", " ")

func markdownList(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = markdown(name)
	}
	return strings.Join(out, ", ")
}
