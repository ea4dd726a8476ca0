package report

import (
	"regexp"
	"strings"
	"sync"
)

// What follows is taken for a command by those who keep the log of a build: ##[name]
// anywhere in a line by GitHub Actions (actions/runner, ActionCommand.cs), ##vso[name] by
// Azure Pipelines, ##teamcity[name] by TeamCity; and ::name:: at the beginning of one.
var (
	commandAnywhere = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`##([A-Za-z]*\[)`) })
	commandAtStart  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\s*):(:[A-Za-z])`) })
)

// inert is text that no log takes for a command.
func inert(text string) string {
	if strings.Contains(text, "##") {
		text = commandAnywhere().ReplaceAllString(text, `#\x23$1`)
	}
	if strings.Contains(text, "::") {
		text = commandAtStart().ReplaceAllString(text, `$1\x3a$2`)
	}
	return text
}
