package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

// OutreachKind is what an outreach is about.
type OutreachKind string

// The kinds of outreach.
const (
	KindAnnouncement OutreachKind = "announcement"  // the staff's own words
	KindVacancyAlert OutreachKind = "vacancy_alert" // a vacancy that people look for
	KindReminder     OutreachKind = "reminder"      // an event or a course is near
	KindPlace        OutreachKind = "place"         // a place came free, or was lost
	KindChange       OutreachKind = "change"        // what people signed up for was moved or cancelled
	KindNudge        OutreachKind = "nudge"         // an open conversation, or data that is to be erased
)

var outreachKinds = []OutreachKind{KindAnnouncement, KindVacancyAlert, KindReminder, KindPlace, KindChange, KindNudge}

// OutreachState is where an outreach is in its life.
type OutreachState string

// The states of an outreach.
const (
	OutreachDraft     OutreachState = "draft"
	OutreachApproval  OutreachState = "approval" // waits for a second person
	OutreachScheduled OutreachState = "scheduled"
	OutreachSending   OutreachState = "sending"
	OutreachPaused    OutreachState = "paused"
	OutreachCancelled OutreachState = "cancelled"
	OutreachDone      OutreachState = "done"
)

var outreachStates = []OutreachState{
	OutreachDraft, OutreachApproval, OutreachScheduled, OutreachSending, OutreachPaused, OutreachCancelled, OutreachDone,
}

// An Outreach is an audience, a message and a time: everything that is said to
// people who did not just write belongs to one. What is in it was written by
// staff or by the program; nothing in it is about a recipient.
type Outreach struct {
	ID       string // letters, digits, dots, dashes, underscores; see NewOutreachID and OutreachID
	Kind     OutreachKind
	State    OutreachState
	Topic    string           // consent purpose that a recipient must have given; "": their own business
	Title    string           // staff's words, for lists
	Audience [][]flows.Entry  // in at least one entry of every group; empty: everybody with the topic's consent
	Content  map[string]Piece // by language; announcements only, with "es"
	Notice   flows.Notice     // what is left with each recipient, as far as it is the same for all; announcements need none

	At, Until time.Time // when to begin; from when on it is not worth sending. Zero: at once; always
	Again     bool      // sends whose outcome is not known are made again; false: reported as uncertain

	Author, Approver        string    // staff ids
	Created, Started, Ended time.Time // Ended: every recipient is in a final state, and Totals are kept

	Size    int            // recipients counted at the start
	Totals  map[string]int // by state of the ledger, once Ended
	Version int64          // one more with every change
}

// A Piece is a message in one language. FileID is the bot's own Telegram id of
// a file.
type Piece struct {
	HTML   string `json:"t,omitempty"`
	Media  string `json:"m,omitempty"` // "": text only; photo, document, voice, video
	FileID string `json:"f,omitempty"`
}

// LogValue shows no words.
func (o Outreach) LogValue() slog.Value {
	return slog.GroupValue(slog.String("outreach", o.ID), slog.String("state", string(o.State)))
}

// Live reports whether it is still in motion: not over, and not over for good.
func (o Outreach) Live() bool { return o.Ended.IsZero() }

// outreachContents is an Outreach as it is sealed.
type outreachContents struct {
	Kind     OutreachKind     `json:"k"`
	State    OutreachState    `json:"s"`
	Topic    string           `json:"p,omitempty"`
	Title    string           `json:"l,omitempty"`
	Audience [][]flows.Entry  `json:"a,omitempty"`
	Content  map[string]Piece `json:"c,omitempty"`
	Notice   flows.Notice     `json:"i,omitzero"`
	At       time.Time        `json:"t,omitzero"`
	Until    time.Time        `json:"u,omitzero"`
	Again    bool             `json:"g,omitempty"`
	Author   string           `json:"w,omitempty"`
	Approver string           `json:"v,omitempty"`
	Created  time.Time        `json:"b"`
	Started  time.Time        `json:"f,omitzero"`
	Ended    time.Time        `json:"e,omitzero"`
	Size     int              `json:"n,omitempty"`
	Totals   map[string]int   `json:"r,omitempty"`
	Version  int64            `json:"x"`
}

// NewOutreachID returns a random id for an announcement.
func NewOutreachID() string { return "a-" + strings.ToLower(rand.Text()[:6]) }

// OutreachID joins words into the id of an outreach that the program makes: the
// same words always into the same id, others into another.
func OutreachID(words ...string) string {
	var id strings.Builder
	for i, word := range words {
		if i > 0 {
			id.WriteByte('.')
		}
		for _, c := range []byte(word) {
			if c == '.' || c == '_' || !validName(string(c)) {
				fmt.Fprintf(&id, "_%02x", c)
			} else {
				id.WriteByte(c)
			}
		}
	}
	return id.String()
}

// maxOutreachID bounds an id: it is part of keys.
const maxOutreachID = 128

func checkOutreachID(id string) error {
	if id == "" || len(id) > maxOutreachID || strings.ContainsFunc(id, func(r rune) bool { return !validName(string(r)) }) {
		return fmt.Errorf("outreach id: want 1 to %d letters, digits, dots, dashes or underscores", maxOutreachID)
	}
	return nil
}

