// Package bot is the Telegram side: it takes updates in, runs turns, and
// carries messages out.
//
// Place on the data path: Telegram → receive (webhook or polling) → lanes
// (chats in parallel, each chat in order) → turn (load, advance, commit) →
// acknowledgement → outreach.Sender → the transport here → Telegram.
//
// The package must never acknowledge an update before its turn is committed,
// never take the order of a chat from anything but arrival, and never write a
// chat id, a name or a person's words into a log, an error or a metric.
//
// Of github.com/go-telegram/bot it uses the parameter types, which are the
// vocabulary of the Bot API. The wire is ours: updates are decoded one by one
// and only in the fields that matter here, so a new kind of anything elsewhere
// in a message cannot make an update unreadable; calls are sent as JSON, which
// costs a seventh of the library's multipart forms, can be sent again after a
// connection broke, and lets every answer be judged where it arrives.
package bot
