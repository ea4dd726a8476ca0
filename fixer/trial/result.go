package trial

import (
	"slices"
	"strings"
)

// Status is what came of a check.
type Status string

const (
	OK     Status = "ok"
	Failed Status = "failed"
	// Unset is a protection that nobody asked for, or an owner that is not the
	// user's where nothing is denied by it. It is no failure.
	Unset Status = "not set"
	// None: there is nothing of the kind, a tmpfs for example.
	None    Status = "none"
	Unknown Status = "unknown" // it could not be looked at; the evidence says why
)

// Ids of checks, in the order in which they are reported.
const (
	CheckBuilds        = "builds"
	CheckRuns          = "runs"
	CheckLog           = "log"
	CheckNonRoot       = "non-root"
	CheckNoNewPrivs    = "no-new-privileges"
	CheckReadOnly      = "read-only-root"
	CheckTmpfs         = "tmpfs"
	CheckFiles         = "files"
	CheckWorkdir       = "work-directory"
	CheckWritablePaths = "writable-paths"
)

// Check is one thing that was looked at, and what there was to see.
type Check struct {
	ID       string   `json:"id"`
	Status   Status   `json:"status"`
	Evidence []string `json:"evidence"` // at least one line
}

// Kinds of a Place.
const (
	KindTmpfs    = "tmpfs"
	KindVolume   = "volume"
	KindBind     = "bind mount"
	KindDeclared = "declared"     // in the settings, or by the image
	KindNamed    = "in the image" // a directory called logs, cache and the like
	KindWorkdir  = "work directory"
)

// Place is a directory or file of a container that the service may have to write.
type Place struct {
	Path     string `json:"path"`
	Kind     string `json:"kind"`
	Source   string `json:"source,omitempty"` // the volume, or the directory of the host
	Owner    string `json:"owner"`            // uid:gid
	Mode     string `json:"mode"`
	Writable bool   `json:"writable"`
	Why      string `json:"why,omitempty"` // it is not
	Lasts    bool   `json:"lasts"`         // when the container is made anew
	ReadOnly bool   `json:"readOnly"`      // mounted so on purpose
	File     bool   `json:"file"`
}

// Service is what came of one service.
type Service struct {
	Name   string `json:"name"`
	Builds bool   `json:"builds"` // its image
	// Changed says that its compose files are changed: see Project.Changed.
	Changed bool     `json:"changed"`
	User    string   `json:"user,omitempty"` // uid:gid of its first process
	Checks  []Check  `json:"checks"`
	Places  []Place  `json:"places"`
	Notes   []string `json:"notes"`            // what was not as the compose file has it
	Log     []string `json:"log,omitempty"`    // its last lines, where it does not run
	Failed  bool     `json:"failed"`           // a check of it has failed
	Refuse  string   `json:"refuse,omitempty"` // why it was not run at all
}

// Check finds a check by its id; its status is Unknown where it was not made.
func (s *Service) Check(id string) Check {
	for _, c := range s.Checks {
		if c.ID == id {
			return c
		}
	}
	return Check{ID: id, Status: Unknown}
}

// Result is what came of a trial.
type Result struct {
	Services []Service `json:"services"`       // those that were asked for, in order
	Kept     string    `json:"kept,omitempty"` // the compose project that still runs
}

// Unproved reports whether the service was not run, or a check of it could not be made.
func (s *Service) Unproved() bool {
	return s.Refuse != "" || slices.ContainsFunc(s.Checks, func(c Check) bool { return c.Status == Unknown })
}

// Against is why the project is not to be changed so, "worker: tmpfs failed: …";
// empty where it is proved. A service that builds must pass every check, and one
// that could not be made proves nothing; one of a ready image, whose user is not ours to choose, must run, or be as it was.
func (r *Result) Against() []string {
	var out []string
	for _, s := range r.Services {
		switch {
		case s.Refuse != "" && (s.Builds || s.Changed):
			out = append(out, s.Name+" is not run: "+s.Refuse)
		case s.Refuse != "":
		default:
			for _, c := range s.Checks {
				verdict := ""
				switch {
				case !s.Builds && c.ID != CheckRuns:
				case c.Status == Failed:
					verdict = " failed: "
				case c.Status == Unknown && s.Builds:
					verdict = " is not known: "
				}
				if verdict != "" {
					out = append(out, s.Name+": "+c.ID+verdict+strings.Join(c.Evidence[:min(3, len(c.Evidence))], "; "))
				}
			}
		}
	}
	return out
}
