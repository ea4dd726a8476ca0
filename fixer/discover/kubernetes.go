package discover

import (
	"bytes"
	"io"
	"os"
)

// sniffed is how many bytes of a YAML file are read to find out what it is.
const sniffed = 8 << 10

// isManifest reports whether the YAML file is a Kubernetes manifest: its first
// 8 KiB have lines that start with "apiVersion:" and with "kind:". Backstage
// describes its components in the same form, but runs none.
func isManifest(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false // what cannot be read is no evidence
	}
	defer file.Close()
	var buf [sniffed]byte
	n, err := io.ReadFull(file, buf[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false
	}
	version, ok := topLevel(buf[:n], "apiVersion:")
	if !ok || bytes.HasPrefix(version, []byte("backstage.io/")) {
		return false
	}
	_, ok = topLevel(buf[:n], "kind:")
	return ok
}

// topLevel is the value of a key that starts a line.
func topLevel(text []byte, key string) (value []byte, ok bool) {
	for line := range bytes.Lines(text) {
		if rest, found := bytes.CutPrefix(line, []byte(key)); found {
			return bytes.Trim(rest, " \t\r\n\"'"), true
		}
	}
	return nil, false
}
