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

var copyChown = &fixer.Rule{
	ID:       "copy-chown",
	Title:    "Copied files do not belong to the process",
	Severity: "error where the process cannot read them, else info",
	Safety:   "safe",
	Doc: `COPY and ADD ignore USER: what they bring belongs to root, with the mode that it has
in the build context. A file of mode 600 or a directory of mode 700 cannot be read by the
process (an error); anything else can be read and not be changed (worth knowing).

The fix sets ` + "`--chown=user:group`" + ` on what is copied into the work directory, the home and
declared writable paths, by name where the account exists at that line and else by
number (images without /etc/passwd, and ` + "`--link`" + `). Both parts are always written:
` + "`--chown=1400`" + ` would mean group 1400, too. What is copied elsewhere, such as a program in
/usr/local/bin, stays root's, so that a bug in the process cannot rewrite it; where it
cannot be read, a single file gets ` + "`--chmod`" + `.

Modes are those of this checkout; git keeps no others than 644 and 755. The contents of
a local tar that ADD unpacks keep the owners of the archive whatever --chown says: that
is refused. A ` + "`--chown`" + ` that is there is a decision, and stays.`,
	Check: checkCopyChown,
}

func checkCopyChown(p *fixer.Project) []fixer.Finding {
	var out []fixer.Finding
	for _, t := range p.Targets {
		proc := t.Process()
		if t.Unclear != "" || t.Hidden != "" || !proc.NonRoot() {
			continue
		}
		dirs := t.Own()
		for _, s := range t.Chain() {
			for _, in := range s.Syntax.Instructions {
				if in.Name == "copy" || in.Name == "add" {
					if f, ok := copied(p, t, s, in, proc, dirs); ok {
						out = append(out, f)
					}
				}
			}
		}
	}
	return out
}

// copied checks one COPY or ADD.
func copied(p *fixer.Project, t *fixer.Target, s *rootfs.Stage, in *dockerfile.Instruction, proc fixer.Process, dirs []string) (fixer.Finding, bool) {
	before := s.Before(in)
	dest, known := destination(before, in)
	if !known || mountedOver(t, dest) {
		return fixer.Finding{}, false
	}
	chown, given := flag(in, "chown")
	if given {
		value, known := before.Expand(chown.Value)
		if !known || resolveOwner(before, value).Is(0) != rootfs.Yes {
			return fixer.Finding{}, false
		}
	}
	if givenLater(t, s, in, dest, proc.UID.N) != rootfs.No {
		return fixer.Finding{}, false
	}
	mine := inAny(dest, dirs)
	closed := unreadable(t, s, in)
	f := fixer.Finding{
		At:      in.Range,
		Subject: fmt.Sprintf("%s stage %d %s %s", t.File.Src.Path, s.Syntax.Index, in.Name, sources(in)+" "+dest),
	}
	switch {
	case len(closed) > 0:
		f.Severity = fixer.Error
		f.Message = closedMessage(in, closed, proc)
	case mine && !given:
		f.Severity = fixer.Info
		f.Message = fmt.Sprintf("what is copied to %s belongs to root, and the process is uid %s: it can be read, not changed", dest, proc.UID)
	default:
		return fixer.Finding{}, false
	}
	f.Fix, f.Refused = copyFix(t, s, in, dest, proc, mine, closed)
	return f, true
}

func closedMessage(in *dockerfile.Instruction, closed []fixer.Copied, proc fixer.Process) string {
	first, owner, verb := closed[0], "root", "read"
	if chown, given := flag(in, "chown"); given {
		owner = chown.Value
	}
	perm := first.Mode.Perm()
	if perm&0o4 != 0 {
		verb = "execute"
	}
	what := first.Path
	if isRemote(in) {
		what = "a file that ADD downloads"
	}
	text := fmt.Sprintf("%s has mode %03o and belongs to %s in the image: uid %s cannot %s it", what, perm, owner, proc.UID, verb)
	if n := len(closed) - 1; n > 0 {
		text += fmt.Sprintf(" (and %d more)", n)
	}
	if !isRemote(in) && !has(in, "chmod") {
		text += "; only this checkout has that mode, git keeps 644 and 755"
	}
	return text
}

