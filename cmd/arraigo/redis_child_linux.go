package main

import "syscall"

// childAttributes keep the child out of reach of the terminal's Ctrl+C, which
// would end it before the bot has finished its turns, and end it with us even
// if we are killed.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
