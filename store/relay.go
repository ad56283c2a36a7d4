package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

// What is carried beside the kinds of flows.RelayKind, which a person's turn
// owes: what the team owes, and what is only for the team.
const (
	RelayAnswer  flows.RelayKind = "answer" // copy a message of the team to the person
	RelayNote    flows.RelayKind = "note"   // keep Text in the ticket
	RelayNotes   flows.RelayKind = "notes"  // show the notes of the ticket in the group
	RelayAssign  flows.RelayKind = "assign" // Text attends from now on
	RelayEnd     flows.RelayKind = "end"    // the team ended the talk
	RelayForget  flows.RelayKind = "forget" // the person was erased: clean the group
	RelayReply   flows.RelayKind = "reply"  // what somebody wrote in the console: say it to the person
	RelayReopen  flows.RelayKind = "reopen" // go on with the closed ticket
	RelayAct     flows.RelayKind = "act"    // Act is done about the person, as a turn of theirs
	RelaySay     flows.RelayKind = "say"    // mirror: say Say in the group, under Message or the header
	relayNobody  ContactID       = "-"      // owner of an entry that belongs to no contact
	seqDigits                    = 20       // entries of one contact are ordered as text
	relayPerTick                 = 1_000    // entries of each way that one look takes
	mirrorMark                   = "+m"     // ends the field of a mirror
	actMark                      = "-act-"  // in the field of an act
	relayExpiry                  = 30 * day // nobody waits longer
)

// A Relay is one thing to be carried between a person and the team. What the
// staff group is to be shown of it goes its own way, as a mirror: while the group
// is away only mirrors wait. It holds words of both sides until they are carried,
// and must not be logged.
type Relay struct {
	Contact  ContactID // "-": nobody's
	Kind     flows.RelayKind
	Message  int    // id of the message to copy, or of the team's message that asked for it
	Ticket   int64  // number; 0: the contact's open one
	Text     string // note, what was said, or who attends
	By       string // who of the team, as they are called
	Staff    string // id of who; "" for somebody known by their name in the group only
	Media    string // what was said beside text: a kind of flows.Input
	File     string // Telegram's id of the file of Media
	Enclosed string // name of the Enclosure that is the file, until Telegram has it
	Name     string // of the file, as the person sees it
	Act      *flows.StaffAct
	Request  string      // RelayAct: id of the request that it answers; "": none
	Mirror   bool        // is for the staff group
	Say      *flows.Text // RelaySay
	Header   int         // RelayForget: the ticket's header in the group
	Copies   []int       // RelayForget: messages in the group
	Since    time.Time

	bucket int
	field  string
}

// SayingID is the id of what the entry says in the conversation.
func (r Relay) SayingID() string {
	_, seq, _ := strings.Cut(strings.TrimSuffix(r.field, mirrorMark), ".")
	if _, once, ok := strings.Cut(seq, "-"); ok {
		return sayingID(r.Since, once)
	}
	return sayingID(r.Since, strings.TrimLeft(seq, "0"))
}

// LogValue names the contact and the kind.
func (r Relay) LogValue() slog.Value {
	return slog.GroupValue(slog.String("contact", string(r.Contact)), slog.String("kind", string(r.Kind)))
}

// Stale reports whether nobody waits for it any more.
func (r Relay) Stale(now time.Time) bool { return now.Sub(r.Since) > relayExpiry }

type relayContents struct {
	Kind     flows.RelayKind `json:"k"`
	Message  int             `json:"m,omitempty"`
	Ticket   int64           `json:"n,omitempty"`
	Text     string          `json:"t,omitempty"`
	By       string          `json:"b,omitempty"`
	Say      *flows.Text     `json:"y,omitempty"`
	Staff    string          `json:"i,omitempty"`
	Media    string          `json:"d,omitempty"`
	File     string          `json:"f,omitempty"`
	Enclosed string          `json:"u,omitempty"`
	Name     string          `json:"e,omitempty"`
	Act      *flows.StaffAct `json:"a,omitempty"`
	Request  string          `json:"q,omitempty"`
	Mirror   bool            `json:"g,omitempty"`
	Header   int             `json:"h,omitempty"`
	Copies   []int           `json:"c,omitempty"`
	Since    int64           `json:"s"` // Unix ms
}

func relayField(id ContactID, seq string) string {
	return string(id) + "." + strings.Repeat("0", max(0, seqDigits-len(seq))) + seq
}

