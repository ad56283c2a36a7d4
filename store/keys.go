package store

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Lifetimes. The programme's retention rules ask for 30 days for the state of a
// conversation and for three years for the proof of a deletion; the profile's
// own end is a timer of package flows.
const (
	guestLife     = 30 * day      // a record without consent, after its last turn
	farewellLife  = 2 * day       // the last reply to somebody who was erased
	spentLife     = 2 * day       // Telegram keeps an update for 24 hours
	noticeLife    = 30 * day      // older than that it is no news
	tombstoneLife = 3 * 365 * day // proof of an erasure
	counterLife   = 100 * day
	strangeLife   = 30 * day  // updates that could not be decoded
	saidLife      = 2 * day   // Telegram lets a bot delete a message for 48 hours
	ticketLife    = 365 * day // a ticket after it was closed
	threadLife    = 90 * day  // which ticket a message in the staff group belongs to
	reportLife    = 365 * day // a report after it was closed
	inviteLife    = 7 * day   // an invitation to the team
	loginLife     = 5 * time.Minute
	sessionLife   = 8 * time.Hour // of the console; never renewed
	formLife      = 8 * time.Hour // that a form of the console was acted on; as long as a session
	auditLife     = 730 * day     // 24 months
	readsLife     = 3 * time.Hour // an hour, and time to tell of it
	onceMax       = 24 * time.Hour
	holdMax       = 2 * time.Hour  // Telegram was seen to ask for 2,282 s
	outreachLife  = 365 * day      // an outreach after it ended: its totals are for a year's report
	draftLife     = 7 * day        // an announcement that nobody goes on with
	cardLife      = 90 * day       // as long as the ledger that it shows
	ledgerLife    = 90 * day       // who got what; then only the totals stay
	paceLife      = time.Minute    // an idle budget is a full one
	paceMax       = 24 * time.Hour // of one with a very slow pace
	leaseMax      = time.Hour
)

// An Effect is what erasing a contact does to a key.
type Effect string

// The effects. Erasing runs all of them in one script, but None, Proof, Place and
// Listed.
const (
	EraseKey     Effect = "key"     // the whole key is the contact's: deleted
	EraseMember  Effect = "member"  // sorted set: the member named by the contact id goes
	EraseMembers Effect = "members" // sorted set: members that begin with the contact id and a dot go
	EraseFields  Effect = "fields"  // hash: fields that begin with the contact id and a dot go
	EraseBit     Effect = "bit"     // bitmap: the contact's bit is cleared
	EraseSeat    Effect = "seat"    // roster: the contact's eight bytes become zero
	EraseFree    Effect = "free"    // the contact's ordinal is noted as free
	EraseProof   Effect = "proof"   // written or kept as proof; one-way, no content
	EraseLedgers Effect = "ledgers" // list of ledgers: the contact's entry in each of them goes
	EraseListed  Effect = "listed"  // one of those ledgers
	ErasePlace   Effect = "place"   // lies with an offer, not in the contact's bucket: left before the script runs
	EraseNone    Effect = "none"    // holds nothing of a contact
)

// A Row describes one shape of key.
type Row struct {
	Name  string // short name, as /mis_datos groups by it
	Shape string // N: bucket, other words in angle brackets vary
	Type  string // Redis type
	Holds string
	Owner string        // which part of the program writes it
	Life  time.Duration // 0: the key has no lifetime of its own, End says what ends it
	// Optional: with Life, some keys of this shape live on without (a record
	// after consent).
	Optional bool
	End      string // what ends the key, or an entry in it
	Erase    Effect

	match *regexp.Regexp
}

