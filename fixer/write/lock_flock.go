//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package write

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// lockWait is how long a folder that another run holds is left before the next try.
const lockWait = 5 * time.Millisecond

// tryLock locks an open folder until it is closed; busy is true where somebody else
// has locked it. A file system without locks counts as locked by us.
func tryLock(dir *os.File) (busy bool) {
	for {
		switch err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
		case errors.Is(err, syscall.EINTR):
		default:
			return errors.Is(err, syscall.EWOULDBLOCK)
		}
	}
}

// waitLock is tryLock until it is not busy, or ctx ends.
func waitLock(ctx context.Context, dir *os.File) error {
	for tryLock(dir) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockWait):
		}
	}
	return nil
}
