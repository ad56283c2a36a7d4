package store

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Session is a staff member signed in to the console. Its id may be shown and
// logged; the token is known to the browser alone.
type Session struct {
	ID           string // c- and ten letters or digits
	Staff        Staff  // as the team has it now; in lists only its id
	Agent        string // family of the browser, such as Firefox
	Begun, Until time.Time
}

// LogValue shows the ids only.
func (c Session) LogValue() slog.Value {
	return slog.GroupValue(slog.String("session", c.ID), slog.String("staff", c.Staff.ID))
}

var (
	agentForm = regexp.MustCompile(`^[A-Za-z]{1,20}$`)
	tokenForm = regexp.MustCompile("^(" + variable["<session>"] + `)\.([A-Z2-7]{26})$`)
)

// NewSession signs a staff member in for 8 hours, which nothing prolongs. agent
// is one word of at most 20 letters; another one is not kept. ErrNotFound when
// they are not of the team.
func (s *Store) NewSession(ctx context.Context, staffID, agent string, now time.Time) (token string, err error) {
	if !agentForm.MatchString(agent) {
		agent = ""
	}
	if !staffForm.MatchString(staffID) {
		return "", fmt.Errorf("sign in: %w", ErrNotFound)
	}
	id, secret := newName("c-", 10), rand.Text()
	n, err := s.run(ctx, signInScript, []string{keyStaff, keySession(id), keySessions(staffID)},
		staffID, id, s.keys.codeName("session", secret), agent, now.Unix(), now.Add(sessionLife).Unix(), seconds(sessionLife)).Int()
	if err == nil && n == 0 {
		return "", fmt.Errorf("sign in: %w", ErrNotFound)
	}
	return id + "." + secret, wrap("sign in", err)
}

// Session reads the session of a token, in one round trip. ErrNotFound when
// there is none, it ended, or its staff member left the team.
func (s *Store) Session(ctx context.Context, token string) (Session, error) {
	parts := tokenForm.FindStringSubmatch(token)
	if parts == nil {
		return Session{}, fmt.Errorf("read session: %w", ErrNotFound)
	}
	id, secret := parts[1], parts[2]
	got, err := s.run(ctx, sessionScript, []string{keySession(id), keyStaff}).StringSlice()
	if err != nil {
		return Session{}, wrap("read session", err)
	}
	if len(got) != 6 || subtle.ConstantTimeCompare([]byte(got[1]), []byte(s.keys.codeName("session", secret))) != 1 {
		return Session{}, fmt.Errorf("read session: %w", ErrNotFound)
	}
	out, err := sessionOf(id, got[:5])
	if err != nil {
		return Session{}, err
	}
	out.Staff, err = s.openStaff(got[0], []byte(got[5]))
	return out, err
}

// sessionOf reads the fields of a session: staff, digest, agent, begun, until.
func sessionOf(id string, fields []string) (Session, error) {
	begun, err1 := strconv.ParseInt(fields[3], 10, 64)
	until, err2 := strconv.ParseInt(fields[4], 10, 64)
	if err1 != nil || err2 != nil {
		return Session{}, fmt.Errorf("read session: %w", errMalformed)
	}
	return Session{ID: id, Staff: Staff{ID: fields[0]}, Agent: fields[2], Begun: time.Unix(begun, 0).UTC(), Until: time.Unix(until, 0).UTC()}, nil
}

// sessionFields are what a session is kept as.
var sessionFields = []string{"staff", "digest", "agent", "begun", "until"}

// Sessions lists the open sessions of a staff member, newest first. Of Staff
// only the id is set.
func (s *Store) Sessions(ctx context.Context, staffID string) ([]Session, error) {
	ids, err := s.client.ZRevRange(ctx, keySessions(staffID), 0, -1).Result()
	if err != nil {
		return nil, wrap("list sessions", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	cmds := make([]*redis.SliceCmd, len(ids))
	for i, id := range ids {
		cmds[i] = pipe.HMGet(ctx, keySession(id), sessionFields...)
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("list sessions", err)
	}
	var out []Session
	for i, cmd := range cmds {
		fields := make([]string, 0, len(sessionFields))
		for _, v := range cmd.Val() {
			if text, ok := v.(string); ok {
				fields = append(fields, text)
			}
		}
		if len(fields) != len(sessionFields) {
			continue // ended
		}
		one, err := sessionOf(ids[i], fields)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b Session) int { return b.Begun.Compare(a.Begun) })
	return out, nil
}

// EndSession signs a session out by its id; that it is over already is no error.
func (s *Store) EndSession(ctx context.Context, id string) error {
	if !strings.HasPrefix(id, "c-") {
		return nil
	}
	return wrap("end session", s.client.Del(ctx, keySession(id)).Err())
}
