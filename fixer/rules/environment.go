package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/dockerfile/rootfs"
	"nonroot/fixer"
)

// variable is one of what a program finds in its environment.
type variable struct {
	name, value string
	where       string // who says so, for a message
}

// environment is what the ENVs of a target's stages and the environment of its
// services say, as far as values are known. What comes from .env is left out.
func environment(t *fixer.Target) []variable {
	var out []variable
	end := t.Stage.End()
	for _, s := range t.Chain() {
		for _, in := range s.Syntax.Instructions {
			if in.Name != "env" {
				continue
			}
			for i, w := range in.Words {
				name, _, pair := strings.Cut(w.Value, "=")
				if !pair && i > 0 {
					break // ENV name value
				}
				value, set := end.Env(name)
				if set == rootfs.Yes && !slices.ContainsFunc(out, func(v variable) bool { return v.name == name }) {
					out = append(out, variable{name, value, "ENV"})
				}
			}
		}
	}
	for _, s := range t.Services {
		for _, kv := range s.Environment() {
			if value, plain := s.Plain(kv.Value); kv.Set && plain {
				out = append(out, variable{kv.Key, value, "the environment of service " + s.Name})
			}
		}
	}
	return out
}

// startedInRootsHome refuses a program that is told to go into root's home, by its
// environment, by its command line or by what its services mount there: another
// user can neither go there nor looks there by itself.
func startedInRootsHome(t *fixer.Target) error {
	for _, s := range t.Services {
		var targets []string
		for _, m := range s.Volumes() {
			targets = append(targets, m.Target)
		}
		for _, m := range s.Tmpfs() {
			targets = append(targets, m.Path)
		}
		for _, text := range targets {
			if target, known := s.Value(text); known && fixer.Below(target, "/root") {
				return fmt.Errorf("service %s mounts on %s, in the home of root, where another user neither looks nor can go: mount it elsewhere and tell the program where, or write USER", s.Name, text)
			}
		}
	}
	for _, v := range environment(t) {
		if v.name == "PATH" || isBuildCache(v.name) {
			continue
		}
		for part := range strings.SplitSeq(v.value, ":") {
			if strings.HasPrefix(part, "/root") && fixer.Below(part, "/root") {
				return fmt.Errorf("%s says %s=%s, in the home of root, where another user cannot go: name another directory", v.where, v.name, clip(v.value))
			}
		}
	}
	for _, call := range t.Commands() {
		for _, word := range call {
			if name, value, ok := strings.Cut(word, "="); ok && !strings.HasPrefix(name, "/") {
				word = value
			}
			if strings.HasPrefix(word, "/root") && fixer.Below(word, "/root") {
				return fmt.Errorf("%q names %s, in the home of root, where another user cannot go: name another directory", clip(strings.Join(call, " ")), word)
			}
		}
	}
	return nil
}

// isBuildCache reports whether a variable says where a package manager keeps what
// it downloads, which a program that is built does without.
func isBuildCache(name string) bool {
	switch strings.ToUpper(name) {
	case "PIP_CACHE_DIR", "UV_CACHE_DIR", "POETRY_CACHE_DIR", "PIPENV_CACHE_DIR", "NPM_CONFIG_CACHE", "YARN_CACHE_FOLDER", "COMPOSER_CACHE_DIR":
		return true
	}
	return false
}
