package rules

import (
	"fmt"
	"path"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// drops tells by which helper the image's program, started as root, becomes
// another user, and which; empty where it does not, as far as is known.
func drops(t *fixer.Target) (helper, to string) {
	end := t.Stage.End()
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
	if text, ok := entryScript(t); ok {
		if drops, _, _ := shell.Helpers(text); len(drops) > 0 {
			return drops[0].Helper + " in its entrypoint", drops[0].User
		}
	}
	return "", ""
}

// entryScript is the text of the script that the image starts with, where a
// COPY brings it from the build context.
func entryScript(t *fixer.Target) (string, bool) {
	end := t.Stage.End()
	for _, x := range []rootfs.Exec{end.Entrypoint(), end.Cmd()} {
		if len(x.Argv) == 0 {
			continue
		}
		for _, word := range programWords(x) {
			file := word
			if !strings.HasPrefix(file, "/") {
				if dir, known := end.Dir(); known && strings.Contains(file, "/") {
					file = path.Join(dir, file)
				} else if known && strings.HasSuffix(file, ".sh") {
					if text, ok := t.Script(path.Join(dir, file)); ok {
						return text, true
					}
					file = path.Join("/usr/local/bin", file)
				} else {
					file = path.Join("/usr/local/bin", file)
				}
			}
			if text, ok := t.Script(file); ok && strings.HasPrefix(text, "#!") {
				return text, true
			}
		}
	}
	return "", false
}

// programWords are the first words of what is executed: a program, or an
// interpreter and its script.
func programWords(x rootfs.Exec) []string {
	argv := x.Argv
	if x.Shell {
		argv = strings.Fields(argv[0])
	}
	return argv[:min(len(argv), 3)]
}

// serviceNeedsRoot says what in a service relies on root.
func serviceNeedsRoot(t *fixer.Target) error {
	for _, s := range t.Services {
		switch {
		case s.User() != nil:
			return fmt.Errorf("service %s sets user: %s, which overrides USER: change or remove it first", s.Name, s.User().Text)
		case s.Raw("runtime") != nil:
			return fmt.Errorf("service %s runs with the runtime %s, of which nothing is known", s.Name, s.Raw("runtime").Text)
		case s.IsPrivileged():
			return fmt.Errorf("service %s is privileged", s.Name)
		case len(s.CapAdd()) > 0:
			return fmt.Errorf("service %s adds capabilities, which another user than root does not get", s.Name)
		}
		for _, m := range s.Volumes() {
			source, _ := s.Value(m.Source)
			if strings.HasSuffix(source, "docker.sock") || strings.HasSuffix(source, "podman.sock") || strings.HasSuffix(source, "containerd.sock") {
				return fmt.Errorf("service %s mounts the engine's socket, which only root (or the host's docker group) can use", s.Name)
			}
			if strings.HasPrefix(source, "/dev") || source == "/" || isSystem(source) {
				return fmt.Errorf("service %s mounts %s of the host", s.Name, source)
			}
		}
	}
	return nil
}

// isSystem reports whether a host path is one of the system's.
func isSystem(source string) bool {
	for _, dir := range []string{"/proc", "/sys", "/etc", "/var/run", "/run", "/var/lib", "/usr", "/boot", "/lib"} {
		if fixer.Below(source, dir) && strings.HasPrefix(source, "/") {
			return true
		}
	}
	return false
}

// programNeedsRoot says why the program itself must start as root.
func programNeedsRoot(t *fixer.Target) error {
	end := t.Stage.End()
	entry, cmd := end.Entrypoint(), end.Cmd()
	if !entry.Known || !cmd.Known {
		return fmt.Errorf("what the image runs is not known%s", because(t.Stage.Why))
	}
	if len(entry.Argv)+len(cmd.Argv) == 0 {
		for _, s := range t.Services {
			if !s.HasCommand() {
				return fmt.Errorf("the image has neither ENTRYPOINT nor CMD, so what it runs is not known")
			}
		}
		if len(t.Services) == 0 {
			return fmt.Errorf("the image has neither ENTRYPOINT nor CMD, so what it runs is not known")
		}
	}
	var all [][]string
	for _, x := range []rootfs.Exec{entry, cmd} {
		switch {
		case len(x.Argv) == 0:
		case x.Shell:
			all = append(all, []string{"sh", "-c", x.Argv[0]})
		default:
			all = append(all, x.Argv)
		}
	}
	for _, s := range t.Services {
		all = append(all, commandWords(s))
	}
	for _, argv := range all {
		if reason, ok := shell.NeedsRootToRun(argv); ok {
			return fmt.Errorf("the program must start as root: %s", reason)
		}
	}
	if text, ok := entryScript(t); ok {
		return scriptNeedsRoot(text)
	}
	return nil
}

// scriptNeedsRoot says which command of a script that runs when the container
// starts needs root for certain.
func scriptNeedsRoot(text string) error {
	for _, e := range shell.Analyze(text, shell.Options{Dialect: shell.Bash}) {
		if e.Need == shell.Root && !e.Tolerated {
			return fmt.Errorf("the script that it starts with needs root for %q: %s", clip(e.Command), e.Why)
		}
	}
	return nil
}

// hiddenPath refuses a path that comes from .env, which the fix would write.
func hiddenPath(t *fixer.Target) error {
	if t.Hidden == "" {
		return nil
	}
	return fmt.Errorf("%s: write it in the Dockerfile, or as a value in the compose file", t.Hidden)
}

// buildUnclear says what in the build is not understood, or is only root's.
func buildUnclear(t *fixer.Target) error {
	for _, s := range t.Chain() {
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				switch {
				case e.Need == shell.Unknown && e.InHome:
					return fmt.Errorf("line %d: %q may install below root's home, where another user does not find it", run.In.Line, clip(e.Command))
				case e.Need == shell.Unknown:
					return fmt.Errorf("line %d: what %q needs and leaves behind is not known (%s)", run.In.Line, clip(e.Command), e.Why)
				case e.InHome && run.User.IsRoot() != rootfs.No:
					return fmt.Errorf("line %d: %q installs below root's home, where another user does not find it: install it elsewhere", run.In.Line, clip(e.Command))
				}
			}
		}
	}
	return nil
}