// rows is the whole truth about Redis. A key that matches no row, or misses its
// lifetime, is a fault that Audit reports and every test looks for.
var rows = compileRows([]Row{
	{Name: "contact", Shape: "{bN}:contact:<id>", Type: "string", Owner: "turn", Life: guestLife, Optional: true, Erase: EraseKey,
		Holds: "the contact's record: revision and delivery in the clear, chat id, session, consents and update ids encrypted",
		End:   "erasure, asked for or by the retention timer; without consent 30 days after the last turn"},
	{Name: "index", Shape: "{bN}:in:<dimension>:<value>", Type: "string", Owner: "turn", Erase: EraseBit,
		Holds: "bitmap over the bucket's roster: who belongs to an audience", End: "deleted with its last bit"},
	{Name: "roster", Shape: "{bN}:roster", Type: "string", Owner: "turn", Erase: EraseSeat,
		Holds: "contact ids of the people with consent, eight bytes each", End: "an entry: erasure or withdrawn consent"},
	{Name: "vacant", Shape: "{bN}:vacant", Type: "list", Owner: "turn", Erase: EraseFree,
		Holds: "free places in the roster", End: "an entry: taken by the next contact"},
	{Name: "due", Shape: "{bN}:due", Type: "zset", Owner: "turn", Erase: EraseMember,
		Holds: "contact id and the Unix second of its timer", End: "an entry: the turn that the timer starts"},
	{Name: "outbox", Shape: "{bN}:outbox", Type: "hash", Owner: "turn", Erase: EraseFields,
		Holds: "replies owed, encrypted, by contact and revision", End: "an entry: accepted or refused for good by Telegram"},
	{Name: "owed", Shape: "{bN}:owed", Type: "zset", Owner: "sender", Erase: EraseMembers,
		Holds: "when another process may claim an entry of the outbox", End: "with the entry of the outbox"},
	{Name: "notices", Shape: "{bN}:notices:<id>", Type: "hash", Owner: "notices", Life: noticeLife, Erase: EraseKey,
		Holds: "what others' acts or the calendar brought to the contact and it was not told yet, encrypted, by a one-way name", End: "told, consent withdrawn, or 30 days after the newest"},
	{Name: "said", Shape: "{bN}:said:<id>", Type: "list", Owner: "sender", Life: saidLife, Erase: EraseKey,
		Holds: "ids of the newest messages in the contact's chat, at most 100, so that /ocultar can delete them", End: "two days after the newest, or /ocultar"},
	{Name: "ticket", Shape: "{bN}:ticket:<id>", Type: "string", Owner: "relay", Life: ticketLife, Optional: true, Erase: EraseKey,
		Holds: "the contact's newest ticket, encrypted: when, who attends, notes of the team, ids of its messages in the staff group",
		End:   "12 months after it was closed, or the next ticket of the contact"},
	{Name: "tickets", Shape: "{bN}:tickets", Type: "zset", Owner: "relay", Erase: EraseMember,
		Holds: "contact id and number of each open ticket", End: "an entry: the ticket is closed"},
	{Name: "closed", Shape: "{bN}:closed", Type: "zset", Owner: "relay", Erase: EraseMember,
		Holds: "contact id of each ticket closed lately, by when", End: "an entry: opened again, or seven days"},
	{Name: "talk", Shape: "{bN}:talk:<id>", Type: "hash", Owner: "relay", Life: talkLife, Erase: EraseKey,
		Holds: "what the contact and the team wrote to each other, encrypted, without document numbers and phones; of a file its id at Telegram",
		End:   "an entry: 30 days; all: 7 days after the ticket was closed"},
	{Name: "enclosed", Shape: "{bN}:enclosed:<id>", Type: "hash", Owner: "console", Life: enclosedLife, Erase: EraseKey,
		Holds: "a file that the team sends to the contact, encrypted", End: "an entry: Telegram took it; all: two days after the newest"},
	{Name: "notes", Shape: "{bN}:notes:<id>", Type: "hash", Owner: "console", Life: noteLife, Erase: EraseKey,
		Holds: "what the team wrote down about the contact, encrypted, by when; at most 100", End: "taken out by the team, or 12 months after the newest"},
	{Name: "requests-of", Shape: "{bN}:requests:<id>", Type: "hash", Owner: "console", Life: requestLife, Erase: EraseKey,
		Holds: "ids of the contact's open requests about their data", End: "an entry: answered"},
	{Name: "request", Shape: "{requests}:request:<request>", Type: "string", Owner: "console", Life: requestLife, Optional: true, Erase: ErasePlace,
		Holds: "a request of a person about their data, encrypted: what, when, until when; of whom only while it is open", End: "three years after it was answered"},
	{Name: "requests", Shape: "{requests}:open", Type: "zset", Owner: "console", Erase: EraseNone,
		Holds: "ids of the requests that are open, by when they are due", End: "an entry: answered"},
	{Name: "requests-done", Shape: "{requests}:done", Type: "zset", Owner: "console", Erase: EraseNone,
		Holds: "ids of the requests that were answered, by when", End: "an entry: three years"},
	{Name: "relay", Shape: "{bN}:relay", Type: "hash", Owner: "turn", Erase: EraseFields,
		Holds: "what is to be carried between people and the staff group, encrypted: what each side wrote, acts of the team", End: "an entry: carried, or impossible for good"},
	{Name: "reported", Shape: "{bN}:reported", Type: "hash", Owner: "turn", Erase: EraseFields,
		Holds: "which report a contact filed under their own name; an anonymous one is not here", End: "an entry: the report is closed"},
	{Name: "farewell", Shape: "{bN}:farewell", Type: "hash", Owner: "turn", Life: farewellLife, Erase: EraseProof,
		Holds: "the reply that confirms an erasure, encrypted, under a random name", End: "accepted by Telegram, or two days"},
	{Name: "tombstone", Shape: "{bN}:tombstone:<digest>", Type: "string", Owner: "turn", Life: tombstoneLife, Erase: EraseProof,
		Holds: "the day of an erasure, under a one-way name", End: "three years"},
	{Name: "spent", Shape: "{bN}:spent:<digest>", Type: "string", Owner: "turn", Life: spentLife, Erase: EraseProof,
		Holds: "one-way marks of updates handled before an erasure, against redelivery", End: "two days"},
	{Name: "places-size", Shape: "{o:<offer>}:size", Type: "hash", Owner: "places", Life: placesMax, Erase: ErasePlace,
		Holds: "contact id and how many places of a course or event it has or waits for", End: "withdrawn; 90 days after the end of the offer"},
	{Name: "places-taken", Shape: "{o:<offer>}:taken", Type: "zset", Owner: "places", Life: placesMax, Erase: ErasePlace,
		Holds: "contact ids that have places, by when they got them", End: "as places-size"},
	{Name: "places-waiting", Shape: "{o:<offer>}:waiting", Type: "zset", Owner: "places", Life: placesMax, Erase: ErasePlace,
		Holds: "contact ids in the line, by their number in it", End: "as places-size"},
	{Name: "places-offered", Shape: "{o:<offer>}:offered", Type: "zset", Owner: "places", Life: placesMax, Erase: ErasePlace,
		Holds: "contact ids that were offered places, by when that ends", End: "accepted, declined, or that moment"},
	{Name: "places-watching", Shape: "{o:<offer>}:watching", Type: "zset", Owner: "places", Life: placesMax, Erase: ErasePlace,
		Holds: "contact ids that want to hear about it without a place", End: "as places-size"},
	{Name: "places-tell", Shape: "{o:<offer>}:tell", Type: "hash", Owner: "places", Life: placesMax, Erase: ErasePlace,
		Holds: "contact ids and what they must still be told about their place", End: "an entry: handed to the contact as a notice"},
	{Name: "places-grades", Shape: "{o:<offer>}:grades", Type: "hash", Owner: "places", Life: placesMax, Erase: ErasePlace,
		Holds: "contact ids and how they found an event, one number and one sentence, encrypted", End: "erasure; 90 days after the end of the offer"},
	{Name: "places-came", Shape: "{o:<offer>}:came", Type: "hash", Owner: "console", Life: placesMax, Erase: ErasePlace,
		Holds: "contact id, and on which days how many of its party came; for each day how many came without a place", End: "erasure; 90 days after the end of the offer"},
	{Name: "places-terms", Shape: "{o:<offer>}:terms", Type: "hash", Owner: "places", Life: placesMax, Erase: EraseNone,
		Holds: "number of places, standing, counters and marks of an offer; no contact", End: "90 days after the end of the offer"},
	{Name: "offers", Shape: "places:offers", Type: "zset", Owner: "places", Erase: EraseNone,
		Holds: "courses and events that have places, by when those are forgotten", End: "an entry: that moment"},
	{Name: "funnel", Shape: "{bN}:funnel:<day>", Type: "hash", Owner: "turn", Life: counterLife, Erase: EraseNone,
		Holds: "how often each step was reached that day", End: "100 days"},
	{Name: "undelivered", Shape: "{bN}:undelivered:<day>", Type: "hash", Owner: "sender", Life: counterLife, Erase: EraseNone,
		Holds: "how many replies could not be delivered that day, by reason", End: "100 days"},
	{Name: "report", Shape: "{reports}:report:<digest>", Type: "string", Owner: "turn", Life: reportLife, Optional: true, Erase: EraseNone,
		Holds: "a report, encrypted, under a one-way name of its code; nothing says who filed it", End: "12 months after it was closed"},
	{Name: "reports", Shape: "{reports}:open", Type: "zset", Owner: "turn", Erase: EraseNone,
		Holds: "one-way names of the reports not closed, by day", End: "an entry: the report is closed"},
	{Name: "untold", Shape: "{reports}:untold", Type: "zset", Owner: "turn", Erase: EraseNone,
		Holds: "one-way names of the reports of which the restricted role was not told yet", End: "an entry: told"},
	{Name: "thread", Shape: "staff:thread:<group>:<message>", Type: "string", Owner: "relay", Life: threadLife, Erase: EraseNone,
		Holds: "bucket and number of the ticket to which a message in the staff group belongs; they lead nowhere once the ticket is closed", End: "90 days"},
	{Name: "number", Shape: "staff:number", Type: "string", Owner: "relay", Erase: EraseNone,
		Holds: "number of the newest ticket", End: "kept"},
	{Name: "group", Shape: "staff:group:<group>", Type: "string", Owner: "relay", Erase: EraseNone,
		Holds: "the new id of a staff group that Telegram upgraded", End: "kept"},
	{Name: "staff", Shape: "{staff}:members", Type: "hash", Owner: "staff", Erase: EraseNone,
		Holds: "who works with Arraigo: name, chat, role and scope, encrypted, under the id of each", End: "an entry: removed from the team"},
	{Name: "staff-former", Shape: "{staff}:former", Type: "hash", Owner: "staff", Erase: EraseNone,
		Holds: "name and role of who left the team, encrypted, so that the audit log can be read; no chat", End: "an entry: 24 months after they left"},
	{Name: "staff-chats", Shape: "{staff}:chats", Type: "hash", Owner: "staff", Erase: EraseNone,
		Holds: "one-way names of the chats of the team, and whose each is", End: "an entry: removed from the team"},
	{Name: "staff-version", Shape: "{staff}:version", Type: "string", Owner: "staff", Erase: EraseNone,
		Holds: "how often the team changed", End: "kept"},
	{Name: "invitation", Shape: "{staff}:invitation:<digest>", Type: "string", Owner: "staff", Life: inviteLife, Erase: EraseNone,
		Holds: "whom an invitation to the team is for, under a one-way name of its code", End: "accepted, or 7 days"},
	{Name: "login", Shape: "{staff}:login:<digest>", Type: "string", Owner: "staff", Life: loginLife, Erase: EraseNone,
		Holds: "who may sign in to the console, under a one-way name of the code", End: "used, or 5 minutes"},
	{Name: "session", Shape: "{staff}:session:<session>", Type: "hash", Owner: "console", Life: sessionLife, Erase: EraseNone,
		Holds: "who is signed in to the console since when and in which kind of browser; a one-way digest of the token", End: "signed out, or 8 hours"},
	{Name: "sessions", Shape: "{staff}:sessions:<staff>", Type: "zset", Owner: "console", Life: sessionLife, Erase: EraseNone,
		Holds: "public ids of the sessions of a staff member, by when they end", End: "8 hours after the newest began, or removed from the team"},
	{Name: "form", Shape: "console:form:<digest>", Type: "string", Owner: "console", Life: formLife, Erase: EraseNone,
		Holds: "that a form of the console was acted on, and the page that came after it, under a one-way name", End: "8 hours"},
	{Name: "audit", Shape: "{audit}:log", Type: "stream", Owner: "audit", Erase: EraseProof,
		Holds: "who of the team saw or changed what and when, by ids, each entry with the hash of the one before; of an erased contact the one-way id stays",
		End:   "an entry: 24 months"},
	{Name: "audit-head", Shape: "{audit}:head", Type: "hash", Owner: "audit", Erase: EraseNone,
		Holds: "number, hash and time of the newest entry of the audit log and of the newest that left it", End: "kept"},
	{Name: "audit-why", Shape: "{audit}:why", Type: "hash", Owner: "audit", Erase: EraseNone,
		Holds: "reasons that staff gave, encrypted, by the number of the entry", End: "with its entry"},
	{Name: "audit-reads", Shape: "{audit}:reads:<hour>", Type: "hash", Owner: "audit", Life: readsLife, Erase: EraseNone,
		Holds: "of how many people each staff member saw data in that hour", End: "3 hours"},
	{Name: "once", Shape: "once:<name>", Type: "string", Owner: "loops", Life: onceMax, Erase: EraseNone,
		Holds: "that something was said which is said once a day", End: "at most a day"},
	{Name: "text", Shape: "consent:text:<hash>", Type: "string", Owner: "turn", Erase: EraseNone,
		Holds: "the exact text of a consent, by its SHA-256; nothing personal", End: "kept: consents refer to it"},
	{Name: "unreadable", Shape: "unreadable:<day>", Type: "hash", Owner: "intake", Life: strangeLife, Erase: EraseNone,
		Holds: "number and ids of updates that could not be decoded; no content", End: "30 days"},
	{Name: "offset", Shape: "telegram:offset:<bot>", Type: "string", Owner: "poller", Erase: EraseNone,
		Holds: "next update to ask Telegram for", End: "kept"},
	{Name: "matched", Shape: "alerts:matched", Type: "zset", Owner: "alerts", Erase: EraseNone,
		Holds: "vacancies that were matched with the alerts of people, by when they are over; no contact", End: "an entry: that moment"},
	{Name: "ledger", Shape: "{bN}:ledger:<outreach>", Type: "hash", Owner: "outreach", Life: ledgerLife, Erase: EraseListed,
		Holds: "contact id, and what became of an outreach to it, and when; no text", End: "90 days after the outreach; an entry: erasure or withdrawn consent"},
	{Name: "tally", Shape: "{bN}:tally:<outreach>", Type: "hash", Owner: "outreach", Life: ledgerLife, Erase: EraseNone,
		Holds: "how many entries of that ledger are, or were, in each state; no contact", End: "as ledger"},
	{Name: "ledgers", Shape: "{bN}:ledgers", Type: "zset", Owner: "outreach", Erase: EraseLedgers,
		Holds: "outreaches that have a ledger in the bucket, by when that ends; no contact", End: "an entry: as ledger"},
	{Name: "outreaches-live", Shape: "{outreach}:live", Type: "zset", Owner: "outreach", Erase: EraseNone,
		Holds: "outreaches that may have ledgers, by when they were made", End: "an entry: its ledgers are gone"},
	{Name: "outreach", Shape: "{outreach}:record:<outreach>", Type: "string", Owner: "outreach", Life: outreachLife, Optional: true, Erase: EraseNone,
		Holds: "an outreach, encrypted: audience by its names, the staff's words, times, totals; nothing of a recipient", End: "12 months after it ended"},
	{Name: "outreaches", Shape: "{outreach}:of:<kind>", Type: "zset", Owner: "outreach", Erase: EraseNone,
		Holds: "ids of outreaches, by when they were made", End: "an entry: with the outreach"},
	{Name: "states", Shape: "{outreach}:states", Type: "hash", Owner: "outreach", Erase: EraseNone,
		Holds: "state of each outreach that is not over", End: "an entry: the outreach ends"},
	{Name: "work", Shape: "{outreach}:work:<outreach>", Type: "stream", Owner: "outreach", Erase: EraseNone,
		Holds: "buckets of an outreach to be gone through, and who is at it; no contact", End: "the last of them is gone through"},
	{Name: "work-left", Shape: "{outreach}:left", Type: "hash", Owner: "outreach", Erase: EraseNone,
		Holds: "how many buckets of an outreach are not gone through", End: "an entry: the last of them"},
	{Name: "draft", Shape: "{staff}:draft:<staff>", Type: "string", Owner: "announcements", Life: draftLife, Erase: EraseNone,
		Holds: "the announcement that somebody of the team is writing, encrypted; nothing of a recipient", End: "sent or dropped, or 7 days after the last change"},
	{Name: "cards", Shape: "{outreach}:cards:<outreach>", Type: "hash", Owner: "announcements", Life: cardLife, Erase: EraseNone,
		Holds: "ids of staff and of the messages in their chats that show how an outreach stands", End: "an entry: the outreach is over and its report was sent; 90 days"},
	{Name: "carded", Shape: "{outreach}:carded", Type: "set", Owner: "announcements", Erase: EraseNone,
		Holds: "ids of the outreaches that have cards", End: "an entry: with the last card"},
	{Name: "pace", Shape: "pace:next", Type: "string", Owner: "sender", Life: paceMax, Erase: EraseNone,
		Holds: "when the next message that nobody asked for may be sent", End: "a minute after that moment"},
	{Name: "hold", Shape: "pace:until", Type: "string", Owner: "sender", Life: holdMax, Erase: EraseNone,
		Holds: "until when Telegram told us to be silent", End: "that moment"},
	{Name: "listed", Shape: "{<noun>}:rows", Type: "hash", Owner: "catalogue", Erase: EraseNone,
		Holds: "courses, events, vacancies or help lines, each as JSON under its id; nothing of a contact",
		End:   "an entry: a year after it went out of its list, with the next import"},
	{Name: "decisions", Shape: "{vacancy}:decisions", Type: "hash", Owner: "console", Erase: EraseNone,
		Holds: "what the team decided about vacancies that the checks leave to a person: yes or no, why, when, staff id", End: "an entry: with the vacancy"},
	{Name: "content", Shape: "{content}:live", Type: "hash", Owner: "console", Erase: EraseNone,
		Holds: "texts, calls and figures that the team put in the place of the files', and how often it did; nothing personal", End: "an edit: published back to what the files say"},
	{Name: "content-history", Shape: "{content}:history", Type: "list", Owner: "console", Erase: EraseNone,
		Holds: "what was published over the files, before and after, when, and ids of the staff who did", End: "an entry: 500 newer ones"},
	{Name: "content-proposed", Shape: "{content}:proposed", Type: "hash", Owner: "console", Erase: EraseNone,
		Holds: "changes of texts, calls and figures that wait to be published, and staff ids; at most 200", End: "an entry: published or dropped"},
	{Name: "upload", Shape: "upload:<digest>", Type: "string", Owner: "console", Life: uploadLife, Erase: EraseNone,
		Holds: "a spreadsheet of the catalogue that waits for the yes of who sent it, encrypted", End: "confirmed, or an hour"},
	{Name: "version", Shape: "{<noun>}:version", Type: "string", Owner: "catalogue", Erase: EraseNone,
		Holds: "how often the rows of that kind changed", End: "kept"},
	{Name: "lease", Shape: "lease:<name>", Type: "string", Owner: "loops", Life: leaseMax, Erase: EraseNone,
		Holds: "which process runs a loop that must run once", End: "released or not renewed"},
})