func has(in *dockerfile.Instruction, name string) bool {
	_, ok := flag(in, name)
	return ok
}

func sources(in *dockerfile.Instruction) string {
	var out []string
	for _, w := range in.Words[:max(len(in.Words)-1, 0)] {
		out = append(out, w.Value)
	}
	return strings.Join(out, " ")
}

func isRemote(in *dockerfile.Instruction) bool {
	return strings.Contains(sources(in), "://")
}

// isArchive reports whether ADD unpacks a source: a local tar, by its name.
func isArchive(in *dockerfile.Instruction) bool {
	if in.Name != "add" || isRemote(in) {
		return false
	}
	for _, w := range in.Words[:max(len(in.Words)-1, 0)] {
		name := strings.ToLower(path.Base(w.Value))
		for _, suffix := range []string{".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"} {
			if strings.HasSuffix(name, suffix) {
				return true
			}
		}
	}
	return false
}

func copyFix(t *fixer.Target, s *rootfs.Stage, in *dockerfile.Instruction, dest string, proc fixer.Process, mine bool, closed []fixer.Copied) (*fixer.Fix, error) {
	if chown, given := flag(in, "chown"); given {
		return nil, fmt.Errorf("--chown=%s is written there on purpose: change it, or the file's mode", chown.Value)
	}
	if !mine {
		return chmodFix(s, in, dest, closed)
	}
	if isArchive(in) {
		return nil, fmt.Errorf("ADD unpacks a tar, whose contents keep the owners of the archive whatever --chown says: unpack it in a RUN and chown there, or make the archive with the right owner")
	}
	if s != t.Stage {
		if other := otherUser(t, s, proc); other != "" {
			return nil, fmt.Errorf("stage %d is the base of %s, too, which runs as another user", s.Syntax.Index, other)
		}
	}
	if err := repositoryMinds(t, s, in, nil, proc.UID); err != nil {
		return nil, err
	}
	spec, err := copyOwner(t, s, in, proc)
	if err != nil {
		return nil, err
	}
	e, err := in.SetFlag("chown", spec)
	if err != nil {
		return nil, err
	}
	return &fixer.Fix{Message: "set --chown=" + spec, Safety: fixer.Safe, Edits: []edit.Edit{e}}, nil
}

// copyOwner is the value of --chown: by number in images without a shell, which
// have at most a few accounts of their own, and with --link, whose names some
// engines do not resolve (docker/buildx#1408).
func copyOwner(t *fixer.Target, s *rootfs.Stage, in *dockerfile.Instruction, proc fixer.Process) (string, error) {
	id, err := ownerAt(t, s, in, proc)
	if err != nil {
		return "", err
	}
	if has(in, "link") || s.Before(in).HasShell() != rootfs.Yes {
		id.user = ""
	}
	return id.owner(), pickedLater(t, in, id)
}

// otherUser names a target that inherits the stage and runs as another user.
func otherUser(t *fixer.Target, s *rootfs.Stage, proc fixer.Process) string {
	for _, o := range t.Siblings() {
		if p := o.Process(); p.UID != proc.UID {
			for _, stage := range o.Chain() {
				if stage.Syntax == s.Syntax {
					return o.ServiceNames()
				}
			}
		}
	}
	return ""
}

// chmodFix makes a single file readable where it should stay root's.
func chmodFix(s *rootfs.Stage, in *dockerfile.Instruction, dest string, closed []fixer.Copied) (*fixer.Fix, error) {
	source, _ := s.Before(in).Expand(in.Words[0].Value)
	only := len(in.Words) == 2 && closed[0].Rel == "" && (isDownload(source) || !strings.ContainsAny(source, "*?["))
	if !only || !closed[0].Mode.IsRegular() {
		return nil, fmt.Errorf("%s should stay root's, and one --chmod does not fit all that is copied: give the files modes 644 and 755 in the repository", dest)
	}
	mode := "0644"
	if closed[0].Mode.Perm()&0o111 != 0 {
		mode = "0755"
	}
	e, err := in.SetFlag("chmod", mode)
	if err != nil {
		return nil, err
	}
	return &fixer.Fix{Message: "set --chmod=" + mode, Safety: fixer.Safe, Edits: []edit.Edit{e}}, nil
}
