package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"
)

// Staff is somebody of the team. Chat and name are personal data: they rest
// encrypted and must not be logged; the id may be.
type Staff struct {
	ID       string   `json:"-"`           // s- and six letters or digits; made by the store
	Chat     int64    `json:"c,omitempty"` // 0: invited and not there yet, or removed
	Name     string   `json:"n,omitempty"` // as the team calls them; "" for an administrator of the settings
	Role     Role     `json:"r"`
	Reports  bool     `json:"p,omitempty"` // may read reports of wrong-doing
	Lines    []string `json:"l,omitempty"` // scope, values of programme.Line; empty: all
	Towns    []string `json:"t,omitempty"` // scope, codes of municipalities; empty: all
	Language string   `json:"g,omitempty"` // of the console; "": Spanish
	Since    int64    `json:"s,omitempty"` // Unix seconds: joined, or invited
	Removed  int64    `json:"x,omitempty"` // Unix seconds; 0: of the team

	Invitation string `json:"i,omitempty"` // one-way name of the invitation that is open

	sealed []byte // as it was read
}

// LogValue shows the id only.
func (m Staff) LogValue() slog.Value { return slog.GroupValue(slog.String("staff", m.ID)) }

// Accepted reports whether they are there, and not only invited.
func (m Staff) Accepted() bool { return m.Chat != 0 && m.Removed == 0 }

// Bounds of a staff member.
const (
	maxStaffName  = 80 // code points
	maxStaffScope = 200
	maxTries      = 20 // of a change that others come before
)

var (
	scopeForm = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)
	staffForm = regexp.MustCompile("^" + variable["<staff>"] + "$")
)

// ErrStaff: a staff member with a role, a name or a scope that cannot be.
var ErrStaff = errors.New("not a valid staff member")

func (m Staff) check() error {
	if !m.Role.Valid() {
		return fmt.Errorf("%w: unknown role", ErrStaff)
	}
	if utf8.RuneCountInString(m.Name) > maxStaffName || !utf8.ValidString(m.Name) || strings.ContainsFunc(m.Name, unicode.IsControl) {
		return fmt.Errorf("%w: a name has at most %d letters, in one line", ErrStaff, maxStaffName)
	}
	if len(m.Lines)+len(m.Towns) > maxStaffScope {
		return fmt.Errorf("%w: too large a scope", ErrStaff)
	}
	for _, v := range slices.Concat(m.Lines, m.Towns) {
		if !scopeForm.MatchString(v) {
			return fmt.Errorf("%w: a scope is a line or the code of a municipality", ErrStaff)
		}
	}
	return nil
}

// newName makes a random name of n letters and digits behind a prefix.
func newName(prefix string, n int) string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // crypto/rand never fails
	return prefix + alphabet.EncodeToString(raw[:])[:n]
}

// codeName is the one-way name of a code or token: the code itself is nowhere.
func (k *Keyring) codeName(kind, code string) string {
	return alphabet.EncodeToString(k.digest(kind + "\x00" + code))
}

// staffChat is the one-way name of a chat of the team. It is not the contact id:
// from one the other cannot be told.
func (k *Keyring) staffChat(chat int64) string {
	return alphabet.EncodeToString(k.digest("staff", chat))
}

// codeForm is a code of ours: rand.Text.
var codeForm = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// InviteStaff makes an entry for somebody who is to join the team, and the code
// of their invitation: for one use, within 7 days. ID, Chat and Since of m do
// not matter. It fails with ErrStaff when m cannot be.
func (s *Store) InviteStaff(ctx context.Context, m Staff, now time.Time) (Staff, string, error) {
	m.Name = strings.TrimSpace(m.Name)
	if err := m.check(); err != nil {
		return Staff{}, "", fmt.Errorf("invite staff: %w", err)
	}
	code := rand.Text()
	m.Chat, m.Since, m.Removed, m.Invitation = 0, now.Unix(), 0, s.keys.codeName("invitation", code)
	for range maxTries {
		m.ID = newName("s-", 6)
		sealed, err := s.sealStaff(m)
		if err != nil {
			return Staff{}, "", err
		}
		n, err := s.run(ctx, inviteScript, []string{keyStaff, keyStaffFormer, keyStaffVersion, keyInvitation(m.Invitation)},
			m.ID, sealed, seconds(inviteLife)).Int()
		if err != nil {
			return Staff{}, "", wrap("invite staff", err)
		}
		if n == 1 {
			m.sealed = sealed
			return m, code, nil
		}
	}
	return Staff{}, "", fmt.Errorf("invite staff: %w", ErrConflict)
}

