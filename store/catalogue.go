package store

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"arraigo/programme"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed lua/put.lua
	putSource string
	//go:embed lua/swap.lua
	swapSource string

	putScript  = redis.NewScript(putSource)
	swapScript = redis.NewScript(swapSource)
)

// Listed is what a catalogue is made of.
type Listed interface {
	programme.Course | programme.Event | programme.Vacancy | programme.HelpLine
}

// A noun is one kind of Listed: its keys are in one slot.
type noun string

const (
	nounCourse   noun = "course"
	nounEvent    noun = "event"
	nounVacancy  noun = "vacancy"
	nounHelpLine noun = "helpline"
)

func (n noun) rows() string    { return "{" + string(n) + "}:rows" }
func (n noun) version() string { return "{" + string(n) + "}:version" }

// decisions rest beside vacancies only; the key of another noun is never there.
func (n noun) decisions() string { return "{" + string(n) + "}:decisions" }

// withdrawnLife is how long, in days, a row stays after it went out of its list:
// whoever had to do with it can still read what it was.
const withdrawnLife = 365

// chunkRows is how many rows one script writes: some milliseconds of Redis.
const chunkRows = 200

// A listing is a row by name.
type listing struct {
	noun noun
	id   string
	gone programme.Date
}

// about tells the kind and the id of a row and when it was withdrawn.
func about[T Listed](row *T) listing {
	switch v := any(row).(type) {
	case *programme.Course:
		return listing{nounCourse, v.ID, v.Withdrawn}
	case *programme.Event:
		return listing{nounEvent, v.ID, v.Withdrawn}
	case *programme.Vacancy:
		return listing{nounVacancy, v.ID, v.Withdrawn}
	case *programme.HelpLine:
		return listing{nounHelpLine, v.ID, v.Withdrawn}
	}
	panic("store: a Listed without a noun")
}

func withdrawn[T Listed](row *T, on programme.Date) {
	switch v := any(row).(type) {
	case *programme.Course:
		v.Withdrawn = on
	case *programme.Event:
		v.Withdrawn = on
	case *programme.Vacancy:
		v.Withdrawn = on
	case *programme.HelpLine:
		v.Withdrawn = on
	}
}

func nounOf[T Listed]() noun {
	var row T
	return about(&row).noun
}

// Put tells what became of rows.
type Put struct{ New, Changed, Same int }

// PutRows writes rows into the catalogue, 200 at a time: each row whole or not
// at all. A row that is there already as it comes is not written; one that was
// withdrawn is in its list again. After an error the rows of earlier chunks are
// in; putting all again is harmless.
func PutRows[T Listed](ctx context.Context, s *Store, rows iter.Seq[T]) (Put, error) {
	var done Put
	chunk := []any{}
	flush := func() error {
		if len(chunk) == 0 {
			return nil
		}
		n := nounOf[T]()
		counts, err := s.run(ctx, putScript, []string{n.rows(), n.version()}, chunk...).Int64Slice()
		if err != nil {
			return wrap("put rows", err)
		}
		done.New += int(counts[0])
		done.Changed += int(counts[1])
		done.Same += len(chunk)/2 - int(counts[0]+counts[1])
		chunk = chunk[:0]
		return nil
	}
	for row := range rows {
		id := about(&row).id
		if id == "" {
			return done, errors.New("put rows: a row without an id")
		}
		text, err := json.Marshal(row)
		if err != nil {
			return done, fmt.Errorf("put rows: %w", err)
		}
		if chunk = append(chunk, id, text); len(chunk) == 2*chunkRows {
			if err := flush(); err != nil {
				return done, err
			}
		}
	}
	return done, flush()
}

