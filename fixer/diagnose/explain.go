package diagnose

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

// explain says why the access of a group was denied in a place, and what puts it
// right.
func (a *attributor) explain(pl place, g Group) Entry {
	e := Entry{Group: g, Service: pl.name(), File: pl.file(), Where: g.Path, User: userText(pl.process())}
	p, known := pl.absolute(g.Event)
	if known {
		e.Where = p
	}
	switch g.Kind {
	case Port:
		e.port(pl)
	case Escalation:
		e.escalation(pl)
	case HostPath, Capability:
		e.because(map[Kind]string{HostPath: "host-path", Capability: "capability"}[g.Kind])
	case SwitchUser:
		e.switchUser(pl)
	default:
		if !known {
			e.pathless(pl)
			break
		}
		e.path(pl, p)
	}
	a.fix(pl, &e)
	return e
}

// userText is as whom a process runs.
func userText(p fixer.Process) string {
	switch {
	case !p.UID.Known:
		return ""
	case p.IsRoot():
		return "root"
	}
	text := p.UID.String() + ":" + p.GID.String()
	if p.Name != "" {
		text += " (" + p.Name + ")"
	}
	return text
}

func ids(p fixer.Process) string { return p.UID.String() + ":" + p.GID.String() }

// path explains the denied access to a path.
func (e *Entry) path(pl place, p string) {
	m := pl.cover(p)
	if m.kind != "" {
		e.Mount = m.where()
	}
	switch {
	case e.Form.ID == "runc-mountpoint":
		e.because("no-mountpoint")
	case stdStream(p):
		e.because("std-stream")
	case m.kind == "" && e.Kind == ReadOnly && (fixer.Below(p, "/proc") || fixer.Below(p, "/sys")):
		e.kernel(pl, p)
	case strings.HasSuffix(p, "/docker.sock"):
		e.because("docker-socket")
		e.Add = []Line{{pl.file(), "group_add: [\"GID\"]  # stat -c %g /var/run/docker.sock on the host"}}
	case m.kind == "tmpfs" && e.Op == Exec && !m.exec():
		e.because("noexec")
	case m.kind != "" && m.readOnly && (e.Kind == ReadOnly || e.Op == Write):
		e.because("read-only-mount")
	case m.kind == "tmpfs":
		e.tmpfs(pl, m)
	case m.kind == "bind":
		e.bind(pl, m)
	case m.kind == "volume", m.kind == "anonymous":
		e.volume(pl, m)
	case m.kind != "":
		e.because("unknown")
		e.Open = "what a mount of type " + m.kind + " gives to whom is not known here"
	case e.Kind == ReadOnly:
		e.readOnlyRoot(pl, p)
	default:
		e.inImage(pl, p)
	}
}

func (e *Entry) because(id string) {
	e.Cause = CauseByID(id)
	e.Advice = []string{e.Cause.Fix}
}

func stdStream(p string) bool {
	return p == "/dev/stdout" || p == "/dev/stderr" || strings.HasPrefix(p, "/proc/self/fd/") || strings.HasPrefix(p, "/dev/fd/")
}

// inImage explains the denied access to what the image holds.
func (e *Entry) inImage(pl place, p string) {
	proc := pl.process()
	owner, at := pl.nearest(p)
	if owner.Exists == rootfs.Yes {
		e.Owner = ownerText(owner)
		if at != p {
			e.Facts = append(e.Facts, fmt.Sprintf("%s is not in the image, and %s belongs to %s", p, at, e.Owner))
			e.Owner = ""
		}
	}
	switch {
	case proc.IsRoot():
		e.because("root-denied")
	case homeless(p):
		e.because("no-home")
		if pl.readOnly() {
			e.Facts = append(e.Facts, "the root filesystem is read-only: what is written to the new home must be declared under writable in "+fixer.SettingsFile)
		}
	case fixer.Below(p, "/root"):
		e.because("root-home")
	case e.Kind == Foreign:
		e.because("foreign-files")
	case e.Op == Chown || e.Kind == NotPermitted:
		e.because("change-owner")
	case e.Op == Exec, e.Form.ID == "shell" && at == p && owner.Kind == rootfs.File && allowed(owner, pl.user(), Exec) == rootfs.No && owner.Readable(pl.user()) == rootfs.Yes:
		e.because("not-executable")
		e.Op = Exec
	case e.isFile(pl, p, owner, at):
		e.because("file-owner")
		if proc.NonRoot() {
			e.Advice = []string{fmt.Sprintf("use COPY --chown=%s in the Dockerfile", ids(proc))}
		}
	case !fixer.Ownable(p) && !fixer.Ownable(path.Dir(p)), directory(pl, p, e.Event) == "/":
		e.because("system-directory")
	default:
		e.because("directory-not-writable")
		dir := directory(pl, p, e.Event)
		switch {
		case pl.target == nil:
			e.Advice = []string{fmt.Sprintf("mount a tmpfs or a volume on %s: the project does not build the image", dir)}
		case proc.NonRoot():
			e.Advice = []string{fmt.Sprintf("create %s with owner %s in the Dockerfile, before USER, or mount a tmpfs or a volume there", dir, ids(proc))}
		}
	}
}

