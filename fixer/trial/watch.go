package trial

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"nonroot/fixer/diagnose"
	"nonroot/fixer/trial/seen"
)

// subject is a service while it is looked at.
type subject struct {
	result  *Service
	from    mapping // of the project's own model
	id      string  // of the container that is looked into
	own     string  // of its own, which has its log
	held    bool    // the container is a stand-in, in which the probe waits
	trouble []string
	denials []diagnose.Group  // that its log speaks of
	logged  error             // why the log could not be read
	state   [2]*container     // when it had started, and after a restart
	look    [2]*seen.Sighting // the same
	ids     string            // the user of its first process, where that is not the container's
}

// watch starts what has been built, looks at it, restarts it and looks again.
func (r *run) watch(ctx context.Context) error {
	subjects, err := r.up(ctx)
	if err != nil {
		return err
	}
	for round, doing := range []string{"waiting for %s", "waiting for %s after a restart"} {
		if round == 1 {
			if err := r.restart(ctx, subjects); err != nil {
				return err
			}
		}
		for _, s := range subjects {
			if s.id == "" || round == 1 && !s.held && !s.state[0].running() {
				continue
			}
			r.say(doing, s.result.Name)
			if s.state[round], err = r.settle(ctx, s); err != nil {
				return err
			}
		}
		for _, s := range subjects {
			r.say("looking into %s", s.result.Name)
			if err := r.inside(ctx, s, round); err != nil {
				return err
			}
		}
	}
	for _, s := range subjects {
		if err := r.readLog(ctx, s); err != nil {
			return err
		}
		s.judge(r)
	}
	return nil
}

