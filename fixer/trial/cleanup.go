package trial

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// cleanupTime bounds a clean-up, which starts anew where the trial's own time is
// over or the run was interrupted.
const cleanupTime = grace - 30*time.Second

// clean removes all that a trial has made. Its own context is of no matter.
func (e *Engine) clean(ctx context.Context, m mark) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	return e.removeAll(ctx, func(id, _ string) bool { return id == m.id })
}

// Sweep removes what trials have left that were killed before they could clean
// up, and whose time is over. Those of other runs that go on, and what --keep
// has kept, stay.
func (e *Engine) Sweep(ctx context.Context) error {
	now := time.Now()
	return errors.Join(sweepTemp(os.TempDir(), now), e.removeAll(ctx, func(_, until string) bool { return over(until, now) }))
}

// sweepTemp removes the temporary directories of trials that were killed: they have
// what .env has. Those of other users stay.
func sweepTemp(dir string, now time.Time) error {
	names, err := filepath.Glob(filepath.Join(dir, namePrefix+"*-*"))
	for _, name := range names {
		until, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(name), namePrefix), "-")
		if !over(until, now) {
			continue
		}
		if failed := os.RemoveAll(name); failed != nil && !errors.Is(failed, os.ErrPermission) {
			err = errors.Join(err, failed)
		}
	}
	return err
}

// object is a kind of thing that an engine has: how the ones of trials are listed,
// as "name id until", and how one is removed.
type object struct {
	kind   string
	list   []string
	remove []string
}

const labelled = `{{.Label "` + labelTrial + `"}} {{.Label "` + labelUntil + `"}}`

var objects = []object{
	{"container", []string{"ps", "--all", "--no-trunc", "--filter", "label=" + labelTrial, "--format", "{{.ID}} " + labelled},
		[]string{"rm", "--force", "--volumes"}},
	{"network", []string{"network", "ls", "--filter", "label=" + labelTrial, "--format", "{{.Name}} " + labelled},
		[]string{"network", "rm"}},
	{"volume", []string{"volume", "ls", "--filter", "label=" + labelTrial, "--format", "{{.Name}} " + labelled},
		[]string{"volume", "rm", "--force"}},
	{"image", []string{"image", "ls", "--filter", "reference=" + namePrefix + "*", "--format", "{{.Repository}}:{{.Tag}}"},
		[]string{"image", "rm", "--force"}}, // by name: an image that has another name, too, stays
}

// removeAll removes the things of the trials that are chosen. It goes on where
// something fails; its error names what is left.
func (e *Engine) removeAll(ctx context.Context, chosen func(id, until string) bool) error {
	var errs []error
	for _, o := range objects {
		// What is being made while a command is ended may appear late.
		for attempt := range 3 {
			names, err := e.listed(ctx, o, chosen)
			if err == nil && len(names) > 0 {
				_, err = e.run(ctx, nil, append(append([]string{}, o.remove...), names...)...)
			}
			if err == nil && (len(names) == 0 || attempt == 0 && o.kind == "image") {
				break
			}
			if err != nil && (attempt == 2 || ctx.Err() != nil) {
				errs = append(errs, fmt.Errorf("%s of a trial may be left: %s rm them by the label %s: %w", o.kind, e.Name, labelTrial, err))
				break
			}
			if err != nil {
				time.Sleep(500 * time.Millisecond)
			}
		}
	}
	return errors.Join(errs...)
}

// listed are the names of the things of one kind that are chosen.
func (e *Engine) listed(ctx context.Context, o object, chosen func(id, until string) bool) ([]string, error) {
	out, err := e.run(ctx, nil, o.list...)
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if o.kind == "image" {
			fields = imageFields(strings.TrimSpace(line))
		}
		if len(fields) == 3 && chosen(fields[1], fields[2]) {
			names = append(names, fields[0])
		}
	}
	return names, nil
}

// imageFields reads the name of an image that a trial has made: see mark.image.
func imageFields(name string) []string {
	repository, until, _ := strings.Cut(strings.TrimPrefix(name, "localhost/"), ":")
	rest, ours := strings.CutPrefix(repository, namePrefix)
	id, _, numbered := strings.Cut(rest, "-")
	if !ours || !numbered {
		return nil
	}
	return []string{name, id, until}
}
