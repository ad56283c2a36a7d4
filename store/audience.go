package store

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

// dimensionStatus is the store's own dimension.
const dimensionStatus = "status"

// Entries the store keeps itself: everybody with consent, and those of them who
// blocked the bot.
const (
	entryKnown   = dimensionStatus + ":known"
	entryBlocked = dimensionStatus + ":blocked"
)

// validName reports whether s is 1 to 64 letters, digits, dots, dashes or
// underscores.
func validName(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return 0 < len(s) && len(s) <= 64
}

func joinEntry(e flows.Entry) string { return e.Dimension + ":" + e.Value }

func splitEntry(s string) flows.Entry {
	d, v, _ := strings.Cut(s, ":")
	return flows.Entry{Dimension: d, Value: v}
}

// A Filter chooses contacts by the audience indexes. The zero value chooses
// everybody with consent. Build it with Everyone, In, Blocked, And, Or and Not.
type Filter struct {
	op    filterOp
	entry string
	parts []Filter
}

type filterOp int

const (
	opEveryone filterOp = iota
	opIn
	opAnd
	opOr
	opNot
)

// Everyone chooses all contacts with consent, also those who blocked the bot.
func Everyone() Filter { return Filter{} }

// Blocked chooses those who blocked the bot.
func Blocked() Filter { return Filter{op: opIn, entry: entryBlocked} }

// In chooses the members of one index.
func In(dimension, value string) Filter {
	return Filter{op: opIn, entry: joinEntry(flows.Entry{Dimension: dimension, Value: value})}
}

// And chooses those whom all parts choose; without parts everybody.
func And(parts ...Filter) Filter { return Filter{op: opAnd, parts: parts} }

// Or chooses those whom any part chooses; without parts nobody.
func Or(parts ...Filter) Filter { return Filter{op: opOr, parts: parts} }

// Not chooses everybody else.
func Not(f Filter) Filter { return Filter{op: opNot, parts: []Filter{f}} }

// entries lists the indexes that the filter reads, everyone first.
func (f Filter) entries() []string {
	out := []string{entryKnown}
	var walk func(Filter)
	walk = func(f Filter) {
		if f.op == opIn && !slices.Contains(out, f.entry) {
			out = append(out, f.entry)
		}
		for _, p := range f.parts {
			walk(p)
		}
	}
	walk(f)
	return out
}

// choose returns a bitmap as long as everyone's, within everyone.
func (f Filter) choose(maps map[string][]byte) []byte {
	everyone := maps[entryKnown]
	out := make([]byte, len(everyone))
	switch f.op {
	case opEveryone, opAnd:
		copy(out, everyone)
		for _, p := range f.parts {
			for i, b := range p.choose(maps) {
				out[i] &= b
			}
		}
	case opIn:
		copy(out, maps[f.entry]) // an index is within everyone by construction
	case opOr:
		for _, p := range f.parts {
			for i, b := range p.choose(maps) {
				out[i] |= b
			}
		}
	case opNot:
		for i, b := range f.parts[0].choose(maps) {
			out[i] = everyone[i] &^ b
		}
	}
	return out
}

func (f Filter) check() error {
	for _, e := range f.entries() {
		d, v, _ := strings.Cut(e, ":")
		if !validName(d) || !validName(v) {
			return fmt.Errorf("filter %q: want letters, digits, dots, dashes or underscores", d)
		}
	}
	return nil
}

// Count returns how many contacts the filter chooses. Each bucket is exact at
// the moment it is read.
func (s *Store) Count(ctx context.Context, f Filter) (int, error) {
	if err := f.check(); err != nil {
		return 0, fmt.Errorf("count audience: %w", err)
	}
	entries := f.entries()
	pipe := s.client.Pipeline()
	cmds := make([]*redis.SliceCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.MGet(ctx, indexKeys(n, entries)...)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, wrap("count audience", err)
	}
	total := 0
	for _, cmd := range cmds {
		for _, b := range f.choose(bitmaps(entries, cmd.Val())) {
			total += bits.OnesCount8(b)
		}
	}
	return total, nil
}

// Members returns the contacts of one bucket, 0 to 255, that the filter
// chooses, in the order of the roster. Indexes and roster are read in one
// command, so the answer is exact at that moment.
func (s *Store) Members(ctx context.Context, n int, f Filter) ([]ContactID, error) {
	if n < 0 || n >= Buckets {
		return nil, errors.New("list audience: no such bucket")
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("list audience: %w", err)
	}
	entries := f.entries()
	values, err := s.client.MGet(ctx, append(indexKeys(n, entries), bucket(n).roster())...).Result()
	if err != nil {
		return nil, wrap("list audience", err)
	}
	roster, _ := values[len(entries)].(string)
	var out []ContactID
	for i, b := range f.choose(bitmaps(entries, values)) {
		for b != 0 {
			bit := bits.LeadingZeros8(b) // Redis counts bits from the highest
			b &^= 0x80 >> bit
			at := (i*8 + bit) * idBytes
			if at+idBytes <= len(roster) {
				out = append(out, contactID([]byte(roster[at:at+idBytes])))
			}
		}
	}
	return out, nil
}

// Find returns all contacts that the filter chooses, in two round trips. What is
// read grows with the matches: of everybody else only bits. A contact that left
// between the two may be missing, and another that took its place be there
// instead, so whoever acts on the answer looks at the record first.
func (s *Store) Find(ctx context.Context, f Filter) ([]ContactID, error) {
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("find audience: %w", err)
	}
	entries := f.entries()
	pipe := s.client.Pipeline()
	cmds := make([]*redis.SliceCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.MGet(ctx, indexKeys(n, entries)...)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("find audience", err)
	}
	pipe = s.client.Pipeline()
	var seats []*redis.StringCmd
	for n, cmd := range cmds {
		for i, b := range f.choose(bitmaps(entries, cmd.Val())) {
			for b != 0 {
				bit := bits.LeadingZeros8(b) // Redis counts bits from the highest
				b &^= 0x80 >> bit
				at := int64(i*8+bit) * idBytes
				seats = append(seats, pipe.GetRange(ctx, bucket(n).roster(), at, at+idBytes-1))
			}
		}
	}
	if len(seats) == 0 {
		return nil, nil
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("find audience", err)
	}
	out := make([]ContactID, 0, len(seats))
	for _, seat := range seats {
		if raw := seat.Val(); len(raw) == idBytes && raw != emptySeat {
			out = append(out, contactID([]byte(raw)))
		}
	}
	return out, nil
}

// emptySeat is a place in the roster that nobody has.
const emptySeat = "\x00\x00\x00\x00\x00\x00\x00\x00"

func indexKeys(n int, entries []string) []string {
	keys := make([]string, len(entries), len(entries)+1)
	for i, e := range entries {
		keys[i] = bucket(n).in(e)
	}
	return keys
}

func bitmaps(entries []string, values []any) map[string][]byte {
	m := make(map[string][]byte, len(entries))
	for i, e := range entries {
		v, _ := values[i].(string)
		m[e] = []byte(v)
	}
	return m
}
