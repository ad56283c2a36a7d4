package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"arraigo/programme"

	"github.com/redis/go-redis/v9"
)

// An Offer is a course or an event as the places of it need to know it. Its
// terms come from the catalogue; those of an older version than the store has
// seen are ignored, so that a replica that lags behind cannot give away a place
// that is gone.
type Offer struct {
	Kind, ID string // Kind is "course" or "event"
	Version  int64  // of the catalogue that the terms were read from
	Places   int    // 0: not limited
	Standing programme.Standing
	Ends     time.Time // everything is forgotten 90 days later; zero: two years from now
}

// The kinds of offers that have places.
const (
	OfferCourse = "course"
	OfferEvent  = "event"
)

// Ref is the name under which the offer is listed, as "course:C-01".
func (o Offer) Ref() string { return o.Kind + ":" + url.QueryEscape(o.ID) }

// parseOffer reads what Ref writes; the terms are unknown.
func parseOffer(ref string) (Offer, bool) {
	kind, id, ok := strings.Cut(ref, ":")
	id, err := url.QueryUnescape(id)
	return Offer{Kind: kind, ID: id}, ok && err == nil
}

// placesLife is how long places are kept after the end of their offer: staff
// report on who came.
const (
	placesLife = 90 * day
	placesMax  = 2 * 365 * day
)

func (o Offer) life(now time.Time) time.Duration {
	if o.Ends.IsZero() {
		return placesMax
	}
	return min(max(o.Ends.Sub(now)+placesLife, day), placesMax)
}

// A PlaceState is how somebody stands to an offer. Those that last are written
// in the session too.
type PlaceState string

// The states. Shut, Full and Late are answers, nobody stays in them.
const (
	PlaceNone     PlaceState = ""
	PlaceTaken    PlaceState = "enrolled"
	PlaceWaiting  PlaceState = "waiting"
	PlaceOffered  PlaceState = "offered"
	PlaceWatching PlaceState = "notify"
	PlaceShut     PlaceState = "shut" // nobody is taken any more
	PlaceFull     PlaceState = "full" // the offer has fewer places than were asked for
	PlaceLate     PlaceState = "late" // the time to accept is over
)

// A Place is what somebody has of an offer.
type Place struct {
	State    PlaceState
	Size     int       // how many places it takes, or waits for
	Position int       // waiting: 1 is next
	Until    time.Time // offered: when somebody else gets it
	Changed  bool      // this call made it so
}

// Reserve takes so many places (at least 1) for a contact, or puts it at the
// end of the line. Asked again it changes nothing and tells how things stand,
// also when another size is asked for. Nobody passes the line: a free place
// that fits somebody who waits is theirs.
func (s *Store) Reserve(ctx context.Context, o Offer, id ContactID, size int, now time.Time) (Place, error) {
	if size < 1 {
		return Place{}, errors.New("reserve: no places asked for")
	}
	if err := s.list(ctx, o, now); err != nil {
		return Place{}, err
	}
	cmd := s.run(ctx, reserveScript, places(o).all()[:7], string(id), size, o.Version, o.Places, string(o.Standing), now.Unix(), seconds(o.life(now)))
	return placeOf(cmd, "reserve")
}

// Accept takes the places that were offered to a contact. Accepting twice is
// once; without an offer it changes nothing.
func (s *Store) Accept(ctx context.Context, o Offer, id ContactID, now time.Time) (Place, error) {
	k := places(o)
	cmd := s.run(ctx, acceptScript, []string{k.size(), k.taken(), k.waiting(), k.offered(), k.tell(), k.terms()},
		string(id), o.Version, string(o.Standing), now.Unix())
	return placeOf(cmd, "accept place")
}

// Decline gives back the places that were offered to a contact. It changes
// nothing for who was offered none, so a tap on an old message does no harm.
func (s *Store) Decline(ctx context.Context, o Offer, id ContactID) (Place, error) {
	return placeOf(s.run(ctx, leaveScript, places(o).all(), string(id), string(PlaceOffered), "0"), "decline place")
}

// Withdraw takes a contact out of an offer, whatever it had of it, and returns
// what that was.
func (s *Store) Withdraw(ctx context.Context, o Offer, id ContactID) (Place, error) {
	return placeOf(s.run(ctx, leaveScript, places(o).all(), string(id), "", "0"), "withdraw")
}

