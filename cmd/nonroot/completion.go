package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// The scripts hand the words so far to the program itself, which knows its
// commands and flags: see EnableBashCompletion of urfave/cli.
const (
	bashCompletion = `_nonroot() {
  local cur="${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$("${COMP_WORDS[@]:0:COMP_CWORD}" ${cur:+$([[ $cur == -* ]] && echo "$cur")} --generate-bash-completion 2>/dev/null)" -- "$cur"))
}
complete -o bashdefault -o default -F _nonroot nonroot
`
	zshCompletion = `#compdef nonroot
_nonroot() {
  local -a opts
  opts=("${(@f)$(${words[@]:0:#words[@]-1} --generate-bash-completion 2>/dev/null)}")
  [[ -n "$opts" ]] && compadd -- $opts
  _files
}
compdef _nonroot nonroot
`
	fishCompletion = `complete -c nonroot -a '(set -l words (commandline -opc); $words --generate-bash-completion 2>/dev/null)'
`
)

func completionCommand(std streams) *cli.Command {
	scripts := map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	return &cli.Command{
		Name: "completion", Usage: "print a completion script", ArgsUsage: "bash|zsh|fish",
		Description: "  source <(nonroot completion bash)",
		Action: func(c *cli.Context) error {
			script, ok := scripts[c.Args().First()]
			if !ok || c.Args().Len() != 1 {
				return usageError{"completion takes one of bash, zsh, fish"}
			}
			fmt.Fprint(std.out, script)
			return nil
		},
	}
}
