package rules

import (
	"fmt"
	"path"
	"strings"

	"nonroot/fixer"
)

// becomesAnother refuses a server that is told to become a user by itself, which only
// root can (docs.gunicorn.org: Settings, user; docs.celeryq.dev: Daemonization).
func becomesAnother(t *fixer.Target) error {
	for _, call := range t.Commands() {
		tool := ""
		for _, word := range call {
			option, _, _ := strings.Cut(word, "=")
			switch {
			case isServer(word):
				tool = word
			case tool == "":
			case option == "--user", option == "--uid", option == "--group", option == "--gid", (option == "-u" || option == "-g") && strings.HasSuffix(tool, "gunicorn"):
				return fmt.Errorf("%q becomes another user by itself, which only root can: remove %s, or leave it as it is", clip(strings.Join(call, " ")), option)
			}
		}
	}
	return nil
}

func isServer(word string) bool {
	switch path.Base(word) {
	case "gunicorn", "celery", "hypercorn", "twistd":
		return true
	}
	return false
}
