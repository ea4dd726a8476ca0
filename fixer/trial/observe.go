package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"nonroot/fixer/trial/seen"
)

// Watch says how services are watched: for a time, and then while a command runs in
// each of their containers, as their users.
type Watch struct {
	For  time.Duration
	Exec []string // none: only the time
}

// Observation is what a service was seen to write.
type Observation struct {
	Name      string     `json:"name"`
	User      string     `json:"user"`      // uid:gid of its first process
	Writable  []Proposal `json:"writable"`  // for .nonroot.yaml
	ByHand    []Written  `json:"byHand"`    // what no directory of its own stands for
	Mounted   []Written  `json:"mounted"`   // what is a volume, bind mount or tmpfs already
	Temporary bool       `json:"temporary"` // it writes to /tmp or /var/tmp
	Notes     []string   `json:"notes"`
	Refuse    string     `json:"refuse,omitempty"` // why it was not run
}

// Proposal is a directory to declare writable.
type Proposal struct {
	Path  string   `json:"path"`
	As    string   `json:"as"` // tmpfs or volume, as the settings have it
	Why   string   `json:"why"`
	Files []string `json:"files"` // the first of what was written there
	More  int      `json:"more"`  // how many there are besides
}

// Written is what was written somewhere.
type Written struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

// Observe runs a project as it is, but with a writable root filesystem, and says what
// its services write. It cleans up as Run does.
func (e *Engine) Observe(ctx context.Context, p Project, opt Options, w Watch) ([]Observation, error) {
	var out []Observation
	_, err := e.try(ctx, p, opt, func(ctx context.Context, r *run) error {
		var err error
		out, err = r.observe(ctx, w)
		return err
	}, true)
	return out, err
}

func (r *run) observe(ctx context.Context, w Watch) ([]Observation, error) {
	subjects, err := r.up(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range subjects {
		if s.id == "" {
			continue
		}
		r.say("waiting for %s", s.result.Name)
		if s.state[0], err = r.settle(ctx, s); err != nil {
			return nil, err
		}
	}
	r.say("watching for %s", w.For)
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(w.For):
	}
	out := []Observation{}
	for _, name := range r.namesRefused() {
		out = append(out, Observation{Name: name, Refuse: r.model.refused[name]}.withLists())
	}
	for _, s := range subjects {
		o, err := r.watched(ctx, s, w)
		if err != nil {
			return nil, err
		}
		out = append(out, o.withLists())
	}
	slices.SortFunc(out, func(a, b Observation) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// namesRefused are the services that were asked for and are not run.
func (r *run) namesRefused() []string {
	return slices.DeleteFunc(sortedKeys(r.model.refused), func(name string) bool { return !r.asked(name) })
}

func (o Observation) withLists() Observation {
	for _, list := range []*[]Written{&o.ByHand, &o.Mounted} {
		if *list == nil {
			*list = []Written{}
		}
	}
	if o.Writable == nil {
		o.Writable = []Proposal{}
	}
	if o.Notes == nil {
		o.Notes = []string{}
	}
	return o
}

// watched is what one service has written.
func (r *run) watched(ctx context.Context, s *subject, w Watch) (Observation, error) {
	o := Observation{Name: s.result.Name, Notes: slices.Clone(r.model.notes[s.result.Name])}
	if s.result.Check(CheckBuilds).Status == Failed {
		o.Refuse = "its image does not build: " + strings.Join(s.result.Check(CheckBuilds).Evidence, "; ")
		return o, nil
	}
	if s.state[0] == nil {
		o.Refuse = strings.Join(orElse(s.trouble, "it was not started"), "; ")
		return o, nil
	}
	if len(w.Exec) > 0 {
		r.say("running %s in %s", w.Exec[0], o.Name)
		if _, err := r.run(ctx, nil, append([]string{"exec", s.id}, w.Exec...)...); ctx.Err() != nil {
			return o, ctx.Err()
		} else if err != nil {
			o.Notes = append(o.Notes, "the command failed: "+lastLine(err))
		}
	}
	now, err := r.inspect(ctx, s.id)
	if err != nil {
		return o, err
	}
	said, err := r.run(ctx, nil, "diff", s.id) // before anything of ours writes
	if err != nil {
		return o, err
	}
	d := readDiff(said, s.hidden())
	if !now.running() {
		o.Notes = append(o.Notes, now.ended())
		d.propose(&o, nil, now.Config.WorkingDir)
		return o, nil
	}
	look, err := r.look(ctx, s.id, "", seen.Request{Trees: append(d.parents(), s.hidden()...), Since: started(s.state[0])})
	if err != nil {
		return o, fmt.Errorf("%s cannot be looked into: %w", o.Name, errors.New(lastLine(err)))
	}
	if p := first(service(look)); p != nil {
		o.User = ids(p.UIDs[1], p.GIDs[1])
	}
	entries := map[string]int{}
	for _, tree := range look.Trees {
		entries[tree.Path] = tree.Entries
		if len(tree.Changed) > 0 && slices.Contains(s.hidden(), tree.Path) {
			o.Mounted = append(o.Mounted, Written{tree.Path, list(tree.Changed, tree.Path)})
		}
	}
	d.propose(&o, entries, now.Config.WorkingDir)
	return o, nil
}

// started is when a container started by the engine's clock, in Unix time.
func started(c *container) int64 {
	at, err := time.Parse(time.RFC3339Nano, c.State.StartedAt)
	if err != nil {
		return time.Now().Unix()
	}
	return at.Unix()
}

// hidden are the paths of the service at which something is mounted.
func (s *subject) hidden() []string {
	out := sortedKeys(s.state[0].HostConfig.Tmpfs)
	for _, m := range s.state[0].Mounts {
		if m.Destination != probeDir {
			out = append(out, m.Destination)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// list is the first few of some paths, as seen from a directory if there is one.
func list(paths []string, dir string) string {
	var names []string
	for _, p := range paths[:min(len(paths), seen.MaxListed)] {
		if dir != "" {
			p = strings.TrimPrefix(p, dir+"/")
		}
		names = append(names, p)
	}
	text := strings.Join(names, ", ")
	if more := len(paths) - seen.MaxListed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