// rootsHome says what the image keeps in root's home, where another user cannot
// go: its mode is 700.
func rootsHome(t *fixer.Target) error {
	end := t.Stage.End()
	if dir, known := end.Dir(); known && fixer.Below(dir, "/root") {
		return fmt.Errorf("the work directory is %s, where only root can go: move it, to /app for example", dir)
	}
	if home, set := end.Env("HOME"); set == rootfs.Yes && fixer.Below(home, "/root") {
		return fmt.Errorf("ENV HOME is %s, where only root can go: remove it", home)
	}
	for _, s := range t.Chain() {
		for _, in := range s.Syntax.Instructions {
			if in.Name != "copy" && in.Name != "add" {
				continue
			}
			if dest, known := destination(s.Before(in), in); known && fixer.Below(dest, "/root") {
				return fmt.Errorf("line %d copies to %s, where only root can go: copy it elsewhere", in.Line, dest)
			}
		}
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				if p, ok := puts(e, "/root"); ok {
					return fmt.Errorf("line %d: %q puts something into %s, where only root can go", run.In.Line, clip(e.Command), p)
				}
			}
		}
	}
	return nil
}

// puts reports whether a command makes something of a name that it says below a
// directory: caches, which tools fill by themselves, are no loss.
func puts(e shell.Effect, dir string) (string, bool) {
	switch e.Kind {
	case shell.Mkdir, shell.Touch, shell.Write, shell.Copy, shell.Move, shell.Link:
	default:
		return "", false
	}
	for _, p := range e.Paths {
		if p.Known && fixer.Below(p.Text, dir) || !p.Known && strings.HasPrefix(p.Prefix, dir+"/") {
			return p.Text, true
		}
	}
	return "", false
}

// clip shortens a command for a message.
func clip(command string) string {
	command = strings.Join(strings.Fields(command), " ")
	if r := []rune(command); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return command
}
