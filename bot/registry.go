package bot

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/store"
)

// registry keeps in memory who works with Arraigo, so that an update costs no round
// trip for it. Every replica has its own; a change is known within Timing.Team.
type registry struct {
	store  *store.Store
	admins []int64 // of the settings: they need no invitation

	known atomic.Pointer[roster] // nil: not read yet

	mu     sync.Mutex // held while reading
	fixed  bool       // the administrators have their entries
	signal chan struct{}
}

// roster is the team as it was at one version.
type roster struct {
	version int64
	list    []store.Staff // accepted, by id
	byChat  map[int64]store.Staff
	byID    map[string]store.Staff
}

func newRegistry(s *store.Store, admins []int64) *registry {
	return &registry{store: s, admins: admins, signal: make(chan struct{}, 1)}
}

// of returns whose chat that is, if they are of the team.
func (t *registry) of(chat int64) (store.Staff, bool) {
	r := t.known.Load()
	if r == nil {
		return store.Staff{}, false
	}
	m, ok := r.byChat[chat]
	return m, ok
}

// member returns the staff member of an id, if they are of the team and accepted.
func (t *registry) member(id string) (store.Staff, bool) {
	r := t.known.Load()
	if r == nil {
		return store.Staff{}, false
	}
	m, ok := r.byID[id]
	return m, ok
}

// all returns the team, by id: those who accepted. It must not be changed.
func (t *registry) all() []store.Staff {
	if r := t.known.Load(); r != nil {
		return r.list
	}
	return nil
}

// chats are the chats of those who may do something.
func (t *registry) chats(may func(store.Staff) bool) []int64 {
	var out []int64
	for _, m := range t.all() {
		if may(m) {
			out = append(out, m.Chat)
		}
	}
	return out
}

// refresh reads the team if it changed.
func (t *registry) refresh(ctx context.Context, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.fixed {
		for _, chat := range t.admins {
			if _, err := t.store.EnsureAdmin(ctx, chat, now); err != nil {
				return err
			}
		}
		t.fixed = true
	}
	version, err := t.store.StaffVersion(ctx)
	if err != nil {
		return err
	}
	if r := t.known.Load(); r != nil && r.version == version {
		return nil
	}
	list, err := t.store.AllStaff(ctx)
	if err != nil {
		return fmt.Errorf("read the team: %w", err)
	}
	r := &roster{version: version, byChat: map[int64]store.Staff{}, byID: map[string]store.Staff{}}
	for _, m := range list {
		if m.Accepted() {
			r.list = append(r.list, m)
			r.byChat[m.Chat], r.byID[m.ID] = m, m
		}
	}
	t.known.Store(r)
	select {
	case t.signal <- struct{}{}:
	default: // it was not looked at since the last change
	}
	return nil
}

// await reads the team before anything is taken in: what one of them writes must
// not be taken for a person's.
func (t *registry) await(ctx context.Context, now func() time.Time) error {
	for pause := newPause(); t.known.Load() == nil; {
		if t.refresh(ctx, now()) != nil {
			if err := sleep(ctx, pause.next()); err != nil {
				return err
			}
		}
	}
	return nil
}

// watch keeps the team fresh until ctx ends. While the store is away the team is
// as it was known last.
func (t *registry) watch(ctx context.Context, every time.Duration, now func() time.Time, log *slog.Logger) error {
	for {
		if err := t.refresh(ctx, now()); err != nil && ctx.Err() == nil {
			log.Warn("who is of the team could not be read", "error", err)
		}
		if err := sleep(ctx, every); err != nil {
			return err
		}
	}
}

// staffSession renders in the language of a staff member.
func staffSession(m store.Staff) *flows.Session {
	if m.Language == "" {
		return &flows.Session{Language: locales.Spanish}
	}
	return &flows.Session{Language: m.Language}
}

// inTheirWords are words for one staff member.
func (b *Bot) inTheirWords(m store.Staff, texts ...flows.Text) flows.Message {
	return flows.Render(b.cfg.Set(), staffSession(m), flows.Reply{Parts: texts})
}

// admins are the chats of those who mend what only an administrator can.
func (b *Bot) admins() []int64 {
	return union(b.staff.admins, b.team.chats(func(m store.Staff) bool { return m.Role == store.RoleAdmin }))
}

// guards are the chats of those who may read reports.
func (b *Bot) guards() []int64 {
	return union(b.staff.guards, b.team.chats(func(m store.Staff) bool { return m.May(store.ReadReports) }))
}

func union(a, b []int64) []int64 {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
