// Package outreach sends: it takes the replies that a turn owes, and later the
// messages of announcements, alerts and reminders, and hands them to a
// Transport at a pace that Telegram tolerates.
//
// Place on the data path: bot.Turn commits what is owed and gives it to the
// Sender; what a crash or a long refusal leaves in the outbox, the Recoverer
// takes up. Replies to people go before everything else, always.
//
// Sending is at-least-once: Telegram has no idempotency key, so a reply whose
// answer never came is sent again and counted as uncertain.
//
// The package must never decide what is said, never send before the commit that
// owes it, and never put a chat id or a person's words into a log, an error or
// a metric.
package outreach