func (s *Store) encodeRelay(field string, r Relay) ([]byte, error) {
	plain, err := json.Marshal(relayContents{
		Kind: r.Kind, Message: r.Message, Ticket: r.Ticket, Text: r.Text, By: r.By, Say: r.Say, Staff: r.Staff, Media: r.Media, File: r.File,
		Enclosed: r.Enclosed, Name: r.Name, Act: r.Act, Request: r.Request, Mirror: r.Mirror, Header: r.Header, Copies: r.Copies, Since: r.Since.UnixMilli(),
	})
	if err != nil {
		return nil, fmt.Errorf("encode relay: %w", err)
	}
	sealed, err := s.keys.seal(fieldRelay, ContactID(field), plain)
	if err != nil {
		return nil, fmt.Errorf("seal relay: %w", err)
	}
	return sealed, nil
}

// encodeTurnRelay is what a turn owes the team; no field: nothing.
func (s *Store) encodeTurnRelay(t Turn) (field string, value []byte, err error) {
	if t.Relay == nil {
		return "", nil, nil
	}
	seq := t.Update
	if seq == 0 {
		seq = t.Now.UnixMilli() // above any update id: after what waits
	}
	field = relayField(t.Record.ID, fmt.Sprint(seq))
	value, err = s.encodeRelay(field, Relay{
		Kind: t.Relay.Kind, Message: t.Relay.Message, Media: string(t.Relay.Media), Text: t.Relay.Text, File: t.Relay.File, Since: t.Now,
	})
	return field, value, err
}

// Relays returns what is to be carried, up to a thousand entries of either way:
// the contact who waits longest first, the entries of one contact in the order in
// which their updates came, the mirrors after what they mirror. An entry that cannot be decrypted is reported in the
// error beside the others.
func (s *Store) Relays(ctx context.Context) ([]Relay, error) {
	pipe := s.client.Pipeline()
	cmds := make([]*redis.MapStringStringCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.HGetAll(ctx, bucket(n).relay())
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("read relay", err)
	}
	var out []Relay
	var faults []error
	for n, cmd := range cmds {
		for field, value := range cmd.Val() {
			r, err := s.keys.decodeRelay(field, []byte(value))
			if err != nil {
				faults = append(faults, fmt.Errorf("read relay: %w", err))
				continue
			}
			r.bucket = n
			out = append(out, r)
		}
	}
	oldest := map[ContactID]time.Time{}
	for _, r := range out {
		if t, ok := oldest[r.Contact]; !ok || r.Since.Before(t) {
			oldest[r.Contact] = r.Since
		}
	}
	slices.SortFunc(out, func(a, b Relay) int {
		return cmp.Or(oldest[a.Contact].Compare(oldest[b.Contact]), cmp.Compare(a.field, b.field))
	})
	var taken [2]int
	out = slices.DeleteFunc(out, func(r Relay) bool {
		way := 0
		if r.Mirror {
			way = 1
		}
		taken[way]++
		return taken[way] > relayPerTick
	})
	return out, errors.Join(faults...)
}

func (k *Keyring) decodeRelay(field string, sealed []byte) (Relay, error) {
	id, _, ok := strings.Cut(field, ".")
	if !ok {
		return Relay{}, errMalformed
	}
	plain, err := k.open(fieldRelay, ContactID(field), sealed)
	if err != nil {
		return Relay{}, err
	}
	var c relayContents
	if json.Unmarshal(plain, &c) != nil {
		return Relay{}, errMalformed
	}
	return Relay{Contact: ContactID(id), Kind: c.Kind, Message: c.Message, Ticket: c.Ticket, Text: c.Text, By: c.By, Say: c.Say,
		Staff: c.Staff, Media: c.Media, File: c.File, Enclosed: c.Enclosed, Name: c.Name, Act: c.Act, Request: c.Request, Mirror: c.Mirror,
		Header: c.Header, Copies: c.Copies, Since: time.UnixMilli(c.Since).UTC(), field: field}, nil
}

// Carry puts what the team sent into the queue of a ticket, once for each
// update. It returns false when that ticket is not open.
func (s *Store) Carry(ctx context.Context, r Relay, update int64) (bool, error) {
	n, err := s.carry(ctx, r, relayField(r.Contact, fmt.Sprint(update)), entry{ticket: true})
	return n == carryNew, err
}

// Tell puts what somebody of the team does in the console into the queue of an
// open ticket: a RelayReply, RelayNote, RelayAssign or RelayEnd. What is said to
// the person is in the conversation at once, on its way. Once is what the form
// carried, of letters and digits: sent twice it is said once. A file goes with it
// as content. It fails with ErrNotFound when the ticket is not open.
func (s *Store) Tell(ctx context.Context, r Relay, once string, content []byte) error {
	if !validName(once) {
		return errors.New("tell: the form carries no name of its own")
	}
	e := entry{ticket: true}
	if r.Kind == RelayReply {
		if len(content) > 0 {
			r.Enclosed = once
			if err := s.keepEnclosure(ctx, r.Contact, once, content); err != nil {
				return err
			}
		}
		e.say = &Saying{ID: sayingID(r.Since, once), From: SaidByTeam, By: r.By, Ticket: r.Ticket, Media: r.Media, Text: flows.Masked(r.Text), State: SayingGoing}
		e.ends = "." + once
	}
	n, err := s.carry(ctx, r, momentField(r, "-"+once), e)
	if err == nil && n == carryNone {
		return fmt.Errorf("tell: %w", ErrNotFound)
	}
	return err
}

