//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package write

import (
	"context"
	"os"
)

// tryLock locks nothing: this system has no locks of folders.
func tryLock(*os.File) (busy bool) { return false }

func waitLock(ctx context.Context, _ *os.File) error { return ctx.Err() }
