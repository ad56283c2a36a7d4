package main

import (
	"context"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"

	"arraigo/store"
)

// multiply writes n contacts into Redis, each like another one that turns made
// (its model), much faster than turns could. They are in the indexes and in the
// roster, their timer is due when the model's is, and they take as much memory.
// Their records are the model's, sealed for it: nobody can read them. Nothing
// else may write meanwhile, and no place in a roster may be vacant.
func multiply(ctx context.Context, client *redis.Client, s *store.Store, n int, copy func(i int) (model, id store.ContactID)) error {
	m := multiplier{ctx: ctx, client: client, store: s, models: map[store.ContactID]*model{}}
	var buckets [store.Buckets][]twin
	for i := range n {
		like, id := copy(i)
		if m.models[like] == nil {
			read, err := m.read(like)
			if err != nil {
				return fmt.Errorf("multiply contacts: %w", err)
			}
			m.models[like] = read
		}
		buckets[id.Bucket()] = append(buckets[id.Bucket()], twin{id, m.models[like]})
	}
	const workers = 4
	faults := make([]error, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for b := w; b < store.Buckets && faults[w] == nil; b += workers {
				faults[w] = m.fill(b, buckets[b])
			}
		})
	}
	group.Wait()
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("multiply contacts: %w", err)
	}
	return nil
}

type multiplier struct {
	ctx    context.Context
	client *redis.Client
	store  *store.Store
	models map[store.ContactID]*model
}

// A model is a contact as it rests in Redis.
type model struct {
	record  []byte
	indexes []string // what follows the bucket in the key of each index
	due     float64  // 0: no timer
}

// A twin is a contact to be.
type twin struct {
	id   store.ContactID
	like *model
}

func recordKey(id store.ContactID) string { return fmt.Sprintf("{b%d}:contact:%s", id.Bucket(), id) }

func (m *multiplier) read(id store.ContactID) (*model, error) {
	r, err := m.store.LoadID(m.ctx, id)
	if err != nil {
		return nil, err
	}
	var out model
	for _, e := range r.Entries() {
		out.indexes = append(out.indexes, ":in:"+e.Dimension+":"+e.Value)
	}
	if out.record, err = m.client.Get(m.ctx, recordKey(id)).Bytes(); err != nil {
		return nil, err
	}
	out.due, err = m.client.ZScore(m.ctx, fmt.Sprintf("{b%d}:due", id.Bucket()), string(id)).Result()
	if errors.Is(err, redis.Nil) {
		err = nil
	}
	return &out, err
}

// seatAt is where in a record its place in the roster is, plus one.
const seatAt = 32

// rosterIDs reads contact ids as the roster has them.
var rosterIDs = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// chunk is how many commands go in one round trip.
const chunk = 1000

// fill writes the contacts of one bucket.
func (m *multiplier) fill(bucket int, twins []twin) error {
	prefix := fmt.Sprintf("{b%d}", bucket)
	seats, err := m.client.StrLen(m.ctx, prefix+":roster").Result()
	if err != nil {
		return err
	}
	first := int(seats) / 8
	roster, maps := make([]byte, 0, 8*len(twins)), map[string][]byte{}
	var due []redis.Z
	for i, t := range twins {
		raw, err := rosterIDs.DecodeString(string(t.id))
		if err != nil {
			return err
		}
		roster = append(roster, raw...)
		for _, name := range t.like.indexes {
			bits := maps[name]
			if bits == nil {
				bits = make([]byte, (first+len(twins)+7)/8)
				maps[name] = bits
			}
			bits[(first+i)/8] |= 0x80 >> ((first + i) % 8)
		}
		if t.like.due != 0 {
			due = append(due, redis.Z{Member: string(t.id), Score: t.like.due})
		}
	}
	if err := m.indexes(prefix, maps); err != nil {
		return err
	}
	for from := 0; from < len(twins); from += chunk {
		pipe := m.client.Pipeline()
		for i, t := range twins[from:min(from+chunk, len(twins))] {
			record := append([]byte(nil), t.like.record...)
			binary.BigEndian.PutUint32(record[seatAt:], uint32(first+from+i+1))
			pipe.Set(m.ctx, recordKey(t.id), record, 0)
		}
		if _, err := pipe.Exec(m.ctx); err != nil {
			return err
		}
	}
	for from := 0; from < len(due); from += chunk {
		if err := m.client.ZAdd(m.ctx, prefix+":due", due[from:min(from+chunk, len(due))]...).Err(); err != nil {
			return err
		}
	}
	return m.client.Append(m.ctx, prefix+":roster", string(roster)).Err()
}

// indexes adds bits to those that are there.
func (m *multiplier) indexes(prefix string, maps map[string][]byte) error {
	for name, bits := range maps {
		old, err := m.client.Get(m.ctx, prefix+name).Bytes()
		if err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
		for i, b := range old[:min(len(old), len(bits))] {
			bits[i] |= b
		}
		last := len(bits)
		for last > 0 && bits[last-1] == 0 { // as long as its last bit needs
			last--
		}
		if err := m.client.Set(m.ctx, prefix+name, bits[:last], 0).Err(); err != nil {
			return err
		}
	}
	return nil
}
