package flows

import "log/slog"

// RelayKind says what the team in the staff group is owed.
type RelayKind string

// What a turn of a person can owe the team.
const (
	RelayOpen    RelayKind = "open"    // the person asked for somebody
	RelayMessage RelayKind = "message" // copy what the person sent
	RelayClose   RelayKind = "close"   // the person ended the talk
)

// A Relay is what one turn owes the team. It holds a person's words and must not
// be logged.
type Relay struct {
	Kind    RelayKind
	Message int       // RelayMessage: id of the person's message
	Media   InputKind // what the message is, as it came in
	Text    string    // its words, without what looks like a document number, a phone or an e-mail
	File    string    // Telegram's id of its file
}

// LogValue shows the kind only.
func (r Relay) LogValue() slog.Value { return slog.StringValue(string(r.Kind)) }
