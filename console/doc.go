// Package console is the web pages with which the team works: who needs a hand
// today, people, courses and offers, announcements, numbers and texts.
//
// It stands beside the bot and never imports it: both read and write the store,
// and what only the bot can do comes as a func in Config. Pages are rendered on
// the server and work without a script; what a script adds is a convenience.
//
// What it must never do: show or change anything without a session, a role that
// may (see routes in server.go) and a line in the audit log; answer a POST that
// cannot prove that it comes from a page of our own; send anything to a third
// party; hold what a member of the team reads or types in a log, an error or an
// address.
package console
