package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

// startedDirs are the directories that a target's command lines give its program
// to write in, such as --data-dir /data, where no mount takes their place.
func startedDirs(t *fixer.Target) []string {
	var out []string
	for option, value := range startedOptions(t) {
		if isDirOption(option) && fixer.Ownable(value) && !mountedByAll(t, value) && !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	slices.Sort(out)
	return out
}

// imageDirs are the directories that the base image's own program writes, where
// that program is what the target starts.
func imageDirs(t *fixer.Target) []string {
	facts := t.Stage.Base
	if facts == nil || len(facts.Writable) == 0 {
		return nil
	}
	own := slices.Concat(facts.Entrypoint, facts.Cmd)
	if len(own) == 0 {
		return nil
	}
	isOwn := func(word string) bool { return path.Base(word) == path.Base(own[0]) }
	if !slices.ContainsFunc(t.Commands(), func(call []string) bool { return slices.ContainsFunc(call, isOwn) }) {
		return nil
	}
	return facts.Writable
}

// startedFiles refuses a file that a command line gives the program to make where
// the plan's user cannot, such as --pidfile /var/run/app.pid.
func (u *userPlan) startedFiles() error {
	for option, value := range startedOptions(u.t) {
		dir := path.Dir(value)
		if !isFileOption(option) || inAny(dir, append(u.t.Own(), u.dirs...)) || inAny(dir, []string{"/tmp", "/var/tmp", "/dev"}) || mountedByAll(u.t, dir) {
			continue
		}
		writable := u.stage.End().Owner(dir).Writable(as(u.proc()))
		if writable == rootfs.No || writable == rootfs.Unknown && !fixer.Ownable(dir) {
			return fmt.Errorf("it is started with --%s %s, which only root can make there: put it into /tmp, or into a directory that %s declares writable", option, value, fixer.SettingsFile)
		}
	}
	return nil
}

// startedOptions are the options of a target's command lines, in lower case and
// with - for _, whose values are absolute paths.
func startedOptions(t *fixer.Target) map[string]string {
	out := map[string]string{}
	for _, call := range t.Commands() {
		for i, word := range call {
			if !strings.HasPrefix(word, "-") {
				continue
			}
			name, value, joined := strings.Cut(word, "=")
			if !joined && i+1 < len(call) {
				value = call[i+1]
			}
			if path.IsAbs(value) && !strings.ContainsAny(value, "$:,*") {
				out[strings.ReplaceAll(strings.ToLower(strings.TrimLeft(name, "-")), "_", "-")] = path.Clean(value)
			}
		}
	}
	return out
}

func isDirOption(option string) bool {
	switch option {
	case "dbpath", "storage.tsdb.path":
		return true
	}
	for _, what := range []string{"data", "db", "storage", "state", "cache", "log", "logs", "upload", "uploads", "tmp", "temp"} {
		rest, ok := strings.CutPrefix(option, what)
		if ok && (rest == "dir" || rest == "-dir" || rest == "-directory" || rest == "-path" && what != "log") {
			return true
		}
	}
	return false
}

func isFileOption(option string) bool {
	switch option {
	case "pid", "pidfile", "pid-file", "logfile", "log-file":
		return true
	}
	return false
}

// mountedByAll reports whether a target has services and each mounts something
// over the path.
func mountedByAll(t *fixer.Target, p string) bool {
	return len(t.Services) > 0 && !slices.ContainsFunc(t.Services, func(s *fixer.Service) bool { return !s.Mounts(p) })
}