// AcceptInvitation puts a chat under the entry that the code is for, and ends
// the invitation. It fails with ErrNotFound when the code is unknown, used or
// too old or its entry was removed, and with ErrConflict when the chat belongs to
// the team already: then the invitation stays as it is.
func (s *Store) AcceptInvitation(ctx context.Context, code string, chat int64, now time.Time) (Staff, error) {
	if !codeForm.MatchString(code) || chat == 0 {
		return Staff{}, fmt.Errorf("accept invitation: %w", ErrNotFound)
	}
	name := s.keys.codeName("invitation", code)
	for range maxTries {
		id, err := s.text(ctx, "accept invitation", keyInvitation(name))
		if err != nil {
			return Staff{}, err
		}
		if id == "" {
			return Staff{}, fmt.Errorf("accept invitation: %w", ErrNotFound)
		}
		m, err := s.current(ctx, id)
		if err != nil {
			return Staff{}, fmt.Errorf("accept invitation: %w", err)
		}
		m.Chat, m.Since, m.Invitation = chat, now.Unix(), ""
		m, outcome, err := s.join(ctx, m, keyInvitation(name))
		if err != nil {
			return Staff{}, fmt.Errorf("accept invitation: %w", err)
		}
		switch outcome {
		case joined:
			return m, nil
		case joinedBefore:
			return Staff{}, fmt.Errorf("accept invitation: %w", ErrConflict)
		}
	}
	return Staff{}, fmt.Errorf("accept invitation: %w", ErrConflict)
}

// EnsureAdmin makes sure that the chat belongs to an entry of role admin: those
// whom the settings name need no invitation.
func (s *Store) EnsureAdmin(ctx context.Context, chat int64, now time.Time) (Staff, error) {
	for range maxTries {
		m, err := s.StaffOf(ctx, chat)
		switch {
		case err == nil && m.Role == RoleAdmin:
			return m, nil
		case err == nil:
			m.Role = RoleAdmin
			if m, err = s.ChangeStaff(ctx, m); !errors.Is(err, ErrConflict) {
				return m, err
			}
			continue
		case !errors.Is(err, ErrNotFound):
			return Staff{}, err
		}
		m = Staff{ID: newName("s-", 6), Chat: chat, Role: RoleAdmin, Since: now.Unix()}
		m, outcome, err := s.join(ctx, m, keyInvitation("none"))
		if err != nil {
			return Staff{}, fmt.Errorf("note administrator: %w", err)
		}
		if outcome == joined {
			return m, nil
		}
	}
	return Staff{}, fmt.Errorf("note administrator: %w", ErrConflict)
}

// Outcomes of join.
const (
	joinChanged  = 0 // the entry or the invitation changed meanwhile
	joined       = 1
	joinedBefore = 2 // the chat belongs to the team
)

// join writes an entry with its chat, and ends the invitation.
func (s *Store) join(ctx context.Context, m Staff, invitation string) (Staff, int, error) {
	sealed, err := s.sealStaff(m)
	if err != nil {
		return Staff{}, 0, err
	}
	n, err := s.run(ctx, joinScript, []string{keyStaff, keyStaffChats, keyStaffVersion, invitation},
		m.ID, m.sealed, sealed, s.keys.staffChat(m.Chat)).Int()
	m.sealed = sealed
	return m, n, wrap("write staff", err)
}

// AllStaff lists the team, also those who did not accept yet, by id.
func (s *Store) AllStaff(ctx context.Context) ([]Staff, error) {
	return s.staffList(ctx, keyStaff)
}

// FormerStaff lists who left the team within 24 months, by id.
func (s *Store) FormerStaff(ctx context.Context) ([]Staff, error) {
	return s.staffList(ctx, keyStaffFormer)
}