// momentField is the field of what no update brought: after any that one did.
func momentField(r Relay, name string) string {
	return relayField(r.Contact, fmt.Sprint(r.Since.UnixMilli())) + name
}

// Reopen asks for the closed ticket of a contact to be gone on with. It fails
// with ErrNotFound when nothing is stored about them.
func (s *Store) Reopen(ctx context.Context, r Relay, once string) error {
	r.Kind = RelayReopen
	return s.aboutPerson(ctx, r, once)
}

// Act has something done about a person, as a turn of theirs; request is the id
// of the request that it answers, if there is one. Once is as in Tell. It fails
// with ErrNotFound when nothing is stored about them.
func (s *Store) Act(ctx context.Context, id ContactID, act flows.StaffAct, request, once string, now time.Time) error {
	return s.aboutPerson(ctx, Relay{Contact: id, Kind: RelayAct, Act: &act, Request: request, Since: now}, once)
}

func (s *Store) aboutPerson(ctx context.Context, r Relay, once string) error {
	if !validName(once) {
		return errors.New("act: the form carries no name of its own")
	}
	n, err := s.carry(ctx, r, momentField(r, actMark+once), entry{there: true})
	if err == nil && n == carryNone {
		return fmt.Errorf("act: %w", ErrNotFound)
	}
	return err
}

// Acting reports how many acts about a person are still to be done.
func (s *Store) Acting(ctx context.Context, id ContactID) (int, error) {
	b := bucket(id.Bucket())
	names, err := s.client.HKeys(ctx, b.relay()).Result()
	if err != nil {
		return 0, wrap("look for acts", err)
	}
	n := 0
	for _, name := range names {
		if strings.HasPrefix(name, string(id)+".") && strings.Contains(name, actMark) {
			n++
		}
	}
	return n, nil
}

// ForgetTalk tells the team that a contact is being erased, if they have a
// ticket: call it before the erasure. Who carries it out looks first whether
// the contact is gone.
func (s *Store) ForgetTalk(ctx context.Context, id ContactID, now time.Time) error {
	t, err := s.Ticket(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	r := Relay{Contact: relayNobody, Kind: RelayForget, Ticket: t.Number, Header: t.Header, Copies: t.Copies, Since: now}
	_, err = s.carryIn(ctx, bucket(id.Bucket()), r, relayField(relayNobody, fmt.Sprint(t.Number)), entry{})
	return err
}

// An entry says under which conditions something is put into the queue.
type entry struct {
	ticket bool    // its ticket must be open
	there  bool    // something must be stored about the contact
	say    *Saying // goes into the conversation with it
	ends   string  // how the id of say ends: once it is there, nothing is done
}

// What became of putting something into the queue.
const (
	carryNone = 0 // the condition does not hold
	carryNew  = 1
	carrySaid = 2 // it was said before
)

func (s *Store) carry(ctx context.Context, r Relay, field string, e entry) (int, error) {
	return s.carryIn(ctx, bucket(r.Contact.Bucket()), r, field, e)
}

func (s *Store) carryIn(ctx context.Context, b bucketKeys, r Relay, field string, e entry) (int, error) {
	value, err := s.encodeRelay(field, r)
	if err != nil {
		return carryNone, err
	}
	owner, there, sayField, sayValue := "", "", "", []byte(nil)
	if e.ticket {
		owner = string(r.Contact)
	}
	if e.there {
		there = "1"
	}
	if e.say != nil {
		sayField = e.say.ID
		if sayValue, err = s.encodeSaying(r.Contact, *e.say); err != nil {
			return carryNone, err
		}
	}
	n, err := s.run(ctx, carryScript, []string{b.relay(), b.tickets(), b.talk(r.Contact), b.contact(r.Contact)},
		field, value, owner, r.Ticket, sayField, sayValue, seconds(talkLife), e.ends, there).Int()
	return n, wrap("queue relay", err)
}

// Carried takes an entry out of the queue.
func (s *Store) Carried(ctx context.Context, r Relay) error {
	return wrap("finish relay", s.client.HDel(ctx, bucket(r.bucket).relay(), r.field).Err())
}

// Carrier reports whether ticket number of the bucket of r is still somebody's
// open one.
func (s *Store) Carrier(ctx context.Context, r Relay) (bool, error) {
	id, err := s.ticketContact(ctx, r.bucket, r.Ticket)
	return id != "", err
}
