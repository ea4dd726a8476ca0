// Package settings reads .nonroot.yaml. All of it is optional; what is there must
// be right, since a setting that is not understood is one that is not followed.
package settings

import (
	"path"
	"strings"

	"nonroot/fixer/edit"
)

// Settings is one .nonroot.yaml; the zero value is that of a project without
// one. The tags are the keys of the file, which schema.json describes.
type Settings struct {
	Src        *edit.Source          `yaml:"-"` // nil where there is no file
	IDs        IDs                   `yaml:"ids"`
	Numeric    *bool                 `yaml:"numeric"` // nil: what the project asks for
	User       string                `yaml:"user"`    // this and the next three: for services that do not say otherwise
	Group      string                `yaml:"group"`
	UID        int                   `yaml:"uid"` // 0: not set, as everywhere
	GID        int                   `yaml:"gid"`
	Rules      map[string]bool       `yaml:"rules"`  // by id: on or off; ids are for the caller to check
	RuleAt     map[string]edit.Range `yaml:"-"`      // where each of Rules stands
	Ignore     []string              `yaml:"ignore"` // patterns as in .gitignore, seen from the root
	BaseImages []BaseImage           `yaml:"base-images"`
	Shared     []string              `yaml:"shared"` // directories of the host, cleaned, relative to the root
	Env        Env                   `yaml:"env"`
	Services   map[string]*Service   `yaml:"services"`
}

// IDs says where user and group ids come from.
type IDs int

const (
	Auto  IDs = iota // args where the project has variables for them, or shares data with the host; else fixed
	Fixed            // numbers in the Dockerfile
	Args             // build args, filled from .env
)

// String is the word in the file.
func (i IDs) String() string { return [...]string{"auto", "fixed", "args"}[i] }

// Env names the variables of .env that hold the ids.
type Env struct {
	UserID  string `yaml:"user-id"`
	GroupID string `yaml:"group-id"`
}

// BaseImage says what an image is built on. Pattern is the name of an image, in
// which "*" stands for any text; see Settings.Family.
type BaseImage struct {
	Pattern string
	Family  Family
	At      edit.Range
}

// Family is the kind of base that an image has: which tools create accounts in it.
type Family string

const (
	Debian  Family = "debian"  // Debian, Ubuntu: groupadd and useradd
	RHEL    Family = "rhel"    // Fedora, CentOS, UBI: groupadd and useradd
	Alpine  Family = "alpine"  // addgroup and adduser of busybox
	Busybox Family = "busybox" // the same
	Minimal Family = "minimal" // a shell, but no tool that creates accounts
	None    Family = "none"    // no shell
)

// Service is what the file says about one service of a compose file.
type Service struct {
	At       edit.Range `yaml:"-"` // its name in the file
	User     string     `yaml:"user"`
	Group    string     `yaml:"group"`
	UID      int        `yaml:"uid"`
	GID      int        `yaml:"gid"`
	Home     string     `yaml:"home"`
	Numeric  *bool      `yaml:"numeric"`
	Writable []Writable `yaml:"writable"`
	Volumes  []Volume   `yaml:"volumes"`
}

// Writable is a directory of the container that the service writes to.
type Writable struct {
	Path string     `yaml:"path"` // absolute, clean
	As   Storage    `yaml:"as"`
	Mode string     `yaml:"mode"` // octal digits; empty: the usual one
	At   edit.Range `yaml:"-"`
}

// Storage is what a writable directory is made of.
type Storage string

const (
	Tmpfs       Storage = "tmpfs"        // in memory; what stands in the file as a plain path
	NamedVolume Storage = "volume"       // it lasts
	TmpfsVolume Storage = "tmpfs-volume" // a named volume with driver_opts of type tmpfs; it forgets at restart
)

// Volume is data that must last: a directory of the host or a named volume.
type Volume struct {
	Source string     // as written
	Target string     // the directory in the container: absolute, clean
	At     edit.Range // Source in the file
}

// Host is the directory of the host, cleaned: absolute, or relative to the root.
// It is false for a named volume.
func (v Volume) Host() (dir string, ok bool) {
	if strings.HasPrefix(v.Source, ".") || strings.HasPrefix(v.Source, "/") {
		return path.Clean(v.Source), true
	}
	return "", false
}

// EnvNames are the variables that hold the ids: those of the file, or
// APP_USER_ID and APP_GROUP_ID.
func (s *Settings) EnvNames() (userID, groupID string) {
	userID, groupID = s.Env.UserID, s.Env.GroupID
	if userID == "" {
		userID = "APP_USER_ID"
	}
	if groupID == "" {
		groupID = "APP_GROUP_ID"
	}
	return userID, groupID
}

// Service is what holds for the service of that name: what the file says about
// it, and about all services where it says nothing. A service that the file does
// not name has a zero At.
func (s *Settings) Service(name string) Service {
	var own Service
	if named := s.Services[name]; named != nil {
		own = *named
	}
	if own.User == "" {
		own.User = s.User
	}
	if own.Group == "" {
		own.Group = s.Group
	}
	if own.UID == 0 {
		own.UID = s.UID
	}
	if own.GID == 0 {
		own.GID = s.GID
	}
	if own.Numeric == nil {
		own.Numeric = s.Numeric
	}
	return own
}

// Family is what base-images says about an image, whose name is taken as the
// Dockerfile has it. The first pattern in the file that matches decides. A
// pattern matches the whole name, or the name without tag and digest.
func (s *Settings) Family(image string) (Family, bool) {
	if len(s.BaseImages) == 0 {
		return "", false
	}
	bare, _, _ := strings.Cut(image, "@")
	if colon := strings.LastIndexByte(bare, ':'); colon > strings.LastIndexByte(bare, '/') {
		bare = bare[:colon]
	}
	for _, b := range s.BaseImages {
		if matches(b.Pattern, image) || matches(b.Pattern, bare) {
			return b.Family, true
		}
	}
	return "", false
}

// matches compares a name with a pattern in which "*" stands for any text.
func matches(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	name, ok := strings.CutPrefix(name, parts[0])
	if !ok || len(parts) == 1 {
		return ok && name == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		_, after, found := strings.Cut(name, part)
		if !found {
			return false
		}
		name = after
	}
	return strings.HasSuffix(name, parts[last])
}
