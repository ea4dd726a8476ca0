// Package trial runs a project on a container engine and looks whether its
// services run as they should: not as root, with the protections that they ask
// for, and able to read and write what they must. What it runs is a copy of the
// project's compose model in which nothing is the user's: see Run.
package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Project is what is to be tried.
type Project struct {
	Root  string   // absolute
	Files []string // compose files that load together, the base first, relative to the root; or
	// Dockerfile, relative to the root, is built in its own folder and run alone.
	Dockerfile string
	// Changed are files with another text than the disk's, by their paths relative
	// to the root: the trial sees them so, and the disk is left alone.
	Changed map[string]string
	// Writable are directories that must be writable, by service.
	Writable map[string][]string
	// Owned are directories of the host, relative to the root, whose copies are
	// given to ids ("uid:gid"), as a command that the project has would do.
	Owned map[string]string
}

// Options are those of a trial.
type Options struct {
	Services []string      // none: all that build
	All      bool          // or all there are
	Timeout  time.Duration // of all of it, but for the clean-up
	Settle   time.Duration // how long a service must run
	Keep     bool          // leave what was started
	CopyMax  int64         // bytes of a directory that is mounted writable
	begun    func(mark)    // for tests: the trial's identity
	// Progress is told what is being done, line by line. It may be nil.
	Progress func(line string)
}

// The defaults of Options.
const (
	DefaultTimeout = 10 * time.Minute
	DefaultSettle  = 3 * time.Second
	DefaultCopyMax = 1 << 30
)

// run is one trial at work.
type run struct {
	*Engine
	mark    mark
	project Project
	opt     Options
	dir     string // temporary
	model   *model
	file    string // the compose model that is run
	results map[string]*Service
	changed map[string]bool // services whose compose files say something else than on the disk
}

// Run tries a project. Whatever happens, what it has started is removed, unless
// that is to be kept: at the end, on an error, when the time is over and when ctx
// ends. An error says why there is no result.
//
// The trial is a compose project under a random name. Images get names of the
// trial, ports are not published, volumes and networks are new ones, directories
// of the host that could be written are copied; labels, restart policies, fixed
// names and addresses are left out. Services that reach beyond a container (privileged,
// the host's processes or devices, the engine's socket) are not run.
func (e *Engine) Run(ctx context.Context, p Project, opt Options) (*Result, error) {
	r, err := e.try(ctx, p, opt, func(ctx context.Context, r *run) error { return r.watch(ctx) }, false)
	if err != nil {
		return nil, err
	}
	return r.report(), nil
}

// try starts a project, lets look look at it, and cleans up.
func (e *Engine) try(ctx context.Context, p Project, opt Options, look func(context.Context, *run) error, writable bool) (r *run, err error) {
	r = &run{Engine: e, mark: newMark(opt.Timeout, opt.Keep), project: p, opt: opt, results: map[string]*Service{}}
	if r.dir, err = tempDir(r.mark); err != nil {
		return nil, err
	}
	if opt.begun != nil {
		opt.begun(r.mark)
	}
	limited, cancel := context.WithTimeoutCause(ctx, opt.Timeout, fmt.Errorf("it takes longer than %s (--timeout)", opt.Timeout))
	defer cancel()
	defer func() { // also while a panic unwinds
		if opt.Keep && err == nil {
			return
		}
		r.say("removing what was started")
		err = errors.Join(err, e.clean(ctx, r.mark), os.RemoveAll(r.dir))
	}()
	err = r.start(limited, writable)
	if err == nil && len(r.model.services)+len(r.model.refused) > 0 {
		err = look(limited, r)
	}
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = context.Cause(limited)
	}
	return r, err
}

// tempDir is a new temporary directory, without symbolic links in its path. Its name
// says until when it is in use.
func tempDir(m mark) (string, error) {
	dir, err := os.MkdirTemp("", namePrefix+m.until+"-")
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

func (r *run) say(format string, args ...any) {
	if r.opt.Progress != nil {
		r.opt.Progress(fmt.Sprintf(format, args...))
	}
}

// names are the services that are asked for; none are all that build.
func (r *run) names(config mapping) []string {
	if r.opt.All {
		return sortedKeys(at(config, "services"))
	}
	return r.opt.Services
}

// start reads the project, writes the model, and builds what is to be started.
func (r *run) start(ctx context.Context, writable bool) error {
	r.say("reading the project")
	config, err := r.config(ctx)
	if err != nil {
		return err
	}
	r.model, err = transform(config, setting{r.mark, r.names(config), kindOf, filepath.Join(r.dir, "files"), writable})
	if err != nil || len(r.model.services) == 0 {
		return err
	}
	r.model.bases(instructions)
	for _, name := range r.model.services {
		r.results[name] = &Service{Name: name, Checks: []Check{}, Places: []Place{}, Notes: []string{}}
	}
	r.file = filepath.Join(r.dir, "compose.json")
	text, err := json.MarshalIndent(r.model.compose, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(r.file, text, 0o600); err != nil { // it has what .env has
		return err
	}
	if err := r.bringProbe(ctx, r.mark); err != nil {
		return err
	}
	if err := r.copyHost(ctx); err != nil {
		return err
	}
	return r.build(ctx)
}

// compose runs a command of compose on the trial's project, away from any .env.
func (r *run) compose(ctx context.Context, args ...string) (string, error) {
	var out bytes.Buffer
	err := r.stream(ctx, command{args: append(r.composeArgs(), args...), stdout: &out, dir: r.dir})
	return strings.TrimSpace(out.String()), err
}

func (r *run) composeArgs() []string {
	return []string{"compose", "--project-name", r.mark.project(), "--project-directory", r.dir, "--file", r.file}
}

// report is the result: services that were run and those that were not.
func (r *run) report() *Result {
	out := &Result{Services: []Service{}}
	asked := map[string]bool{}
	for name := range r.results {
		asked[name] = true
	}
	for name, why := range r.model.refused {
		if r.asked(name) {
			asked[name] = true
			r.results[name] = &Service{Name: name, Refuse: why, Checks: []Check{}, Places: []Place{}, Notes: []string{}}
		}
	}
	for _, name := range sortedKeys(asked) {
		s := r.results[name]
		s.Builds = at(at(r.model.from, "services"), name)["build"] != nil
		s.Changed = r.changed[name]
		s.Notes = append(s.Notes, r.model.notes[name]...)
		for _, c := range s.Checks {
			s.Failed = s.Failed || c.Status == Failed
		}
		out.Services = append(out.Services, *s)
	}
	if r.opt.Keep {
		out.Kept = r.mark.project()
	}
	return out
}

// asked reports whether a service was to be looked at.
func (r *run) asked(name string) bool {
	if names := r.names(r.model.from); len(names) > 0 {
		return slices.Contains(names, name)
	}
	return at(at(r.model.from, "services"), name)["build"] != nil
}