// isFile reports whether it is a file that the image brings, and not a directory
// that the process cannot write. Where neither tells, the name does.
func (e *Entry) isFile(pl place, p string, owner rootfs.Owner, at string) bool {
	if owner.Exists == rootfs.Yes && at == p {
		return owner.Kind == rootfs.File || e.Op == Read || owner.Readable(pl.user()) == rootfs.No
	}
	if owner.Exists == rootfs.Yes && at != p {
		return e.Op == Read || owner.Readable(pl.user()) == rootfs.No && owner.Writable(pl.user()) == rootfs.No && e.Op != Write
	}
	return e.Op == Read || e.Op == UnknownOp && slices.Contains(sources, path.Ext(p))
}

// sources are the extensions of files that an image brings, by far most often.
var sources = []string{".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".php", ".sh", ".json", ".yml", ".yaml", ".toml", ".conf", ".cfg", ".ini", ".xml", ".html", ".css", ".so", ".jar", ".dll", ".env", ".pem", ".key", ".crt", ".properties"}

// pathless is an error whose line names no path.
func (e *Entry) pathless(pl place) {
	e.because("unknown")
	e.Open = "the line names no path"
	if e.Path != "" {
		e.Open = "the path is relative to a folder that the log does not name"
	}
	if e.Kind == ReadOnly && pl.readOnly() {
		e.because("read-only-filesystem")
		e.Open += ": the lines around it may say what is written"
	}
}

// escalation says where no-new-privileges is from.
func (e *Entry) escalation(pl place) {
	e.because("escalation")
	if pl.service == nil {
		return
	}
	options := pl.service.SecurityOpt()
	at := slices.IndexFunc(options, func(i compose.Item) bool { return strings.HasPrefix(pl.value(i.Text), "no-new-privileges") })
	if at < 0 {
		e.Facts = append(e.Facts, pl.file()+" does not set no-new-privileges for it: the program is not setuid in the image, or the engine sets it for all")
		return
	}
	line, _ := options[at].Value.Position()
	e.Facts = append(e.Facts, fmt.Sprintf("security_opt says %s (%s:%d)", options[at].Text, options[at].Value.Src.Path, line))
	e.Advice = append(e.Advice, "where the service cannot do without: write no-new-privileges:false there, which nonroot takes for a decision")
}

// kernel is a setting of the kernel. Compose sets those of the container's own
// namespaces (compose's documentation of sysctls).
func (e *Entry) kernel(pl place, p string) {
	e.because("kernel-setting")
	name, is := strings.CutPrefix(p, "/proc/sys/")
	name = strings.ReplaceAll(name, "/", ".")
	own := strings.HasPrefix(name, "net.") || strings.HasPrefix(name, "kernel.shm") || strings.HasPrefix(name, "kernel.msg") || name == "kernel.sem" || strings.HasPrefix(name, "fs.mqueue.")
	if pl.service == nil || !is || !own {
		return
	}
	e.Advice = []string{"let the engine make the setting, which is the container's own"}
	e.Add = []Line{{pl.file(), "sysctls:\n  " + name + ": VALUE"}}
}

func (e *Entry) port(pl place) {
	e.because("privileged-port")
	if pl.service == nil {
		return
	}
	if pl.process().IsRoot() {
		e.Facts = append(e.Facts, "the container starts as root: the process has switched to another user, or cap_drop takes NET_BIND_SERVICE")
	}
	if n := pl.service.NetworkMode(); n != nil && n.Text == "host" {
		e.Facts = append(e.Facts, "network_mode: host takes the port range of the host, whose sysctl decides")
		e.Advice = []string{"listen on a port from 1024 up"}
		return
	}
	e.Add = []Line{{pl.file(), "sysctls:\n  net.ipv4.ip_unprivileged_port_start: 0"}}
}

func (e *Entry) switchUser(pl place) {
	e.because("switch-user")
	proc := pl.process()
	dropped := pl.service != nil && len(pl.service.CapDrop()) > 0
	switch {
	case proc.NonRoot():
		e.Facts = append(e.Facts, "the container starts as "+userText(proc)+" already")
		e.Advice = []string{"take the switch out of the entrypoint, or take user: from the service and let the image switch by itself"}
	case dropped:
		e.Facts = append(e.Facts, "cap_drop takes what the switch needs")
		e.Add = []Line{{pl.file(), "cap_add: [SETUID, SETGID]"}}
	}
}

// ownerText is who owns a path in the image.
func ownerText(o rootfs.Owner) string {
	if o.Exists == rootfs.No {
		return ""
	}
	if o.Doubt != nil {
		return fmt.Sprintf("an owner that is not known for sure: line %d of the Dockerfile may change it", o.Doubt.Line)
	}
	if !o.UID.Known {
		return ""
	}
	who := o.UID.String() + ":" + o.GID.String()
	if o.UID.N == 0 {
		who = "root"
	}
	if o.Mode.Known {
		who += fmt.Sprintf(" with mode %04o", o.Mode.Bits)
	}
	return who
}
