package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// TextHash is the name of a consent text: its SHA-256, base64url without
// padding.
func TextHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// KeepText keeps the exact text of a consent for ever and returns its hash.
// Call it before the commit that refers to the text. It costs a round trip the
// first time a process sees the text, and nothing afterwards.
func (s *Store) KeepText(ctx context.Context, text string) (string, error) {
	hash := TextHash(text)
	if _, known := s.texts.Load(hash); known {
		return hash, nil
	}
	if err := s.client.SetNX(ctx, keyText(hash), text, 0).Err(); err != nil {
		return "", wrap("keep consent text", err)
	}
	s.texts.Store(hash, struct{}{})
	return hash, nil
}

// ConsentText returns the exact text under a hash; ErrNotFound when it was
// never kept.
func (s *Store) ConsentText(ctx context.Context, hash string) (string, error) {
	text, err := s.text(ctx, "read consent text", keyText(hash))
	if err == nil && text == "" {
		err = fmt.Errorf("read consent text: %w", ErrNotFound)
	}
	return text, err
}

// text reads a string key; "" when there is none.
func (s *Store) text(ctx context.Context, op, key string) (string, error) {
	value, err := s.client.Get(ctx, key).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return value, wrap(op, err)
}
