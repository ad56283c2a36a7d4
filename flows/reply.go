package flows

// A Reply is one thing owed to a person: keys and parameters, not words. It is
// rendered when it is sent, so a change of language takes effect at once and
// little readable text rests in Redis. JSON names are short: it waits in the
// outbox.
type Reply struct {
	Parts    []Text     `json:"p,omitempty"` // paragraphs, joined by an empty line
	Buttons  [][]Button `json:"b,omitempty"`
	Question int        `json:"q,omitempty"` // this reply asks that question; 0: it does not ask
	Edit     int        `json:"e,omitempty"` // change this message instead of sending a new one
	Markup   bool       `json:"m,omitempty"` // with Edit: change only the buttons
	File     string     `json:"f,omitempty"` // send a file made at sending time: FileDataJSON, FileDataText, or FileCalendar and an id
	Share    string     `json:"s,omitempty"` // ask for "contact" or "location" with a reply keyboard
	Hide     bool       `json:"h,omitempty"` // delete message Edit, if Telegram still lets us
	Piece    string     `json:"o,omitempty"` // the staff's own words of that outreach, in the person's language; without Parts
}

// Files made when they are sent, from the contact's own record.
const (
	FileDataJSON = "data_json"
	FileDataText = "data_text"
)

// A Button of an inline keyboard.
type Button struct {
	Label Text   `json:"l"`
	Data  string `json:"d,omitempty"` // callback data, 1 to 64 bytes
	URL   string `json:"u,omitempty"`
}

// A Text is a locale key with parameters, or a literal (a municipality's name),
// or a value written the way each language writes it. Exactly one of Key,
// Literal, List, Lines, Occupation, HelpLine, Date, Day, Time, Weekday, Money,
// Count is set.
type Text struct {
	Key        string          `json:"k,omitempty"`
	Params     map[string]Text `json:"p,omitempty"`
	Literal    string          `json:"l,omitempty"` // plain text, escaped when rendered
	List       []Text          `json:"i,omitempty"` // "a, b y c"
	Lines      []Text          `json:"j,omitempty"` // one under the other
	Occupation string          `json:"o,omitempty"` // CIUO-08 code, written as its plain label
	HelpLine   string          `json:"h,omitempty"` // id of a help line, written as what it is for
	Date       int64           `json:"d,omitempty"` // Unix seconds, written as a day in America/Bogota
	Day        int64           `json:"y,omitempty"` // the same without the year
	Time       int64           `json:"t,omitempty"` // Unix seconds, written as the time of day in America/Bogota
	Weekday    *int            `json:"w,omitempty"` // 0 Sunday to 6 Saturday, written as its name
	Money      int64           `json:"m,omitempty"` // Colombian pesos
	Count      *int            `json:"n,omitempty"` // a number; as parameter "count" it also picks the plural
}

// A Toast answers a tap in a small box above the chat; nil text just stops the
// button's waiting.
type Toast struct {
	Text  *Text
	Alert bool
}

// Key makes a Text of a locale key with pairs of parameter name and Text.
func Key(key string) Text { return Text{Key: key} }

// With returns the text with one more parameter.
func (t Text) With(name string, value Text) Text {
	p := make(map[string]Text, len(t.Params)+1)
	for k, v := range t.Params {
		p[k] = v
	}
	p[name] = value
	t.Params = p
	return t
}

// Literal makes a Text of words that are the same in every language.
func Literal(s string) Text { return Text{Literal: s} }
