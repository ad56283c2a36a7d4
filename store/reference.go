package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// A reference is how a person says who they are: the first 40 bits of the
// contact id and a letter that finds a mistake of the ear or of the hand, as
// 7KQ-M2X-4RD. Among a million people two share one about every second time; a
// search then shows both.
const (
	referenceLetters = 8
	referenceGroup   = 3
	digits           = "0123456789abcdefghjkmnpqrstvwxyz" // of the alphabet of contact ids
)

// Reference is the code of a contact, to be read out on the phone; "" for a
// malformed id.
func (id ContactID) Reference() string {
	if !id.Valid() {
		return ""
	}
	code := string(id[:referenceLetters])
	code = strings.ToUpper(code + string(checkLetter(code)))
	return code[:referenceGroup] + "-" + code[referenceGroup:2*referenceGroup] + "-" + code[2*referenceGroup:]
}

// checkLetter is Luhn's sum to the base of 32: it finds every single wrong
// letter and nearly every swap of neighbours.
func checkLetter(code string) byte {
	sum := 0
	for i := range code {
		n := strings.IndexByte(digits, code[len(code)-1-i])
		if i%2 == 0 {
			n *= 2
		}
		sum += n/len(digits) + n%len(digits)
	}
	return digits[(len(digits)-sum%len(digits))%len(digits)]
}

// ErrReference says that what was typed is no reference, or has a mistake.
var ErrReference = errors.New("not a reference code")

// normalReference reads a code however it is typed: small or capital, with or
// without dashes, O for 0, I and L for 1.
func normalReference(typed string) string {
	typed = strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(strings.ToLower(typed))
	return strings.Map(func(r rune) rune {
		if r < 0x80 && strings.ContainsRune(digits, r) {
			return r
		}
		if strings.ContainsRune(" -–—._", r) {
			return -1
		}
		return '?'
	}, typed)
}

// Referred finds who has a reference, among the people with consent: usually
// one. A whole contact id will do too. It fails with ErrReference for a code
// with a mistake and with ErrNotFound when nobody has it.
func (s *Store) Referred(ctx context.Context, typed string) ([]ContactID, error) {
	code := normalReference(typed)
	if id := ContactID(code); id.Valid() && len(code) == len("0123456789abc") {
		if _, err := s.client.Get(ctx, bucket(id.Bucket()).contact(id)).Bytes(); errors.Is(err, redis.Nil) {
			return nil, fmt.Errorf("look for reference: %w", ErrNotFound)
		} else if err != nil {
			return nil, wrap("look for reference", err)
		}
		return []ContactID{id}, nil
	}
	if len(code) != referenceLetters+1 || strings.Contains(code, "?") || checkLetter(code[:referenceLetters]) != code[referenceLetters] {
		return nil, fmt.Errorf("look for reference: %w", ErrReference)
	}
	raw, err := alphabet.DecodeString(code[:referenceLetters])
	if err != nil || len(raw) != referenceLetters*5/8 {
		return nil, fmt.Errorf("look for reference: %w", ErrReference)
	}
	roster, err := s.client.GetRange(ctx, bucket(int(raw[0])).roster(), 0, -1).Result()
	if err != nil {
		return nil, wrap("look for reference", err)
	}
	var found []ContactID
	for at := 0; at+idBytes <= len(roster); at += idBytes {
		if seat := roster[at : at+idBytes]; seat[:len(raw)] == string(raw) && seat != emptySeat {
			found = append(found, contactID([]byte(seat)))
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("look for reference: %w", ErrNotFound)
	}
	return found, nil
}
