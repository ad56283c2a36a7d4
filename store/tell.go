package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Telling is something that somebody must still be told about their place. It
// was noted in the same script that made it true.
type Telling struct {
	Offer   Offer // Kind and ID
	Contact ContactID
	Kind    string
	Mark    string // what tells it from every earlier one of its kind; of an offered or lost place its deadline (Unix s)
}

// The kinds that the scripts note by themselves. TellCheck asks to see whether
// the turn that reserved was committed: its Mark is when that was (Unix s).
const (
	TellCheck        = "check"
	TellPlaceOffered = "place_offered"
	TellPlaceLost    = "place_lost"
)

func (t Telling) field() string { return string(t.Contact) + "." + t.Kind }

// TellAll notes that everybody in these states is to be told something, once
// for each kind and mark, and returns how many they are. A change is told when
// its mark differs from the one before: the first only says how things are.
func (s *Store) TellAll(ctx context.Context, o Offer, kind, mark string, change bool, states ...PlaceState) (int, error) {
	k := places(o)
	keys := []string{k.tell(), k.terms()}
	for _, state := range states {
		switch state {
		case PlaceTaken:
			keys = append(keys, k.taken())
		case PlaceWaiting:
			keys = append(keys, k.waiting())
		case PlaceOffered:
			keys = append(keys, k.offered())
		case PlaceWatching:
			keys = append(keys, k.watching())
		}
	}
	flag := "0"
	if change {
		flag = "1"
	}
	n, err := s.run(ctx, tellAllScript, keys, kind, mark, flag).Int()
	return max(n, 0), wrap("note who is to be told", err)
}

// Untold returns what is still to be told about some offers, in one round trip.
func (s *Store) Untold(ctx context.Context, offers []Offer) ([]Telling, error) {
	if len(offers) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	cmds := make([]*redis.MapStringStringCmd, len(offers))
	for i, o := range offers {
		cmds[i] = pipe.HGetAll(ctx, places(o).tell())
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("list who is to be told", err)
	}
	var out []Telling
	for i, cmd := range cmds {
		for field, mark := range cmd.Val() {
			if id, kind, ok := strings.Cut(field, "."); ok {
				out = append(out, Telling{Offer: offers[i], Contact: ContactID(id), Kind: kind, Mark: mark})
			}
		}
	}
	slices.SortFunc(out, func(a, b Telling) int {
		return cmp.Or(cmp.Compare(a.Offer.Ref(), b.Offer.Ref()), cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Kind, b.Kind))
	})
	return out, nil
}

// Told forgets that somebody is to be told: a notice of it rests with the
// contact now, or the contact is gone.
func (s *Store) Told(ctx context.Context, t Telling) error {
	return wrap("note who was told", s.run(ctx, toldScript, []string{places(t.Offer).tell()}, t.field(), t.Mark).Err())
}

// Deadline reads the mark of an offered or a lost place.
func (t Telling) Deadline() time.Time {
	n, _ := strconv.ParseInt(t.Mark, 10, 64) // the scripts write nothing else
	return time.Unix(n, 0).UTC()
}
