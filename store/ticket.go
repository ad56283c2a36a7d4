package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Ticket is a contact's wish to talk to somebody of the team, and what came
// of it. A contact has one at most; the next one takes its place. It must not
// be logged.
type Ticket struct {
	Contact  ContactID `json:"-"` // set by Tickets
	Number   int64     `json:"n"`
	Opened   int64     `json:"o"`           // Unix seconds of the wish
	Closed   int64     `json:"c,omitempty"` // Unix seconds; 0: open
	Talk     int64     `json:"k,omitempty"` // Unix seconds by which the session knows the talk; 0: Opened
	Seen     int64     `json:"s,omitempty"` // Unix seconds of the newest message of either side
	Waits    int64     `json:"w,omitempty"` // Unix seconds since when the person waits for an answer; 0: they do not
	Attends  string    `json:"a,omitempty"` // who of the team, as they are called
	Who      string    `json:"i,omitempty"` // id of who attends; "" for somebody known by their name in the group only
	Notes    []Note    `json:"t,omitempty"` // of the team, newest last, at most maxNotes
	Header   int       `json:"h,omitempty"` // message in the staff group that begins the thread; 0: not written yet
	Copies   []int     `json:"m,omitempty"` // newest messages of the thread, at most maxCopies
	Messages int       `json:"p,omitempty"` // carried from the person
	Answers  int       `json:"r,omitempty"` // carried to the person
	Lost     int       `json:"x,omitempty"` // could not be carried
}

// A Note is what the team wrote down about a ticket.
type Note struct {
	At   int64  `json:"t"` // Unix seconds
	By   string `json:"b,omitempty"`
	Text string `json:"n"`
}

// Bounds of a ticket.
const (
	maxNotes  = 50
	maxCopies = 200
)

// closedListed is how long a closed ticket is in the list of those: as long as
// its words can be read.
const closedListed = talkAfter

// LogValue shows the number only.
func (t Ticket) LogValue() slog.Value { return slog.GroupValue(slog.Int64("ticket", t.Number)) }

// Open reports whether the team still attends.
func (t *Ticket) Open() bool { return t.Closed == 0 }

// AddCopy notes a message of the thread in the staff group.
func (t *Ticket) AddCopy(message int) {
	t.Copies = append(t.Copies, message)
	if n := len(t.Copies); n > maxCopies {
		t.Copies = t.Copies[n-maxCopies:]
	}
}

// AddNote keeps a note; the oldest go when there are too many.
func (t *Ticket) AddNote(n Note) {
	t.Notes = append(t.Notes, n)
	if n := len(t.Notes); n > maxNotes {
		t.Notes = t.Notes[n-maxNotes:]
	}
}

// Since is when the session's talk of this ticket began, in Unix seconds.
func (t *Ticket) Since() int64 {
	if t.Talk != 0 {
		return t.Talk
	}
	return t.Opened
}

// Heard notes that the person wrote, Answered that the team did.
func (t *Ticket) Heard(at int64) {
	t.Messages++
	t.Seen = at
	if t.Waits == 0 {
		t.Waits = at
	}
}

// Answered notes that the team wrote.
func (t *Ticket) Answered(at int64) {
	t.Answers++
	t.Seen, t.Waits = at, 0
}

