package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
)

// config is the project as compose reads it, all profiles included.
func (r *run) config(ctx context.Context) (mapping, error) {
	root := r.project.Root
	if len(r.project.Changed) > 0 {
		root = filepath.Join(r.dir, "project", filepath.Base(root)) // compose takes a name from it
		if err := overlay(root, r.project.Root, r.project.Changed); err != nil {
			return nil, err
		}
	}
	if r.project.Dockerfile != "" {
		return r.alone(root)
	}
	all, err := r.load(ctx, root)
	if err != nil || root == r.project.Root {
		return all, err
	}
	r.placeDockerfiles(all, root)
	all = replaced(all, written(root), written(r.project.Root)).(mapping)
	before, err := r.load(ctx, r.project.Root)
	r.changed = map[string]bool{}
	for name, service := range at(all, "services") {
		r.changed[name] = err != nil || !reflect.DeepEqual(service, at(before, "services")[name])
	}
	return all, ctx.Err()
}

// load lets compose read the project's files below a root.
func (r *run) load(ctx context.Context, root string) (mapping, error) {
	folder := filepath.FromSlash(path.Dir(r.project.Files[0]))
	args := []string{"compose", "--project-directory", filepath.Join(root, folder)}
	for _, name := range r.project.Files {
		args = append(args, "--file", filepath.Join(root, filepath.FromSlash(name)))
	}
	var out bytes.Buffer
	err := r.stream(ctx, command{ // as if the user had called it there
		args: append(args, "--profile", "*", "config", "--format", "json"), stdout: &out,
		dir: filepath.Join(root, folder), pwd: filepath.Join(r.project.Root, folder),
	})
	if err != nil {
		return nil, fmt.Errorf("compose does not read it: %w", errors.New(lastLine(err)))
	}
	var all mapping
	if err := json.Unmarshal(out.Bytes(), &all); err != nil {
		return nil, fmt.Errorf("compose config does not print JSON: %w", err)
	}
	return all, nil
}

// alone is the project of a Dockerfile that no compose file names.
func (r *run) alone(root string) (mapping, error) {
	name := filepath.FromSlash(r.project.Dockerfile)
	file := filepath.Join(root, name)
	return mapping{"services": mapping{Alone: mapping{"build": mapping{
		"context": written(filepath.Join(r.project.Root, filepath.Dir(name))), "dockerfile": written(file),
	}}}}, nil
}

// Alone is the name of the service that a Dockerfile without a compose file is.
const Alone = "image"

// placeDockerfiles makes the Dockerfiles that are changed those of the overlay,
// where their build contexts are to be the originals.
func (r *run) placeDockerfiles(all mapping, root string) {
	for name := range at(all, "services") {
		build := at(at(at(all, "services"), name), "build")
		dockerfile := text(build["dockerfile"])
		if dockerfile == "" || build["dockerfile_inline"] != nil {
			continue
		}
		full := strings.ReplaceAll(dockerfile, "$$", "$")
		if !filepath.IsAbs(full) {
			full = filepath.Join(hostPath(build["context"]), full)
		}
		rel, err := filepath.Rel(root, full)
		if _, changed := r.project.Changed[filepath.ToSlash(rel)]; err == nil && changed {
			build["dockerfile"] = placed(written(full))
		}
	}
}

// placed is a path of the overlay that replaced leaves as it is.
type placed string

// replaced is a value with one text in place of another in all its strings.
func replaced(v any, from, to string) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, from, to)
	case placed:
		return string(v)
	case mapping:
		for key, inner := range v {
			v[key] = replaced(inner, from, to)
		}
	case []any:
		for i, inner := range v {
			v[i] = replaced(inner, from, to)
		}
	}
	return v
}

// overlay makes root show what original shows, but for the files that are changed:
// real folders on the way to those, symbolic links for all else. Nothing of the
// original is copied, but what stands beside a Dockerfile as its .dockerignore,
// which builders do not follow a link for.
func overlay(root, original string, changed map[string]string) error {
	folders := map[string]bool{".": true}
	for name := range changed {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			folders[dir] = true
		}
	}
	for _, dir := range sortedKeys(folders) { // a folder comes before those in it
		if err := overlayFolder(root, original, dir, folders, changed); err != nil {
			return err
		}
	}
	for name, text := range changed {
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func overlayFolder(root, original, dir string, folders map[string]bool, changed map[string]string) error {
	to, from := filepath.Join(root, filepath.FromSlash(dir)), filepath.Join(original, filepath.FromSlash(dir))
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if _, other := changed[name]; other || folders[name] {
			continue
		}
		target := filepath.Join(from, e.Name())
		if of, ok := strings.CutSuffix(name, ".dockerignore"); ok && of != "" {
			if _, ours := changed[of]; ours {
				text, err := os.ReadFile(target)
				if err == nil {
					err = os.WriteFile(filepath.Join(to, e.Name()), text, 0o600)
				}
				if err != nil {
					return err
				}
				continue
			}
		}
		if err := os.Symlink(target, filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
