// Command arraigo is the whole program: it wires the packages together and is
// the only place that reads flags, the environment, a configuration file or the
// process's own folders.
//
// Place on the data path: around it. serve opens the store, starts the bot and
// listens; demo adds a Telegram of its own (package emulator) in the same
// process; check, chat, graph, keys and doctor serve who works on the content
// or operates the program.
//
// It must never decide what is said to a person, never write a token, a
// password or anything about a person to its output, and never start half: a
// setting that is missing or content that is broken is told in one line each,
// and nothing runs.
package main
