//go:build e2e

package main

import (
	"fmt"
	"strings"
	"testing"
)

// look is what there is to see of a running container from outside: it needs no
// shell in it.
type look struct {
	processes []process
	files     map[string]file // by path
}

// process is one of /proc.
type process struct {
	name, uid, gid string
	noNewPrivs     bool
}

// file is an inode: its owner as uid:gid, its permissions in octal, the time of
// its last change in seconds.
type file struct{ owner, mode, changed string }

// lookScript prints one line for each process that is not its own, and one for
// each file below the paths that it is given, of the container whose process
// ids it shares. It runs in the inspector's shell.
const lookScript = `
own=$(readlink /proc/self/ns/mnt)
for p in /proc/[0-9]*; do
  [ "$(readlink $p/ns/mnt)" = "$own" ] && continue
  echo process $(grep -E '^(Name|Uid|Gid|NoNewPrivs):' $p/status)
done 2>/dev/null
for path; do
  find /proc/1/root$path -exec stat -c 'file %u:%g %a %Y %n' {} + 2>/dev/null
done
true`

// look looks at a service's processes and at everything below some paths of it,
// tmpfs and volumes included.
func (s *stack) look(service string, paths ...string) look {
	s.t.Helper()
	args := []string{"run", "--rm", "--network", "none", "--pid", "container:" + s.container(service),
		"--cap-add", "SYS_PTRACE", "--security-opt", "apparmor=unconfined", "--security-opt", "label=disable",
		inspector, "sh", "-c", lookScript, "look"}
	out, err := docker(append(args, paths...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	seen, err := parseLook(out)
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", service, err, out)
	}
	return seen
}

func parseLook(out string) (look, error) {
	seen := look{files: map[string]file{}}
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		kind, rest, _ := strings.Cut(line, " ")
		switch kind {
		case "process":
			if rest == "" {
				continue // it ended while we looked
			}
			p, err := parseProcess(rest)
			if err != nil {
				return seen, err
			}
			seen.processes = append(seen.processes, p)
		case "file":
			part := strings.SplitN(rest, " ", 4)
			if len(part) < 4 {
				return seen, fmt.Errorf("cannot read %q", line)
			}
			path := strings.TrimPrefix(part[3], "/proc/1/root")
			seen.files[path] = file{owner: part[0], mode: part[1], changed: part[2]}
		}
	}
	if len(seen.processes) == 0 {
		return seen, fmt.Errorf("no process to be seen")
	}
	return seen, nil
}

// parseProcess reads "Name: sh Uid: 0 0 0 0 Gid: 0 0 0 0 NoNewPrivs: 1". Of the
// four ids the second is the effective one.
func parseProcess(text string) (process, error) {
	name, rest, found := strings.Cut(strings.TrimPrefix(text, "Name: "), " Uid: ")
	var uids, gids [4]string
	var flag string
	scanned := 0
	if found {
		scanned, _ = fmt.Sscanf(rest, "%s %s %s %s Gid: %s %s %s %s NoNewPrivs: %s",
			&uids[0], &uids[1], &uids[2], &uids[3], &gids[0], &gids[1], &gids[2], &gids[3], &flag)
	}
	if scanned != 9 {
		return process{}, fmt.Errorf("cannot read process %q", text)
	}
	return process{name: name, uid: uids[1], gid: gids[1], noNewPrivs: flag == "1"}, nil
}

// allRunAs checks that every process has these ids, and cannot get more
// privileges.
func (l look) allRunAs(t *testing.T, uid, gid string) {
	t.Helper()
	for _, p := range l.processes {
		if p.uid != uid || p.gid != gid || !p.noNewPrivs {
			t.Errorf("%s runs as %s:%s, no_new_privs %t; want %s:%s, true", p.name, p.uid, p.gid, p.noNewPrivs, uid, gid)
		}
	}
}

// allOwned checks that a path and all below it belong to an owner (uid:gid).
func (l look) allOwned(t *testing.T, path, owner string) {
	t.Helper()
	if _, found := l.files[path]; !found {
		t.Errorf("there is no %s", path)
	}
	for name, f := range l.files {
		if (name == path || strings.HasPrefix(name, path+"/")) && f.owner != owner {
			t.Errorf("%s belongs to %s, want %s", name, f.owner, owner)
		}
	}
}

// has checks owner and mode of one path.
func (l look) has(t *testing.T, path, owner, mode string) {
	t.Helper()
	if f := l.files[path]; f.owner != owner || f.mode != mode {
		t.Errorf("%s is %q with mode %q, want %s with %s", path, f.owner, f.mode, owner, mode)
	}
}
