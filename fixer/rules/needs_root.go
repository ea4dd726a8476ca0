package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/dockerfile/shell"
	"nonroot/fixer"
)

// serviceNeedsRoot says what in a service relies on root.
func serviceNeedsRoot(t *fixer.Target) error {
	for _, s := range t.Services {
		switch {
		case strangeRuntime(s) != "":
			return fmt.Errorf("service %s runs with the runtime %s, of whose users nothing is known", s.Name, strangeRuntime(s))
		case s.IsPrivileged():
			return fmt.Errorf("service %s is privileged", s.Name)
		case s.Raw("pre_start") != nil:
			return preStart(s, "user")
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

// usersAgree refuses a service whose user: is another one than the image is to
// run as.
func (u *userPlan) usersAgree() error {
	proc := u.proc()
	for _, s := range u.t.Services {
		if item := s.User(); item != nil && (s.Process().UID != proc.UID || s.Process().GID != proc.GID) {
			return fmt.Errorf("service %s sets user: %s in %s, which overrides USER: change or remove it first", s.Name, item.Text, item.Range.Src.Path)
		}
	}
	return nil
}

// strangeRuntime is the runtime of a service where it is none of those that run
// Linux containers as runc does; empty where it is.
func strangeRuntime(s *fixer.Service) string {
	item := s.Raw("runtime")
	if item == nil {
		return ""
	}
	name, known := s.Value(item.Text)
	switch {
	case !known:
		return item.Text
	case slices.Contains([]string{"runc", "crun", "youki", "nvidia", "runsc", "io.containerd.runc.v2", "io.containerd.runsc.v1"}, name):
		return ""
	}
	return s.Shown(item.Text)
}

// isSystem reports whether a host path is one of the system's.
func isSystem(source string) bool {
	return strings.HasPrefix(source, "/") && inAny(source, []string{"/proc", "/sys", "/etc", "/var/run", "/run", "/var/lib", "/usr", "/boot", "/lib"})
}

// programNeedsRoot says why the program itself must start as root.
func programNeedsRoot(t *fixer.Target) error {
	end := t.Stage.End()
	entry, cmd := end.Entrypoint(), end.Cmd()
	if entry.Known && !cmd.Known {
		return fmt.Errorf("what %s starts by itself is not known: write CMD in the Dockerfile", or(t.Stage.Ref, "its base image"))
	}
	if !entry.Known {
		return fmt.Errorf("whether %s has an entrypoint of its own is not known%s: write ENTRYPOINT in the Dockerfile ([] for none)", or(t.Stage.Ref, "its base image"), because(t.Stage.Why))
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
	for _, argv := range t.Started() {
		if reason, ok := shell.NeedsRootToRun(argv); ok {
			return fmt.Errorf("the program must start as root: %s", reason)
		}
		if len(argv) > 2 && shell.IsShell(argv[0]) && strings.HasSuffix(argv[1], "c") {
			if err := needsRootFor(t, argv[2]); err != nil {
				return err
			}
		}
	}
	for _, text := range t.EntryScripts() {
		if reason, ok := shell.NeedsRootToRun([]string{"sh", "-c", text}); ok {
			return fmt.Errorf("its script starts what must be root: %s", reason)
		}
		if err := needsRootFor(t, text); err != nil {
			return err
		}
	}
	return nil
}

// needsRootFor says which command of a script that runs when the container
// starts needs root for certain. What it writes below the program's own
// directories does not: the fix gives them to it.
func needsRootFor(t *fixer.Target, text string) error {
	for _, e := range shell.Analyze(text, shell.Options{Dialect: shell.Bash}) {
		if e.Need == shell.Root && !e.Tolerated && !writesOnlyBelow(e, t.Own()) {
			return fmt.Errorf("what it starts with needs root for %q: %s", clip(e.Command), e.Why)
		}
	}
	return setsUpAsRoot(t, text)
}

// setsUpAsRoot says which command of a script makes or changes a file of the system
// that the program may need: it is not stopped where that fails, as set -e is not
// given, and does not do the same any more.
func setsUpAsRoot(t *fixer.Target, text string) error {
	if shebang, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(shebang, "#!") {
		if shell.Interpreter(strings.Fields(shebang[2:])) == shell.OtherShell {
			return nil
		}
		text = rest
	}
	for _, e := range shell.Analyze(text, shell.Options{Dialect: shell.Bash, ExitOnError: true}) {
		switch e.Kind {
		case shell.Mkdir, shell.Touch, shell.Write, shell.Link, shell.Copy, shell.Move:
			if e.Need == shell.Root && !e.Tolerated && !e.Conditional && !writesOnlyBelow(e, t.Own()) {
				return fmt.Errorf("what it starts with needs root for %q: %s", clip(e.Command), e.Why)
			}
		}
	}
	return nil
}

// writesOnlyBelow reports whether a command does nothing but make, change or remove
// what lies in some directories.
func writesOnlyBelow(e shell.Effect, dirs []string) bool {
	switch e.Kind {
	case shell.Mkdir:
		if e.Owner.Given() || e.Group.Given() {
			return false
		}
	case shell.Touch, shell.Write, shell.Fill, shell.Link, shell.Remove:
	default:
		return false
	}
	return len(e.Paths) > 0 && !slices.ContainsFunc(e.Paths, func(w shell.Word) bool {
		return !w.Known || !inAny(w.Text, dirs) || e.Kind == shell.Remove && slices.Contains(dirs, w.Text)
	})
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
