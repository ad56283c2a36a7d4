package store

import (
	"context"
	_ "embed"
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

var (
	//go:embed lua/talkmark.lua
	talkMarkSource string
	//go:embed lua/refield.lua
	refieldSource string

	talkMarkScript = redis.NewScript(talkMarkSource)
	refieldScript  = redis.NewScript(refieldSource)
)

func (b bucketKeys) closed() string               { return string(b) + "closed" }
func (b bucketKeys) talk(id ContactID) string     { return string(b) + "talk:" + string(id) }
func (b bucketKeys) enclosed(id ContactID) string { return string(b) + "enclosed:" + string(id) }

// How long the words of a talk rest. The programme keeps raw text 30 days at
// most. Seven days after the end are for who comes back with "what was I told?",
// and for a complaint about it; then nobody needs the words any more.
const (
	talkLife     = 30 * day
	talkAfter    = 7 * day // after the ticket was closed
	enclosedLife = 2 * day // a file of the team on its way to a person
	maxTalk      = 500     // sayings that are kept of one contact
)

// A Saying is one entry of a conversation between a person and the team: what
// one of them wrote, or what became of the ticket. It must not be logged.
type Saying struct {
	ID     string    `json:"-"` // sayings in the order of their ids are in the order of their time
	At     time.Time `json:"-"`
	From   Speaker   `json:"f"`
	By     string    `json:"b,omitempty"` // of the team: who, as the person or the group knows them
	Ticket int64     `json:"n"`
	Media  string    `json:"m,omitempty"` // what it is beside text: a kind of flows.Input, such as photo or voice
	Text   string    `json:"t,omitempty"` // without what looks like a document number, a phone or an e-mail
	File   string    `json:"i,omitempty"` // Telegram's id of the file; the file itself is kept nowhere
	State  string    `json:"s,omitempty"` // of the team: one of the Saying states
}

// LogValue shows the ticket only.
func (s Saying) LogValue() slog.Value { return slog.GroupValue(slog.Int64("ticket", s.Ticket)) }

// A Speaker is who says something in a conversation.
type Speaker string

// The speakers. An event is said by nobody: its Text is one of the Event words.
const (
	SaidByPerson Speaker = "person"
	SaidByTeam   Speaker = "team"
	SaidByEvent  Speaker = "event"
)

// What becomes of a ticket, as the text of an event.
const (
	EventOpened   = "opened"
	EventClosed   = "closed"           // by the team
	EventLeft     = "closed_by_person" // or because nobody wrote any more
	EventReopened = "reopened"
	EventAssigned = "assigned" // By is who attends now
)

// What became of what the team said.
const (
	SayingGoing   = "going" // on its way
	SayingSent    = "sent"
	SayingBlocked = "blocked" // the person blocked the bot
	SayingRefused = "refused" // Telegram does not take it
	SayingLate    = "late"    // it waited too long
)

// sayingID orders a saying by its time; seq keeps those of one moment apart.
func sayingID(at time.Time, seq string) string {
	return fmt.Sprintf("%013d.%s", at.UnixMilli(), seq)
}

func sayingTime(id string) time.Time {
	ms, _, _ := strings.Cut(id, ".")
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

func (s *Store) encodeSaying(id ContactID, say Saying) ([]byte, error) {
	plain, err := json.Marshal(say)
	if err != nil {
		return nil, fmt.Errorf("encode saying: %w", err)
	}
	sealed, err := s.keys.seal(fieldTalk, ContactID(string(id)+"."+say.ID), plain)
	if err != nil {
		return nil, fmt.Errorf("seal saying: %w", err)
	}
	return sealed, nil
}

// Conversation returns what was said in the talks of a contact that are not
// forgotten yet, oldest first; nothing for somebody who never talked.
func (s *Store) Conversation(ctx context.Context, id ContactID, now time.Time) ([]Saying, error) {
	fields, err := s.client.HGetAll(ctx, bucket(id.Bucket()).talk(id)).Result()
	if err != nil {
		return nil, wrap("read conversation", err)
	}
	oldest := now.Add(-talkLife)
	list := make([]Saying, 0, len(fields))
	for name, sealed := range fields {
		at := sayingTime(name)
		if at.Before(oldest) {
			continue // goes with the next saying
		}
		plain, err := s.keys.open(fieldTalk, ContactID(string(id)+"."+name), []byte(sealed))
		if err != nil {
			return nil, fmt.Errorf("read conversation of %s: %w", id, err)
		}
		say := Saying{ID: name, At: at}
		if json.Unmarshal(plain, &say) != nil {
			return nil, fmt.Errorf("read conversation of %s: %w", id, errMalformed)
		}
		list = append(list, say)
	}
	slices.SortFunc(list, func(a, b Saying) int { return strings.Compare(a.ID, b.ID) })
	return list, nil
}

// TrimTalk forgets what was said more than 30 days ago. Every new saying does it
// too: this is for talks in which nobody says anything.
func (s *Store) TrimTalk(ctx context.Context, id ContactID, now time.Time) error {
	key := bucket(id.Bucket()).talk(id)
	names, err := s.client.HKeys(ctx, key).Result()
	if err != nil {
		return wrap("trim conversation", err)
	}
	oldest := now.Add(-talkLife)
	names = slices.DeleteFunc(names, func(name string) bool { return !sayingTime(name).Before(oldest) })
	if len(names) == 0 {
		return nil
	}
	return wrap("trim conversation", s.client.HDel(ctx, key, names...).Err())
}

// TalkMark changes with everything that happens in a conversation or with its
// ticket: for pages that follow it. It costs one small round trip.
func (s *Store) TalkMark(ctx context.Context, id ContactID) (string, error) {
	b := bucket(id.Bucket())
	mark, err := s.run(ctx, talkMarkScript, []string{b.talk(id), b.ticket(id), b.relay()}, string(id)+".").Text()
	return mark, wrap("look at conversation", err)
}

// keepEnclosure keeps a file until it was sent, or two days.
func (s *Store) keepEnclosure(ctx context.Context, id ContactID, name string, content []byte) error {
	sealed, err := s.keys.seal(fieldEnclosed, ContactID(string(id)+"."+name), content)
	if err != nil {
		return fmt.Errorf("seal enclosure: %w", err)
	}
	key := bucket(id.Bucket()).enclosed(id)
	pipe := s.client.TxPipeline()
	pipe.HSet(ctx, key, name, sealed)
	pipe.Expire(ctx, key, enclosedLife)
	_, err = pipe.Exec(ctx)
	return wrap("keep enclosure", err)
}

// Enclosure returns a file on its way to a person; ErrNotFound when it was sent or
// waited too long.
func (s *Store) Enclosure(ctx context.Context, id ContactID, name string) ([]byte, error) {
	sealed, err := s.client.HGet(ctx, bucket(id.Bucket()).enclosed(id), name).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("read enclosure: %w", ErrNotFound)
	}
	if err != nil {
		return nil, wrap("read enclosure", err)
	}
	content, err := s.keys.open(fieldEnclosed, ContactID(string(id)+"."+name), sealed)
	if err != nil {
		return nil, fmt.Errorf("read enclosure: %w", err)
	}
	return content, nil
}

// DropEnclosure forgets a file that was sent.
func (s *Store) DropEnclosure(ctx context.Context, id ContactID, name string) error {
	return wrap("forget enclosure", s.client.HDel(ctx, bucket(id.Bucket()).enclosed(id), name).Err())
}
