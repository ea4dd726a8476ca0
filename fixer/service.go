package fixer

import (
	"strings"

	"nonroot/compose"
	"nonroot/dockerfile/base"
)

// ImageFacts is what is known of the image of a service that is not built, and
// its name; nil where nothing is. A name that .env has a part in is as it is written.
func (s *Service) ImageFacts() (*base.Image, string) {
	v := s.Image()
	if v == nil {
		return nil, ""
	}
	ref, known := s.Value(v.Text)
	if !known {
		return nil, v.Text
	}
	facts, ok := s.project.base(ref)
	if !ok {
		return nil, s.Shown(v.Text)
	}
	return facts, s.Shown(v.Text)
}

// Mounts reports whether a volume, bind mount or tmpfs of the service hides a
// path of its image: one on the path or above it.
func (s *Service) Mounts(path string) bool {
	for _, m := range s.Volumes() {
		if target, known := s.Value(m.Target); known && Below(path, target) {
			return true
		}
	}
	return s.HasTmpfs(path)
}

// HasTmpfs reports whether the service has a tmpfs on the path or above it.
func (s *Service) HasTmpfs(path string) bool {
	for _, m := range s.Tmpfs() {
		if target, known := s.Value(m.Path); known && Below(path, target) {
			return true
		}
	}
	return false
}

// IsReadOnly reports whether the root filesystem is read-only; known is false
// where that depends on a variable without a value.
func (s *Service) IsReadOnly() (readOnly, known bool) {
	item := s.ReadOnly()
	if item == nil {
		return false, true
	}
	return item.Truth(s.env)
}

// IsPrivileged reports whether the service may be privileged.
func (s *Service) IsPrivileged() bool {
	item := s.Privileged()
	if item == nil {
		return false
	}
	privileged, known := item.Truth(s.env)
	return privileged || !known
}

// HasCommand reports whether the compose file says what the service runs.
func (s *Service) HasCommand() bool { return s.Command() != nil || s.Entrypoint() != nil }

// Own is the part of the service that a new key goes to: the first in a file
// that names it without extends' files.
func (s *Service) Own() *compose.Service {
	for _, part := range s.Parts() {
		if part.Name == s.Name {
			return part
		}
	}
	return s.Parts()[0]
}

// VolumeSaysOwner reports whether a named volume is not simply made by the engine
// with the owner of its mountpoint: its options name a uid (a tmpfs), or it is
// made elsewhere.
func (s *Service) VolumeSaysOwner(name string) bool {
	for _, v := range s.model.Volumes {
		if v.Name != name {
			continue
		}
		if v.External() || v.Driver() != nil && v.Driver().Text != "local" {
			return true
		}
		for _, opt := range v.DriverOpts() {
			if opt.Key == "o" && strings.Contains(opt.Value, "uid=") || opt.Key == "type" && opt.Value != "none" {
				return true
			}
		}
	}
	return false
}
