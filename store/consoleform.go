package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// formBegun is the value of a form that somebody works on.
const formBegun = "-"

// BeginForm begins the one act of a form of the console. The name is of the
// caller's making and rests only as a digest. mine: nobody began it, so the
// caller acts and then says EndForm, or FreeForm when nothing was done. Else went
// is where the first caller went, or "" while that one still acts or was ended
// half way by a crash.
func (s *Store) BeginForm(ctx context.Context, name string) (went string, mine bool, err error) {
	key := keyForm(s.keys.formName(name))
	err = s.client.SetArgs(ctx, key, formBegun, redis.SetArgs{Mode: "NX", TTL: formLife}).Err()
	if err == nil {
		return "", true, nil
	}
	if !errors.Is(err, redis.Nil) {
		return "", false, wrap("begin form", err)
	}
	went, err = s.text(ctx, "begin form", key)
	if went == formBegun {
		went = ""
	}
	return went, false, err
}

// EndForm notes where the act of a form went: an address of the console.
func (s *Store) EndForm(ctx context.Context, name, went string) error {
	return wrap("end form", s.client.Set(ctx, keyForm(s.keys.formName(name)), went, formLife).Err())
}

// FreeForm lets a form be sent again: its act did nothing.
func (s *Store) FreeForm(ctx context.Context, name string) error {
	return wrap("free form", s.client.Del(ctx, keyForm(s.keys.formName(name))).Err())
}

func (k *Keyring) formName(name string) string { return k.codeName("form", name) }

// LoginOf tells whose a login code is without using it up. ErrNotFound when it is
// unknown, used or too old, or its owner left the team.
func (s *Store) LoginOf(ctx context.Context, code string) (Staff, error) {
	if !codeForm.MatchString(code) {
		return Staff{}, fmt.Errorf("look at login: %w", ErrNotFound)
	}
	id, err := s.text(ctx, "look at login", keyLogin(s.keys.codeName("login", code)))
	if err != nil {
		return Staff{}, err
	}
	if id == "" {
		return Staff{}, fmt.Errorf("look at login: %w", ErrNotFound)
	}
	return s.current(ctx, id)
}

// Version names what the entry was when it was read: another one says that
// somebody changed it.
func (m Staff) Version() string {
	sum := sha256.Sum256(m.sealed)
	return alphabet.EncodeToString(sum[:10])
}
