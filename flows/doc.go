// Package flows holds the conversations: flows as data, and the pure engine
// that advances a session by one input.
//
// Place on the data path: bot.Turn loads a session from the store, calls
// Advance, and commits what comes back. Nothing here does I/O, reads a clock or
// rolls a die: the same set, session, input and time always give the same
// result, which is why a turn can be run again after a conflict or a crash.
// An action that needs the outside world is returned as a Call.
//
// The package must never import context, net, os or math/rand, never call
// time.Now, and never put a person's words into an error.
package flows
