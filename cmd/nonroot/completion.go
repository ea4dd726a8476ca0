package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"nonroot/fixer"
	"nonroot/fixer/rules"
)

// completeCommand is what the completion scripts call, with the words of the
// command line behind "nonroot" as they stand; the last is the one to complete.
// It answers with one word a line, and behind a tab what the word means; no line
// means that a path is wanted.
const completeCommand = "__complete"

const (
	bashCompletion = `_nonroot() {
  local cur=${COMP_WORDS[COMP_CWORD]} word about
  [[ $cur == = ]] && cur=
  COMPREPLY=()
  while IFS=$'\t' read -r word about; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
  done < <("$1" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _nonroot nonroot
`
	zshCompletion = `#compdef nonroot
_nonroot() {
  local -a found
  found=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("${(@)found//$'\t'/:}")
  if [[ -n "${found[1]}" ]]; then
    _describe nonroot found
  else
    _files
  fi
}
if [[ "${funcstack[1]}" == _nonroot ]]; then
  _nonroot "$@"
else
  compdef _nonroot nonroot
fi
`
	fishCompletion = `function __nonroot_complete
  set -l words (commandline -opc)
  set -l program $words[1]
  set -e words[1]
  set -l current (commandline -ct)
  $program __complete $words "$current" 2>/dev/null
end
complete -c nonroot -a '(__nonroot_complete)'
`
)

func shells() []string { return []string{"bash", "zsh", "fish"} }

func completionCommand(con *console) *cli.Command {
	scripts := map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	return &cli.Command{
		Name: "completion", Usage: useCompletion, ArgsUsage: strings.Join(shells(), "|"), Description: descCompletion,
		Action: func(c *cli.Context) error {
			script, ok := scripts[c.Args().First()]
			if !ok || c.NArg() != 1 {
				return usageError{"completion takes one of " + strings.Join(shells(), ", ")}
			}
			fmt.Fprint(con.out, script)
			return nil
		},
	}
}

// candidate is a word that may stand at a place, and what it means.
type candidate struct{ word, about string }

// complete answers a completion script.
func (con *console) complete(app *cli.App, words []string) {
	for _, c := range candidates(app, words) {
		fmt.Fprintf(con.out, "%s\t%s\n", c.word, c.about)
	}
}

// candidates are the words that may stand in the last place, whatever is there
// so far: the shell picks.
func candidates(app *cli.App, words []string) []candidate {
	words = withoutEquals(words)
	if len(words) < 2 {
		return append(commands(app), candidate{"--help", "show help"}, candidate{"--version", "print the version"})
	}
	done, current := words[:len(words)-1], words[len(words)-1]
	if done[0] == "help" {
		return commands(app)
	}
	command := app.Command(done[0])
	if command == nil || slices.Contains(done, "--") {
		return nil
	}
	if flag, _, inline := strings.Cut(current, "="); inline && strings.HasPrefix(flag, "-") {
		return values(command, strings.TrimLeft(flag, "-"), flag+"=")
	}
	last := done[len(done)-1]
	if takesValue, _ := flagOf(command, strings.TrimLeft(last, "-")); takesValue && strings.HasPrefix(last, "-") {
		return values(command, strings.TrimLeft(last, "-"), "")
	}
	if strings.HasPrefix(current, "-") {
		return flags(command)
	}
	switch command.Name {
	case "explain":
		return values(command, "rule", "")
	case "completion":
		return bare(shells()...)
	}
	return nil
}

// withoutEquals takes out the "=" that bash makes a word of its own.
func withoutEquals(words []string) []string {
	words = slices.Clone(words)
	if last := len(words) - 1; last >= 0 && words[last] == "=" {
		words[last] = ""
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "=" })
}

func commands(app *cli.App) []candidate {
	var out []candidate
	for _, c := range app.Commands {
		out = append(out, candidate{c.Name, c.Usage})
	}
	return out
}

func flags(command *cli.Command) []candidate {
	var out []candidate
	for _, f := range command.Flags {
		about := ""
		if doc, ok := f.(cli.DocGenerationFlag); ok {
			about = strings.ReplaceAll(doc.GetUsage(), "`", "")
		}
		out = append(out, candidate{"--" + f.Names()[0], about})
	}
	return append(out, candidate{"--help", "show help"})
}

// values are those of a flag of a command, each behind a prefix.
func values(command *cli.Command, flag, prefix string) []candidate {
	var out []candidate
	switch flag {
	case "rule", "exclude-rule":
		for _, r := range rules.All() {
			out = append(out, candidate{r.ID, r.Title})
		}
	case "fail-on":
		out = bare(fixer.Info.String(), fixer.Warning.String(), fixer.Error.String())
	case "format":
		out = bare(formats()...)
		switch command.Name {
		case "diagnose":
			out = bare(append(formats(), formatMarkdown)...)
		case "verify":
			out = bare(verifyFormats...)
		}
	}
	for i := range out {
		out[i].word = prefix + out[i].word
	}
	return out
}

func bare(words ...string) []candidate {
	var out []candidate
	for _, w := range words {
		out = append(out, candidate{word: w})
	}
	return out
}