// variable says what the words in angle brackets may be.
var variable = map[string]string{
	"<id>":        `[0-9a-z]{13}`,
	"<digest>":    `[0-9a-z]{26}`,
	"<day>":       `\d{4}-\d\d-\d\d`,
	"<dimension>": `[A-Za-z0-9_.-]+`,
	"<value>":     `[A-Za-z0-9_.-]+`,
	"<hash>":      `[A-Za-z0-9_-]{43}`,
	"<bot>":       `\d+`,
	"<noun>":      `(?:course|event|vacancy|helpline)`,
	"<name>":      `[a-z-]+`,
	"<offer>":     `(?:course|event):[^{}:]+`,
	"<group>":     `-?\d+`,
	"<message>":   `\d+`,
	"<request>":   `r-[a-z0-9]{6}`,
	"<outreach>":  `[A-Za-z0-9._-]+`,
	"<kind>":      `[a-z_]+`,
	"<hour>":      `\d{4}-\d\d-\d\dT\d\d`,
	"<staff>":     `s-[0-9a-z]{6}`,
	"<session>":   `c-[0-9a-z]{10}`,
}

func compileRows(rows []Row) []Row {
	for i := range rows {
		p := regexp.QuoteMeta(rows[i].Shape)
		p = strings.Replace(p, `\{bN\}`, `\{b(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\}`, 1)
		for name, class := range variable {
			p = strings.Replace(p, name, class, 1)
		}
		rows[i].match = regexp.MustCompile("^" + p + "$")
	}
	return rows
}

