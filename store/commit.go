package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

// Load reads the record of a Telegram chat in one round trip. A stranger has a
// record of revision 0 and no error. It fails with ErrUnavailable, or with
// ErrSealed when the keyset is not the one that wrote the record.
func (s *Store) Load(ctx context.Context, chatID int64) (*Record, error) {
	id := s.keys.Contact(chatID)
	r, err := s.load(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return &Record{ID: id, ChatID: chatID, ordinal: -1}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load contact: %w", err)
	}
	if r.ChatID != chatID { // two chats with one 64-bit digest: serve neither the other's answers
		return nil, fmt.Errorf("load contact %s: %w", id, errMalformed)
	}
	return r, nil
}

// LoadID reads the record of a contact; ErrNotFound when there is none.
func (s *Store) LoadID(ctx context.Context, id ContactID) (*Record, error) {
	r, err := s.load(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("load contact %s: %w", id, err)
	}
	return r, nil
}

func (s *Store) load(ctx context.Context, id ContactID) (*Record, error) {
	value, err := s.client.Get(ctx, bucket(id.Bucket()).contact(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, wrap("get", err)
	}
	return s.keys.decodeRecord(id, value)
}

// A Turn is everything one update, or one timer, changes.
type Turn struct {
	Record    *Record       // as loaded, with Session (and Blocked) replaced
	Update    int64         // Telegram update id; 0: no update (a timer)
	Index     []flows.Entry // all audience indexes the contact belongs to from now on; names of letters, digits, ".-_"; the dimension "status" is the store's
	Replies   []flows.Reply // owed from now on
	Relay     *flows.Relay  // owed to the team in the staff group; nil: nothing. Not with Erase
	Steps     []string      // "flow.step" reached, for the funnel
	Due       time.Time     // when the contact's timer is due; zero: no timer. A notice that came meanwhile makes it due at once
	Notices   []Noticed     // as LoadNoticed gave them; nil when they were not loaded
	Taken     []string      // ids of those among Notices that are dealt with
	Told      []Told        // outreaches that this turn owes or withholds; State: Owed, or Withheld
	Again     bool          // Replies belong to outreaches, and may be sent again when it is not known whether they arrived
	Erase     bool          // forget the contact; Replies are the farewell
	Consented bool          // the consent that a profile needs is given
	Now       time.Time
}

// LogValue shows no session and no replies.
func (t Turn) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("record", t.Record), slog.Int64("update", t.Update), slog.Bool("erase", t.Erase))
}

