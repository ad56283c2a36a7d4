package store

import (
	"context"
	_ "embed"
	"time"

	"github.com/redis/go-redis/v9"
)

//go:embed lua/remind.lua
var remindSource string

var remindScript = redis.NewScript(remindSource)

// A Due is a reminder of an offer that is to be told.
type Due struct {
	Kind, Mark string    // as of a Telling
	Start      time.Time // of the offer
	At         time.Time // since when it is due; zero: none is, only Start is noted
}

// Remind notes that everybody is to be reminded who had a place in an offer, or
// wanted to hear of it, when the reminder was due; who came later knows. It
// returns how many they are. Each reminder of one start is noted once, and none
// before a later one. It must be told of a Start when that becomes known: what
// was due before then the news of it has said.
func (s *Store) Remind(ctx context.Context, o Offer, d Due, now time.Time) (int, error) {
	k := places(o)
	due := int64(0)
	if !d.At.IsZero() {
		due = d.At.Unix()
	}
	n, err := s.run(ctx, remindScript, []string{k.tell(), k.terms(), k.taken(), k.watching()},
		d.Kind, d.Mark, d.Start.Unix(), due, now.Unix()).Int()
	return max(n, 0), wrap("note who is to be reminded", err)
}
