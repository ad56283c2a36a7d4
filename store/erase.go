package store

import (
	"context"
	"fmt"
	"strings"
)

// erase runs every effect that the rows of keys.go name, in one script with the
// farewell and the proof of the erasure.
func (s *Store) erase(ctx context.Context, t Turn) (OwedRef, error) {
	r := t.Record
	var ref OwedRef
	var field string
	var value []byte
	if len(t.Replies) > 0 {
		var err error
		if ref, err = farewellRef(r.ID); err != nil {
			return OwedRef{}, fmt.Errorf("erase contact: %w", err)
		}
		field = ref.field()
		if value, err = s.encodeOwed(ref, t); err != nil {
			return OwedRef{}, fmt.Errorf("erase contact: %w", err)
		}
	}
	b := bucket(r.ID.Bucket())
	stone := s.keys.tombstone(r.ChatID)
	keys := []string{b.contact(r.ID), b.farewell(), b.owed(), b.tombstone(stone), b.spent(stone), b.funnel(s.date(t.Now))}
	var marks []byte
	for _, u := range r.updates {
		marks = append(marks, s.keys.spent(r.ChatID, u)...)
	}
	if t.Update != 0 {
		marks = append(marks, s.keys.spent(r.ChatID, t.Update)...)
	}
	args := []any{revisionBytes(r.Revision), string(r.ID), s.date(t.Now), seconds(tombstoneLife), marks, seconds(spentLife),
		field, value, s.leaseEnd(t.Now), seconds(farewellLife), seconds(counterLife), len(t.Steps)}
	for _, step := range t.Steps {
		args = append(args, step)
	}
	for _, row := range rows {
		for _, key := range row.erased(r) {
			keys = append(keys, key)
			args = append(args, string(row.Erase))
		}
	}
	code, err := s.run(ctx, eraseScript, keys, args...).Int()
	if err != nil {
		return OwedRef{}, wrap("erase contact", err)
	}
	if code == 1 {
		return OwedRef{}, fmt.Errorf("erase contact: %w", ErrConflict)
	}
	return ref, nil
}

// erased returns the keys of this shape that hold something of the contact.
func (row Row) erased(r *Record) []string {
	switch row.Erase {
	case EraseNone, EraseProof, ErasePlace, EraseListed:
		return nil
	}
	key := strings.Replace(row.Shape, "{bN}:", string(bucket(r.ID.Bucket())), 1)
	if row.Erase == EraseBit {
		keys := make([]string, 0, len(r.entries)+1)
		for _, e := range append([]string{entryBlocked}, r.entries...) {
			keys = append(keys, strings.Replace(key, "<dimension>:<value>", e, 1))
		}
		return keys
	}
	return []string{strings.Replace(key, "<id>", string(r.ID), 1)}
}

// Erased reports the day on which the person of a chat was erased, as
// 2026-11-22; "" when never, or more than three years ago.
func (s *Store) Erased(ctx context.Context, chatID int64) (string, error) {
	b := bucket(s.keys.Contact(chatID).Bucket())
	return s.text(ctx, "look for tombstone", b.tombstone(s.keys.tombstone(chatID)))
}
