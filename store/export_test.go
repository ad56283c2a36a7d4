package store

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// AddHook lets a test see every command and every pipeline.
func (s *Store) AddHook(h redis.Hook) { s.client.AddHook(h) }

// Do runs a command, for what a test must set up or look at by itself.
func (s *Store) Do(ctx context.Context, args ...any) (any, error) {
	return s.client.Do(ctx, args...).Result()
}

// Pack and Unpack are the compression of records; UnpackFirst and Inflate that
// of old ones.
func Pack(text []byte) []byte                   { return pack(nil, text) }
func Unpack(packed []byte) ([]byte, error)      { return unpack(formatCBOR, packed) }
func UnpackFirst(packed []byte) ([]byte, error) { return unpack(formatS2, packed) }
func Inflate(packed []byte) ([]byte, error)     { return unpack(formatFlate1, packed) }

var Dictionary1, Dictionary2 = dictionary1, dictionary2

// Body is what of a record gets sealed, DecodeBody reads it.
func (r *Record) Body() ([]byte, error)         { return r.encodeBody() }
func (r *Record) DecodeBody(plain []byte) error { return r.decodeBody(plain) }

// PutOwedJSON puts replies into the outbox as earlier versions wrote them.
func (s *Store) PutOwedJSON(ctx context.Context, ref OwedRef, plain string) error {
	sealed, err := s.keys.seal(fieldOwed, ContactID(ref.field()), []byte(plain))
	if err != nil {
		return err
	}
	b := bucket(ref.Contact.Bucket())
	if err := s.client.HSet(ctx, b.outbox(), ref.field(), "0 0 0 dead\n"+string(sealed)).Err(); err != nil {
		return err
	}
	return s.client.ZAdd(ctx, b.owed(), redis.Z{Member: ref.field()}).Err()
}

// ErasedKeys are the keys that erasing a contact on a roster cleans.
func (r *Record) ErasedKeys(row Row) []string { return row.erased(r) }

// Remember notes an update as committed.
func (r *Record) Remember(update int64) { r.updates = append(r.updates, update) }

// Enter notes the indexes that hold the contact.
func (r *Record) Enter(entries ...string) { r.entries = entries }