// Watch notes that a contact wants to hear about an offer without a place. For
// who has a place, or waits, it changes nothing.
func (s *Store) Watch(ctx context.Context, o Offer, id ContactID, now time.Time) error {
	if err := s.list(ctx, o, now); err != nil {
		return err
	}
	k := places(o)
	err := s.run(ctx, watchScript, []string{k.size(), k.watching(), k.tell(), k.terms()},
		string(id), o.Version, o.Places, string(o.Standing), now.Unix(), seconds(o.life(now))).Err()
	return wrap("watch", err)
}

// PlaceOf tells what a contact has of an offer.
func (s *Store) PlaceOf(ctx context.Context, o Offer, id ContactID) (Place, error) {
	k := places(o)
	pipe := s.client.Pipeline()
	size := pipe.HGet(ctx, k.size(), string(id))
	taken, offered := pipe.ZScore(ctx, k.taken(), string(id)), pipe.ZScore(ctx, k.offered(), string(id))
	rank, watching := pipe.ZRank(ctx, k.waiting(), string(id)), pipe.ZScore(ctx, k.watching(), string(id))
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return Place{}, wrap("look at place", err)
	}
	p := Place{}
	p.Size, _ = strconv.Atoi(size.Val())
	switch {
	case taken.Err() == nil:
		p.State = PlaceTaken
	case offered.Err() == nil:
		p.State, p.Until = PlaceOffered, time.Unix(int64(offered.Val()), 0).UTC()
	case rank.Err() == nil:
		p.State, p.Position = PlaceWaiting, int(rank.Val())+1
	case watching.Err() == nil:
		p.State = PlaceWatching
	}
	return p, nil
}

// Taken returns how many places of an offer are taken or offered to somebody,
// and how many contacts wait.
func (s *Store) Taken(ctx context.Context, o Offer) (used, waiting int, err error) {
	k := places(o)
	pipe := s.client.Pipeline()
	u, w := pipe.HGet(ctx, k.terms(), "used"), pipe.ZCard(ctx, k.waiting())
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return 0, 0, wrap("count places", err)
	}
	used, _ = strconv.Atoi(u.Val())
	return used, int(w.Val()), nil
}

// A Line is what moving a line on did.
type Line struct {
	Lost, Made int // offers whose time was over; new ones
	Free       int // places free that nobody in the line fits
}

// MoveLine ends offers whose time is over and offers free places to the first
// in the line who fit, until that moment (zero: offers nothing). Who is
// concerned is noted in the same script, see Untold. Only one process should
// do this at a time; two do no harm.
func (s *Store) MoveLine(ctx context.Context, o Offer, now, until time.Time) (Line, error) {
	k := places(o)
	deadline := ""
	if !until.IsZero() {
		deadline = strconv.FormatInt(until.Unix(), 10)
	}
	n, err := s.run(ctx, lineScript, []string{k.size(), k.taken(), k.waiting(), k.offered(), k.tell(), k.terms(), k.watching()},
		o.Version, o.Places, string(o.Standing), now.Unix(), deadline, seconds(o.life(now))).Int64Slice()
	if err != nil {
		return Line{}, wrap("move line", err)
	}
	if len(n) != 3 {
		return Line{}, fmt.Errorf("move line: %w", errMalformed)
	}
	return Line{Lost: int(n[0]), Made: int(n[1]), Free: int(n[2])}, nil
}

// GivenBack are places that people gave back, by whatever way, and that the team
// was not told of.
type GivenBack struct {
	Offer   Offer // Kind and ID
	Places  int
	Waiting int // how many contacts wait
}

// GivenBack lists what the team is to be told of, in two round trips.
func (s *Store) GivenBack(ctx context.Context, now time.Time) ([]GivenBack, error) {
	offers, err := s.Offers(ctx, now)
	if err != nil || len(offers) == 0 {
		return nil, err
	}
	pipe := s.client.Pipeline()
	freed, waiting := make([]*redis.StringCmd, len(offers)), make([]*redis.IntCmd, len(offers))
	for i, o := range offers {
		freed[i], waiting[i] = pipe.HGet(ctx, places(o).terms(), "freed"), pipe.ZCard(ctx, places(o).waiting())
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("list places given back", err)
	}
	var out []GivenBack
	for i, o := range offers {
		if n, _ := strconv.Atoi(freed[i].Val()); n > 0 {
			out = append(out, GivenBack{Offer: o, Places: n, Waiting: int(waiting[i].Val())})
		}
	}
	return out, nil
}

