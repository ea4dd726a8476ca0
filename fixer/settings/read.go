package settings

import (
	"path"
	"slices"

	"gopkg.in/yaml.v3"

	"nonroot/fixer/edit"
)

// read is the reader of one key's value.
type read = func(n *yaml.Node, where string)

// settings reads the keys of the file.
func (p *parser) settings(n *yaml.Node, s *Settings) {
	p.keys(n, "", map[string]read{
		"ids":         func(n *yaml.Node, where string) { s.IDs = p.ids(n, where) },
		"numeric":     func(n *yaml.Node, where string) { s.Numeric = p.boolean(n, where) },
		"user":        func(n *yaml.Node, where string) { s.User = p.text(n, where, userName, isUserName) },
		"group":       func(n *yaml.Node, where string) { s.Group = p.text(n, where, userName, isUserName) },
		"uid":         func(n *yaml.Node, where string) { s.UID = p.id(n, where) },
		"gid":         func(n *yaml.Node, where string) { s.GID = p.id(n, where) },
		"rules":       func(n *yaml.Node, where string) { p.rules(n, where, s) },
		"ignore":      func(n *yaml.Node, where string) { s.Ignore = p.ignore(n, where) },
		"base-images": func(n *yaml.Node, where string) { s.BaseImages = p.baseImages(n, where) },
		"shared":      func(n *yaml.Node, where string) { s.Shared = p.shared(n, where) },
		"env":         func(n *yaml.Node, where string) { s.Env = p.env(n, where) },
		"services":    func(n *yaml.Node, where string) { s.Services = p.services(n, where) },
	})
}

func (p *parser) ids(n *yaml.Node, where string) IDs {
	switch p.word(n, where, Auto.String(), Fixed.String(), Args.String()) {
	case Fixed.String():
		return Fixed
	case Args.String():
		return Args
	}
	return Auto
}

// rules reads rule: on or off. Readers of YAML 1.1 see booleans in these words,
// and some editors write them so: true and false are taken as well.
func (p *parser) rules(n *yaml.Node, where string, s *Settings) {
	s.Rules, s.RuleAt = map[string]bool{}, map[string]edit.Range{}
	p.entries(n, where, func(key, value *yaml.Node, where string) {
		s.RuleAt[key.Value] = p.at(key)
		if value.Kind == yaml.ScalarNode && value.ShortTag() == "!!bool" {
			if on := p.boolean(value, where); on != nil {
				s.Rules[key.Value] = *on
			}
			return
		}
		s.Rules[key.Value] = p.word(value, where, "on", "off") == "on"
	})
}

func (p *parser) ignore(n *yaml.Node, where string) []string {
	var patterns []string
	p.items(n, where, "patterns", func(n *yaml.Node, where string) {
		patterns = append(patterns, p.text(n, where, "a pattern as in .gitignore", isGlob))
	})
	return patterns
}

func (p *parser) baseImages(n *yaml.Node, where string) []BaseImage {
	var images []BaseImage
	p.entries(n, where, func(key, value *yaml.Node, where string) {
		if !isImagePattern(key.Value) {
			p.wrong(key, where, "the name of an image, in which * stands for any text,")
		}
		family := p.word(value, where, string(Debian), string(RHEL), string(Alpine), string(Busybox), string(Minimal), string(None))
		images = append(images, BaseImage{key.Value, Family(family), p.at(key)})
	})
	return images
}

func (p *parser) shared(n *yaml.Node, where string) []string {
	var dirs []string
	p.items(n, where, "directories", func(n *yaml.Node, where string) {
		dir := p.text(n, where, hostDir, isHostDir)
		if dir == "" {
			return
		}
		dir = path.Clean(dir)
		if slices.Contains(dirs, dir) {
			p.fail(p.at(n), "%s: %s is listed twice", where, dir)
			return
		}
		dirs = append(dirs, dir)
	})
	return dirs
}

func (p *parser) env(n *yaml.Node, where string) Env {
	var env Env
	p.keys(n, where, map[string]read{
		"user-id":  func(n *yaml.Node, where string) { env.UserID = p.text(n, where, variable, isVariable) },
		"group-id": func(n *yaml.Node, where string) { env.GroupID = p.text(n, where, variable, isVariable) },
	})
	s := Settings{Env: env}
	if user, group := s.EnvNames(); user == group {
		p.fail(p.at(n), "%s: user-id and group-id both name %s; two variables are wanted", where, user)
	}
	return env
}