// Commit writes a turn in one round trip, all of it or nothing, and returns the
// name under which its replies are owed (zero when none are). This process has
// Config.Lease to deliver them; then any process may claim them.
//
// Without consent the record lives 30 days after this turn, Index and Due are
// ignored, and the contact leaves all indexes, the roster and every course and
// event it has a place in, as with an erasure.
//
// It fails with ErrConflict when the record changed since it was loaded, with
// ErrDuplicate when Update was committed before, and with ErrUnavailable, after
// which the turn may or may not have been committed: load again to know.
// Record is not changed; load it again for another turn.
func (s *Store) Commit(ctx context.Context, t Turn) (OwedRef, error) {
	if t.Record.Has(t.Update) {
		return OwedRef{}, fmt.Errorf("commit turn: %w", ErrDuplicate)
	}
	if t.Erase || t.Record.Member && !t.Consented {
		// Places lie with their offers. Left before the record changes: a crash
		// between costs a place, never leaves somebody in a list who is gone.
		if err := s.release(ctx, t.Record.ID, t.Now); err != nil {
			return OwedRef{}, fmt.Errorf("commit turn: %w", err)
		}
		if err := s.forgetWords(ctx, t); err != nil {
			return OwedRef{}, fmt.Errorf("commit turn: %w", err)
		}
	}
	if t.Erase {
		return s.erase(ctx, t)
	}
	next, err := t.next()
	if err != nil {
		return OwedRef{}, fmt.Errorf("commit turn: %w", err)
	}
	body, err := next.encodeBody()
	if err != nil {
		return OwedRef{}, fmt.Errorf("commit turn: %w", err)
	}
	sealed, err := s.keys.seal(fieldRecord, next.ID, body)
	if err != nil {
		return OwedRef{}, fmt.Errorf("commit turn: seal record: %w", err)
	}
	var ref OwedRef
	var field string
	var value []byte
	if len(t.Replies) > 0 {
		ref = OwedRef{Contact: next.ID, Revision: next.Revision}
		field = ref.field()
		if value, err = s.encodeOwed(ref, t); err != nil {
			return OwedRef{}, fmt.Errorf("commit turn: %w", err)
		}
	}
	b := bucket(next.ID.Bucket())
	// Only a first turn may be one of a life that was erased.
	var mark []byte
	spent := b.contact(next.ID)
	if t.Record.Revision == 0 {
		spent = b.spent(s.keys.tombstone(next.ChatID))
		if t.Update != 0 {
			mark = s.keys.spent(next.ChatID, t.Update)
		}
	}
	leave, join := difference(t.Record.entries, next.entries), difference(next.entries, t.Record.entries)
	relayField, relayValue, err := s.encodeTurnRelay(t)
	if err != nil {
		return OwedRef{}, fmt.Errorf("commit turn: %w", err)
	}
	keys := make([]string, 0, 12+len(leave)+len(join))
	keys = append(keys, b.contact(next.ID), b.outbox(), b.owed(), b.due(), b.funnel(s.date(t.Now)), b.roster(), b.vacant(),
		b.in(entryBlocked), spent, b.notices(next.ID), b.relay(), b.ledgers())
	for _, e := range leave {
		keys = append(keys, b.in(e))
	}
	for _, e := range join {
		keys = append(keys, b.in(e))
	}
	rawID, _ := next.ID.raw()
	life, due := "0", ""
	if !t.Consented {
		life = strconv.FormatInt(guestLife.Milliseconds(), 10)
	} else if !t.Due.IsZero() {
		due = strconv.FormatInt(t.Due.Unix(), 10)
	}
	taken := t.takenNames()
	args := make([]any, 0, 22+len(taken)+2*len(t.Told)+len(t.Steps))
	args = append(args, revisionBytes(t.Record.Revision), revisionBytes(next.Revision), string(next.ID), rawID, next.flags(),
		sealed, life, field, value, s.leaseEnd(t.Now), due, mark, seconds(counterLife), len(leave), len(join),
		t.Now.Unix(), len(t.Notices)-len(taken), len(taken), relayField, relayValue, len(t.Told), t.beside())
	for _, name := range taken {
		args = append(args, name)
	}
	for _, told := range t.Told {
		args = append(args, told.Outreach, told.State)
	}
	for _, step := range t.Steps {
		args = append(args, step)
	}
	code, err := s.run(ctx, commitScript, keys, args...).Int()
	switch {
	case err != nil:
		return OwedRef{}, wrap("commit turn", err)
	case code == 1:
		return OwedRef{}, fmt.Errorf("commit turn: %w", ErrConflict)
	case code == 2:
		return OwedRef{}, fmt.Errorf("commit turn: %w", ErrDuplicate)
	}
	return ref, nil
}

// beside reports, as the script has it, whether what is owed is news of outreaches
// and asks nothing: then the conversation goes on as if it had not been said.
// Nobody's words wait for it, or are too early because of it.
func (t Turn) beside() string {
	news := slices.ContainsFunc(t.Told, func(told Told) bool { return told.State == StateOwed })
	if news && !slices.ContainsFunc(t.Replies, func(r flows.Reply) bool { return r.Question != 0 }) {
		return "1"
	}
	return "0"
}

// next is the record as it will be stored.
func (t Turn) next() (*Record, error) {
	r := *t.Record
	r.Member = t.Consented
	r.entries = nil
	if t.Consented {
		for _, e := range t.Index {
			if !validName(e.Dimension) || !validName(e.Value) || e.Dimension == dimensionStatus {
				return nil, fmt.Errorf("index %q: want letters, digits, dots, dashes or underscores", e.Dimension)
			}
			r.entries = append(r.entries, joinEntry(e))
		}
		r.entries = append(r.entries, entryKnown)
		slices.Sort(r.entries)
		r.entries = slices.Compact(r.entries)
	}
	if t.Update != 0 {
		r.updates = append(slices.Clone(r.updates), t.Update)
		if n := len(r.updates); n > remembered {
			r.updates = r.updates[n-remembered:]
		}
	}
	if r.Revision == 0 {
		r.Created = t.Now.Unix()
		var err error
		if r.Revision, err = firstRevision(); err != nil {
			return nil, err
		}
	} else {
		r.Revision++
	}
	return &r, nil
}

// firstRevision is random: a process that loaded the record of an erased life
// must not find its revision again in the next life of the same person.
func firstRevision() (uint64, error) {
	var b [8]byte
	if _, err := rand.Read(b[2:]); err != nil {
		return 0, fmt.Errorf("random revision: %w", err)
	}
	return binary.BigEndian.Uint64(b[:]) | 1, nil
}

func revisionBytes(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// leaseEnd is the Unix millisecond from which others may claim.
func (s *Store) leaseEnd(now time.Time) int64 { return now.Add(s.cfg.Lease).UnixMilli() }

// difference returns what is in a and not in b; both are sorted.
func difference(a, b []string) []string {
	var out []string
	for _, e := range a {
		if _, ok := slices.BinarySearch(b, e); !ok {
			out = append(out, e)
		}
	}
	return out
}
