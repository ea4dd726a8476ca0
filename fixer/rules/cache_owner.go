package rules

import (
	"fmt"
	"path"
	"strings"

	"nonroot/dockerfile"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

var cacheOwner = &fixer.Rule{
	ID:       "cache-owner",
	Title:    "A cache mount does not belong to the user of its RUN",
	Severity: "error; info where from= decides the owner",
	Safety:   "safe",
	Doc: `A cache mount is root's, with mode 755, whatever USER says and whatever the image has at
that path: a RUN behind ` + "`USER`" + ` cannot write to it. Tools then stop with "permission denied",
or go on without a cache and load everything again in each build.

The fix adds ` + "`uid=`" + ` and ` + "`gid=`" + ` of the user in force, by number, which is all that the
options take. ` + "`mode=0777`" + ` would not do: Docker's own builder takes its umask off it.

Owner and mode are a part of what tells caches apart: with other ids BuildKit starts an
empty one. Nothing that the step could write is lost, as it could write nothing; a build
has to work with any contents of a cache (Dockerfile reference). Where another step of
the file fills the same cache as another user, the fix is refused: this one would no
longer see it.

It is refused, too, where the ids are not known or come from a build argument, where a
directory above the cache is closed to the user, as /root is, and with ` + "`from=`" + `, whose
owner is that of what it names. A ` + "`uid=`" + ` that is there is a decision, and stays.`,
	Check: checkCacheOwner,
}

func checkCacheOwner(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	for _, t := range p.Targets {
		if t.Unclear != "" {
			continue
		}
		for _, s := range t.Chain() {
			for _, in := range s.Syntax.Instructions {
				if in.Name != "run" {
					continue
				}
				for _, f := range in.Flags {
					if finding, ok := foreignCache(t, s, in, f); ok {
						out = append(out, finding)
					}
				}
			}
		}
	}
	return out
}

// foreignCache checks one flag of a RUN.
func foreignCache(t *fixer.Target, s *rootfs.Stage, in *dockerfile.Instruction, f dockerfile.Flag) (fixer.Finding, bool) {
	m := readMount(f.Value)
	if f.Name != "mount" || m.kind() != "cache" {
		return fixer.Finding{}, false
	}
	_, owned := m["uid"]
	readonly, isReadonly := m["readonly"]
	user := s.Before(in).User()
	if owned || isReadonly && readonly != "false" || m["rw"] == "false" || m["readwrite"] == "false" || user.IsRoot() == rootfs.Yes || !user.Known {
		return fixer.Finding{}, false
	}
	if user.IsRoot() == rootfs.Unknown && user.Name == "" {
		return fixer.Finding{}, false
	}
	where := m["target"]
	if target, known := mountTarget(s.Before(in), m); known {
		where = target
	}
	found := fixer.Finding{
		Severity: fixer.Error, At: f.Range,
		Subject: fmt.Sprintf("%s stage %d cache %s of %s", t.File.Src.Path, s.Syntax.Index, where, in.Command),
		Message: fmt.Sprintf("the cache on %s belongs to root, and the step runs as %s: it cannot write there", where, userName(user)),
	}
	if _, from := m["from"]; from {
		found.Severity = fixer.Info
		found.Message = fmt.Sprintf("the cache on %s has the owner of what from= names, and the step runs as %s", where, userName(user))
	}
	found.Fix, found.Refused = cacheFix(t, s, in, f, m)
	return found, true
}

func userName(u rootfs.User) string {
	if u.Name != "" {
		return u.Name
	}
	return "uid " + u.UID.String()
}

// cacheFix adds the ids of the user in force to a cache mount.
func cacheFix(t *fixer.Target, s *rootfs.Stage, in *dockerfile.Instruction, f dockerfile.Flag, m mount) (*fixer.Fix, error) {
	before := s.Before(in)
	user := before.User()
	if _, from := m["from"]; from {
		return nil, fmt.Errorf("the owner of the cache is that of what from= names: give it the right one there")
	}
	if strings.ContainsAny(f.Value, "$\"\\") {
		return nil, fmt.Errorf("the mount has variables or quotes in it: write uid= and gid= of %s there by hand", userName(user))
	}
	target, known := mountTarget(before, m)
	if !known {
		return nil, fmt.Errorf("it is not known where the cache is mounted: write uid= and gid= of %s there by hand", userName(user))
	}
	if err := plainIDs(s, in, user); err != nil {
		return nil, err
	}
	for dir := path.Dir(target); dir != "/"; dir = path.Dir(dir) {
		if o := before.Owner(dir); o.Exists == rootfs.Yes && o.Readable(user) == rootfs.No {
			return nil, fmt.Errorf("%s is closed to %s, whoever owns the cache: put it below a directory of that user, such as its home, and tell the tool", dir, userName(user))
		}
	}
	if line := otherFiller(t, in, m, target, user); line > 0 {
		return nil, fmt.Errorf("line %d has the same cache as another user: with uid= and gid= this step would get one of its own, which is empty; give the two an id= each, or run both as one user", line)
	}
	text := ",uid=" + user.UID.String()
	if _, given := m["gid"]; !given {
		text += ",gid=" + user.GID.String()
	}
	e, err := in.AppendToFlag(f, text)
	if err != nil {
		return nil, err
	}
	return &fixer.Fix{Message: "add " + text[1:] + " to the cache", Safety: fixer.Safe, Edits: []edit.Edit{e}}, nil
}

// plainIDs refuses a user whose ids are not known, or not in every build.
func plainIDs(s *rootfs.Stage, in *dockerfile.Instruction, user rootfs.User) error {
	if !user.UID.Known || !user.GID.Known {
		return fmt.Errorf("the ids of %s are not known: create the account with numbers, and write them into the mount", userName(user))
	}
	if strings.Contains(user.Text, "$") {
		return fmt.Errorf("USER comes from a variable, and a build may give it another value: write uid= and gid= into the mount by hand")
	}
	by := user.In
	if a, ok := s.Before(in).Account(user.Name); ok == rootfs.Yes {
		by = a.By
	}
	if by != nil && strings.Contains(by.Command, "$") {
		return fmt.Errorf("line %d may make %s with ids of a variable, and a build may give it another value: write uid= and gid= into the mount by hand", by.Line, userName(user))
	}
	return nil
}

// otherFiller is the line of another RUN of the file that has the same cache and
// runs as another user; 0 where there is none.
func otherFiller(t *fixer.Target, in *dockerfile.Instruction, m mount, target string, user rootfs.User) int {
	for _, s := range t.Analysis.Stages {
		for _, run := range s.Runs {
			for _, f := range run.In.Flags {
				o := readMount(f.Value)
				if f.Name != "mount" || o.kind() != "cache" || run.In == in {
					continue
				}
				where, known := mountTarget(s.Before(run.In), o)
				same := known && cacheID(o, where) == cacheID(m, target) && o["uid"] == "" && o["gid"] == m["gid"] && o["mode"] == m["mode"]
				if same && (run.User.UID != user.UID || run.User.GID != user.GID) {
					return run.In.Line
				}
			}
		}
	}
	return 0
}

// cacheID tells caches apart, beside owner and mode: by default the target does.
func cacheID(m mount, target string) string {
	if id := m["id"]; id != "" {
		return id
	}
	return target
}