// up starts the services whose images are there: all at once, or where that fails
// one by one, to know what is wrong with which.
func (r *run) up(ctx context.Context) ([]*subject, error) {
	var subjects []*subject
	var names []string
	for _, name := range r.model.services {
		s := &subject{result: r.results[name], from: at(at(r.model.from, "services"), name)}
		subjects = append(subjects, s)
		if s.result.Check(CheckBuilds).Status != Failed {
			names = append(names, name)
		}
	}
	start := func(names ...string) error {
		r.say("starting %s", strings.Join(names, ", "))
		_, err := r.compose(ctx, append([]string{"up", "--detach", "--no-build", "--quiet-pull"}, names...)...)
		return err
	}
	failed := map[string]error{}
	if len(names) > 0 {
		if err := start(names...); err != nil && len(names) == 1 {
			failed[names[0]] = err
		} else if err != nil && ctx.Err() == nil {
			for _, name := range names {
				failed[name] = start(name)
			}
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	found, err := r.containers(ctx)
	for _, s := range subjects {
		s.id = found[s.result.Name]
		if failed := failed[s.result.Name]; failed != nil {
			s.trouble = []string{lastLine(failed)}
			r.blame(ctx, s, found)
		}
	}
	return subjects, err
}

// blame adds to a service that does not start the last lines of what it needs and does
// not run, or is not healthy.
func (r *run) blame(ctx context.Context, s *subject, found map[string]string) {
	for _, name := range needs(s.from) {
		id := found[name]
		if id == "" {
			continue
		}
		if c, err := r.inspect(ctx, id); err == nil && (!c.running() || c.health() == "unhealthy") {
			for _, line := range r.logs(ctx, id) {
				s.result.Log = append(s.result.Log, name+": "+line)
			}
		}
	}
}

// How long a health check may take to say something.
const healthTime = 3 * time.Minute

// settle waits until a container has run for a while, and is healthy or not where
// that is asked, or until it has ended.
func (r *run) settle(ctx context.Context, s *subject) (*container, error) {
	began := time.Now()
	for {
		c, err := r.inspect(ctx, s.id)
		if err != nil {
			return nil, err
		}
		switch status, ran := c.State.Status, time.Since(began); {
		case status == "exited" || status == "dead" || status == "created" && ran > r.opt.Settle:
			return c, nil
		case status == "running" && ran >= r.opt.Settle && (c.health() != "starting" || ran > healthTime || s.held):
			return c, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// restart restarts what runs; the engine then makes each tmpfs anew.
func (r *run) restart(ctx context.Context, subjects []*subject) error {
	var all errgroup.Group
	for _, s := range subjects {
		if s.id == "" || s.look[0] == nil {
			continue
		}
		r.say("restarting %s", s.result.Name)
		all.Go(func() error {
			if _, err := r.run(ctx, nil, "restart", "--time", "2", s.id); err != nil && ctx.Err() == nil {
				s.trouble = append(s.trouble, "it does not restart: "+lastLine(err))
			}
			return ctx.Err()
		})
	}
	return all.Wait()
}

// inside looks into a service's container; into a stand-in where the service has
// ended, so that its directories can be looked at all the same.
func (r *run) inside(ctx context.Context, s *subject, round int) error {
	if s.id == "" {
		return nil
	}
	if round == 0 {
		s.own = s.id
	}
	if c := s.state[round]; c == nil || !c.running() {
		if round == 1 || c == nil {
			return nil
		}
		s.result.Log = append(s.result.Log, r.logs(ctx, s.id)...)
		if err := r.hold(ctx, s); err != nil {
			return err
		}
		if !s.held {
			return nil
		}
	}
	request := r.questions(s)
	sight, err := r.look(ctx, s.id, "", request)
	if err == nil && !s.held {
		if main := first(service(sight)); main != nil && (main.UIDs[1] != sight.UID || main.GIDs[1] != sight.GID) {
			s.ids = ids(main.UIDs[1], main.GIDs[1])
			sight, err = r.look(ctx, s.id, s.ids, request)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		s.trouble = append(s.trouble, "it cannot be looked into: "+lastLine(err))
		return nil
	}
	s.look[round] = sight
	return nil
}

// readLog finds what the service says of denied accesses.
func (r *run) readLog(ctx context.Context, s *subject) error {
	if s.own == "" {
		return nil
	}
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- r.stream(ctx, command{args: []string{"logs", s.own}, stdout: writer, stderr: writer})
		writer.Close()
	}()
	found, err := diagnose.Collect(diagnose.Scan(reader))
	reader.Close()
	s.logged = errors.Join(err, <-done)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.denials = found.Groups
	return nil
}

// hold starts a stand-in: a container of the same service in which the probe waits
// instead of the program.
func (r *run) hold(ctx context.Context, s *subject) error {
	out, err := r.compose(ctx, "run", "--detach", "--no-deps", "--no-TTY", "--entrypoint", probePath+" hold", s.result.Name)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		s.trouble = append(s.trouble, "nothing can be started with its settings: "+lastLine(err))
		return nil
	}
	id := out[strings.LastIndexByte(out, '\n')+1:]
	c, err := r.inspect(ctx, strings.TrimSpace(id))
	if err != nil {
		return err
	}
	if !c.running() {
		s.trouble = append(s.trouble, c.ended())
		return nil
	}
	s.id, s.held = c.ID, true
	ended := s.state[0]
	s.state[0] = c
	s.state[0].State = ended.State
	return nil
}

// first is the service's own first process: not an init that only watches it.
func first(processes []seen.Process) *seen.Process {
	inits := []string{"docker-init", "tini", "dumb-init", "catatonit"}
	for i := range processes {
		if !slices.Contains(inits, processes[i].Name) {
			return &processes[i]
		}
	}
	if len(processes) > 0 {
		return &processes[0]
	}
	return nil
}

// questions are what the probe is to look at in a service.
func (r *run) questions(s *subject) seen.Request {
	var request seen.Request
	c := s.state[0]
	add := func(path string) {
		if path != "" && path != probeDir && !slices.Contains(request.Paths, path) {
			request.Paths = append(request.Paths, path)
		}
	}
	for _, path := range sortedKeys(c.HostConfig.Tmpfs) {
		add(path)
	}
	for _, m := range c.Mounts {
		add(m.Destination)
	}
	for _, path := range r.project.Writable[s.result.Name] {
		add(path)
	}
	if dir := c.Config.WorkingDir; dir != "" && dir != "/" {
		add(dir)
		request.Trees = []string{dir}
	}
	return request
}
