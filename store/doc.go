// Package store keeps what the bot must remember in Redis, and is the only
// package that speaks to it.
//
// Place on the data path: bot.Turn loads a contact's record (one round trip),
// lets package flows advance it, and commits the outcome (one round trip). A
// commit is one script: it compares the revision and then writes the record,
// the audience indexes, the counters, the replies owed and the timer, all or
// none. The sender later acknowledges what Telegram accepted.
//
// Everything about one contact lives in one of 256 buckets. All keys of bucket
// 17 carry the hash tag {b17}, so a script never crosses a slot of a Redis
// Cluster. Every key has a row in keys.go with its lifetime and with what
// erasing a contact does to it; Audit compares a server with that table.
//
// The package must never write a chat id, a name or an answer to Redis in the
// clear, never put one into an error or a log, never use a key without a row,
// and never touch two buckets in one script.
package store
