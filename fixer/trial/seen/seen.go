// Package seen is what the probe of a trial and the trial say to each other: the
// probe is a program inside of the container, and answers in JSON.
package seen

// Request asks what there is to see.
type Request struct {
	Paths []string `json:"paths,omitempty"` // looked at, and tried
	Trees []string `json:"trees,omitempty"` // read as a whole, but for other file systems
	Since int64    `json:"since,omitempty"` // Unix time: lists the files in the trees that were written from then on
}

// Limits of an answer: what is beyond is counted, or said to be cut off.
const (
	MaxEntries = 50_000 // of all trees
	MaxListed  = 5      // of a kind, by name
	MaxChanged = 10_000 // changed files, by name
)

// Sighting is what the probe saw, as the user that it ran as.
type Sighting struct {
	UID       int       `json:"uid"`
	GID       int       `json:"gid"`
	Groups    []int     `json:"groups,omitempty"`
	Self      int       `json:"self"`      // the probe's own process
	Processes []Process `json:"processes"` // all that /proc shows
	Mounts    []Mount   `json:"mounts"`
	Paths     []Path    `json:"paths,omitempty"`
	Trees     []Tree    `json:"trees,omitempty"`
}

// Process is one of /proc.
type Process struct {
	PID        int    `json:"pid"`
	Parent     int    `json:"parent"`
	Name       string `json:"name"`
	UIDs       [4]int `json:"uids"` // real, effective, saved, file system
	GIDs       [4]int `json:"gids"`
	Groups     []int  `json:"groups,omitempty"`
	NoNewPrivs bool   `json:"noNewPrivs"`
	CapEff     string `json:"capEff,omitempty"` // hexadecimal
}

// Mount is a line of /proc/self/mountinfo.
type Mount struct {
	Target  string   `json:"target"`
	Type    string   `json:"type"`
	Options []string `json:"options,omitempty"` // of this mount: ro, nosuid
}

// Kinds of a Path.
const (
	Missing   = "missing"
	Directory = "directory"
	File      = "file"
	Other     = "other" // a socket, a pipe, a device
	Hidden    = "hidden"
)

// Path is a file or directory. A directory is writable if a file could be made
// and removed in it, a file if it may be opened for writing.
type Path struct {
	Path     string `json:"path"`
	Kind     string `json:"kind"`
	UID      int    `json:"uid"`
	GID      int    `json:"gid"`
	Mode     string `json:"mode,omitempty"` // octal: 1777
	Readable bool   `json:"readable"`
	Writable bool   `json:"writable"`
	Why      string `json:"why,omitempty"` // it is not writable, or hidden: the system's words
}

// Tree is what lies below a directory, on the same file system.
type Tree struct {
	Path       string   `json:"path"`
	Entries    int      `json:"entries"`
	Unreadable int      `json:"unreadable"`
	Closed     []string `json:"closed,omitempty"` // the first of the unreadable
	Foreign    int      `json:"foreign"`          // belong to another user
	Others     []string `json:"others,omitempty"` // the first of those, as "path uid:gid mode"
	Named      []Path   `json:"named,omitempty"`  // directories called logs, cache and the like
	Changed    []string `json:"changed,omitempty"`
	Cut        bool     `json:"cut,omitempty"` // there is more than the limit
}

// Copied is what came of copying a tree.
type Copied struct {
	Entries int    `json:"entries"`
	Bytes   int64  `json:"bytes"`
	Skipped int    `json:"skipped"`         // sockets, pipes and devices
	Error   string `json:"error,omitempty"` // the copy is not whole
}