// Rows returns the table of all key shapes, for the documentation.
func Rows() []Row { return append([]Row(nil), rows...) }

// Match returns the row that a key belongs to.
func Match(key string) (Row, bool) {
	for _, r := range rows {
		if r.match.MatchString(key) {
			return r, true
		}
	}
	return Row{}, false
}

// A bucketKeys makes the keys of one bucket.
type bucketKeys string

func bucket(n int) bucketKeys { return bucketKeys("{b" + strconv.Itoa(n) + "}:") }

func (b bucketKeys) contact(id ContactID) string { return string(b) + "contact:" + string(id) }
func (b bucketKeys) notices(id ContactID) string { return string(b) + "notices:" + string(id) }
func (b bucketKeys) roster() string              { return string(b) + "roster" }
func (b bucketKeys) vacant() string              { return string(b) + "vacant" }
func (b bucketKeys) due() string                 { return string(b) + "due" }
func (b bucketKeys) outbox() string              { return string(b) + "outbox" }
func (b bucketKeys) owed() string                { return string(b) + "owed" }
func (b bucketKeys) said(id ContactID) string    { return string(b) + "said:" + string(id) }
func (b bucketKeys) ticket(id ContactID) string  { return string(b) + "ticket:" + string(id) }
func (b bucketKeys) tickets() string             { return string(b) + "tickets" }
func (b bucketKeys) relay() string               { return string(b) + "relay" }
func (b bucketKeys) reported() string            { return string(b) + "reported" }
func (b bucketKeys) farewell() string            { return string(b) + "farewell" }
func (b bucketKeys) tombstone(d string) string   { return string(b) + "tombstone:" + d }
func (b bucketKeys) spent(d string) string       { return string(b) + "spent:" + d }
func (b bucketKeys) funnel(day string) string    { return string(b) + "funnel:" + day }
func (b bucketKeys) undelivered(d string) string { return string(b) + "undelivered:" + d }
func (b bucketKeys) ledgers() string             { return string(b) + "ledgers" }
func (b bucketKeys) ledger(id string) string     { return string(b) + "ledger:" + id }
func (b bucketKeys) tally(id string) string      { return string(b) + "tally:" + id }
func (b bucketKeys) in(entry string) string      { return string(b) + "in:" + entry }