func (o Outreach) check() error {
	switch err := checkOutreachID(o.ID); {
	case err != nil:
		return err
	case !slices.Contains(outreachKinds, o.Kind):
		return errors.New("no such kind of outreach")
	case !slices.Contains(outreachStates, o.State):
		return errors.New("no such state of an outreach")
	case o.Created.IsZero():
		return errors.New("an outreach without the moment it was made")
	}
	return nil
}

// CreateOutreach keeps a new outreach and returns it with its Version. Created
// must be set. It fails with ErrConflict when the id is there already.
func (s *Store) CreateOutreach(ctx context.Context, o Outreach) (Outreach, error) {
	o.Version = 1
	if err := s.putOutreach(ctx, o, nil, 0); err != nil {
		return Outreach{}, fmt.Errorf("create outreach: %w", err)
	}
	return o, nil
}

// EnsureOutreach is CreateOutreach for those that the program makes: one that
// is there already is left as it is. What this process ensured before costs
// nothing.
func (s *Store) EnsureOutreach(ctx context.Context, o Outreach) error {
	if _, known := s.outreaches.Load(o.ID); known {
		return nil
	}
	if _, err := s.CreateOutreach(ctx, o); err != nil && !errors.Is(err, ErrConflict) {
		return err
	}
	s.outreaches.Store(o.ID, o.Created)
	return nil
}

// Outreach reads one; ErrNotFound when there is none of that id.
func (s *Store) Outreach(ctx context.Context, id string) (Outreach, error) {
	o, _, err := s.outreach(ctx, id)
	return o, err
}

