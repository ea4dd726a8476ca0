package dockerfile

import "strings"

// habit is how a RUN continues a list of commands on the next line.
type habit struct {
	known   bool
	indent  string // before the next command
	leading bool   // && stands before it instead of at the end of the line above
}

// commandHabit is the habit of the last command of an instruction that starts
// on a line of its own.
func commandHabit(text string, escape byte) habit {
	var found habit
	above := ""
	for s := range strings.Lines(text) {
		s = strings.TrimRight(s, "\r\n")
		if isBlank(s) || isComment(s) {
			continue
		}
		s, _ = cutContinuation(s, escape)
		command := strings.TrimLeft(s, " \t")
		indent := s[:len(s)-len(command)]
		switch {
		case above == "":
		case strings.HasPrefix(command, "&&"):
			found = habit{true, indent, true}
		case strings.HasSuffix(strings.TrimRight(above, " \t"), "&&"):
			found = habit{true, indent, false}
		}
		above = s
	}
	return found
}
