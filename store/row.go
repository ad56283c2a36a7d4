package store

import (
	"context"
	"crypto/sha1"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"arraigo/programme"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed lua/row.lua
	rowSource string
	//go:embed lua/decide.lua
	decideSource string

	rowScript    = redis.NewScript(rowSource)
	decideScript = redis.NewScript(decideSource)
)

// Kept is a row of the catalogue as it rests, with the mark by which a change of
// it tells that nobody else changed it meanwhile. Without a mark it is not
// there yet.
type Kept[T Listed] struct {
	Row  T
	Mark string
}

// mark is what stands for the text of a row. It only tells texts apart.
func mark(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// KeptRow reads one row; ErrNotFound when there is none. A vacancy comes with
// the decision about it.
func KeptRow[T Listed](ctx context.Context, s *Store, id string) (Kept[T], error) {
	var k Kept[T]
	n := nounOf[T]()
	text, err := s.client.HGet(ctx, n.rows(), id).Result()
	if errors.Is(err, redis.Nil) {
		return k, fmt.Errorf("read row: %w", ErrNotFound)
	}
	if err != nil {
		return k, wrap("read row", err)
	}
	if err := json.Unmarshal([]byte(text), &k.Row); err != nil {
		return k, fmt.Errorf("read row of %s: %w", n.rows(), err)
	}
	k.Mark = mark(text)
	if v, ok := any(&k.Row).(*programme.Vacancy); ok {
		decisions, err := s.decisions(ctx, id)
		if err != nil {
			return k, err
		}
		v.Decision = decisions[id]
	}
	return k, nil
}

// KeptRows reads every row, by id, the withdrawn ones too. Vacancies come with
// the decisions about them.
func KeptRows[T Listed](ctx context.Context, s *Store) ([]Kept[T], error) {
	decisions := map[string]programme.Decision{}
	if nounOf[T]() == nounVacancy {
		var err error
		if decisions, err = s.decisions(ctx); err != nil {
			return nil, err
		}
	}
	var out []Kept[T]
	err := eachRow(ctx, s, func(text string, row T) error {
		if v, ok := any(&row).(*programme.Vacancy); ok {
			v.Decision = decisions[v.ID]
		}
		out = append(out, Kept[T]{row, mark(text)})
		return nil
	})
	return out, err
}

// ChangeRows writes rows that nobody else changed since they were read, and new
// ones whose id nobody else has taken; 200 at a time, each row whole or not at
// all. It returns the indexes of those that it did not write because what rests
// is something else. A row that rests already as it is to be counts as written,
// so a change that is sent twice is made once.
func ChangeRows[T Listed](ctx context.Context, s *Store, rows []Kept[T]) (refused []int, err error) {
	n := nounOf[T]()
	done := 0
	for part := range slices.Chunk(rows, chunkRows) {
		args := make([]any, 0, 3*len(part))
		for _, k := range part {
			id := about(&k.Row).id
			text, err := json.Marshal(k.Row)
			if err != nil || id == "" {
				return refused, errors.Join(errors.New("change rows: a row that cannot be written"), err)
			}
			args = append(args, id, k.Mark, text)
		}
		stale, err := s.run(ctx, rowScript, []string{n.rows(), n.version()}, args...).Int64Slice()
		if err != nil {
			return refused, wrap("change rows", err)
		}
		for _, i := range stale {
			refused = append(refused, done+int(i))
		}
		done += len(part)
	}
	return refused, nil
}

// Decide notes what somebody of the team made of a vacancy, as long as it still
// has the mark with which they read it; else ErrConflict.
func (s *Store) Decide(ctx context.Context, id, mark string, d programme.Decision) error {
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	n, err := s.run(ctx, decideScript, []string{nounVacancy.rows(), nounVacancy.version(), nounVacancy.decisions()}, id, mark, text).Int()
	if err == nil && n == 0 {
		return fmt.Errorf("decide: %w", ErrConflict)
	}
	return wrap("decide", err)
}

// decisions reads those about some vacancies, or about all.
func (s *Store) decisions(ctx context.Context, ids ...string) (map[string]programme.Decision, error) {
	texts := map[string]string{}
	if len(ids) == 0 {
		all, err := s.client.HGetAll(ctx, nounVacancy.decisions()).Result()
		if err != nil {
			return nil, wrap("read decisions", err)
		}
		texts = all
	} else {
		values, err := s.client.HMGet(ctx, nounVacancy.decisions(), ids...).Result()
		if err != nil {
			return nil, wrap("read decisions", err)
		}
		for i, v := range values {
			if text, ok := v.(string); ok {
				texts[ids[i]] = text
			}
		}
	}
	out := make(map[string]programme.Decision, len(texts))
	for id, text := range texts {
		var d programme.Decision
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return nil, fmt.Errorf("read decisions: %w", err)
		}
		out[id] = d
	}
	return out, nil
}
