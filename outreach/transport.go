package outreach

import (
	"context"

	"arraigo/flows"
)

// A Transport carries one message to one chat: Telegram's Bot API, or in tests
// a recorder that answers as it is told.
type Transport interface {
	// Send makes exactly one attempt within ctx. Its errors are *SendError;
	// any other error counts as Transient.
	Send(ctx context.Context, chat int64, m Outgoing) (Receipt, error)
}

// Outgoing is one rendered message. Its Edit, Markup and Hide say whether it
// changes or deletes a message instead of sending a new one.
type Outgoing struct {
	flows.Message
	Bare bool   // send Plain without markup, after the HTML was refused
	Paid bool   // above the rate that Telegram gives for nothing
	Body []byte // content of the file, when File is set

	Media  string // photo, document, voice or video, shown above the text
	FileID string // which, by Telegram's id
}

// A Receipt is what Telegram says of an accepted message.
type Receipt struct {
	Message int   // its id; for an edit the id of the changed message; 0 for a deletion
	Date    int64 // Unix seconds by Telegram's clock; 0 if unknown
}
