package discover

import (
	"strings"

	"nonroot/fixer/confined"
)

// sniffed is how many bytes of a YAML file are read to find out what it is.
const sniffed = 8 << 10

// isManifest reports whether the YAML file is a Kubernetes manifest: its first
// 8 KiB have lines that start with "apiVersion:" and with "kind:". Backstage
// describes its components in the same form, but runs none.
func isManifest(dir *confined.FS, name string) bool {
	head, err := dir.ReadHead(name, sniffed)
	if err != nil {
		return false // what cannot be read is no evidence
	}
	version, ok := topLevel(head, "apiVersion:")
	if !ok || strings.HasPrefix(version, "backstage.io/") {
		return false
	}
	_, ok = topLevel(head, "kind:")
	return ok
}

// topLevel is the value of a key that starts a line.
func topLevel(text, key string) (value string, ok bool) {
	for line := range strings.Lines(text) {
		if rest, found := strings.CutPrefix(line, key); found {
			return strings.Trim(rest, " \t\r\n\"'"), true
		}
	}
	return "", false
}
