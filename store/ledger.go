package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

// The states of a recipient in the ledger of an outreach. Each recipient has
// exactly one; of the last five, and of StateFailed and StateWithheld, it is
// final.
const (
	StatePending   = "p"              // a notice waits
	StateOwed      = flows.EndTold    // a reply is owed
	StateTrying    = "t"              // about to be sent, or sent and not yet noted
	StateSent      = "s"              // Telegram accepted it
	StateBlocked   = flows.EndBlocked // the person blocked the bot
	StateUncertain = "u"              // it may have arrived; it is not sent again
)

// StateFailed is the final state of what Telegram never took, with a reason.
func StateFailed(reason string) string { return "f:" + reason }

// StateWithheld is the final state of what a gate kept back.
func StateWithheld(gate string) string { return flows.Withheld(gate) }

// Gates that the store itself knows. Those of package flows come as they are.
const (
	GateCancelled = flows.GateCancelled // the outreach was cancelled
	GateOptedOut  = flows.GateOptedOut  // the person said no after it was owed
	GateConsent   = flows.GateConsent   // the person took their consent back
	GateGone      = flows.GateGone      // the person was erased
)

// Final reports whether a recipient in that state stays in it.
func Final(state string) bool {
	return !slices.Contains([]string{"", StatePending, StateOwed, StateTrying}, state)
}

// Told is what became of an outreach for one contact.
type Told struct {
	Outreach string
	State    string
	At       time.Time // since when; MessagesTo
	Kind     OutreachKind
	Title    string // MessagesTo
}

// BeginResult says whether what is owed may be sent.
type BeginResult int

// The results of Begin.
const (
	BeginMay      BeginResult = iota // send it
	BeginTried                       // a process that is gone was about to: it may have arrived
	BeginOptedOut                    // the person does not want it any more: Withhold
	BeginBlocked                     // the person blocked the bot: Undeliverable
	BeginLost                        // the entry is gone, or another process's: leave it alone
)

// Terms are what must hold for something owed to be sent. The zero value asks for
// consent, and for a person who did not block the bot.
type Terms struct {
	In    flows.Entry // audience that the person must be in; zero: any
	NotIn flows.Entry // or must not be in; In and NotIn exclude each other
	Again bool        // an attempt whose outcome is not known is made again
	Own   bool        // it is the person's own business: neither consent nor a block matters
}

// index is the audience that the terms are about, and whether the person must be
// in it ("in") or not ("out").
func (t Terms) index() (entry flows.Entry, sense string, err error) {
	switch none := (flows.Entry{}); {
	case t.In != none && t.NotIn != none:
		return entry, "", errors.New("begin to send: in one audience and not in another")
	case t.In != none:
		entry, sense = t.In, "in"
	case t.NotIn != none:
		entry, sense = t.NotIn, "out"
	default:
		return entry, "", nil
	}
	if !validName(entry.Dimension) || !validName(entry.Value) {
		return entry, "", errors.New("begin to send: no such audience")
	}
	return entry, sense, nil
}

// Begin is asked before the first attempt to send an entry of outreaches, and
// notes that this process is about to. Whoever finds that note later knows that
// the message may have arrived. The same holder of an entry may ask again.
func (s *Store) Begin(ctx context.Context, ref OwedRef, terms Terms, now time.Time) (BeginResult, error) {
	entry, sense, err := terms.index()
	if err != nil {
		return BeginLost, err
	}
	b := bucket(ref.Contact.Bucket())
	keys := []string{b.outbox(), b.contact(ref.Contact), b.ledgers()}
	if sense != "" {
		keys = append(keys, b.in(joinEntry(entry)))
	}
	n, err := s.run(ctx, beginScript, keys, ref.field(), string(ref.Contact), s.cfg.Epoch, s.cfg.Instance, now.Unix(),
		sense, terms.Again, terms.Own).Int()
	return BeginResult(n), wrap("begin to send", err)
}

// NotSent takes the note of Begin back: the attempt surely reached nobody, and
// whoever makes the next one is free to.
func (s *Store) NotSent(ctx context.Context, ref OwedRef, now time.Time) error {
	b := bucket(ref.Contact.Bucket())
	return wrap("note that nothing was sent", s.run(ctx, notSentScript, []string{b.outbox(), b.ledgers()},
		ref.field(), string(ref.Contact), s.cfg.Epoch, s.cfg.Instance, now.Unix()).Err())
}

