package store

import (
	"context"
	"errors"
	"time"
)

// paceDebt bounds how far replies alone put off what was not asked for.
const paceDebt = time.Second

// ReserveSends takes n sends out of the budget that all replicas share, which the
// server's own clock counts: the first may be made after wait, the others each
// 1/perSecond later. spent is how many replies this process sent since it last
// asked: they waited for nobody, and what was not asked for waits for them, at
// most a second for all of them.
func (s *Store) ReserveSends(ctx context.Context, n, spent int, perSecond float64) (time.Duration, error) {
	if n < 0 || spent < 0 || perSecond <= 0 {
		return 0, errors.New("reserve sends: want a positive pace and no negative number")
	}
	us, err := s.run(ctx, paceScript, []string{keyPace}, n, spent, 1e6/perSecond, paceDebt.Microseconds(), paceLife.Milliseconds()).Int64()
	return time.Duration(us) * time.Microsecond, wrap("reserve sends", err)
}
