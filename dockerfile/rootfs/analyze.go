package rootfs

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"nonroot/dockerfile"
	"nonroot/dockerfile/base"
)

// Analyze works out what each stage of f builds. It does no I/O.
func Analyze(f *dockerfile.File, opt Options) *Analysis {
	if opt.Bases == nil {
		opt.Bases = base.Lookup
	}
	a := &Analysis{File: f, Stages: make([]*Stage, 0, len(f.Stages)), left: maxValues}
	global := &walker{analysis: a, opt: &opt, stage: &Stage{work: &a.work}, escape: f.Escape}
	global.now.famKnown, global.now.family = true, base.Scratch // what is not declared has no value
	global.now.vars = platformArgs()
	for _, in := range f.Instructions {
		if in.Stage != nil {
			break
		}
		if in.Name == "arg" {
			global.arg(in, nil)
		}
	}
	w := new(walker)
	room := rooms.Get().(*[]event)
	for _, s := range f.Stages {
		stage := &Stage{Syntax: s, work: &a.work, steps: make([]snapshot, 0, len(s.Instructions)+1)}
		*w = walker{analysis: a, opt: &opt, globals: global.now.vars, escape: f.Escape, stage: stage}
		stage.events = (*room)[:0]
		w.from(global)
		w.walk()
		if stage.Parent == nil {
			*room = stage.events
			stage.events = append([]event(nil), stage.events...)
			clear(*room)
		}
		a.Stages = append(a.Stages, stage)
	}
	rooms.Put(room)
	return a
}

// rooms are where the events of a stage are collected until it is known how many there are.
var rooms = sync.Pool{New: func() any { return new([]event) }}

// walker goes through the instructions of one stage.
type walker struct {
	analysis *Analysis
	opt      *Options
	stage    *Stage
	globals  *binding // the ARGs before the first FROM
	now      snapshot
	escape   byte
	cmdSet   bool // the stage itself has set CMD

	runner runner   // of the RUN at hand
	who    resolved // what user found out last
}

// platformArgs are the arguments that BuildKit sets; their values are not known.
var platformArgs = sync.OnceValue(func() (vars *binding) {
	for _, name := range []string{"TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT"} {
		vars = &binding{name: name, arg: true, older: vars}
	}
	return vars
})

// from starts the stage with what FROM names.
func (w *walker) from(global *walker) {
	s := w.stage.Syntax
	secret := false
	ref, known := scope{vars: global.now.vars, closed: true, secret: &secret}.expand(s.Base.Value, w.escape)
	if !known || ref == "" {
		w.unknown("the value of a variable in " + s.Base.Value + " is not known")
		return
	}
	if parent := w.earlier(ref); parent != nil {
		if !w.analysis.mayCopy(parent) {
			w.unknown(fmt.Sprintf("the stages that start from the same ones hold more than %d events", maxCopied))
			return
		}
		w.inherit(parent)
		return
	}
	shown := ref
	if secret {
		shown = s.Base.Value
	} else {
		w.stage.Ref = ref
	}
	if m, ok := w.opt.Bases(ref); ok {
		w.stage.Base = m
	} else {
		w.stage.Why = "nothing is known of the image " + shown
	}
	w.begin(startOf(w.stage.Base))
	w.stage.volumes = w.now.volumes
}

// unknown starts the stage with nothing known.
func (w *walker) unknown(why string) {
	w.stage.Why = why
	w.begin(startOf(nil))
}

func (w *walker) begin(s *start) {
	w.stage.image, w.now, w.who = s, s.snapshot, s.who
	w.stage.steps = append(w.stage.steps, w.now)
}

// maxCopied bounds the events and volumes that stages copy from the stage that they
// start from: ten thousand stages may start from one of ten thousand steps. The first
// stage that starts from one goes on with what that has, and copies nothing.
const maxCopied = 1 << 20

// mayCopy counts what another stage that starts from parent copies.
func (a *Analysis) mayCopy(parent *Stage) bool {
	if parent.continued {
		a.copied += len(parent.events) + len(parent.volumes)
	}
	return a.copied <= maxCopied
}

// earlier is the stage before this one that has the name, without regard to case.
func (w *walker) earlier(name string) *Stage {
	for i := len(w.analysis.Stages) - 1; i >= 0; i-- {
		if s := w.analysis.Stages[i]; s.Syntax.Name != "" && strings.EqualFold(s.Syntax.Name, name) {
			return s
		}
	}
	return nil
}

// inherit starts the stage from an earlier one: with everything it has, but its
// ARGs are seen by RUN alone, and its ONBUILD instructions run now.
func (w *walker) inherit(parent *Stage) {
	s := w.stage
	s.Parent, s.Base, s.Why, s.Ref = parent, parent.Base, parent.Why, parent.Ref
	s.image, s.events, s.volumes = parent.image, parent.events, parent.volumes
	if parent.continued {
		s.events, s.volumes = slices.Clip(s.events), slices.Clip(s.volumes)
	}
	parent.continued = true
	w.now = parent.steps[len(parent.steps)-1]
	w.now.vars = &binding{from: true, older: w.now.vars}
	for _, in := range parent.Syntax.Instructions {
		if in.Child != nil {
			w.step(in.Child)
		}
	}
	s.steps = append(s.steps, w.now)
}

func (w *walker) walk() {
	for _, in := range w.stage.Syntax.Instructions {
		w.step(in)
		w.stage.steps = append(w.stage.steps, w.now)
	}
	if w.who.of == w.now.user && w.who.among == w.now.accounts {
		w.stage.runs.Do(func() { w.stage.user = w.who.user })
	}
}

func (w *walker) add(e event) {
	w.stage.events = append(w.stage.events, e)
	w.now.events = len(w.stage.events)
}