// Uncertain takes replies of outreaches out of the outbox: they may have
// arrived, and are not sent again.
func (s *Store) Uncertain(ctx context.Context, ref OwedRef, at time.Time) error {
	return s.settle(ctx, "note an uncertain delivery", ref, at, 0, settling{reason: reasonUncertain, state: StateUncertain})
}

const reasonUncertain = "uncertain"

// Withhold takes replies of outreaches out of the outbox that are not to be sent
// any more, for one of the gates. What a process that is gone was about to send is
// uncertain all the same.
func (s *Store) Withhold(ctx context.Context, ref OwedRef, at time.Time, gate string) error {
	return s.settle(ctx, "withhold replies", ref, at, 0, settling{state: StateWithheld(gate)})
}

// Tally counts the recipients of an outreach by their states. Of those who were
// erased since, or took their consent back, the final state still counts.
func (s *Store) Tally(ctx context.Context, id string) (map[string]int, error) {
	if err := checkOutreachID(id); err != nil {
		return nil, err
	}
	sum, err := s.sum(ctx, "count recipients", func(b bucketKeys) string { return b.tally(id) })
	counts := make(map[string]int, len(sum))
	for state, n := range sum {
		counts[state] = int(n)
	}
	return counts, err
}

// Ledger tells what became of an outreach for every recipient who is still with
// us, bucket by bucket in no order. Somebody may come twice whose state changes
// meanwhile. An error of each ends it.
func (s *Store) Ledger(ctx context.Context, id string, each func(contact ContactID, state string, at time.Time) error) error {
	if err := checkOutreachID(id); err != nil {
		return err
	}
	for first := 0; first < Buckets; first += ledgersAtOnce {
		pipe := s.client.Pipeline()
		cmds := make([]*redis.ScanCmd, ledgersAtOnce)
		for i := range cmds {
			cmds[i] = pipe.HScan(ctx, bucket(first+i).ledger(id), 0, "", ledgerChunk)
		}
		if _, err := pipe.Exec(ctx); err != nil {
			return wrap("read ledger", err)
		}
		for i, cmd := range cmds {
			if err := s.ledgerOf(ctx, bucket(first+i).ledger(id), cmd, each); err != nil {
				return err
			}
		}
	}
	return nil
}

// How much of a ledger is read in one round trip: buckets, and entries of each.
const (
	ledgersAtOnce = 32
	ledgerChunk   = 500
)

// ledgerOf goes through one bucket's ledger, from its first chunk on.
func (s *Store) ledgerOf(ctx context.Context, key string, chunk *redis.ScanCmd, each func(ContactID, string, time.Time) error) error {
	for {
		pairs, cursor, err := chunk.Result()
		if err != nil {
			return wrap("read ledger", err)
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			state, at := readState(pairs[i+1])
			if err := each(ContactID(pairs[i]), state, at); err != nil {
				return err
			}
		}
		if cursor == 0 {
			return nil
		}
		chunk = s.client.HScan(ctx, key, cursor, "", ledgerChunk)
	}
}

// readState reads an entry of a ledger: "state seconds", and while it is tried
// the holder.
func readState(entry string) (state string, at time.Time) {
	part := strings.Fields(entry)
	if len(part) < 2 {
		return "", time.Time{}
	}
	n, _ := strconv.ParseInt(part[1], 10, 64) // the scripts write nothing else
	return part[0], time.Unix(n, 0).UTC()
}

// MessagesTo lists the outreaches that a contact is, or was, a recipient of, in
// the last 90 days, oldest first.
func (s *Store) MessagesTo(ctx context.Context, contact ContactID) ([]Told, error) {
	told, err := s.ledgersOf(ctx, contact)
	if err != nil || len(told) == 0 {
		return nil, err
	}
	keys := make([]string, len(told))
	for i, t := range told {
		keys[i] = keyOutreach(t.Outreach)
	}
	values, err := s.client.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, wrap("list messages", err)
	}
	for i, v := range values {
		if sealed, ok := v.(string); ok {
			o, err := s.keys.decodeOutreach(told[i].Outreach, []byte(sealed))
			if err != nil {
				return nil, err
			}
			told[i].Kind, told[i].Title = o.Kind, o.Title
		}
	}
	return told, nil
}

