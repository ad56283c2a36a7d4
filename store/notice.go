package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

// NotifyResult is what became of a notice.
type NotifyResult int

// The results of Notify.
const (
	NotifyAbsent NotifyResult = iota // no such contact, or none with consent: nobody is to be told
	NotifyLeft                       // the notice rests with the contact
	NotifyKnown                      // its outreach came to the contact before, whatever became of it
)

// Notify leaves a notice with a contact and makes its timer due at once. The
// same ID again, before the first was taken, changes nothing. One that belongs
// to an outreach comes to a contact once; the ledger has it as pending from then
// on.
func (s *Store) Notify(ctx context.Context, id ContactID, n flows.Notice, now time.Time) (NotifyResult, error) {
	return s.NotifyBy(ctx, id, n, now, now)
}

// NotifyBy is Notify for who runs the contact's turn at once: the timer is due
// only at a later moment, for what a crash leaves. Else the timers would run the
// same turns a second time.
func (s *Store) NotifyBy(ctx context.Context, id ContactID, n flows.Notice, now, due time.Time) (NotifyResult, error) {
	plain, err := json.Marshal(noticeContents{Notice: n, At: now.UnixMilli()})
	if err != nil {
		return NotifyAbsent, fmt.Errorf("notify: encode: %w", err)
	}
	name := s.keys.notice(id, n.ID)
	sealed, err := s.keys.seal(fieldNotice, ContactID(string(id)+"."+name), plain)
	if err != nil {
		return NotifyAbsent, fmt.Errorf("notify: seal: %w", err)
	}
	b := bucket(id.Bucket())
	result, err := s.run(ctx, notifyScript, []string{b.contact(id), b.notices(id), b.due(), b.ledgers()},
		name, sealed, string(id), now.Unix(), seconds(noticeLife), n.Outreach, due.Unix()).Int()
	return NotifyResult(result), wrap("notify", err)
}

// Noticed is a notice as it rests with a contact.
type Noticed struct {
	flows.Notice
	name string
	at   int64 // Unix ms since when
}

type noticeContents struct {
	flows.Notice
	At int64 `json:"t"`
}

// LoadNoticed is Load with the contact's notices, oldest first, in the same
// round trip: for the turn of a timer.
func (s *Store) LoadNoticed(ctx context.Context, chatID int64) (*Record, []Noticed, error) {
	r, list, err := s.LoadNoticedID(ctx, s.keys.Contact(chatID))
	switch {
	case errors.Is(err, ErrNotFound):
		return &Record{ID: s.keys.Contact(chatID), ChatID: chatID, ordinal: -1}, nil, nil
	case err == nil && r.ChatID != chatID:
		return nil, nil, fmt.Errorf("load contact %s: %w", r.ID, errMalformed)
	}
	return r, list, err
}

// LoadNoticedID is LoadNoticed by the contact's id; ErrNotFound when there is no
// record.
func (s *Store) LoadNoticedID(ctx context.Context, id ContactID) (*Record, []Noticed, error) {
	b := bucket(id.Bucket())
	pipe := s.client.Pipeline()
	record := pipe.Get(ctx, b.contact(id))
	fields := pipe.HGetAll(ctx, b.notices(id))
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, nil, wrap("load contact", err)
	}
	value, err := record.Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil, fmt.Errorf("load contact %s: %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, nil, wrap("load contact", err)
	}
	r, err := s.keys.decodeRecord(id, value)
	if err != nil {
		return nil, nil, fmt.Errorf("load contact %s: %w", id, err)
	}
	var list []Noticed
	for name, sealed := range fields.Val() {
		plain, err := s.keys.open(fieldNotice, ContactID(string(id)+"."+name), []byte(sealed))
		if err != nil {
			return nil, nil, fmt.Errorf("load notices of %s: %w", id, err)
		}
		var c noticeContents
		if json.Unmarshal(plain, &c) != nil {
			return nil, nil, fmt.Errorf("load notices of %s: %w", id, errMalformed)
		}
		list = append(list, Noticed{c.Notice, name, c.At})
	}
	slices.SortFunc(list, func(a, b Noticed) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.ID, b.ID)) })
	return r, list, nil
}

// takenNames are the names of the notices that the turn has dealt with.
func (t Turn) takenNames() []string {
	var names []string
	for _, n := range t.Notices {
		if slices.Contains(t.Taken, n.ID) {
			names = append(names, n.name)
		}
	}
	return names
}