// ToldGivenBack notes that the team was told.
func (s *Store) ToldGivenBack(ctx context.Context, g GivenBack) error {
	return wrap("note places told of", s.run(ctx, freedScript, []string{places(g.Offer).terms()}, g.Places).Err())
}

// list notes that an offer has places, before the first of them: a crash
// between leaves a name without places, never places without a name. It costs
// a round trip the first time a process sees the offer.
func (s *Store) list(ctx context.Context, o Offer, now time.Time) error {
	end := now.Add(o.life(now)).Truncate(day).Add(2 * day).Unix()
	if known, ok := s.offers.Load(o.Ref()); ok && known == end {
		return nil
	}
	err := s.client.ZAdd(ctx, keyOffers, redis.Z{Score: float64(end), Member: o.Ref()}).Err()
	if err != nil {
		return wrap("list offer", err)
	}
	s.offers.Store(o.Ref(), end)
	return nil
}

// Offers returns every course and event that somebody has, or had, a place in.
// Only Kind and ID are known.
func (s *Store) Offers(ctx context.Context, now time.Time) ([]Offer, error) {
	list, err := s.client.ZRangeByScore(ctx, keyOffers, &redis.ZRangeBy{Min: "(" + strconv.FormatInt(now.Unix(), 10), Max: "+inf"}).Result()
	if err != nil {
		return nil, wrap("list offers", err)
	}
	out := make([]Offer, 0, len(list))
	for _, ref := range list {
		if o, ok := parseOffer(ref); ok {
			out = append(out, o)
		}
	}
	return out, nil
}

// DropOffers takes off the list what Redis has forgotten by now.
func (s *Store) DropOffers(ctx context.Context, now time.Time) error {
	return wrap("drop offers", s.client.ZRemRangeByScore(ctx, keyOffers, "-inf", strconv.FormatInt(now.Unix(), 10)).Err())
}

// release takes a contact out of every offer there is, in two round trips
// however many there are; in one when nobody has a place anywhere.
func (s *Store) release(ctx context.Context, id ContactID, now time.Time) error {
	offers, err := s.Offers(ctx, now)
	if err != nil || len(offers) == 0 {
		return err
	}
	calls := make([]call, len(offers))
	for i, o := range offers {
		calls[i] = call{places(o).all(), []any{string(id), "", "1"}}
	}
	_, err = s.runAll(ctx, leaveScript, calls)
	return wrap("release places", err)
}

// held counts the offers that a contact has something of.
func (s *Store) held(ctx context.Context, id ContactID, now time.Time) (int, error) {
	offers, err := s.Offers(ctx, now)
	if err != nil || len(offers) == 0 {
		return 0, err
	}
	pipe := s.client.Pipeline()
	var has []*redis.BoolCmd
	var watches []*redis.FloatCmd
	for _, o := range offers {
		has = append(has, pipe.HExists(ctx, places(o).size(), string(id)))
		watches = append(watches, pipe.ZScore(ctx, places(o).watching(), string(id)))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return 0, wrap("count places", err)
	}
	n := 0
	for i := range has {
		if has[i].Val() || watches[i].Err() == nil {
			n++
		}
	}
	return n, nil
}

// placeOf reads what the scripts return.
func placeOf(cmd *redis.Cmd, op string) (Place, error) {
	v, err := cmd.StringSlice()
	if err != nil {
		return Place{}, wrap(op, err)
	}
	if len(v) != 4 {
		return Place{}, fmt.Errorf("%s: %w", op, errMalformed)
	}
	size, err1 := strconv.Atoi(v[1])
	n, err2 := strconv.ParseInt(v[2], 10, 64)
	if err1 != nil || err2 != nil {
		return Place{}, fmt.Errorf("%s: %w", op, errMalformed)
	}
	p := Place{State: PlaceState(v[0]), Size: size, Changed: v[3] == "1"}
	switch p.State {
	case PlaceWaiting:
		p.Position = int(n)
	case PlaceOffered:
		if n > 0 {
			p.Until = time.Unix(n, 0).UTC()
		}
	}
	return p, nil
}