// ToldOf is what became of one outreach for a contact; ErrNotFound when it is, or
// was, no recipient.
func (s *Store) ToldOf(ctx context.Context, contact ContactID, id string) (Told, error) {
	if checkOutreachID(id) != nil {
		return Told{}, fmt.Errorf("look for a message: %w", ErrNotFound)
	}
	entry, err := s.client.HGet(ctx, bucket(contact.Bucket()).ledger(id), string(contact)).Result()
	if errors.Is(err, redis.Nil) {
		return Told{}, fmt.Errorf("look for a message: %w", ErrNotFound)
	}
	if err != nil {
		return Told{}, wrap("look for a message", err)
	}
	o, err := s.Outreach(ctx, id)
	if err != nil {
		return Told{}, err
	}
	state, at := readState(entry)
	return Told{Outreach: id, State: state, At: at, Kind: o.Kind, Title: o.Title}, nil
}

// ledgersOf is MessagesTo without the titles.
func (s *Store) ledgersOf(ctx context.Context, contact ContactID) ([]Told, error) {
	b := bucket(contact.Bucket())
	ids, err := s.client.ZRange(ctx, b.ledgers(), 0, -1).Result()
	if err != nil {
		return nil, wrap("list messages", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	cmds := make([]*redis.StringCmd, len(ids))
	for i, id := range ids {
		cmds[i] = pipe.HGet(ctx, b.ledger(id), string(contact))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("list messages", err)
	}
	var out []Told
	for i, cmd := range cmds {
		if entry, err := cmd.Result(); err == nil {
			state, at := readState(entry)
			out = append(out, Told{Outreach: ids[i], State: state, At: at})
		}
	}
	slices.SortStableFunc(out, func(a, b Told) int { return a.At.Compare(b.At) })
	return out, nil
}

// Tidy forgets who got what once that is 90 days old, and outreaches a year
// after they ended. What never ended by itself ends with it. It is to run once a
// day, in one replica.
func (s *Store) Tidy(ctx context.Context, now time.Time) error {
	old := strconv.FormatInt(now.Add(-ledgerLife).Unix(), 10)
	ids, err := s.client.ZRangeByScore(ctx, keyLive, &redis.ZRangeBy{Min: "-inf", Max: old}).Result()
	if err != nil {
		return wrap("tidy outreaches", err)
	}
	var faults []error
	for _, id := range ids {
		if err := s.tidy(ctx, id, now); err != nil {
			faults = append(faults, fmt.Errorf("tidy outreach %s: %w", id, err))
		}
	}
	return errors.Join(append(faults, s.dropOutreaches(ctx, now))...)
}

// tidy forgets the ledgers of one outreach, if they are old enough.
func (s *Store) tidy(ctx context.Context, id string, now time.Time) error {
	o, err := s.Outreach(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	case o.Live() && (o.Started.IsZero() || now.Sub(o.Started) < ledgerLife), !o.Live() && now.Sub(o.Ended) < ledgerLife:
		return nil
	case o.Live():
		totals, err := s.Tally(ctx, id)
		if err != nil {
			return err
		}
		if _, err := s.CloseOutreach(ctx, id, totals, now); err != nil && !errors.Is(err, ErrConflict) {
			return err
		}
	}
	pipe := s.client.Pipeline()
	for n := range Buckets {
		b := bucket(n)
		pipe.Del(ctx, b.ledger(id))
		pipe.Del(ctx, b.tally(id))
		pipe.ZRem(ctx, b.ledgers(), id)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return wrap("forget ledgers", err)
	}
	return wrap("forget ledgers", s.client.ZRem(ctx, keyLive, id).Err())
}

// dropOutreaches takes those out of the lists whose record is gone.
func (s *Store) dropOutreaches(ctx context.Context, now time.Time) error {
	old := strconv.FormatInt(now.Add(-outreachLife).Unix(), 10)
	for _, kind := range outreachKinds {
		ids, err := s.client.ZRangeByScore(ctx, keyOutreaches(kind), &redis.ZRangeBy{Min: "-inf", Max: old}).Result()
		if err != nil {
			return wrap("tidy outreaches", err)
		}
		for _, id := range ids {
			n, err := s.client.Exists(ctx, keyOutreach(id)).Result()
			if err == nil && n == 0 {
				err = s.client.ZRem(ctx, keyOutreaches(kind), id).Err()
			}
			if err != nil {
				return wrap("tidy outreaches", err)
			}
		}
	}
	return nil
}
