package rules

import (
	"fmt"
	"slices"
	"strings"

	"nonroot/compose"
	"nonroot/fixer"
)

// idsFinding is about a service whose image starts as root and is told by its
// environment whom to become, where compose files do not tell it. What env_file
// brings is not looked at, so nothing is said where there is one.
func idsFinding(p *fixer.Project, s *fixer.Service) (fixer.Finding, bool) {
	facts, _ := s.ImageFacts()
	if s.Target != nil || facts == nil || len(facts.IDs) == 0 || s.User() != nil || s.Entrypoint() != nil || len(s.EnvFiles()) > 0 || inherits(p, s) {
		return fixer.Finding{}, false
	}
	missing := slices.DeleteFunc(slices.Clone(facts.IDs), func(name string) bool {
		return slices.ContainsFunc(s.Environment(), func(v compose.KeyValue) bool { return v.Key == name })
	})
	if len(missing) == 0 {
		return fixer.Finding{}, false
	}
	part := s.Own()
	return fixer.Finding{
		Severity: fixer.Info, At: s.Image().Value.Range,
		Subject: fmt.Sprintf("%s service %s", part.File.Src.Path, part.Name),
		Message: fmt.Sprintf("%s starts as root and becomes %s by itself (%s): left as it is, because user: would break that; %s",
			s.Name, facts.DropsTo, facts.Drops, idsText(missing)),
	}, true
}

// idsText says what variables of the environment are for.
func idsText(names []string) string {
	return fmt.Sprintf("set %s in its environment to the ids that the files of its volumes have", strings.Join(names, " and "))
}
