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
	secret      bool // a secret argument is in the value; only before the first FROM
	inherited   bool // an ARG of the stage that FROM names
	from        bool // this is no variable: FROM stands here, and what is older is the stage's that it names
	older       *binding
}

// find is the binding that is in force: the last one of the stage, be it ENV or
// ARG (seen; the reference says that ENV always wins), else the ENV of the stage
// that FROM names, else its ARG.
func (b *binding) find(name string) *binding {
	var arg *binding
	inherited := false
	for ; b != nil; b = b.older {
		switch {
		case b.from:
			inherited = true
		case b.name != name:
		case !b.arg || !inherited:
			return b
		case arg == nil:
			c := *b
			c.inherited = true
			arg = &c
		}
	}
	return arg
}

// findEnv is the ENV that is in force, which is what the image has.
func (b *binding) findEnv(name string) *binding {
	for ; b != nil; b = b.older {
		if !b.from && !b.arg && b.name == name {
			return b
		}
	}
	return nil
}

const (
	// maxValue bounds the bytes of values that one word takes in: each ENV may name
	// the one before it twice. Linux hands a program no more in one argument or variable
	// (MAX_ARG_STRLEN).
	maxValue = 128 << 10
	// maxValues bounds the same over all words of a file; what is beyond is not known.
	maxValues = 64 << 20
)

// scope looks variables up for BuildKit's expander and notes what is not known.
type scope struct {
	vars    *binding
	closed  bool // what is not bound has no value
	envOnly bool
	missing bool  // a value was asked for that is not known
	secret  *bool // set where a value is secret; nil: nobody asks
	size    int   // bytes of values in this word
	left    *int  // of maxValues; nil: that bound is not kept here
}

// Get is what the expander asks for.
func (s *scope) Get(name string) (string, bool) {
	b := s.vars.find(name)
	if s.envOnly {
		b = s.vars.findEnv(name)
	}
	switch {
	case b == nil:
		s.missing = s.missing || !s.closed
		return "", false
	case !b.known || b.inherited:
		// BuildKit shows an inherited ARG to a RUN; whether to a word depends on its version.
		s.missing = true
		return "", false
	}
	if b.secret && s.secret != nil {
		*s.secret = true
	}
	if !s.takes(len(b.value)) {
		s.missing = true
		return "", false
	}
	return b.value, !b.unset
}

// takes counts bytes of values, and reports whether both bounds are kept.
func (s *scope) takes(n int) bool {
	s.size += n
	if s.left != nil {
		*s.left -= n
	}
	return s.size <= maxValue && (s.left == nil || *s.left >= 0)
}

// Keys is not used for the expansion of words.
func (s *scope) Keys() []string { return nil }

// expand expands the variables of a word, with the file's escape character.
func (s scope) expand(word string, escape byte) (string, bool) {
	for i := range len(word) {
		if c := word[i]; c == '$' || c == '"' || c == '\'' || c == escape {
			return s.expanded(word, escape)
		}
	}
	return word, true
}

// expanded is expand for a word that is not plain; a copy of s looks its variables up.
func (s scope) expanded(word string, escape byte) (string, bool) {
	if multiplies(word) {
		s.size = maxValue - maxReplaced + min(len(word), maxReplaced)
	}
	out, ok := s.substitute(word, escape)
	if !ok {
		var err error
		out, _, err = shell.NewLex(rune(escape)).ProcessWord(word, &s)
		ok = err == nil
	}
	if !ok || s.missing {
		return "", false
	}
	return out, true
}

// maxReplaced bounds the bytes of a word that replaces in the values that it takes
// in, and of these: the result is as long as the product of two of them.
const maxReplaced = 8 << 10

// multiplies reports whether a word may hold ${VAR//pattern/replacement}.
func multiplies(word string) bool {
	return strings.Contains(word, "//") && strings.Contains(word, "${")
}
