package diagnose

import (
	"path"

	"nonroot/fixer"
)

// near are the compose files that docker compose takes for a path, a folder or a
// compose file relative to the root: those of its folder, or the file itself.
func near(p *fixer.Project, at string) []string {
	for _, load := range p.Runs([]string{at}) {
		if load[len(load)-1] == at || path.Dir(load[0]) == at {
			return load
		}
	}
	return nil
}

// Services are the names of a project's services.
func Services(p *fixer.Project) []string {
	var names []string
	for _, pl := range places(p) {
		if pl.service != nil {
			names = append(names, pl.name())
		}
	}
	return names
}
