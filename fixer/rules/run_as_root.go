package rules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
	"nonroot/fixer/edit"
)

var runAsRoot = &fixer.Rule{
	ID:       "run-as-root",
	Title:    "The image runs as root",
	Severity: "warning; info where the image drops root by itself or its user is not known",
	Safety:   "unsafe",
	Doc: `Without USER a container's processes are root. A hole in one of them is then root in
the container, writes any file of a bind mount as root, and is one kernel bug away from
the host.

The fix is one change with everything that the stage needs, or nothing: an account, its
home and work directory, ` + "`--chown`" + ` on what is copied there, the mountpoints of volumes,
the tmpfs options of its services, and ` + "`USER`" + ` behind the last step that needs root and
before HEALTHCHECK, CMD and ENTRYPOINT. It uses, in this order, what ` + "`.nonroot.yaml`" + ` says;
the account that the Dockerfile makes; the base image's own account (node, nginx's,
distroless' nonroot); the account that has uid 1000 already (ubuntu); a new ` + "`appuser`" + `;
and a bare number where the image can have no accounts. It is unsafe because nobody can
know statically all that a program writes: read the diff, run it, then keep it.

Stages that start from this one and run something as root get ` + "`USER root`" + ` first, and so
stay as they are. Directories that the build makes inside of the work directory, under a
name that says that a program writes there, or that an ENV names, become the program's,
and so does what the command line or the environment names (` + "`--data-dir /data`" + `,
` + "`DATA_DIR=/data`" + `). Software that a RUN of root unpacks or clones where the program lives, which then writes below its own tree, is given
away at the end of that RUN, in the same layer; so is what the build leaves for a command
that builds when it starts (` + "`yarn dev`, `cargo run`" + `).

It is refused where a command of the build is not understood or installs into /root,
where the program itself must start as root (raw packets, mounts, the firewall, a system
of services), where its command line or its environment has it write where only root
can, or go below /root, and where a service relies on root (privileged, added
capabilities, the engine's socket); where a service mounts something below /root, or a
comment of the Dockerfile has people do so; and where no service builds it and its name,
or an ONBUILD, says that other images are built on it (` + "`base.Dockerfile`, `node-base/`" + `). An image
whose entrypoint starts as root and drops by itself (postgres, mysql, redis) is left as
it is: a USER would break it; so is one that starts nginx or httpd, whose workers are
another user's. Images that their environment tells whom to become (PUID and PGID of
linuxserver.io, UID and GID of itzg) get neither USER nor ` + "`user:`" + `; where a compose file
does not set these variables, that is said. Bind mounts and secrets that are files keep
the owner and the mode that they have on the host.`,
	Check: checkRunAsRoot,
}

func checkRunAsRoot(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	for _, t := range p.Targets {
		if t.Unclear != "" || servedByOthers(t) || t.Stage.Base != nil && t.Stage.Base.Family == base.Windows {
			continue
		}
		if f, ok := rootFinding(t); ok {
			if f.Severity == fixer.Warning {
				f.Plan = func() (*fixer.Fix, error) { return rootFix(p, t) }
			}
			out = append(out, f)
		}
	}
	for _, s := range p.Services {
		if f, ok := idsFinding(p, s); ok {
			out = append(out, f)
		}
	}
	return out
}

// servedByOthers reports whether every service of the target sets a user: that
// is known and not root.
func servedByOthers(t *fixer.Target) bool {
	for _, s := range t.Services {
		if s.User() == nil || !s.Process().NonRoot() {
			return false
		}
	}
	return len(t.Services) > 0
}

func rootFinding(t *fixer.Target) (fixer.Finding, bool) {
	end := t.Stage.End()
	user := end.User()
	f := fixer.Finding{
		Severity: fixer.Warning, At: t.Stage.Syntax.From.Range,
		Subject: t.File.Src.Path + " stage " + strconv.Itoa(t.Stage.Syntax.Index),
	}
	if user.In != nil && user.In.Stage == t.Stage.Syntax {
		f.At = user.In.Range
	}
	switch user.IsRoot() {
	case rootfs.No:
		return f, false
	case rootfs.Unknown:
		if user.In != nil {
			return f, false
		}
		f.Severity = fixer.Info
		f.Message = "as whom the image runs is not known" + because(t.Stage.Why)
		f.Refused = errors.New("the base image is not known: write USER, " + settlesBase(t.Stage))
		return f, true
	}
	if helper, to := t.Drops(); helper != "" {
		f.Severity = fixer.Info
		f.Message = fmt.Sprintf("starts as root and becomes %s by itself (%s): left as it is, because a USER would break that%s", or(to, "another user"), helper, instead(t, helper))
		return f, true
	}
	f.Message = "the image has no USER: it runs as root"
	if user.In != nil {
		f.Message = "the image runs as root"
	}
	return f, true
}

// instead says what can be done about an image that drops root by itself.
func instead(t *fixer.Target, helper string) string {
	facts := t.Stage.Base
	switch {
	case facts != nil && helper == facts.Drops && len(facts.IDs) > 0:
		return "; " + idsText(facts.IDs)
	case helper == "s6":
		return "; PUID and PGID say which"
	case helper == "workers":
		for _, argv := range t.Started() {
			if strings.HasSuffix(argv[0], "nginx") {
				return "; FROM nginxinc/nginx-unprivileged needs no root at all"
			}
		}
	case facts != nil && helper == facts.Drops && facts.DropsTo != "":
		if a, ok := facts.Account(facts.DropsTo); ok {
			return fmt.Sprintf("; user: \"%d:%d\" in the compose file does without root, on volumes that belong to it", a.UID, a.GID)
		}
	}
	return ""
}

// rootFix is the one fix of a stage that runs as root.
func rootFix(p *fixer.Project, t *fixer.Target) (*fixer.Fix, error) {
	for _, reason := range []func(*fixer.Target) error{serviceNeedsRoot, programNeedsRoot, becomesAnother, writtenScript, hiddenPath, buildUnclear, rootsHome, startedInRootsHome, heirsNeedRoot} {
		if err := reason(t); err != nil {
			return nil, err
		}
	}
	plan, err := planUser(p, t)
	if err != nil {
		return nil, err
	}
	if err := plan.usersAgree(); err != nil {
		return nil, err
	}
	edits, err := plan.edits()
	if err != nil {
		return nil, err
	}
	kept, err := heirsKeepRoot(t)
	if err != nil {
		return nil, err
	}
	fix := &fixer.Fix{
		Message: plan.message(), Safety: fixer.Unsafe, Edits: append(edits, kept...),
		// What other rules find in the compose files depends on who runs.
		Guard: append(composeFiles(p), wholeStage(t.Stage)),
		// An account that takes arguments counts once it runs, and so does a
		// directory that is made for it under a read-only root.
		Leads: []string{buildArgs.ID, writableDirs.ID},
	}
	for _, s := range t.Services {
		more, means, err := tmpfsFor(s, plan.composeOwner())
		if err != nil {
			return nil, err
		}
		fix.Edits = union(fix.Edits, more)
		fix.Means = append(fix.Means, means...)
	}
	if plan.id.raw != "" { // an account that the Dockerfile makes by itself takes no arguments
		if err := passArgs(p, t, plan.names, fix); err != nil {
			return nil, err
		}
	}
	return fix, nil
}

// union adds edits that are not there yet: a file that loads in several models
// is asked to be edited by each.
func union(edits, more []edit.Edit) []edit.Edit {
	for _, e := range more {
		if !slices.Contains(edits, e) {
			edits = append(edits, e)
		}
	}
	return edits
}