// Ticket reads the newest ticket of a contact, open or closed; ErrNotFound when
// there is none.
func (s *Store) Ticket(ctx context.Context, id ContactID) (*Ticket, error) {
	sealed, err := s.client.Get(ctx, bucket(id.Bucket()).ticket(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("read ticket: %w", ErrNotFound)
	}
	if err != nil {
		return nil, wrap("read ticket", err)
	}
	plain, err := s.keys.open(fieldTicket, id, sealed)
	if err != nil {
		return nil, fmt.Errorf("read ticket: %w", err)
	}
	t := new(Ticket)
	if json.Unmarshal(plain, t) != nil {
		return nil, fmt.Errorf("read ticket: %w", errMalformed)
	}
	return t, nil
}

// NewTicket returns an open ticket with the next number. It is stored by
// SaveTicket; a number that is not used does no harm.
func (s *Store) NewTicket(ctx context.Context, opened time.Time) (*Ticket, error) {
	n, err := s.client.Incr(ctx, keyNumber).Result()
	if err != nil {
		return nil, wrap("number a ticket", err)
	}
	return &Ticket{Number: n, Opened: opened.Unix()}, nil
}

// A Step is what carrying an entry leads to beside the ticket itself.
type Step struct {
	Done   bool    // the entry is finished
	Say    *Saying // added to the conversation; one with the same id is replaced
	Mirror *Relay  // what the staff group is to be shown; Contact, Ticket and Since are the entry's
	Now    time.Time
}

// SaveTicket writes the contact's ticket on behalf of an entry of the queue, and
// in the same script the rest of the step. A conversation ends seven days after
// its ticket was closed. It fails with ErrNotFound when the entry is gone, because
// it was carried or the contact erased.
func (s *Store) SaveTicket(ctx context.Context, r Relay, t *Ticket, step Step) error {
	plain, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("encode ticket: %w", err)
	}
	sealed, err := s.keys.seal(fieldTicket, r.Contact, plain)
	if err != nil {
		return fmt.Errorf("seal ticket: %w", err)
	}
	number, done, life := "", "0", ""
	switch {
	case step.Say == nil: // nothing of the conversation changes
	case t.Open():
		life = seconds(talkLife)
	default:
		life = seconds(talkAfter)
	}
	if t.Open() {
		number = strconv.FormatInt(t.Number, 10)
	}
	if step.Done {
		done = "1"
	}
	sayField, sayValue := "", []byte(nil)
	if step.Say != nil {
		sayField = step.Say.ID
		if sayValue, err = s.encodeSaying(r.Contact, *step.Say); err != nil {
			return err
		}
	}
	mirrorField, mirrorValue := "", []byte(nil)
	if step.Mirror != nil {
		m := *step.Mirror
		m.Contact, m.Ticket, m.Since, m.Mirror = r.Contact, t.Number, r.Since, true
		mirrorField = r.field + mirrorMark
		if mirrorValue, err = s.encodeRelay(mirrorField, m); err != nil {
			return err
		}
	}
	b := bucket(r.Contact.Bucket())
	n, err := s.run(ctx, ticketScript, []string{b.relay(), b.ticket(r.Contact), b.tickets(), b.closed(), b.talk(r.Contact)},
		r.field, string(r.Contact), sealed, number, seconds(ticketLife), done, sayField, sayValue, life,
		fmt.Sprintf("%013d", step.Now.Add(-talkLife).UnixMilli()), maxTalk, mirrorField, mirrorValue,
		step.Now.Unix(), step.Now.Add(-closedListed).Unix()).Int()
	if err == nil && n == 0 {
		return fmt.Errorf("write ticket: %w", ErrNotFound)
	}
	return wrap("write ticket", err)
}

// An OpenTicket says whose ticket is open. Contact may be logged.
type OpenTicket struct {
	Contact ContactID
	Number  int64
}

