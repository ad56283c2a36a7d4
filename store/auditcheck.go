package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrTampered: the audit log is not the one that was written.
var ErrTampered = errors.New("the audit log was tampered with")

// AuditState is what VerifyAudit found.
type AuditState struct {
	Entries     int
	First, Last time.Time // of the oldest and the newest entry; zero when there is none
	Number      int64     // of the newest entry ever written
	Head        string    // its hash: noted elsewhere, it proves the whole log later
}

// maxRestarts bounds how often VerifyAudit begins again because entries left at
// the old end meanwhile.
const maxRestarts = 5

// VerifyAudit walks the whole chain, and fails with ErrTampered, and where, when
// an entry was changed, left out or slipped in, at either end too. It needs no
// keys. Entries that are written meanwhile are not looked at.
func (s *Store) VerifyAudit(ctx context.Context, now time.Time) (AuditState, error) {
	for range maxRestarts {
		before, err := s.auditEnds(ctx)
		if err != nil {
			return AuditState{}, err
		}
		state, err := s.walkAudit(ctx, before, now)
		if !errors.Is(err, ErrTampered) {
			return state, err
		}
		// Was it only that the old end moved?
		after, again := s.auditEnds(ctx)
		if again != nil {
			return AuditState{}, again
		}
		if after.base == before.base {
			return state, err
		}
	}
	return AuditState{}, fmt.Errorf("verify the audit log: %w", ErrConflict)
}

// auditEnds are both ends of the chain: base is the newest entry that left.
type auditEnds struct{ head, base auditHead }

func (s *Store) auditEnds(ctx context.Context) (auditEnds, error) {
	got, err := s.client.HMGet(ctx, keyAuditHead, "n", "h", "t", "bn", "bh", "bt").Result()
	if err != nil {
		return auditEnds{}, wrap("verify the audit log", err)
	}
	fields := make([]string, len(got))
	for i, v := range got {
		fields[i], _ = v.(string)
	}
	var e auditEnds
	head, err1 := readHead(fields[:3])
	base, err2 := readHead(fields[3:])
	if err1 != nil || err2 != nil {
		return e, fmt.Errorf("%w: its ends cannot be read", ErrTampered)
	}
	return auditEnds{head, base}, nil
}

func (s *Store) walkAudit(ctx context.Context, ends auditEnds, now time.Time) (AuditState, error) {
	state := AuditState{Number: ends.head.number, Head: ends.head.hash}
	if b := ends.base; b.number > 0 && now.Sub(time.UnixMilli(b.at)) < auditLife-day {
		return state, fmt.Errorf("%w: entries up to %d left before their time", ErrTampered, b.number)
	}
	last := ends.base
	for from := "-"; last.number < ends.head.number; {
		entries, err := s.client.XRangeN(ctx, keyAuditLog, from, "+", 1000).Result()
		if err != nil {
			return state, wrap("verify the audit log", err)
		}
		if len(entries) == 0 {
			return state, fmt.Errorf("%w: it ends at entry %d, and %d were written", ErrTampered, last.number, ends.head.number)
		}
		for _, e := range entries {
			line, hash, err := auditEntry(e)
			text, _ := e.Values["e"].(string)
			switch {
			case err != nil:
				return state, fmt.Errorf("%w: what follows entry %d cannot be read", ErrTampered, last.number)
			case line.Number != last.number+1:
				return state, fmt.Errorf("%w: entry %d follows entry %d", ErrTampered, line.Number, last.number)
			case e.ID != strconv.FormatInt(line.At, 10)+"-"+strconv.FormatInt(line.Number, 10):
				return state, fmt.Errorf("%w: entry %d is not in its place", ErrTampered, line.Number)
			case hash != chain(last.hash, []byte(text)):
				return state, fmt.Errorf("%w: entry %d is not what was written, or the one before it is not", ErrTampered, line.Number)
			}
			last = auditHead{line.Number, hash, line.At}
			state.Last = time.UnixMilli(line.At).UTC()
			if state.Entries == 0 {
				state.First = state.Last
			}
			state.Entries++
			from = "(" + e.ID
			if last.number == ends.head.number {
				break
			}
		}
	}
	if last != ends.head {
		return state, fmt.Errorf("%w: its last entry is not the one that was written last", ErrTampered)
	}
	return state, nil
}

// TrimAudit lets go of entries older than 24 months, and of the names of staff
// who left longer ago. The chain begins anew where it was cut.
func (s *Store) TrimAudit(ctx context.Context, now time.Time) (gone int, err error) {
	until := now.Add(-auditLife)
	for {
		n, err := s.run(ctx, trimScript, []string{keyAuditLog, keyAuditHead, keyAuditWhy}, until.UnixMilli(), 500).Int()
		if err != nil {
			return gone, wrap("trim the audit log", err)
		}
		gone += n
		if n < 500 {
			return gone, s.forgetFormer(ctx, until)
		}
	}
}

// forgetFormer forgets the names of who left before then.
func (s *Store) forgetFormer(ctx context.Context, until time.Time) error {
	former, err := s.FormerStaff(ctx)
	if err != nil {
		return err
	}
	for _, m := range former {
		if m.Removed < until.Unix() {
			if err := s.client.HDel(ctx, keyStaffFormer, m.ID).Err(); err != nil {
				return wrap("forget former staff", err)
			}
		}
	}
	return nil
}
