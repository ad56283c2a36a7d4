package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/redis/go-redis/v9"
)

// A Draft is an announcement that somebody of the team is putting together in
// their chat with the bot, and where they stand. Its owner has one at a time.
type Draft struct {
	Staff    string `json:"-"` // id of its owner
	Step     string `json:"s"` // as the bot knows it
	Outreach string `json:"o"` // id of the outreach that it becomes

	Chosen   map[string][]string `json:"a,omitempty"` // audience: values by dimension
	Content  map[string]Piece    `json:"c,omitempty"` // by language
	Written  map[string]int      `json:"w,omitempty"` // by language, the staff's message that it came from
	Sizes    map[string]int64    `json:"z,omitempty"` // by language, bytes of the file
	Title    string              `json:"l,omitempty"`
	At       int64               `json:"t,omitempty"` // when to begin, Unix seconds; 0: at once
	Language string              `json:"g,omitempty"` // whose text is awaited
	Choosing string              `json:"d,omitempty"` // dimension that is being chosen
	Page     int                 `json:"p,omitempty"` // of what is being chosen
	Album    string              `json:"m,omitempty"` // that was refused already
	Shown    bool                `json:"v,omitempty"` // the content was previewed as it is
	Card     int                 `json:"k,omitempty"` // message with the newest buttons

	Updates []int64 `json:"u,omitempty"` // the newest updates that changed it

	sealed []byte // as it was read
}

// draftUpdates is how many updates a draft remembers, as a record does.
const draftUpdates = 32

// LogValue shows nothing of what is in it.
func (d Draft) LogValue() slog.Value {
	return slog.GroupValue(slog.String("staff", d.Staff), slog.String("step", d.Step))
}

// Has reports whether the draft has taken an update in.
func (d *Draft) Has(update int64) bool { return update != 0 && slices.Contains(d.Updates, update) }

// Anew is an empty draft in the place of this one.
func (d Draft) Anew() Draft {
	return Draft{Staff: d.Staff, Outreach: NewOutreachID(), Updates: d.Updates, Card: d.Card, sealed: d.sealed}
}

// Draft reads somebody's draft; ErrNotFound when they have none.
func (s *Store) Draft(ctx context.Context, staff string) (Draft, error) {
	sealed, err := s.client.Get(ctx, keyDraft(staff)).Bytes()
	if errors.Is(err, redis.Nil) {
		return Draft{}, fmt.Errorf("read draft: %w", ErrNotFound)
	}
	if err != nil {
		return Draft{}, wrap("read draft", err)
	}
	plain, err := s.keys.open(fieldDraft, ContactID(staff), sealed)
	if err != nil {
		return Draft{}, fmt.Errorf("read draft: %w", err)
	}
	d := Draft{Staff: staff, sealed: sealed}
	if json.Unmarshal(plain, &d) != nil {
		return Draft{}, fmt.Errorf("read draft: %w", errMalformed)
	}
	return d, nil
}

// SaveDraft keeps a draft for 7 days, with the update that changed it (0: none).
// It fails with ErrConflict when the draft is not as it was read any more, or, if
// it was not read, when there is one.
func (s *Store) SaveDraft(ctx context.Context, d Draft, update int64) (Draft, error) {
	if update != 0 {
		d.Updates = append(slices.Clone(d.Updates), update)
		d.Updates = d.Updates[max(0, len(d.Updates)-draftUpdates):]
	}
	plain, err := json.Marshal(d)
	if err != nil {
		return Draft{}, fmt.Errorf("keep draft: %w", err)
	}
	sealed, err := s.keys.seal(fieldDraft, ContactID(d.Staff), plain)
	if err != nil {
		return Draft{}, fmt.Errorf("keep draft: seal: %w", err)
	}
	if err := s.putDraft(ctx, d, sealed); err != nil {
		return Draft{}, fmt.Errorf("keep draft: %w", err)
	}
	d.sealed = sealed
	return d, nil
}

// DropDraft forgets a draft, as SaveDraft if it is still as it was read.
func (s *Store) DropDraft(ctx context.Context, d Draft) error {
	if err := s.putDraft(ctx, d, nil); err != nil {
		return fmt.Errorf("drop draft: %w", err)
	}
	return nil
}

func (s *Store) putDraft(ctx context.Context, d Draft, sealed []byte) error {
	n, err := s.run(ctx, draftScript, []string{keyDraft(d.Staff)}, d.sealed, sealed, seconds(draftLife)).Int()
	if err == nil && n == 0 {
		return ErrConflict
	}
	return wrap("write", err)
}
