package write

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A temporary file is named .nonroot-PID-RUN-N.tmp: the process that made it, 16
// hexadecimal digits that are new in each call of Write, and a number.
const (
	tempPrefix = ".nonroot-"
	tempSuffix = ".tmp"
)

// namer makes the names of temporary files for one call of Write.
type namer struct {
	run string
	n   int
}

func newNamer() *namer {
	var run [8]byte
	rand.Read(run[:]) // it never fails: see crypto/rand
	return &namer{run: hex.EncodeToString(run[:])}
}

func (n *namer) next() string {
	n.n++
	return fmt.Sprintf("%s%d-%s-%d%s", tempPrefix, os.Getpid(), n.run, n.n, tempSuffix)
}

// IsTemp reports whether a file of that name (without a folder) is a temporary
// file that Write made.
func IsTemp(name string) bool {
	_, ok := tempPID(name)
	return ok
}

// tempPID is the process that made the temporary file of that name.
func tempPID(name string) (pid int, ok bool) {
	rest, ok := strings.CutPrefix(name, tempPrefix)
	if !ok {
		return 0, false
	}
	rest, ok = strings.CutSuffix(rest, tempSuffix)
	parts := strings.Split(rest, "-")
	if !ok || len(parts) != 3 || len(parts[1]) != 16 || strings.Trim(parts[1], "0123456789abcdef") != "" {
		return 0, false
	}
	pid, err := strconv.Atoi(parts[0])
	if _, err2 := strconv.ParseUint(parts[2], 10, 32); err != nil || err2 != nil || pid <= 0 {
		return 0, false
	}
	return pid, true
}
