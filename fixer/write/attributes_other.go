//go:build !linux

package write

import "os"

// copyAttributes does nothing: extended attributes are kept on Linux.
func copyAttributes(to, from *os.File) error { return nil }