// OpenTickets lists the open tickets of all contacts, in no order.
func (s *Store) OpenTickets(ctx context.Context) ([]OpenTicket, error) {
	pipe := s.client.Pipeline()
	cmds := make([]*redis.ZSliceCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.ZRangeWithScores(ctx, bucket(n).tickets(), 0, -1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("list tickets", err)
	}
	var out []OpenTicket
	for _, cmd := range cmds {
		for _, z := range cmd.Val() {
			id, _ := z.Member.(string)
			out = append(out, OpenTicket{ContactID(id), int64(z.Score)})
		}
	}
	return out, nil
}

// ClosedTickets lists the contacts whose ticket was closed in the last seven days,
// the newest first.
func (s *Store) ClosedTickets(ctx context.Context, now time.Time) ([]ContactID, error) {
	pipe := s.client.Pipeline()
	cmds := make([]*redis.ZSliceCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.ZRangeByScoreWithScores(ctx, bucket(n).closed(), &redis.ZRangeBy{Min: strconv.FormatInt(now.Add(-closedListed).Unix(), 10), Max: "+inf"})
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("list closed tickets", err)
	}
	var all []redis.Z
	for _, cmd := range cmds {
		all = append(all, cmd.Val()...)
	}
	slices.SortStableFunc(all, func(a, b redis.Z) int { return cmp.Compare(b.Score, a.Score) })
	out := make([]ContactID, len(all))
	for i, z := range all {
		id, _ := z.Member.(string)
		out[i] = ContactID(id)
	}
	return out, nil
}

// ticketContact is whose open ticket has that number; "" nobody's.
func (s *Store) ticketContact(ctx context.Context, n int, number int64) (ContactID, error) {
	score := strconv.FormatInt(number, 10)
	ids, err := s.client.ZRangeByScore(ctx, bucket(n).tickets(), &redis.ZRangeBy{Min: score, Max: score, Count: 1}).Result()
	if err != nil {
		return "", wrap("look for ticket", err)
	}
	if len(ids) == 0 {
		return "", nil
	}
	return ContactID(ids[0]), nil
}

// Thread notes that a message in the staff group belongs to a ticket, for 90
// days.
func (s *Store) Thread(ctx context.Context, group int64, message int, id ContactID, number int64) error {
	value := strconv.Itoa(id.Bucket()) + " " + strconv.FormatInt(number, 10)
	return wrap("note thread", s.client.Set(ctx, keyThread(group, message), value, threadLife).Err())
}

// ThreadOf finds the ticket of a message in the staff group. The contact is ""
// when the ticket is closed; ErrNotFound when the message belongs to none.
func (s *Store) ThreadOf(ctx context.Context, group int64, message int) (OpenTicket, error) {
	value, err := s.text(ctx, "look for thread", keyThread(group, message))
	if err != nil {
		return OpenTicket{}, err
	}
	first, second, ok := strings.Cut(value, " ")
	n, err1 := strconv.Atoi(first)
	number, err2 := strconv.ParseInt(second, 10, 64)
	if !ok || err1 != nil || err2 != nil || n < 0 || n >= Buckets {
		return OpenTicket{}, fmt.Errorf("look for thread: %w", ErrNotFound)
	}
	id, err := s.ticketContact(ctx, n, number)
	return OpenTicket{id, number}, err
}

// StaffGroup returns the id under which a staff group goes today: Telegram
// gives a group that it upgrades a new one.
func (s *Store) StaffGroup(ctx context.Context, group int64) (int64, error) {
	value, err := s.text(ctx, "read staff group", keyGroup(group))
	if err != nil || value == "" {
		return group, err
	}
	moved, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return group, nil
	}
	return moved, nil
}

// MoveStaffGroup notes the new id of a staff group.
func (s *Store) MoveStaffGroup(ctx context.Context, group, moved int64) error {
	return wrap("note staff group", s.client.Set(ctx, keyGroup(group), moved, 0).Err())
}

// Once reports whether nobody said this within ttl, at most a day, and notes
// that it is being said. The name is of lower-case letters and dashes.
func (s *Store) Once(ctx context.Context, name string, ttl time.Duration) (bool, error) {
	err := s.client.SetArgs(ctx, keyOnce(name), "1", redis.SetArgs{Mode: "NX", TTL: min(ttl, onceMax)}).Err()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	return err == nil, wrap("note what is said once", err)
}

// Said returns the ids of the newest messages in the contact's chat, oldest
// first.
func (s *Store) Said(ctx context.Context, id ContactID) ([]int, error) {
	list, err := s.client.LRange(ctx, bucket(id.Bucket()).said(id), 0, -1).Result()
	if err != nil {
		return nil, wrap("list messages", err)
	}
	var out []int
	for _, v := range list {
		if n, err := strconv.Atoi(v); err == nil {
			out = append(out, n)
		}
	}
	return out, nil
}

// Unsay forgets the ids that Said returned.
func (s *Store) Unsay(ctx context.Context, id ContactID) error {
	return wrap("forget messages", s.client.Del(ctx, bucket(id.Bucket()).said(id)).Err())
}
