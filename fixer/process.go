package fixer

import (
	"strconv"
	"strings"

	"nonroot/dockerfile/base"
	"nonroot/dockerfile/rootfs"
)

// Process is as whom a program runs.
type Process struct {
	UID, GID rootfs.ID
	Name     string // of the account, where the image has one
	Why      string // why the uid is not known
	// Arg is the build argument that a part of USER comes from: a build may give
	// it another value.
	Arg string
	// uid and gid are the ids as user: has them, where it does so by variables.
	uid, gid string
}

// IDs are uid and gid as a compose file should have them: by the variables of
// user: where those say who runs, else by number.
func (p Process) IDs() (uid, gid string) {
	uid, gid = p.UID.String(), p.GID.String()
	if p.uid != "" {
		uid = p.uid
	}
	if p.gid != "" {
		gid = p.gid
	}
	return uid, gid
}

// IsRoot reports whether it is known to be uid 0.
func (p Process) IsRoot() bool { return p.UID.Known && p.UID.N == 0 }

// NonRoot reports whether uid and gid are known, and the uid is not 0.
func (p Process) NonRoot() bool { return p.UID.Known && p.UID.N != 0 && p.GID.Known }

// Process is as whom the service's program starts: what user: says, else the
// image's own user.
func (s *Service) Process() Process {
	if user := s.User(); user != nil && user.Text != "" {
		return s.named(user.Text)
	}
	if s.Target != nil {
		return s.Target.ImageProcess()
	}
	if s.Unbuilt != "" {
		return Process{Why: s.Unbuilt}
	}
	facts, ref := s.ImageFacts()
	if facts == nil {
		why := "the image " + ref + " is not known"
		if unseen := s.project.in.unseen(ref); unseen != "" {
			why += " (" + unseen + ")"
		}
		return Process{Why: why}
	}
	return resolve(facts, facts.User)
}

// named resolves a user: against the accounts of the image.
func (s *Service) named(written string) Process {
	text, known := s.Value(written)
	if !known {
		return Process{Why: "user: is " + text + ", which has no value here"}
	}
	var p Process
	if s.Target != nil {
		p = inState(s.Target.Stage.End(), text)
	} else if facts, _ := s.ImageFacts(); facts != nil {
		p = resolve(facts, text)
	} else {
		p = byNumber(text)
	}
	p.uid, p.gid = s.variables(written, p)
	return p
}

// variables are the parts of a user: that are variables with the ids of p.
func (s *Service) variables(written string, p Process) (uid, gid string) {
	user, group, ok := cutUser(written)
	if !ok {
		return "", ""
	}
	as := func(text string, id rootfs.ID) string {
		if value, known := s.Value(text); !strings.Contains(text, "$") || !known || !id.Known || value != id.String() {
			return ""
		}
		return text
	}
	return as(user, p.UID), as(group, p.GID)
}

// cutUser parts user and group of a user: at the colon that stands outside of
// variables; ok is false where several do.
func cutUser(text string) (user, group string, ok bool) {
	depth, at := 0, -1
	for i, c := range text {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == ':' && depth == 0:
			if at >= 0 {
				return "", "", false
			}
			at = i
		}
	}
	if at < 0 {
		return text, "", true
	}
	return text[:at], text[at+1:], true
}

// byNumber resolves user[:group] for an image of which nothing is known.
func byNumber(text string) Process {
	user, group, _ := strings.Cut(text, ":")
	p := Process{UID: number(user), GID: number(group)}
	if !p.UID.Known {
		p.Why = "the image's accounts are not known"
	} else if group == "" && p.UID.N == 0 {
		p.GID = rootfs.KnownID(0)
	}
	return p
}

// inState resolves user[:group] in a finished stage.
func inState(st rootfs.State, text string) Process {
	user, group, _ := strings.Cut(text, ":")
	p := Process{UID: number(user), GID: number(group)}
	var account rootfs.Account
	var found rootfs.Tri
	if p.UID.Known {
		account, found = st.AccountByUID(p.UID.N)
	} else {
		account, found = st.Account(user)
		p.UID = account.UID
	}
	if found == rootfs.Yes {
		p.Name = account.Name
	}
	switch {
	case p.GID.Known:
	case group != "":
		if g, ok := st.Group(group); ok == rootfs.Yes {
			p.GID = g.GID
		}
	case found == rootfs.Yes:
		p.GID = account.GID
	case found == rootfs.No && p.UID.Known:
		p.GID = rootfs.KnownID(0) // a uid without an account runs with group 0
	}
	if !p.UID.Known {
		p.Why = "no account " + user + " is known in the image"
	}
	return p
}

// resolve resolves user[:group] against the facts of a base image.
func resolve(facts *base.Image, text string) Process {
	user, group, _ := strings.Cut(text, ":")
	if user == "" {
		user = "root"
	}
	p := Process{UID: number(user), GID: number(group)}
	account, found := facts.Account(user)
	if p.UID.Known {
		account, found = facts.AccountByUID(p.UID.N)
	} else if found {
		p.UID = rootfs.KnownID(account.UID)
	} else if user == "root" {
		p.UID, account, found = rootfs.KnownID(0), base.Account{Name: "root"}, true
	}
	if found {
		p.Name = account.Name
	}
	switch g, ok := facts.Group(group); {
	case p.GID.Known:
	case group != "" && ok:
		p.GID = rootfs.KnownID(g.GID)
	case group == "" && found:
		p.GID = rootfs.KnownID(account.GID)
	case group == "" && !facts.Loose:
		p.GID = rootfs.KnownID(0)
	}
	if !p.UID.Known {
		p.Why = "no account " + user + " is known in the image"
	}
	return p
}

func number(text string) rootfs.ID {
	if text == "" || text[0] > '9' {
		return rootfs.ID{} // a name, of which strconv would make an error
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return rootfs.ID{}
	}
	return rootfs.KnownID(n)
}

// ImageProcess is as whom the image's program starts by the image alone.
func (t *Target) ImageProcess() Process {
	if t.Unclear != "" {
		return Process{Why: t.Unclear}
	}
	u := t.Stage.End().User()
	p := Process{UID: u.UID, GID: u.GID, Arg: t.ArgOf(u.Text)}
	if u.Account == rootfs.Yes {
		p.Name = u.Name
	}
	if !u.UID.Known {
		p.Why = "the image's user is not known"
		if t.Stage.Why != "" {
			p.Why += ": " + t.Stage.Why
		}
	}
	return p
}

// Process is as whom the target's program runs in all its services; where they
// differ it is not known.
func (t *Target) Process() Process {
	if t.Unclear != "" || len(t.Services) == 0 {
		return t.ImageProcess()
	}
	first := t.Services[0].Process()
	for _, s := range t.Services[1:] {
		if p := s.Process(); p.UID != first.UID || p.GID != first.GID {
			return Process{Why: "services " + t.Services[0].Name + " and " + s.Name + " run it as different users"}
		}
	}
	return first
}