func (s *Store) staffList(ctx context.Context, key string) ([]Staff, error) {
	values, err := s.client.HGetAll(ctx, key).Result()
	if err != nil {
		return nil, wrap("list staff", err)
	}
	out := make([]Staff, 0, len(values))
	for id, sealed := range values {
		m, err := s.openStaff(id, []byte(sealed))
		if err != nil {
			return nil, fmt.Errorf("list staff: %w", err)
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b Staff) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// StaffVersion grows with every change of the team; see Store.AllStaff.
func (s *Store) StaffVersion(ctx context.Context) (int64, error) {
	n, err := s.client.Get(ctx, keyStaffVersion).Int64()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	return n, wrap("read version of the team", err)
}

// StaffMember reads the entry of an id, also of somebody who left within 24
// months (Removed is set then); ErrNotFound when there is none.
func (s *Store) StaffMember(ctx context.Context, id string) (Staff, error) {
	m, err := s.current(ctx, id)
	if !errors.Is(err, ErrNotFound) {
		return m, err
	}
	sealed, err := s.client.HGet(ctx, keyStaffFormer, id).Bytes()
	if errors.Is(err, redis.Nil) {
		return Staff{}, fmt.Errorf("read staff: %w", ErrNotFound)
	}
	if err != nil {
		return Staff{}, wrap("read staff", err)
	}
	return s.openStaff(id, sealed)
}

// current reads an entry of the team as it is today.
func (s *Store) current(ctx context.Context, id string) (Staff, error) {
	sealed, err := s.client.HGet(ctx, keyStaff, id).Bytes()
	if errors.Is(err, redis.Nil) {
		return Staff{}, fmt.Errorf("read staff: %w", ErrNotFound)
	}
	if err != nil {
		return Staff{}, wrap("read staff", err)
	}
	return s.openStaff(id, sealed)
}

// StaffOf reads whose chat that is; ErrNotFound when nobody's of the team.
func (s *Store) StaffOf(ctx context.Context, chat int64) (Staff, error) {
	id, err := s.client.HGet(ctx, keyStaffChats, s.keys.staffChat(chat)).Result()
	if errors.Is(err, redis.Nil) {
		return Staff{}, fmt.Errorf("read staff: %w", ErrNotFound)
	}
	if err != nil {
		return Staff{}, wrap("read staff", err)
	}
	return s.current(ctx, id)
}

// ChangeStaff writes an entry that was read before: name, role, flag, scope and
// language; the chat stays. It fails with ErrConflict when somebody changed it
// meanwhile, with ErrNotFound when they left the team, and with ErrStaff when it
// cannot be. The change holds at once, also in sessions that are open.
func (s *Store) ChangeStaff(ctx context.Context, m Staff) (Staff, error) {
	m.Name = strings.TrimSpace(m.Name)
	if err := m.check(); err != nil {
		return Staff{}, fmt.Errorf("change staff: %w", err)
	}
	was, err := s.current(ctx, m.ID)
	if err != nil {
		return Staff{}, fmt.Errorf("change staff: %w", err)
	}
	m.Chat, m.Since, m.Removed, m.Invitation = was.Chat, was.Since, 0, was.Invitation
	sealed, err := s.sealStaff(m)
	if err != nil {
		return Staff{}, err
	}
	n, err := s.run(ctx, exchangeScript, []string{keyStaff, keyStaffVersion}, m.ID, m.sealed, sealed).Int()
	if err == nil && n == 0 {
		return Staff{}, fmt.Errorf("change staff: %w", ErrConflict)
	}
	m.sealed = sealed
	return m, wrap("change staff", err)
}

// RemoveStaff takes somebody out of the team: their invitation, logins and
// sessions end in the same step, their chat is forgotten; name and role are kept
// for 24 months for readers of the audit log. ErrNotFound when they are not of
// the team.
func (s *Store) RemoveStaff(ctx context.Context, id string, now time.Time) error {
	for range maxTries {
		m, err := s.current(ctx, id)
		if err != nil {
			return fmt.Errorf("remove staff: %w", err)
		}
		sessions, err := s.client.ZRange(ctx, keySessions(id), 0, -1).Result()
		if err != nil {
			return wrap("remove staff", err)
		}
		left := m
		left.Chat, left.Invitation, left.Removed = 0, "", now.Unix()
		sealed, err := s.sealStaff(left)
		if err != nil {
			return err
		}
		keys := []string{keyStaff, keyStaffFormer, keyStaffChats, keyStaffVersion, keyInvitation(m.Invitation), keySessions(id)}
		for _, session := range sessions {
			keys = append(keys, keySession(session))
		}
		n, err := s.run(ctx, unstaffScript, keys, id, m.sealed, sealed, s.keys.staffChat(m.Chat)).Int()
		if err != nil {
			return wrap("remove staff", err)
		}
		if n == 1 {
			return nil
		}
	}
	return fmt.Errorf("remove staff: %w", ErrConflict)
}

// NewLogin makes a code with which a staff member signs in to the console once,
// within 5 minutes. ErrNotFound when they are not of the team.
func (s *Store) NewLogin(ctx context.Context, staffID string) (string, error) {
	code := rand.Text()
	n, err := s.run(ctx, loginScript, []string{keyStaff, keyLogin(s.keys.codeName("login", code))}, staffID, seconds(loginLife)).Int()
	if err == nil && n == 0 {
		return "", fmt.Errorf("make login: %w", ErrNotFound)
	}
	return code, wrap("make login", err)
}

// RedeemLogin uses a code up and returns whose it is. ErrNotFound when it is
// unknown, used or too old, or its owner left the team.
func (s *Store) RedeemLogin(ctx context.Context, code string) (Staff, error) {
	if !codeForm.MatchString(code) {
		return Staff{}, fmt.Errorf("redeem login: %w", ErrNotFound)
	}
	got, err := s.run(ctx, redeemScript, []string{keyLogin(s.keys.codeName("login", code)), keyStaff}).StringSlice()
	if err != nil {
		return Staff{}, wrap("redeem login", err)
	}
	if len(got) != 2 {
		return Staff{}, fmt.Errorf("redeem login: %w", ErrNotFound)
	}
	return s.openStaff(got[0], []byte(got[1]))
}

func (s *Store) sealStaff(m Staff) ([]byte, error) {
	plain, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode staff: %w", err)
	}
	sealed, err := s.keys.seal(fieldStaff, ContactID(m.ID), plain)
	if err != nil {
		return nil, fmt.Errorf("seal staff: %w", err)
	}
	return sealed, nil
}

func (s *Store) openStaff(id string, sealed []byte) (Staff, error) {
	plain, err := s.keys.open(fieldStaff, ContactID(id), sealed)
	if err != nil {
		return Staff{}, fmt.Errorf("read staff: %w", err)
	}
	m := Staff{ID: id, sealed: sealed}
	if json.Unmarshal(plain, &m) != nil {
		return Staff{}, fmt.Errorf("read staff: %w", errMalformed)
	}
	return m, nil
}
