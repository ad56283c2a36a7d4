package main

import "syscall"

// childAttributes end the child with the bench and keep the terminal's Ctrl+C
// from it.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
