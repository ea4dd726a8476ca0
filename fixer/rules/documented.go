package rules

import (
	"fmt"
	"strings"

	"nonroot/fixer/edit"
)

// documentedMount refuses a Dockerfile whose comments tell people to mount below
// root's home: run like that, the program of another user would not find there
// what it looks for in its own.
func documentedMount(text string) error {
	if !strings.Contains(text, "/root") {
		return nil
	}
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(text, edit.BOM)) {
		number++
		if target := mountBelowRoot(line); target != "" {
			return fmt.Errorf("line %d, a comment, mounts on %s, in the home of root, where another user does not look: write there where it is to be mounted from now on, or write USER", number, target)
		}
	}
	return nil
}

// mountBelowRoot is where the docker run of a comment line mounts in root's home;
// empty where it does not.
func mountBelowRoot(line string) string {
	if !strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") {
		return ""
	}
	words := strings.Fields(line)
	for i, w := range words {
		option, value, joined := strings.Cut(w, "=")
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		value = strings.Trim(value, `"'`)
		target := ""
		switch option {
		case "-v", "--volume":
			_, target, _ = strings.Cut(value, ":")
			target, _, _ = strings.Cut(target, ":")
		case "--mount":
			for part := range strings.SplitSeq(value, ",") {
				if name, path, _ := strings.Cut(part, "="); name == "target" || name == "dst" || name == "destination" {
					target = path
				}
			}
		}
		if target == "/root" || strings.HasPrefix(target, "/root/") {
			return target
		}
	}
	return ""
}
