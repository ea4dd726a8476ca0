package rules

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"nonroot/fixer"
)

// errForOthers refuses an image that others are built on: their instructions
// would run as its USER.
var errForOthers = errors.New("its name says that other images are built on it, and what they do as root would no longer work: write USER, here or in those")

// baseForOthers refuses a Dockerfile that no service builds where it, or the
// folder that it lies in, is named a base: base.Dockerfile, Dockerfile.base,
// debian-base/Dockerfile; and one with ONBUILD.
func baseForOthers(t *fixer.Target) error {
	if len(t.Services) > 0 {
		return nil
	}
	for _, s := range t.Chain() {
		for _, in := range s.Syntax.Instructions {
			if in.Name == "onbuild" {
				return fmt.Errorf("line %d: ONBUILD is for images that are built on this one, and what they do as root would no longer work: write USER, here or in those", in.Line)
			}
		}
	}
	folder, name := path.Split(t.File.Src.Path)
	name = strings.Trim(strings.Replace(strings.ToLower(name), "dockerfile", "", 1), ".-_")
	for _, n := range []string{name, strings.ToLower(path.Base(folder))} {
		if words := strings.FieldsFunc(n, func(r rune) bool { return strings.ContainsRune(".-_", r) }); len(words) > 0 && words[len(words)-1] == "base" {
			return errForOthers
		}
	}
	return nil
}