func (s *Store) outreach(ctx context.Context, id string) (Outreach, []byte, error) {
	sealed, err := s.client.Get(ctx, keyOutreach(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return Outreach{}, nil, fmt.Errorf("read outreach: %w", ErrNotFound)
	}
	if err != nil {
		return Outreach{}, nil, wrap("read outreach", err)
	}
	o, err := s.keys.decodeOutreach(id, sealed)
	return o, sealed, err
}

// Outreaches lists those of some kinds (none: of all), newest first.
func (s *Store) Outreaches(ctx context.Context, kinds []OutreachKind, limit int) ([]Outreach, error) {
	if limit <= 0 {
		return nil, nil
	}
	if len(kinds) == 0 {
		kinds = outreachKinds
	}
	pipe := s.client.Pipeline()
	cmds := make([]*redis.ZSliceCmd, len(kinds))
	for i, kind := range kinds {
		cmds[i] = pipe.ZRevRangeWithScores(ctx, keyOutreaches(kind), 0, int64(limit)-1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("list outreaches", err)
	}
	var all []redis.Z
	for _, cmd := range cmds {
		all = append(all, cmd.Val()...)
	}
	slices.SortStableFunc(all, func(a, b redis.Z) int { return cmp.Compare(b.Score, a.Score) })
	keys := make([]string, 0, limit)
	for _, z := range all[:min(limit, len(all))] {
		id, _ := z.Member.(string)
		keys = append(keys, keyOutreach(id))
	}
	if len(keys) == 0 {
		return nil, nil
	}
	values, err := s.client.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, wrap("list outreaches", err)
	}
	var out []Outreach
	for i, v := range values {
		sealed, ok := v.(string)
		if !ok {
			continue // forgotten since
		}
		o, err := s.keys.decodeOutreach(outreachOf(keys[i]), []byte(sealed))
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// ChangeOutreach replaces an outreach whose version is still that one. ID, Kind,
// Created and Version of change are ignored. It fails with ErrConflict when
// somebody changed it meanwhile.
func (s *Store) ChangeOutreach(ctx context.Context, id string, version int64, change Outreach) (Outreach, error) {
	return s.changeOutreach(ctx, id, version, false, func(o *Outreach) error {
		change.ID, change.Kind, change.Created, change.Version = o.ID, o.Kind, o.Created, o.Version
		*o = change
		return nil
	})
}

// StartOutreach begins to send: the work is there for all replicas, in a piece
// for every bucket or, when Size says that it is small, in one. It fails with
// ErrConflict when the version is another, and when it began or ended before.
func (s *Store) StartOutreach(ctx context.Context, id string, version int64, now time.Time) error {
	_, err := s.changeOutreach(ctx, id, version, true, func(o *Outreach) error {
		if !o.Started.IsZero() || !o.Ended.IsZero() || o.State == OutreachCancelled {
			return ErrConflict
		}
		o.State, o.Started = OutreachSending, now
		return nil
	})
	return err
}

// SetOutreachState pauses, resumes, approves or cancels, at once for all
// replicas. by is who of the staff does it. It fails with ErrConflict when the
// state is none of from. One that is cancelled before it began is over.
func (s *Store) SetOutreachState(ctx context.Context, id string, from []OutreachState, to OutreachState, by string, now time.Time) (Outreach, error) {
	for {
		o, err := s.changeOutreach(ctx, id, 0, false, func(o *Outreach) error {
			if !slices.Contains(from, o.State) || !o.Ended.IsZero() {
				return ErrConflict
			}
			if o.State == OutreachApproval && to != OutreachDraft && to != OutreachCancelled {
				o.Approver = by
			}
			if o.State = to; to == OutreachCancelled && o.Started.IsZero() {
				o.Ended, o.Totals = now, map[string]int{}
			}
			return nil
		})
		if errors.Is(err, errRaced) {
			continue // by a change that may well leave the state as it was
		}
		return o, err
	}
}

// CloseOutreach ends one whose recipients are all in a final state: it keeps the
// totals and nobody looks at it any more.
func (s *Store) CloseOutreach(ctx context.Context, id string, totals map[string]int, now time.Time) (Outreach, error) {
	for {
		o, err := s.changeOutreach(ctx, id, 0, false, func(o *Outreach) error {
			if !o.Ended.IsZero() {
				return ErrConflict
			}
			if o.State != OutreachCancelled {
				o.State = OutreachDone
			}
			o.Ended, o.Totals = now, totals
			return nil
		})
		if errors.Is(err, errRaced) {
			continue
		}
		return o, err
	}
}

// OutreachStates tells the state of all that are not over, in one cheap command.
func (s *Store) OutreachStates(ctx context.Context) (map[string]OutreachState, error) {
	all, err := s.client.HGetAll(ctx, keyStates).Result()
	if err != nil {
		return nil, wrap("read states of outreaches", err)
	}
	return outreachStatesOf(all), nil
}

func outreachStatesOf(all map[string]string) map[string]OutreachState {
	states := make(map[string]OutreachState, len(all))
	for id, state := range all {
		states[id] = OutreachState(state)
	}
	return states
}

// errRaced is the ErrConflict of somebody else's change between read and write.
var errRaced = fmt.Errorf("outreach: %w", ErrConflict)

// changeOutreach reads, changes and writes; version 0 means whichever there is.
func (s *Store) changeOutreach(ctx context.Context, id string, version int64, start bool, change func(*Outreach) error) (Outreach, error) {
	o, sealed, err := s.outreach(ctx, id)
	if err != nil {
		return Outreach{}, fmt.Errorf("change outreach: %w", err)
	}
	if version != 0 && o.Version != version {
		return Outreach{}, fmt.Errorf("change outreach: %w", ErrConflict)
	}
	if err := change(&o); err != nil {
		return Outreach{}, fmt.Errorf("change outreach: %w", err)
	}
	o.Version++
	work := 0
	if start {
		work = o.pieces()
	}
	if err := s.putOutreach(ctx, o, sealed, work); err != nil {
		return Outreach{}, fmt.Errorf("change outreach: %w", err)
	}
	return o, nil
}

// putOutreach writes an outreach in the place of what was read; nil: it must be
// new.
func (s *Store) putOutreach(ctx context.Context, o Outreach, read []byte, work int) error {
	if err := o.check(); err != nil {
		return err
	}
	sealed, err := s.keys.encodeOutreach(o)
	if err != nil {
		return err
	}
	state, life := string(o.State), ""
	if !o.Ended.IsZero() {
		state, life = "", seconds(outreachLife)
	}
	keys := []string{keyOutreach(o.ID), keyStates, keyOutreaches(o.Kind), keyWork(o.ID), keyLeft, keyLive}
	n, err := s.run(ctx, outreachScript, keys, read, sealed, o.ID, state, strconv.FormatInt(o.Created.Unix(), 10), work, life, workers).Int()
	if err != nil {
		return wrap("write", err)
	}
	if n == 0 {
		return errRaced
	}
	return nil
}

func (k *Keyring) encodeOutreach(o Outreach) ([]byte, error) {
	plain, err := json.Marshal(outreachContents{
		Kind: o.Kind, State: o.State, Topic: o.Topic, Title: o.Title, Audience: o.Audience, Content: o.Content, Notice: o.Notice,
		At: o.At.UTC(), Until: o.Until.UTC(), Again: o.Again, Author: o.Author, Approver: o.Approver,
		Created: o.Created.UTC(), Started: o.Started.UTC(), Ended: o.Ended.UTC(), Size: o.Size, Totals: o.Totals, Version: o.Version,
	})
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return k.seal(fieldOutreach, ContactID(o.ID), plain)
}

func (k *Keyring) decodeOutreach(id string, sealed []byte) (Outreach, error) {
	plain, err := k.open(fieldOutreach, ContactID(id), sealed)
	if err != nil {
		return Outreach{}, fmt.Errorf("read outreach: %w", err)
	}
	var c outreachContents
	if json.Unmarshal(plain, &c) != nil {
		return Outreach{}, fmt.Errorf("read outreach: %w", errMalformed)
	}
	return Outreach{
		ID: id, Kind: c.Kind, State: c.State, Topic: c.Topic, Title: c.Title, Audience: c.Audience, Content: c.Content, Notice: c.Notice,
		At: c.At, Until: c.Until, Again: c.Again, Author: c.Author, Approver: c.Approver,
		Created: c.Created, Started: c.Started, Ended: c.Ended, Size: c.Size, Totals: c.Totals, Version: c.Version,
	}, nil
}
