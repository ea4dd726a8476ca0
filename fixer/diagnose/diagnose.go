// Package diagnose reads the logs of containers, finds in them the permission
// errors that programs print, and joins them with the project: which service,
// which path, who owns it, what is mounted there, why the access was denied and
// what puts it right.
//
// Scan finds events in a log, Collect groups them, Attribute explains the groups
// by one project, Conclude joins what the projects say. Forms are what is
// recognized, Causes what may come out.
package diagnose

// Kind is how an access failed.
type Kind int

const (
	Denied       Kind = iota + 1 // EACCES: the mode of a file or a directory forbids it
	NotPermitted                 // EPERM: only the owner or root may, whatever the mode says
	ReadOnly                     // EROFS: the filesystem is mounted read-only
	Port                         // a port below 1024
	Escalation                   // sudo and the like, which need setuid
	SwitchUser                   // gosu and the like, which only root can use
	Foreign                      // a program refuses files that are somebody else's
	Capability                   // what needs a capability that the process has not
	HostPath                     // the engine could not make the source of a bind mount
)

func (k Kind) String() string {
	return [...]string{
		"", "permission denied", "operation not permitted", "read-only file system", "port not allowed",
		"no way to become root", "cannot switch user", "files of another owner", "capability missing", "no such folder on the host",
	}[k]
}

// Op is what a program was doing, as far as the line tells.
type Op int

const (
	UnknownOp Op = iota
	Read
	Write
	Exec
	Chown // or chmod: what only the owner or root may do
)

func (o Op) String() string {
	return [...]string{"access", "read", "write", "execute", "change owner or mode of"}[o]
}

// Thing is a file or a directory.
type Thing int

const (
	UnknownThing Thing = iota
	File
	Directory
)

// Event is one permission error in a log.
type Event struct {
	Line   int    // of the log, from 1
	Source string // what the log names before the bar of docker compose logs: api-1; empty for a plain line
	// Text is the message without that name, a timestamp and ANSI sequences. It may
	// hold any other bytes that the log has, and is at most MaxShown bytes long.
	Text string
	Form *Form
	Kind Kind
	Op   Op
	Path string // as printed, relative paths too; empty where the line names none
	// Makes is what the path is to be, as far as the line tells: a file or a directory.
	Makes Thing
	Port  int // 0 where the line names none
}

// MaxShown is how many bytes of a message an event keeps.
const MaxShown = 1000
