package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"nonroot/dockerfile/rootfs"
)

// managedPython refuses a RUN of uv that goes on running as root where the image has
// no Python: uv then brings one, below root's home (docs.astral.sh/uv: Python versions).
func (u *userPlan) managedPython() error {
	for s := u.stage; s != nil; s = s.Parent {
		if strings.Contains(s.Ref, "python") {
			return nil
		}
		for _, run := range s.Runs {
			for _, e := range run.Effects {
				if slices.ContainsFunc(e.Packages, func(name string) bool { return strings.HasPrefix(name, "python") }) {
					return nil
				}
			}
		}
	}
	for s := u.stage; s != nil; s = s.Parent {
		for _, run := range s.Runs {
			if _, set := s.Before(run.In).Env("UV_PYTHON_INSTALL_DIR"); !u.asRoot(s, run) || set == rootfs.Yes {
				continue
			}
			for _, e := range run.Effects {
				words := strings.Fields(e.Command)
				if len(words) > 1 && path.Base(words[0]) == "uv" && slices.Contains([]string{"sync", "venv", "run", "add"}, words[1]) {
					return fmt.Errorf("line %d: %q may bring a Python of its own below root's home, where another user does not find it: set UV_PYTHON_INSTALL_DIR, to /opt/python for example", run.In.Line, clip(e.Command))
				}
			}
		}
	}
	return nil
}
