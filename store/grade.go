package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Grade is how somebody found an event.
type Grade struct {
	Grade int    `json:"g"` // 1 to 5
	Words string `json:"w,omitempty"`
}

// Rate notes how a contact found an event; a second time replaces the first. Only
// who had a place has a say: for others it returns false.
func (s *Store) Rate(ctx context.Context, o Offer, id ContactID, g Grade, now time.Time) (bool, error) {
	k := places(o)
	had, err := s.client.HExists(ctx, k.size(), string(id)).Result()
	if err != nil || !had {
		return false, wrap("rate", err)
	}
	plain, err := json.Marshal(g)
	if err != nil {
		return false, fmt.Errorf("rate: %w", err)
	}
	sealed, err := s.keys.seal(fieldGrade, id, plain)
	if err != nil {
		return false, fmt.Errorf("rate: seal: %w", err)
	}
	pipe := s.client.TxPipeline()
	pipe.HSet(ctx, k.grades(), string(id), sealed)
	pipe.Expire(ctx, k.grades(), o.life(now))
	_, err = pipe.Exec(ctx)
	return true, wrap("rate", err)
}

// An OwnGrade is what a person themself said about an event.
type OwnGrade struct {
	Event string // id in the catalogue
	Grade
}

// GradesOf returns everything that a contact said about events, for their own
// eyes: it asks every event that there is.
func (s *Store) GradesOf(ctx context.Context, id ContactID, now time.Time) ([]OwnGrade, error) {
	offers, err := s.Offers(ctx, now)
	if err != nil || len(offers) == 0 {
		return nil, err
	}
	pipe := s.client.Pipeline()
	cmds := make([]*redis.StringCmd, len(offers))
	for i, o := range offers {
		cmds[i] = pipe.HGet(ctx, places(o).grades(), string(id))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("read grades", err)
	}
	var out []OwnGrade
	for i, cmd := range cmds {
		sealed, err := cmd.Bytes()
		if err != nil {
			continue // said nothing
		}
		g, err := s.keys.decodeGrade(id, sealed)
		if err != nil {
			return nil, fmt.Errorf("read grades: %w", err)
		}
		out = append(out, OwnGrade{offers[i].ID, g})
	}
	return out, nil
}

func (k *Keyring) decodeGrade(id ContactID, sealed []byte) (Grade, error) {
	plain, err := k.open(fieldGrade, id, sealed)
	if err != nil {
		return Grade{}, err
	}
	var g Grade
	if json.Unmarshal(plain, &g) != nil {
		return Grade{}, errMalformed
	}
	return g, nil
}

// Grades returns what people said about an event, in no order and without
// telling who.
func (s *Store) Grades(ctx context.Context, o Offer) ([]Grade, error) {
	fields, err := s.client.HGetAll(ctx, places(o).grades()).Result()
	if err != nil {
		return nil, wrap("read grades", err)
	}
	var out []Grade
	for id, sealed := range fields {
		g, err := s.keys.decodeGrade(ContactID(id), []byte(sealed))
		if err != nil {
			return nil, fmt.Errorf("read grades: %w", err)
		}
		out = append(out, g)
	}
	return out, nil
}
