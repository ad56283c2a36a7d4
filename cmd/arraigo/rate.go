package main

// maxRate is how many messages a second Telegram sends for a bot that pays.
// make bench lays another number over this file, to see what is slower than that.
const maxRate = 1000
