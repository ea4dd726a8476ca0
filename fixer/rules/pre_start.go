package rules

import (
	"fmt"

	"nonroot/fixer"
)

// preStart refuses a change of a service whose containers of pre_start would take
// it over: compose starts each of them with what the service says and it does not
// (compose-spec/compose-go, resolvePreStartHooks), and what they do, often as root,
// is not known. Volumes are not taken over.
func preStart(s *fixer.Service, key string) error {
	if s.Raw("pre_start") == nil {
		return nil
	}
	return fmt.Errorf("the containers of pre_start of %s would take it over, and what they need is not known: write %s of the service by hand, and of each of them", s.Name, key)
}
