package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

// startedDirs are the directories that a target's command lines and environment
// give its program to write in, such as --data-dir /data or DATA_DIR=/data, where
// no mount takes their place.
func startedDirs(t *fixer.Target) []string {
	var out []string
	for _, o := range startedOptions(t) {
		dir := o.path
		if o.isFile() {
			dir = path.Dir(dir)
		}
		if isDirOption(o.name) && fixer.Ownable(dir) && !mountedByAll(t, dir) && !mountedByAll(t, o.path) && !slices.Contains(out, dir) {
			out = append(out, dir)
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

// startedFiles refuses a file that a command line or the environment gives the
// program to make where the plan's user cannot, such as --pidfile /var/run/app.pid.
func (u *userPlan) startedFiles() error {
	for _, o := range startedOptions(u.t) {
		dir := path.Dir(o.path)
		if !o.isFile() && !isFileOption(o.name) || inAny(dir, append(u.t.Own(), u.dirs...)) || inAny(dir, []string{"/tmp", "/var/tmp", "/dev", "/proc"}) || mountedByAll(u.t, dir) || mountedByAll(u.t, o.path) {
			continue
		}
		writable := u.stage.End().Owner(dir).Writable(as(u.proc()))
		if writable == rootfs.No || writable == rootfs.Unknown && !fixer.Ownable(dir) {
			where := "put it into /tmp"
			if o.name == "sqlite" || o.isFile() {
				where = "put it below the work directory"
			}
			return fmt.Errorf("it is started with %s, which only root can make there: %s, or into a directory that %s declares writable", o.text, where, fixer.SettingsFile)
		}
	}
	return nil
}

// option is an absolute path that a program is started with.
type option struct {
	name string // in lower case and with - for _
	path string // clean
	text string // as it is written
}

// isFile reports whether a path that could be a directory's is a file's, by its
// extension: DB_PATH=/data/app.db.
func (o option) isFile() bool {
	return isDirOption(o.name) && strings.HasSuffix(o.name, "path") && path.Ext(o.path) != ""
}

// startedOptions are the options of a target's command lines and its variables of
// the environment, in Dockerfile and compose files, whose values are absolute paths.
func startedOptions(t *fixer.Target) []option {
	var out []option
	add := func(name, value, text string) {
		if _, file, ok := strings.Cut(value, "sqlite:///"); ok && path.IsAbs(file) {
			file, _, _ = strings.Cut(file, "?")
			name, value = "sqlite", file
		}
		if path.IsAbs(value) && !strings.ContainsAny(value, "$:,*") {
			out = append(out, option{strings.ReplaceAll(strings.ToLower(name), "_", "-"), path.Clean(value), text})
		}
	}
	for _, call := range t.Commands() {
		tool := ""
		for i, word := range call {
			if !strings.HasPrefix(word, "-") {
				if base := path.Base(word); base == "celery" || base == "gunicorn" {
					tool = base
				}
				continue
			}
			name, value, joined := strings.Cut(word, "=")
			text := word
			if !joined && i+1 < len(call) {
				value = call[i+1]
				text += " " + value
			}
			name = longOption(tool, strings.TrimLeft(name, "-"))
			if name == "bind" {
				value = strings.TrimPrefix(value, "unix:")
			}
			add(name, value, text)
		}
	}
	for _, v := range environment(t) {
		if name := strings.ToLower(v.name); strings.HasSuffix(name, "db_path") && path.Ext(v.value) == "" {
			continue // a directory or a file
		}
		add(v.name, v.value, clip(v.name+"="+v.value))
	}
	return out
}

// longOption is what a short option of a program stands for (docs.gunicorn.org:
// Settings; docs.celeryq.dev: Command Line Interface).
func longOption(tool, name string) string {
	switch tool + " -" + name {
	case "gunicorn -p":
		return "pid"
	case "gunicorn -b":
		return "bind"
	case "celery -s":
		return "schedule"
	case "celery -f":
		return "logfile"
	}
	return name
}

func isDirOption(option string) bool {
	switch option {
	case "dbpath", "storage.tsdb.path", "dlogging.file.path", "logging.file.path", "logging-file-path", "hf-home", "torch-home", "xdg-cache-home", "xdg-data-home", "xdg-state-home", "xdg-config-home":
		return true
	case "bundle-path", "gradle-user-home", "mix-home", "hex-home", "npm-config-cache", "yarn-cache-folder", "gomodcache", "gocache", "nuget-packages": // of tools that the build runs as the user
		return true
	}
	for _, what := range []string{"data", "db", "storage", "state", "cache", "log", "logs", "upload", "uploads", "tmp", "temp"} {
		for _, dir := range []string{"dir", "-dir", "-directory", "-path"} {
			if name := what + dir; (option == name || strings.HasSuffix(option, "-"+name)) && name != "log-path" {
				return true
			}
		}
	}
	return false
}

func isFileOption(option string) bool {
	switch option {
	case "uds", "bind", "sqlite", "schedule", "dlogging.file.name", "logging.file.name", "logging-file-name":
		return true
	}
	for _, what := range []string{"pid", "pidfile", "pid-file", "logfile", "log-file"} {
		if option == what || strings.HasSuffix(option, "-"+what) {
			return true
		}
	}
	return false
}

// mountedByAll reports whether a target has services and each mounts something
// over the path.
func mountedByAll(t *fixer.Target, p string) bool {
	return len(t.Services) > 0 && !slices.ContainsFunc(t.Services, func(s *fixer.Service) bool { return !s.Mounts(p) })
}