// An offerKeys makes the keys of one offer, all in one slot.
type offerKeys string

func places(o Offer) offerKeys { return offerKeys("{o:" + o.Ref() + "}:") }

func (k offerKeys) size() string     { return string(k) + "size" }
func (k offerKeys) taken() string    { return string(k) + "taken" }
func (k offerKeys) waiting() string  { return string(k) + "waiting" }
func (k offerKeys) offered() string  { return string(k) + "offered" }
func (k offerKeys) watching() string { return string(k) + "watching" }
func (k offerKeys) tell() string     { return string(k) + "tell" }
func (k offerKeys) terms() string    { return string(k) + "terms" }
func (k offerKeys) grades() string   { return string(k) + "grades" }
func (k offerKeys) came() string     { return string(k) + "came" }

// all are the keys in the order that most scripts take them.
func (k offerKeys) all() []string {
	return []string{k.size(), k.taken(), k.waiting(), k.offered(), k.watching(), k.tell(), k.terms(), k.grades(), k.came()}
}

const (
	keyHold    = "pace:until"
	keyMatched = "alerts:matched"
	keyOffers  = "places:offers"
	keyNumber  = "staff:number"
	keyReports = "{reports}:open"
	keyUntold  = "{reports}:untold"
	keyStates  = "{outreach}:states"
	keyLeft    = "{outreach}:left"
	keyLive    = "{outreach}:live"
	keyPace    = "pace:next"
	keyCarded  = "{outreach}:carded"

	keyStaff        = "{staff}:members"
	keyStaffFormer  = "{staff}:former"
	keyStaffChats   = "{staff}:chats"
	keyStaffVersion = "{staff}:version"
	keyAuditLog     = "{audit}:log"
	keyAuditHead    = "{audit}:head"
	keyAuditWhy     = "{audit}:why"

	outreachRecord = "{outreach}:record:"
)

