package store

import (
	"context"
	"fmt"
	"math/bits"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

// Known is the audience of everybody with consent, for Cross.
func Known() flows.Entry { return splitEntry(entryKnown) }

// Cross counts the contacts that are in each pair of audiences, one of rows and
// one of columns, in one round trip: what is read are bits, so it costs about the
// same with a thousand people and with a hundred thousand. within bounds all of
// them, as a Filter of those groups does: in at least one entry of every group.
// out[r][c] is of rows[r] and columns[c]; the last column, len(columns), is of
// rows[r] alone.
func (s *Store) Cross(ctx context.Context, within [][]flows.Entry, rows, columns []flows.Entry) ([][]int, error) {
	bound := And()
	for _, group := range within {
		var any []Filter
		for _, e := range group {
			any = append(any, In(e.Dimension, e.Value))
		}
		bound.parts = append(bound.parts, Or(any...))
	}
	read := bound
	for _, list := range [][]flows.Entry{rows, columns} {
		for _, e := range list {
			read.parts = append(read.parts, In(e.Dimension, e.Value))
		}
	}
	if err := read.check(); err != nil {
		return nil, fmt.Errorf("count audiences: %w", err)
	}
	entries := read.entries()
	pipe := s.client.Pipeline()
	cmds := make([]*redis.SliceCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.MGet(ctx, indexKeys(n, entries)...)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("count audiences", err)
	}
	out := make([][]int, len(rows))
	for r := range out {
		out[r] = make([]int, len(columns)+1)
	}
	for _, cmd := range cmds {
		maps := bitmaps(entries, cmd.Val())
		all := bound.choose(maps)
		for r, row := range rows {
			a := maps[joinEntry(row)]
			for i := range min(len(a), len(all)) {
				out[r][len(columns)] += bits.OnesCount8(a[i] & all[i])
			}
			for c, column := range columns {
				b := maps[joinEntry(column)]
				for i := range min(len(a), len(b), len(all)) {
					out[r][c] += bits.OnesCount8(a[i] & b[i] & all[i])
				}
			}
		}
	}
	return out, nil
}
