package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// EachContact calls fn for every contact with consent, bucket by bucket, each
// as of the moment its bucket is read. An error of fn ends it.
func (s *Store) EachContact(ctx context.Context, fn func(*Record) error) error {
	for n := range Buckets {
		ids, err := s.Members(ctx, n, Everyone())
		if err != nil {
			return err
		}
		for len(ids) > 0 {
			batch := ids[:min(len(ids), 500)]
			ids = ids[len(batch):]
			keys := make([]string, len(batch))
			for i, id := range batch {
				keys[i] = bucket(n).contact(id)
			}
			values, err := s.client.MGet(ctx, keys...).Result()
			if err != nil {
				return wrap("read contacts", err)
			}
			for i, v := range values {
				value, ok := v.(string)
				if !ok {
					continue // erased since the roster was read
				}
				r, err := s.keys.decodeRecord(batch[i], []byte(value))
				if err != nil {
					return fmt.Errorf("read contact %s: %w", batch[i], err)
				}
				if err := fn(r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Rotation says what Rotate did.
type Rotation struct {
	Records  int // looked at
	Resealed int // put under the newest key
	Raced    int // changed meanwhile by a turn: see Rotate
}

// Rotate puts every record, with and without consent, every ticket, report,
// outreach and draft, every entry of the team and the reasons in the audit log
// under the newest key of the keyset. It may be interrupted and run again: what is
// done is skipped.
// Every process must have the newest key before (see RotateKeyring). When a run
// reports no record resealed and none raced, no record needs the older keys;
// the replies owed do until they are delivered.
func (s *Store) Rotate(ctx context.Context) (Rotation, error) {
	var done Rotation
	err := s.scan(ctx, "{b*}:contact:*", func(c redis.Cmdable, keys []string) error {
		pipe := c.Pipeline()
		cmds := make([]*redis.StringCmd, len(keys))
		for i, key := range keys {
			cmds[i] = pipe.Get(ctx, key)
		}
		if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
			return wrap("rotate records", err)
		}
		var calls []call
		for i, cmd := range cmds {
			value, err := cmd.Bytes()
			if err != nil {
				continue // erased since the scan
			}
			done.Records++
			c, err := s.reseal(keys[i], value)
			if err != nil {
				return fmt.Errorf("rotate %s: %w", keys[i], err)
			}
			if c != nil {
				calls = append(calls, *c)
			}
		}
		out, err := s.runAll(ctx, resealScript, calls)
		if err != nil {
			return wrap("rotate records", err)
		}
		for _, cmd := range out {
			if n, _ := cmd.Int(); n == 1 {
				done.Resealed++
			} else {
				done.Raced++
			}
		}
		return nil
	})
	if err == nil {
		err = s.rotateWhole(ctx, &done)
	}
	if err == nil {
		err = s.rotateFields(ctx, &done)
	}
	if err == nil {
		err = s.rotateStaff(ctx, &done)
	}
	if err == nil {
		err = s.rotateReasons(ctx, &done)
	}
	return done, err
}

// wholeRows are the shapes whose value is sealed as a whole, with the field and
// the name it is sealed under.
var wholeRows = []struct{ pattern, field string }{
	{"{b*}:ticket:*", fieldTicket},
	{"{reports}:report:*", fieldReport},
	{"{requests}:request:*", fieldRequest},
	{outreachRecord + "*", fieldOutreach},
	{"{staff}:draft:*", fieldDraft},
}

// rotateWhole puts tickets, reports, outreaches and drafts under the newest key.
func (s *Store) rotateWhole(ctx context.Context, done *Rotation) error {
	for _, row := range wholeRows {
		err := s.scan(ctx, row.pattern, func(c redis.Cmdable, keys []string) error {
			for _, key := range keys {
				sealed, err := c.Get(ctx, key).Bytes()
				if errors.Is(err, redis.Nil) {
					continue // ended since the scan
				}
				if err != nil {
					return wrap("rotate", err)
				}
				done.Records++
				if s.keys.current(sealed) {
					continue
				}
				name := ContactID(key[strings.LastIndexByte(key, ':')+1:])
				plain, err := s.keys.open(row.field, name, sealed)
				if err != nil {
					return fmt.Errorf("rotate %s: %w", key, err)
				}
				anew, err := s.keys.seal(row.field, name, plain)
				if err != nil {
					return fmt.Errorf("rotate: seal: %w", err)
				}
				n, err := s.run(ctx, replaceScript, []string{key}, sealed, anew, "", "").Int()
				switch {
				case err != nil:
					return wrap("rotate", err)
				case n == 1:
					done.Resealed++
				default:
					done.Raced++
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fieldRows are the shapes of hashes of a contact whose values are sealed one by
// one, under the contact's id and the field's name.
var fieldRows = []struct{ pattern, field string }{
	{"{b*}:talk:*", fieldTalk},
	{"{b*}:notes:*", fieldNote},
}

// rotateFields puts what was said in talks and written in notes under the newest key.
func (s *Store) rotateFields(ctx context.Context, done *Rotation) error {
	for _, row := range fieldRows {
		err := s.scan(ctx, row.pattern, func(c redis.Cmdable, keys []string) error {
			for _, key := range keys {
				if err := s.rotateHash(ctx, key, row.field, done); err != nil {
					return fmt.Errorf("rotate %s: %w", key, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) rotateHash(ctx context.Context, key, field string, done *Rotation) error {
	fields, err := s.client.HGetAll(ctx, key).Result()
	if err != nil {
		return wrap("rotate", err)
	}
	done.Records++
	id := key[strings.LastIndexByte(key, ':')+1:]
	for name, sealed := range fields {
		if s.keys.current([]byte(sealed)) {
			continue
		}
		under := ContactID(id + "." + name)
		plain, err := s.keys.open(field, under, []byte(sealed))
		if err != nil {
			return err
		}
		anew, err := s.keys.seal(field, under, plain)
		if err != nil {
			return err
		}
		n, err := s.run(ctx, refieldScript, []string{key}, name, sealed, anew).Int()
		switch {
		case err != nil:
			return wrap("rotate", err)
		case n == 1:
			done.Resealed++
		default:
			done.Raced++
		}
	}
	return nil
}

// rotateStaff puts the entries of the team under the newest key.
func (s *Store) rotateStaff(ctx context.Context, done *Rotation) error {
	for _, key := range []string{keyStaff, keyStaffFormer} {
		list, err := s.staffList(ctx, key)
		if err != nil {
			return fmt.Errorf("rotate: %w", err)
		}
		for _, m := range list {
			done.Records++
			if s.keys.current(m.sealed) {
				continue
			}
			anew, err := s.sealStaff(m)
			if err != nil {
				return fmt.Errorf("rotate: %w", err)
			}
			n, err := s.run(ctx, exchangeScript, []string{key, keyStaffVersion}, m.ID, m.sealed, anew).Int()
			switch {
			case err != nil:
				return wrap("rotate", err)
			case n == 1:
				done.Resealed++
			default:
				done.Raced++
			}
		}
	}
	return nil
}

// rotateReasons puts the reasons of the audit log under the newest key.
func (s *Store) rotateReasons(ctx context.Context, done *Rotation) error {
	numbers, err := s.client.HKeys(ctx, keyAuditWhy).Result()
	if err != nil {
		return wrap("rotate reasons", err)
	}
	for _, number := range numbers {
		sealed, err := s.client.HGet(ctx, keyAuditWhy, number).Bytes()
		if errors.Is(err, redis.Nil) {
			continue // left the log since
		}
		if err != nil {
			return wrap("rotate reasons", err)
		}
		done.Records++
		if s.keys.current(sealed) {
			continue
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return fmt.Errorf("rotate reasons: %w", errMalformed)
		}
		plain, err := s.keys.open(fieldWhy, whyName(n), sealed)
		if err != nil {
			return fmt.Errorf("rotate reasons: %w", err)
		}
		anew, err := s.keys.seal(fieldWhy, whyName(n), plain)
		if err != nil {
			return fmt.Errorf("rotate reasons: seal: %w", err)
		}
		changed, err := s.run(ctx, exchangeScript, []string{keyAuditWhy}, number, sealed, anew).Int()
		switch {
		case err != nil:
			return wrap("rotate reasons", err)
		case changed == 1:
			done.Resealed++
		default:
			done.Raced++
		}
	}
	return nil
}

// reseal returns nil for a record under the newest key.
func (s *Store) reseal(key string, value []byte) (*call, error) {
	if len(value) <= headerSize {
		return nil, errMalformed
	}
	sealed := value[headerSize:]
	if s.keys.current(sealed) {
		return nil, nil
	}
	id := ContactID(key[len(key)-13:])
	plain, err := s.keys.open(fieldRecord, id, sealed)
	if err != nil {
		return nil, err
	}
	anew, err := s.keys.seal(fieldRecord, id, plain)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return &call{keys: []string{key}, args: []any{value[:8], sealed, anew}}, nil
}

// scan walks over all keys of that pattern, on every master of a cluster. A key
// may come twice. fn is never called twice at once.
func (s *Store) scan(ctx context.Context, pattern string, fn func(c redis.Cmdable, keys []string) error) error {
	var mu sync.Mutex
	one := func(ctx context.Context, c redis.Cmdable) error {
		for cursor := uint64(0); ; {
			keys, next, err := c.Scan(ctx, cursor, pattern, 1000).Result()
			if err != nil {
				return wrap("scan", err)
			}
			if len(keys) > 0 {
				mu.Lock()
				err = fn(c, keys)
				mu.Unlock()
				if err != nil {
					return err
				}
			}
			if cursor = next; cursor == 0 {
				return nil
			}
		}
	}
	if cluster, ok := s.client.(*redis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, c *redis.Client) error { return one(ctx, c) })
	}
	return one(ctx, s.client)
}