func keyOutreach(id string) string           { return outreachRecord + id }
func keyWork(outreach string) string         { return "{outreach}:work:" + outreach }
func outreachOf(key string) string           { return strings.TrimPrefix(key, outreachRecord) }
func keyOutreaches(kind OutreachKind) string { return "{outreach}:of:" + string(kind) }
func keyCards(outreach string) string        { return "{outreach}:cards:" + outreach }
func keyDraft(staff string) string           { return "{staff}:draft:" + staff }
func keyText(hash string) string             { return "consent:text:" + hash }
func keyUnreadable(day string) string        { return "unreadable:" + day }
func keyOffset(bot int64) string             { return "telegram:offset:" + strconv.FormatInt(bot, 10) }
func keyLease(name string) string            { return "lease:" + name }
func keyReport(digest string) string         { return "{reports}:report:" + digest }
func keyForm(digest string) string           { return "console:form:" + digest }
func keyOnce(name string) string             { return "once:" + name }
func keyGroup(group int64) string            { return "staff:group:" + strconv.FormatInt(group, 10) }
func keyInvitation(digest string) string     { return "{staff}:invitation:" + digest }
func keyLogin(digest string) string          { return "{staff}:login:" + digest }
func keyAuditReads(hour string) string       { return "{audit}:reads:" + hour }
func keySession(id string) string            { return "{staff}:session:" + id }
func keySessions(staff string) string        { return "{staff}:sessions:" + staff }
func keyThread(group int64, message int) string {
	return "staff:thread:" + strconv.FormatInt(group, 10) + ":" + strconv.Itoa(message)
}

// seconds writes a lifetime for Redis.
func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
