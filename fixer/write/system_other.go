//go:build !unix

package write

import (
	"io/fs"
	"os"
)

const openFlags = 0

// ownerOf is who a file belongs to; here the folder decides, and nothing is to be kept.
func ownerOf(fs.FileInfo) (uid, gid int, ok bool) { return 0, 0, false }

// namesOf is how many names a file has, which this system does not say.
func namesOf(fs.FileInfo) int { return 1 }

// alive reports whether there is a process of that id.
func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	process.Release()
	return true
}