func (w *walker) windows() bool {
	return w.stage.Base != nil && w.stage.Base.Family == base.Windows
}

func (w *walker) step(in *dockerfile.Instruction) {
	switch in.Name {
	case "arg":
		w.arg(in, w.globals)
	case "env":
		w.env(in)
	case "user":
		w.setUser(in)
	case "workdir":
		w.workdir(in)
	case "shell":
		if in.JSON {
			w.now.shell = values(in)
		}
	case "volume":
		w.volume(in)
	case "entrypoint":
		w.now.entry = exec(in)
		if !w.cmdSet {
			w.now.cmd = &Exec{Known: true}
		}
	case "cmd":
		w.now.cmd, w.cmdSet = exec(in), true
	case "run":
		if !w.windows() {
			w.run(in)
		}
	case "copy", "add":
		if !w.windows() {
			w.copy(in)
		}
	}
}

func values(in *dockerfile.Instruction) []string {
	out := make([]string, len(in.Words))
	for i, word := range in.Words {
		out[i] = word.Value
	}
	return out
}

func exec(in *dockerfile.Instruction) *Exec {
	e := &Exec{In: in, Known: true, Shell: !in.JSON}
	switch {
	case in.JSON:
		e.Argv = values(in)
	case in.Command != "":
		e.Argv = []string{in.Command}
	}
	return e
}

func (w *walker) scope() scope {
	return scope{vars: w.now.vars, closed: w.now.closed(), left: &w.analysis.left}
}

func (w *walker) expand(word string) (string, bool) { return w.scope().expand(word, w.escape) }

// maxPath is how long a path may be, in bytes with the zero at its end: PATH_MAX of
// Linux. What is longer is in no image.
const maxPath = 4096

// expandPath is a word as an absolute path.
func (w *walker) expandPath(word string) (string, bool) {
	p, known := w.expand(word)
	if !known {
		return "", false
	}
	p, known = w.now.join(p)
	if len(p) >= maxPath {
		return "", false
	}
	return canonical(p), known
}

// arg declares build arguments: their value is that from outside, else that of
// the declaration, else that of the ARG of this name before the first FROM.
func (w *walker) arg(in *dockerfile.Instruction, globals *binding) {
	sc := w.scope() // of before the instruction
	global := w.stage.Syntax == nil
	for _, word := range in.Words {
		name, def, has := strings.Cut(word.Value, "=")
		b := &binding{name: name, arg: true, older: w.now.vars}
		outside, given := w.opt.Args[name]
		switch above := globals.find(name); {
		case given:
			b.value, b.known, b.secret = outside, true, w.opt.Secret[name]
		case has:
			sc.secret = &b.secret
			b.value, b.known = sc.expand(def, w.escape)
		case above != nil:
			b.value, b.known, b.secret = above.value, above.known, above.secret
		default:
			if old := w.now.vars.find(name); old != nil {
				continue // what has it keeps it
			}
			// Without a value it has that of the base image's ENV, if there is one.
			b.unset = w.stage.Base != nil || w.now.closed()
			b.known = b.unset && !globalArg(name)
		}
		if b.secret && !global {
			b.value, b.known = "", false
		}
		w.now.vars = b
	}
}

// globalArg reports whether BuildKit gives the argument a value of its own.
func globalArg(name string) bool {
	return strings.HasPrefix(name, "TARGET") || strings.HasPrefix(name, "BUILD") || strings.HasSuffix(strings.ToLower(name), "_proxy")
}

// env sets variables; all values see those of before the instruction.
func (w *walker) env(in *dockerfile.Instruction) {
	sc := w.scope()
	words := in.Words
	if len(words) == 2 && !strings.Contains(words[0].Value, "=") {
		value, known := sc.expand(words[1].Value, w.escape)
		w.now.vars = &binding{name: words[0].Value, value: value, known: known, older: w.now.vars}
		return
	}
	for _, word := range words {
		name, value, _ := strings.Cut(word.Value, "=")
		value, known := sc.expand(value, w.escape)
		w.now.vars = &binding{name: name, value: value, known: known, older: w.now.vars}
	}
}

func (w *walker) setUser(in *dockerfile.Instruction) {
	if len(in.Words) == 0 {
		return
	}
	value, known := w.expand(in.Words[0].Value)
	w.now.user = &userInForce{text: in.Words[0].Value, value: value, in: in, known: known}
}

// workdir changes the directory and makes it where it is not there: with
// BuildKit for the user in force, parents and all, whose ids are read as those
// of --chown are: a lone number is the group too.
func (w *walker) workdir(in *dockerfile.Instruction) {
	if len(in.Words) == 0 {
		return
	}
	dir, known := w.expandPath(in.Words[0].Value)
	w.now.dir, w.now.dirKnown = dir, known
	own := owning{}
	switch {
	case !w.now.user.known:
	case w.now.user.value == "":
		own = rootOwned
	default:
		own = w.namedOwner(w.now.user.value)
	}
	own.mode = Mode{0o755, true}
	if w.windows() {
		return
	}
	if !known {
		w.add(event{kind: fillDir, in: in, path: "/", own: own})
		return
	}
	w.add(event{kind: makeDir, in: in, path: dir, own: own, above: &own, explicit: true})
}

func (w *walker) volume(in *dockerfile.Instruction) {
	s := w.stage
	for _, word := range in.Words {
		if p, known := w.expand(word.Value); known && p != "" {
			s.volumes = append(s.volumes, path.Clean(p))
		}
	}
	w.now.volumes = slices.Clip(s.volumes)
}

// user is who is in force: the same until USER or the accounts change.
func (w *walker) user() User {
	if w.who.of != w.now.user || w.who.among != w.now.accounts {
		w.who = w.now.resolve()
	}
	return w.who.user
}
