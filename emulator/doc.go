// Package emulator is a Telegram Bot API server that runs inside a test or a
// demonstration, together with the people who talk to the bot.
//
// On the path of the data it stands where Telegram stands: a bot calls
// /bot<token>/<method> and receives its updates by getUpdates or by webhook,
// and people write, tap, block and read through /emulator/... or through the
// Go methods of Server. It fails where Telegram fails, with the same words,
// because a bot that was only ever answered "ok" is not tested.
//
// It must never import another package of this project, never reach Telegram,
// and never write what people say into a log. It keeps everything in memory
// and bounded, and it is no place for real people's data.
package emulator
