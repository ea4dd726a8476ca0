package rules

import (
	"path"
	"strings"

	"nonroot/dockerfile/rootfs"
)

// mount is one --mount of a RUN: its options, in lower case as BuildKit reads them.
type mount map[string]string

// readMount reads the value of --mount. An option without a value is "".
func readMount(value string) mount {
	m := mount{}
	for _, part := range strings.Split(value, ",") {
		name, v, _ := strings.Cut(part, "=")
		switch name = strings.ToLower(name); name {
		case "dst", "destination":
			name = "target"
		case "src":
			name = "source"
		case "ro":
			name = "readonly"
		}
		m[name] = v
	}
	return m
}

// kind is what is mounted: a bind mount where nothing is said.
func (m mount) kind() string {
	if t, given := m["type"]; given {
		return t
	}
	return "bind"
}

// mountTarget is where a mount lies in the container; a secret lies in
// /run/secrets and an SSH socket in /run/buildkit where nothing is said.
func mountTarget(before rootfs.State, m mount) (string, bool) {
	word, given := m["target"]
	if !given {
		switch m.kind() {
		case "secret":
			return "/run/secrets", true
		case "ssh":
			return "/run/buildkit", true
		}
		return "", false
	}
	target, known := before.Expand(word)
	if !known || target == "" {
		return "", false
	}
	if !strings.HasPrefix(target, "/") {
		dir, known := before.Dir()
		return path.Join(dir, target), known
	}
	return path.Clean(target), true
}
