package fixer

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/mattn/go-shellwords"

	"nonroot/compose"
	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
)

// answers are those to what several rules ask of a target, each worked out once.
type answers struct {
	drops, entry, calls, own sync.Once
	helper, to               string
	scripts                  []string
	commands                 [][]string
	dirs                     []string
}

// Drops tells by which helper the target's program, started as root, becomes
// another user, and which ("workers" where its master process stays root); empty
// where it does not, as far as is known.
func (t *Target) Drops() (helper, to string) {
	t.asked.drops.Do(func() { t.asked.helper, t.asked.to = t.drops() })
	return t.asked.helper, t.asked.to
}

func (t *Target) drops() (helper, to string) {
	end := t.Stage.End()
	if end.User().IsRoot() == rootfs.No {
		return "", ""
	}
	entry, cmd := end.Entrypoint(), end.Cmd()
	if facts := t.Stage.Base; facts != nil && facts.Drops != "" {
		own := entry.In == nil
		if len(facts.Entrypoint) == 0 {
			own = own && cmd.In == nil
		}
		if own {
			return facts.Drops, facts.DropsTo
		}
	}
	for _, text := range t.EntryScripts() {
		if drops, _, _ := shell.Helpers(text); len(drops) > 0 {
			return drops[0].Helper + " in its entrypoint", drops[0].User
		}
	}
	for _, x := range []rootfs.Exec{entry, cmd} {
		if x.In == nil || len(x.Argv) == 0 {
			continue
		}
		if shell.StartsWorkers(commandLine(x)) && !t.startedOtherwise() {
			if facts := t.Stage.Base; facts != nil && facts.Drops == "workers" {
				to = facts.DropsTo
			}
			return "workers", to
		}
		return "", "" // CMD is what ENTRYPOINT is given
	}
	return "", ""
}

// startedOtherwise reports whether a service puts something else in the place of
// a server with workers.
func (t *Target) startedOtherwise() bool {
	return slices.ContainsFunc(t.Services, func(s *Service) bool {
		for _, item := range []*compose.Item{s.Entrypoint(), s.Command()} {
			if item != nil {
				return !shell.StartsWorkers(ItemWords(item))
			}
		}
		return false
	})
}

// EntryScripts are the texts of the scripts that the image or its services start
// with, where a COPY brings them from the build context.
func (t *Target) EntryScripts() []string {
	t.asked.entry.Do(func() { t.asked.scripts = t.entryScripts() })
	return t.asked.scripts
}

func (t *Target) entryScripts() []string {
	end := t.Stage.End()
	var out []string
	for _, argv := range t.Started() {
		for i, word := range argv[:min(len(argv), 3)] {
			files := []string{word}
			if !strings.HasPrefix(word, "/") {
				files = []string{path.Join("/usr/local/bin", word)}
				if dir, known := end.Dir(); known {
					files = append(files, path.Join(dir, word))
				}
			}
			for _, file := range files {
				text, ok := t.Script(file)
				if ok && (strings.HasPrefix(text, "#!") || strings.HasSuffix(file, ".sh") || i > 0 && shell.IsShell(argv[0])) {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

// commandLine is what the engine starts for an ENTRYPOINT or CMD.
func commandLine(x rootfs.Exec) []string {
	if x.Shell {
		return []string{"sh", "-c", x.Argv[0]}
	}
	return x.Argv
}

// Started are the command lines that the image and its services start: the image's
// own, and what compose files put in its place.
func (t *Target) Started() [][]string {
	end := t.Stage.End()
	var out [][]string
	for _, x := range []rootfs.Exec{end.Entrypoint(), end.Cmd()} {
		if len(x.Argv) > 0 {
			out = append(out, commandLine(x))
		}
	}
	for _, s := range t.Services {
		for _, item := range []*compose.Item{s.Entrypoint(), s.Command()} {
			if words := ItemWords(item); len(words) > 0 {
				out = append(out, words)
			}
		}
	}
	return out
}

// Commands are the simple commands of what is Started: of a shell's script, each.
// Words with variables are as they were written.
func (t *Target) Commands() [][]string {
	t.asked.calls.Do(func() {
		for _, argv := range t.Started() {
			t.asked.commands = append(t.asked.commands, shell.Commands(argv)...)
		}
	})
	return t.asked.commands
}

// ItemWords are the words of a command in a compose file, which parts a string
// as a shell does; none where the string does not come apart.
func ItemWords(item *compose.Item) []string {
	if item == nil {
		return nil
	}
	if len(item.Items) == 0 {
		return shellWords(item.Text)
	}
	out := make([]string, len(item.Items))
	for i, v := range item.Items {
		out[i] = v.Text
	}
	return out
}

// shellWords parts text as a shell does; none where it does not come apart.
func shellWords(text string) []string {
	if shell.Only(text, " ./_:=@%+,-") {
		return strings.Fields(text)
	}
	words, err := shellwords.Parse(text)
	if err != nil {
		return nil
	}
	return words
}
