package store

import (
	"context"
	"errors"
	"fmt"
	"math/bits"

	"github.com/redis/go-redis/v9"
)

// PageMax is how many people one page of a list holds at most.
const PageMax = 100

// A Page is a part of a list of people.
type Page struct {
	Records []*Record // in the order of the list, at most as many as were asked for
	Total   int       // how many people the filter chooses
}

// People lists the contacts that a filter chooses, size of them from the given
// one on, in an order that stays the same as long as nobody comes or goes. Of
// everybody else only bits are read, so a page of a hundred thousand people
// costs three round trips like one of a hundred. An erasure between two of them
// leaves a page one shorter.
func (s *Store) People(ctx context.Context, f Filter, from, size int) (Page, error) {
	if err := f.check(); err != nil {
		return Page{}, fmt.Errorf("list people: %w", err)
	}
	size = min(size, PageMax)
	entries := f.entries()
	pipe := s.client.Pipeline()
	cmds := make([]*redis.SliceCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.MGet(ctx, indexKeys(n, entries)...)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return Page{}, wrap("list people", err)
	}
	var page Page
	pipe = s.client.Pipeline()
	var seats []*redis.StringCmd
	for n, cmd := range cmds {
		for i, b := range f.choose(bitmaps(entries, cmd.Val())) {
			ones := bits.OnesCount8(b)
			if page.Total += ones; page.Total <= from || len(seats) == size {
				continue
			}
			for rank := page.Total - ones; b != 0 && len(seats) < size; rank++ {
				bit := bits.LeadingZeros8(b) // Redis counts bits from the highest
				b &^= 0x80 >> bit
				if rank >= from {
					at := int64(i*8+bit) * idBytes
					seats = append(seats, pipe.GetRange(ctx, bucket(n).roster(), at, at+idBytes-1))
				}
			}
		}
	}
	if len(seats) == 0 {
		return page, nil
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return Page{}, wrap("list people", err)
	}
	ids := make([]ContactID, 0, len(seats))
	for _, seat := range seats {
		if raw := seat.Val(); len(raw) == idBytes && raw != emptySeat {
			ids = append(ids, contactID([]byte(raw)))
		}
	}
	var err error
	page.Records, err = s.Records(ctx, ids)
	return page, err
}

// Records reads the records of several contacts in one round trip, in their
// order; those who are gone are left out.
func (s *Store) Records(ctx context.Context, ids []ContactID) ([]*Record, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	cmds := make([]*redis.StringCmd, len(ids))
	for i, id := range ids {
		cmds[i] = pipe.Get(ctx, bucket(id.Bucket()).contact(id))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("read people", err)
	}
	list := make([]*Record, 0, len(ids))
	for i, cmd := range cmds {
		value, err := cmd.Bytes()
		if errors.Is(err, redis.Nil) {
			continue
		}
		if err != nil {
			return nil, wrap("read people", err)
		}
		r, err := s.keys.decodeRecord(ids[i], value)
		if err != nil {
			return nil, fmt.Errorf("read contact %s: %w", ids[i], err)
		}
		list = append(list, r)
	}
	return list, nil
}
