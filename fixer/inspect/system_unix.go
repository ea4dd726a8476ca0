//go:build unix

package inspect

import (
	"os/exec"
	"syscall"
)

// apart puts a command into a process group of its own.
func apart(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
