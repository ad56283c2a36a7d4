package flows

import (
	"log/slog"

	"arraigo/programme"
)

// InputKind says what a person, or a timer, or a finished Call, brings.
type InputKind string

// The kinds of input. Voice to Other are things nobody asked for, unless the
// open question's slot is of type contact or location.
const (
	InputText     InputKind = "text"
	InputTap      InputKind = "tap"
	InputCommand  InputKind = "command"
	InputEdited   InputKind = "edited"
	InputVoice    InputKind = "voice"
	InputPhoto    InputKind = "photo"
	InputSticker  InputKind = "sticker"
	InputDocument InputKind = "document"
	InputContact  InputKind = "contact"
	InputLocation InputKind = "location"
	InputOther    InputKind = "other"
	InputUnblock  InputKind = "unblock" // the person came back after blocking the bot
	InputEnd      InputKind = "end"     // the team ended the talk
	InputStaff    InputKind = "staff"   // the team does something about the person
	InputTimer    InputKind = "timer"   // nobody wrote; something may be due
	InputOutcome  InputKind = "outcome" // a Call came back
)

// An Input is one thing to react to. It holds a person's words and must not be
// logged; LogValue shows its kind only.
type Input struct {
	Kind InputKind
	Text string // text as typed; command: the arguments (the /start payload); tap: unused
	Data string // tap: callback data as received, untrusted
	Name string // command: its name, lower case, without slash or @bot

	Asked    int    // Telegram message id under which the open question was delivered; 0: not known
	Message  int    // Telegram message id the input is, or for a tap: hangs on
	Language string // the phone's language (Telegram language_code); pre-selects only
	Early    bool   // sent before the open question could have been seen

	Offer *programme.Offer // what is published today; nil: nothing is. Given with every input

	Talk int64 // end: which talk, by when it began

	Staff *StaffAct // staff: what was done

	// Reference is the code by which the person can say who they are, made from
	// the contact's id; "" when nobody could find them by it.
	Reference string

	File    string // voice, photo, document: Telegram's id of the file; goes to the team and is not kept in the session
	Caption string // the same: the words that came with it

	Own                 bool    // contact: the person's own card (contact.user_id is the sender)
	Phone               string  // contact
	Latitude, Longitude float64 // location

	Slots map[string][]string // outcome: slots that the Call fills
	Texts []Text              // outcome: what the Call wants to be said, in order
	Hold  *Hold               // outcome: what the person has now; without a state, not any more; nil: no change

	Notices []Notice          // timer: what waits to be told, oldest first
	Titles  map[string]string // timer: what announcements among them are called, by outreach, in the person's language
	Blocked bool              // the person had blocked the bot, as far as is known
}

// LogValue shows the kind and nothing a person wrote.
func (in Input) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", string(in.Kind)))
}
