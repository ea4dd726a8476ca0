package diagnose

import (
	"fmt"
	"strings"
)

// Page is docs/diagnose.md: what may come out, and what is recognized.
func Page() string {
	var out strings.Builder
	out.WriteString("# nonroot diagnose\n\nMade from the tables of fixer/diagnose by `make docs`.\n\n## Causes\n\n" +
		"`nonroot explain CAUSE` has the typical lines of each.\n\n| cause | error | why | what puts it right | rules |\n|---|---|---|---|---|\n")
	for _, c := range Causes {
		var rules []string
		for _, id := range c.Rules {
			rules = append(rules, "["+id+"](rules/"+id+".md)")
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", c.ID, cell(c.Error), cell(c.Cause), cell(c.Fix), strings.Join(rules, ", "))
	}
	out.WriteString("\nA rule is named only where its fix, made in memory, lets the process do what was denied.\n\n## Forms\n\n" +
		"The forms of one program are tried first, those of the C library last; these leave out what reads like the\nbusiness of an application: rights in a database, HTTP 403, SSH keys, clouds, test names.\n\n" +
		"| form | printed by | such as |\n|---|---|---|\n")
	for _, f := range Forms {
		fmt.Fprintf(&out, "| %s | %s | %s |\n", f.ID, cell(f.Programs), span(f.Line))
	}
	out.WriteString(`
Before the message may stand what docker compose logs, docker service logs and kubectl logs --prefix put there,
a timestamp, and colours; a line may be one of the engine's json-file driver. Of a line its first 64 KiB are
looked at. Of 2,000 different errors and more, the rest is only counted.
`)
	return out.String()
}

// cell is text in a cell of a table.
func cell(text string) string { return strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(text) }

// span is code in a cell of a table.
func span(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		text = " " + text + " "
	}
	return fence + strings.ReplaceAll(text, "|", `\|`) + fence
}