// Withdraw closes the rows of a list that keep refuses, as of that day, and
// forgets those that were closed a year before. A row that somebody else
// changes at the same time stays as they want it. It returns how many it
// closed.
func Withdraw[T Listed](ctx context.Context, s *Store, on programme.Date, keep func(id string) bool) (int, error) {
	n := nounOf[T]()
	closed := 0
	chunk := []any{}
	flush := func() error {
		if len(chunk) == 0 {
			return nil
		}
		count, err := s.run(ctx, swapScript, []string{n.rows(), n.version(), n.decisions()}, chunk...).Int()
		closed += count
		chunk = chunk[:0]
		return wrap("withdraw rows", err)
	}
	var forget []any
	err := eachRow(ctx, s, func(text string, row T) error {
		l := about(&row)
		if !l.gone.IsZero() {
			if on.DaysSince(l.gone) > withdrawnLife && !keep(l.id) {
				forget = append(forget, l.id, text, "")
			}
			return nil
		}
		if keep(l.id) {
			return nil
		}
		withdrawn(&row, on)
		closedText, err := json.Marshal(row)
		if err != nil {
			return err
		}
		if chunk = append(chunk, l.id, text, closedText); len(chunk) == 3*chunkRows {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	done := closed // forgotten rows were closed long ago
	for part := range slices.Chunk(forget, 3*chunkRows) {
		if err == nil {
			chunk = append(chunk, part...)
			err = flush()
		}
	}
	return done, err
}

// EachRow hands every row to each, by id, the withdrawn ones too. Rows that
// change meanwhile come as they were or as they are. It holds all ids, but only
// 200 rows at a time.
func EachRow[T Listed](ctx context.Context, s *Store, each func(T) error) error {
	return eachRow(ctx, s, func(_ string, row T) error { return each(row) })
}

func eachRow[T Listed](ctx context.Context, s *Store, each func(text string, row T) error) error {
	key := nounOf[T]().rows()
	ids, err := s.client.HKeys(ctx, key).Result()
	if err != nil {
		return wrap("read rows", err)
	}
	slices.SortFunc(ids, programme.CompareIDs)
	for part := range slices.Chunk(ids, chunkRows) {
		texts, err := s.client.HMGet(ctx, key, part...).Result()
		if err != nil {
			return wrap("read rows", err)
		}
		for _, value := range texts {
			text, ok := value.(string)
			if !ok {
				continue // forgotten meanwhile
			}
			var row T
			if err := json.Unmarshal([]byte(text), &row); err != nil {
				return fmt.Errorf("read rows of %s: %w", key, err)
			}
			if err := each(text, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// Catalogue reads everything that is listed, by id, and the version that it has
// at least: when CatalogueVersion tells another one, read again.
func (s *Store) Catalogue(ctx context.Context) (programme.Catalogue, int64, error) {
	version, err := s.CatalogueVersion(ctx)
	if err != nil {
		return programme.Catalogue{}, 0, err
	}
	var c programme.Catalogue
	err = errors.Join(
		readAll(ctx, s, &c.Courses),
		readAll(ctx, s, &c.Events),
		readAll(ctx, s, &c.Vacancies),
		readAll(ctx, s, &c.HelpLines),
	)
	if err != nil {
		return c, version, err
	}
	decisions, err := s.decisions(ctx)
	for i := range c.Vacancies {
		c.Vacancies[i].Decision = decisions[c.Vacancies[i].ID]
	}
	return c, version, err
}

func readAll[T Listed](ctx context.Context, s *Store, into *[]T) error {
	return EachRow(ctx, s, func(row T) error { *into = append(*into, row); return nil })
}

// CatalogueVersion is a number that changes with every change of what is
// listed. It grows; only a Redis that lost its data counts from 0 again.
func (s *Store) CatalogueVersion(ctx context.Context) (int64, error) {
	pipe := s.client.Pipeline()
	var counters []*redis.StringCmd
	for _, n := range []noun{nounCourse, nounEvent, nounVacancy, nounHelpLine} {
		counters = append(counters, pipe.Get(ctx, n.version()))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return 0, wrap("read catalogue version", err)
	}
	var sum int64
	for _, c := range counters {
		n, err := c.Int64()
		if err != nil && !errors.Is(err, redis.Nil) {
			return 0, wrap("read catalogue version", err)
		}
		sum += n
	}
	return sum, nil
}

// PutCatalogue puts all rows of c and withdraws nothing.
func (s *Store) PutCatalogue(ctx context.Context, c programme.Catalogue) error {
	if _, err := PutRows(ctx, s, slices.Values(c.Courses)); err != nil {
		return err
	}
	if _, err := PutRows(ctx, s, slices.Values(c.Events)); err != nil {
		return err
	}
	if _, err := PutRows(ctx, s, slices.Values(c.Vacancies)); err != nil {
		return err
	}
	_, err := PutRows(ctx, s, slices.Values(c.HelpLines))
	return err
}
