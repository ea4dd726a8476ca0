package trial

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"nonroot/fixer/trial/seen"
)

// build builds the images one by one, so that it is known which service a failure
// belongs to.
func (r *run) build(ctx context.Context) error {
	failed := map[string][]string{} // by image
	for _, name := range r.model.builds() {
		r.say("building %s", name)
		out := &lineWriter{say: func(line string) { r.say("building %s: %s", name, line) }}
		err := r.stream(ctx, command{args: append(r.composeArgs(), "build", name), stdout: out, stderr: out, dir: r.dir})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed[r.model.built[name]] = buildError(said(err))
		}
	}
	for name, s := range r.results {
		image := r.model.built[name]
		switch lines, broken := failed[image]; {
		case image == "":
		case broken:
			s.Checks = append(s.Checks, Check{CheckBuilds, Failed, lines})
		default:
			s.Checks = append(s.Checks, Check{CheckBuilds, OK, []string{"its image builds"}})
		}
	}
	return nil
}

// instructions is the text of the Dockerfile of a build; empty where it cannot be
// read, which the builder will say.
func instructions(build mapping) string {
	if inline := text(build["dockerfile_inline"]); inline != "" {
		return inline
	}
	name := strings.ReplaceAll(text(build["dockerfile"]), "$$", "$")
	if name == "" {
		name = "Dockerfile"
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(hostPath(build["context"]), name)
	}
	data, _ := os.ReadFile(name)
	return string(data)
}

// buildError is what of a builder's last lines says why it failed: the lines
// behind the last rule, without the steps that went before.
func buildError(lines []string) []string {
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.HasPrefix(lines[i], "------") && i < len(lines)-1 {
			return lines[max(0, i-8):]
		}
	}
	return lines[max(0, len(lines)-12):]
}

// lineWriter hands on what is written line by line. Several may write to it.
type lineWriter struct {
	mu   sync.Mutex
	say  func(string)
	rest []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, p...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 {
			if len(w.rest) > tailBytes { // no line for people
				w.rest = nil
			}
			return len(p), nil
		}
		if line := strings.TrimSpace(string(w.rest[:i])); line != "" {
			w.say(line)
		}
		w.rest = w.rest[i+1:]
	}
}

// copyHost makes the copies of what bind mounts could write.
func (r *run) copyHost(ctx context.Context) error {
	c := r.model.copies
	if len(c.tops)+len(c.files) == 0 {
		return nil
	}
	r.say("copying what is mounted writable")
	if !r.Local {
		return fmt.Errorf("%s runs on another machine, whose directories cannot be copied from here: services with bind mounts are verified where their engine is", r.Name)
	}
	for i, name := range c.files {
		if err := copyFile(name, c.filePath(i), r.opt.CopyMax); err != nil {
			return err
		}
	}
	for _, top := range c.tops {
		if err := r.copyDir(ctx, top); err != nil {
			return fmt.Errorf("%s is mounted writable: %w", top.source, err)
		}
	}
	for _, dir := range sortedKeys(r.project.Owned) {
		if err := r.giveCopy(ctx, filepath.Join(r.project.Root, filepath.FromSlash(dir)), r.project.Owned[dir]); err != nil {
			return err
		}
	}
	return r.makeParts(ctx)
}

// copyDir lets the engine copy a directory of the host into a volume.
func (r *run) copyDir(ctx context.Context, top *copied) error {
	if err := r.makeVolume(ctx, r.mark, top.volume); err != nil {
		return err
	}
	var source []string
	if kindOf(top.source) == seen.Directory {
		source = []string{"--mount", mountFlag("type=bind", "source="+top.source, "target=/from", "readonly")}
	} else if len(top.makes) == 0 {
		return nil
	}
	out, err := r.helper(ctx, append(source, "--mount", mountFlag("type=volume", "source="+top.volume, "target=/to")),
		append([]string{"copy", "/from", "/to", strconv.FormatInt(r.opt.CopyMax, 10)}, top.makes...)...)
	if err != nil {
		return err
	}
	var done seen.Copied
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		return fmt.Errorf("the copy says %.200q: %w", out, err)
	}
	if done.Error == "too large" {
		return fmt.Errorf("there is more in it than %d MB or %d files, which is not copied: name another directory for a trial, or raise --copy-limit", r.opt.CopyMax>>20, seen.MaxEntries)
	}
	if done.Error != "" {
		return errors.New(done.Error)
	}
	if r.Desktop {
		_, err = r.helper(ctx, []string{"--mount", mountFlag("type=volume", "source="+top.volume, "target=/to")}, "own", "everybody", "/to")
	}
	return err
}

// helper runs the probe as root in a container of its own.
func (r *run) helper(ctx context.Context, flags []string, args ...string) (string, error) {
	all := append([]string{"run", "--rm", "--network", "none"}, r.mark.flags()...)
	all = append(append(all, flags...), r.mark.probeImage())
	return r.run(ctx, nil, append(all, args...)...)
}

// mountFlag is the value of --mount, which is a line of CSV.
func mountFlag(fields ...string) string {
	var line bytes.Buffer
	w := csv.NewWriter(&line)
	w.Write(fields)
	w.Flush()
	return strings.TrimSuffix(line.String(), "\n")
}

// giveCopy gives the copy of a directory to ids, where it is in a copy.
func (r *run) giveCopy(ctx context.Context, dir, ids string) error {
	for _, top := range r.model.copies.tops {
		if dir != top.source && !inside(dir, top.source) {
			continue
		}
		target := path.Join("/to", strings.TrimPrefix(dir, top.source))
		for _, name := range r.model.mounting(dir) {
			r.model.note(name, "%s is as %s leaves it: given to %s", r.relative(dir), "make reset-permissions", ids)
		}
		_, err := r.helper(ctx, []string{"--mount", mountFlag("type=volume", "source="+top.volume, "target=/to")}, "own", ids, target)
		return err
	}
	return nil
}

// makeParts makes volumes of the directories inside of copied ones.
func (r *run) makeParts(ctx context.Context) error {
	for _, dir := range sortedKeys(r.model.copies.parts) {
		p := r.model.copies.parts[dir]
		at, err := r.run(ctx, nil, "volume", "inspect", "--format", "{{.Mountpoint}}", p.of.volume)
		if err != nil {
			return err
		}
		if err := r.makeVolume(ctx, r.mark, p.volume, "--driver", "local", "--opt", "type=none", "--opt", "o=bind", "--opt", "device="+path.Join(at, p.rel)); err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies one file with its mode and, where we may, its owner.
func copyFile(from, to string, limit int64) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.Size() > limit {
		return fmt.Errorf("%s is mounted writable, and is larger than %d MB", from, limit>>20)
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("it is mounted writable, and cannot be copied: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		return err
	}
	if err := os.Chmod(to, info.Mode().Perm()); err != nil {
		return err
	}
	return keepOwner(info, to)
}
