package inspect

import (
	"context"
	"fmt"
	"io"
)

// What is read of one image at the most. The largest public images that programs
// are built on stay well below.
type limits struct {
	Compressed int64 // bytes of all layers, as a registry sends them
	Unpacked   int64 // bytes of all layers, unpacked
	Entries    int   // files, folders and links of all layers
	Names      int   // bytes of their names
}

var standard = limits{Compressed: 4 << 30, Unpacked: 16 << 30, Entries: 2_000_000, Names: 256 << 20}

const (
	maxFile   = 256 << 10 // bytes of one file that is read, such as /etc/passwd
	maxTexts  = 16 << 20  // bytes of all files that are kept for being read later
	maxConfig = 8 << 20   // bytes of an image's configuration
	maxPath   = 4096      // bytes of a path, as Linux has it
	maxDepth  = 256       // folders in a path
	maxPaths  = 1000      // owners of directories that are told one by one
)

// tooLarge is the error of an image that has more of something than is read.
type tooLarge struct{ what string }

func (t tooLarge) Error() string { return "it has more than " + t.what + ", and is not read" }

func tooMany(n int64, what string) error { return tooLarge{fmt.Sprintf("%d %s", n, what)} }

// budget reads within what is left of a number of bytes, and until ctx ends.
type budget struct {
	ctx  context.Context
	r    io.Reader
	left *int64
	over error // where more is there
}

func (b *budget) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.r.Read(p)
	if *b.left -= int64(n); *b.left < 0 {
		return 0, b.over
	}
	return n, err
}
