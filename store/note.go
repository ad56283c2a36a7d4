package store

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

//go:embed lua/note.lua
var noteSource string

var noteScript = redis.NewScript(noteSource)

func (b bucketKeys) notes(id ContactID) string { return string(b) + "notes:" + string(id) }

// Bounds of what the team writes down about a person.
const (
	noteLife   = 365 * day // after the newest
	maxOfNotes = 100       // of one contact; the oldest go
	// MaxNote bounds one note, in code points.
	MaxNote = 500
)

// A PersonNote is what somebody of the team wrote down about a contact. It is the
// contact's to read. It must not be logged.
type PersonNote struct {
	ID   string    `json:"-"`
	At   time.Time `json:"-"`
	By   string    `json:"b"` // id of who wrote it
	Text string    `json:"t"` // without what looks like a document number, a phone or an e-mail
}

// AddNote keeps a note about a contact, once for each name of letters and digits.
// It fails with ErrNotFound when nothing is stored about them.
func (s *Store) AddNote(ctx context.Context, id ContactID, n PersonNote, once string, now time.Time) error {
	if !validName(once) {
		return errors.New("keep note: the form carries no name of its own")
	}
	n.Text = flows.Masked(n.Text)
	name := sayingID(now, once)
	plain, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encode note: %w", err)
	}
	sealed, err := s.keys.seal(fieldNote, ContactID(string(id)+"."+name), plain)
	if err != nil {
		return fmt.Errorf("seal note: %w", err)
	}
	b := bucket(id.Bucket())
	kept, err := s.run(ctx, noteScript, []string{b.contact(id), b.notes(id)}, name, sealed, "."+once, maxOfNotes, seconds(noteLife)).Int()
	if err == nil && kept == 0 {
		return fmt.Errorf("keep note: %w", ErrNotFound)
	}
	return wrap("keep note", err)
}

// NotesAbout returns the notes about a contact, oldest first.
func (s *Store) NotesAbout(ctx context.Context, id ContactID) ([]PersonNote, error) {
	fields, err := s.client.HGetAll(ctx, bucket(id.Bucket()).notes(id)).Result()
	if err != nil {
		return nil, wrap("read notes", err)
	}
	list := make([]PersonNote, 0, len(fields))
	for name, sealed := range fields {
		plain, err := s.keys.open(fieldNote, ContactID(string(id)+"."+name), []byte(sealed))
		if err != nil {
			return nil, fmt.Errorf("read notes of %s: %w", id, err)
		}
		n := PersonNote{ID: name, At: sayingTime(name)}
		if json.Unmarshal(plain, &n) != nil {
			return nil, fmt.Errorf("read notes of %s: %w", id, errMalformed)
		}
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b PersonNote) int { return strings.Compare(a.ID, b.ID) })
	return list, nil
}

// DropNote forgets a note.
func (s *Store) DropNote(ctx context.Context, id ContactID, note string) error {
	return wrap("forget note", s.client.HDel(ctx, bucket(id.Bucket()).notes(id), note).Err())
}
