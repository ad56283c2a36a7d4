//go:build !linux

package main

import "syscall"

// childAttributes keep the child out of reach of the terminal's Ctrl+C, which
// would end it before the bot has finished its turns. If we are killed, the
// next start ends it.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
