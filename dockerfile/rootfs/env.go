package rootfs

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// binding is one ENV or ARG; they form a list, the newest first.
type binding struct {
	name, value string
	known       bool // the value is
	arg         bool
	unset       bool // it is known to have no value
	inherited   bool // an ARG of the stage that FROM names
	older       *binding
}

// find is the binding that is in force: an ENV wins over any ARG.
func (b *binding) find(name string) *binding {
	var arg *binding
	for ; b != nil; b = b.older {
		switch {
		case b.name != name:
		case !b.arg:
			return b
		case arg == nil:
			arg = b
		}
	}
	return arg
}

// scope looks variables up for BuildKit's expander and notes what is not known.
type scope struct {
	vars    *binding
	closed  bool // what is not bound has no value
	envOnly bool
	missing bool // a value was asked for that is not known
}

// Get is what the expander asks for.
func (s *scope) Get(name string) (string, bool) {
	b := s.vars.find(name)
	switch {
	case b == nil || b.arg && s.envOnly:
		s.missing = s.missing || !s.closed
		return "", false
	case !b.known || b.inherited:
		// BuildKit shows an inherited ARG to a RUN; whether to a word depends on its version.
		s.missing = true
		return "", false
	}
	return b.value, !b.unset
}

// Keys is not used for the expansion of words.
func (s *scope) Keys() []string { return nil }

// expand expands the variables of a word, with the file's escape character.
func (s *scope) expand(word string, escape byte) (string, bool) {
	if !strings.ContainsAny(word, "$\"'") && strings.IndexByte(word, escape) < 0 {
		return word, true
	}
	s.missing = false
	out, _, err := shell.NewLex(rune(escape)).ProcessWord(word, s)
	if err != nil || s.missing {
		return "", false
	}
	return out, true
}
