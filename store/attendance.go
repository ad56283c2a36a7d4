package store

import (
	"context"
	_ "embed"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"arraigo/programme"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed lua/came.lua
	cameSource string

	cameScript = redis.NewScript(cameSource)
)

// A Seat is what one contact has of a course or an event.
type Seat struct {
	Contact ContactID
	Place
	Since time.Time // taken: when
}

// Roster lists who has a place in an offer, by when they got it, then who was
// offered one, then the line in its order, then who only wants to hear of it.
// It costs one round trip.
func (s *Store) Roster(ctx context.Context, o Offer) ([]Seat, error) {
	k := places(o)
	pipe := s.client.Pipeline()
	sizes := pipe.HGetAll(ctx, k.size())
	lists := []struct {
		state PlaceState
		cmd   *redis.ZSliceCmd
	}{
		{PlaceTaken, pipe.ZRangeWithScores(ctx, k.taken(), 0, -1)},
		{PlaceOffered, pipe.ZRangeWithScores(ctx, k.offered(), 0, -1)},
		{PlaceWaiting, pipe.ZRangeWithScores(ctx, k.waiting(), 0, -1)},
		{PlaceWatching, pipe.ZRangeWithScores(ctx, k.watching(), 0, -1)},
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("read roster", err)
	}
	var out []Seat
	for _, list := range lists {
		for i, z := range list.cmd.Val() {
			id, _ := z.Member.(string)
			seat := Seat{Contact: ContactID(id), Place: Place{State: list.state}}
			seat.Size, _ = strconv.Atoi(sizes.Val()[id])
			switch at := time.Unix(int64(z.Score), 0).UTC(); list.state {
			case PlaceTaken:
				seat.Since = at
			case PlaceOffered:
				seat.Until = at
			case PlaceWaiting:
				seat.Position = i + 1
			}
			out = append(out, seat)
		}
	}
	return out, nil
}

// Attendance is who came to a course or an event.
type Attendance struct {
	People map[programme.Date]map[ContactID]int // how many of each contact's party
	Others map[programme.Date]int               // without a place
}

// On is how many people came on a day.
func (a Attendance) On(day programme.Date) int {
	n := a.Others[day]
	for _, people := range a.People[day] {
		n += people
	}
	return n
}

// Days are the days of which something is known, in order.
func (a Attendance) Days() []programme.Date {
	var out []programme.Date
	for day := range a.People {
		out = append(out, day)
	}
	for day := range a.Others {
		if a.People[day] == nil {
			out = append(out, day)
		}
	}
	slices.SortFunc(out, func(a, b programme.Date) int { return a.DaysSince(b) })
	return out
}

// Attendance reads who came on which day.
func (s *Store) Attendance(ctx context.Context, o Offer) (Attendance, error) {
	a := Attendance{People: map[programme.Date]map[ContactID]int{}, Others: map[programme.Date]int{}}
	fields, err := s.client.HGetAll(ctx, places(o).came()).Result()
	if err != nil {
		return a, wrap("read attendance", err)
	}
	for id, value := range fields {
		for day, people := range parseCame(value) {
			if ContactID(id) == Others {
				a.Others[day] = people
				continue
			}
			if a.People[day] == nil {
				a.People[day] = map[ContactID]int{}
			}
			a.People[day][ContactID(id)] = people
		}
	}
	return a, nil
}

// parseCame reads an entry: days, and how many came on each.
func parseCame(value string) map[programme.Date]int {
	out := map[programme.Date]int{}
	for _, part := range strings.Fields(value) {
		text, number, _ := strings.Cut(part, "=")
		day, err := programme.ParseDate(text)
		if n, _ := strconv.Atoi(number); err == nil && !day.IsZero() && n > 0 {
			out[day] = n
		}
	}
	return out
}

// OwnAttendance is when a person came to a course or an event, for their own
// eyes.
type OwnAttendance struct {
	Offer Offer // Kind and ID
	Days  []programme.Date
}

// AttendanceOf returns everything that a contact came to, in two round trips
// however many offers there are.
func (s *Store) AttendanceOf(ctx context.Context, id ContactID, now time.Time) ([]OwnAttendance, error) {
	offers, err := s.Offers(ctx, now)
	if err != nil || len(offers) == 0 {
		return nil, err
	}
	pipe := s.client.Pipeline()
	cmds := make([]*redis.StringCmd, len(offers))
	for i, o := range offers {
		cmds[i] = pipe.HGet(ctx, places(o).came(), string(id))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("read attendance", err)
	}
	var out []OwnAttendance
	for i, cmd := range cmds {
		if days := parseCame(cmd.Val()); len(days) > 0 {
			own := OwnAttendance{Offer: offers[i]}
			for day := range days {
				own.Days = append(own.Days, day)
			}
			slices.SortFunc(own.Days, func(a, b programme.Date) int { return a.DaysSince(b) })
			out = append(out, own)
		}
	}
	return out, nil
}

// A Tick is how many of a contact's party came on a day; 0: nobody.
type Tick struct {
	Contact ContactID // Others: people without a place
	People  int
}

// Others stands for all who came without a place.
const Others ContactID = "+"

// maxOthers bounds how many come without a place: more is a slip.
const maxOthers = 100_000

// Came notes who came on a day. Who has no place any more is left out, and more
// people than the place is for count as that many: what was changed is counted.
// Those not named stay as they are.
func (s *Store) Came(ctx context.Context, o Offer, day programme.Date, ticks []Tick, now time.Time) (int, error) {
	if len(ticks) == 0 {
		return 0, nil
	}
	args := []any{day.String(), seconds(o.life(now))}
	for _, t := range ticks {
		args = append(args, string(t.Contact), min(max(t.People, 0), maxOthers))
	}
	k := places(o)
	n, err := s.run(ctx, cameScript, []string{k.size(), k.taken(), k.came()}, args...).Int()
	return n, wrap("note who came", err)
}
