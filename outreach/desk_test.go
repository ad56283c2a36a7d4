package outreach

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// deskOf is a desk before n people of Cúcuta who agreed to offers, and one who
// did not.
func deskOf(t *testing.T, n int) Desk {
	t.Helper()
	s := storetest.Open(t, store.Config{})
	for i := range n + 1 {
		r, err := s.Load(t.Context(), int64(1000+i))
		if err != nil {
			t.Fatal(err)
		}
		index := []flows.Entry{{Dimension: "municipality", Value: "54001"}, {Dimension: "population", Value: "retornado"}}
		if i < n {
			index = append(index, flows.Entry{Dimension: "offers", Value: flows.Yes})
		}
		if _, err := s.Commit(t.Context(), store.Turn{Record: r, Index: index, Consented: true, Now: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	return Desk{Store: s, ApproveAbove: 5}
}

var (
	author = store.Staff{ID: "s-author", Role: store.RoleOfficer}
	second = store.Staff{ID: "s-second", Role: store.RoleCoordinator}
	looker = store.Staff{ID: "s-looker", Role: store.RoleViewer}
)

func inCucuta() [][]flows.Entry {
	return [][]flows.Entry{{{Dimension: "municipality", Value: "54001"}}}
}

// written makes a draft of the author; change may alter it.
func written(t *testing.T, d Desk, change func(*store.Outreach)) store.Outreach {
	t.Helper()
	o := store.Outreach{
		ID: store.NewOutreachID(), Kind: store.KindAnnouncement, State: store.OutreachDraft, Topic: flows.PurposeOffers,
		Audience: inCucuta(), Content: map[string]store.Piece{"es": {HTML: "Hola"}}, Author: author.ID, Created: time.Now(),
	}
	if change != nil {
		change(&o)
	}
	o, err := d.Store.CreateOutreach(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestHandingIn(t *testing.T) {
	small, large := deskOf(t, 3), deskOf(t, 6)
	now := time.Now()
	long := strings.Repeat("a", flows.MaxMessage+1)
	for _, tc := range []struct {
		name   string
		desk   Desk
		change func(*store.Outreach)
		by     store.Staff
		want   store.OutreachState
		err    error
	}{
		{"few people: no second person", small, nil, author, store.OutreachScheduled, nil},
		{"many people: a second person", large, nil, author, store.OutreachApproval, nil},
		{"for tomorrow", small, func(o *store.Outreach) { o.At = now.Add(24 * time.Hour) }, author, store.OutreachScheduled, nil},
		{"another's draft", small, nil, second, store.OutreachDraft, ErrNotYours},
		{"a role that may not", small, func(o *store.Outreach) { o.Author = looker.ID }, looker, store.OutreachDraft, ErrNotYours},
		{"the past", small, func(o *store.Outreach) { o.At = now.Add(-time.Hour) }, author, store.OutreachDraft, ErrPast},
		{"nobody there", small, func(o *store.Outreach) { o.Audience = [][]flows.Entry{{{Dimension: "municipality", Value: "05001"}}} }, author, store.OutreachDraft, ErrNobody},
		{"few of one population", small, func(o *store.Outreach) { o.Audience = [][]flows.Entry{{{Dimension: "population", Value: "retornado"}}} }, author, store.OutreachDraft, ErrExposes},
		{"no Spanish", small, func(o *store.Outreach) { o.Content = map[string]store.Piece{"en": {HTML: "Hi"}} }, author, store.OutreachDraft, ErrNoWords},
		{"too long in one language", small, func(o *store.Outreach) { o.Content["en"] = store.Piece{HTML: long} }, author, store.OutreachDraft, &LengthError{}},
		{"handed in already", small, func(o *store.Outreach) { o.State = store.OutreachApproval }, author, store.OutreachApproval, store.ErrConflict},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := written(t, tc.desk, tc.change)
			_, err := tc.desk.HandIn(t.Context(), o.ID, tc.by, now)
			if _, length := tc.err.(*LengthError); length {
				var piece *PieceError
				if !errors.As(err, &piece) || piece.Language != "en" {
					t.Errorf("%v, want the language that is too long", err)
				}
			} else if !errors.Is(err, tc.err) {
				t.Errorf("%v, want %v", err, tc.err)
			}
			got, err := tc.desk.Store.Outreach(t.Context(), o.ID)
			if err != nil || got.State != tc.want {
				t.Errorf("%s, %v; want %s", got.State, err, tc.want)
			}
		})
	}
}

func TestASecondPersonApproves(t *testing.T) {
	d, now := deskOf(t, 6), time.Now()
	o := written(t, d, func(o *store.Outreach) { o.Author = second.ID })
	if _, err := d.HandIn(t.Context(), o.ID, second, now); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Approve(t.Context(), o.ID, second, now); !errors.Is(err, ErrOwnWork) {
		t.Errorf("the author's own approval: %v", err)
	}
	if _, err := d.Approve(t.Context(), o.ID, author, now); !errors.Is(err, ErrNotYours) {
		t.Errorf("an officer's approval: %v", err)
	}
	third := store.Staff{ID: "s-third", Role: store.RoleAdmin}
	if got, err := d.Approve(t.Context(), o.ID, third, now); err != nil || got.State != store.OutreachScheduled || got.Approver != third.ID {
		t.Errorf("%s by %s, %v", got.State, got.Approver, err)
	}
	if _, err := d.Approve(t.Context(), o.ID, third, now); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a second approval: %v", err)
	}
}

func TestSteering(t *testing.T) {
	d, now := deskOf(t, 3), time.Now()
	o := written(t, d, func(o *store.Outreach) { o.State, o.Started = store.OutreachSending, now })
	other := store.Staff{ID: "s-other", Role: store.RoleOfficer}
	if _, err := d.Pause(t.Context(), o.ID, other, now); !errors.Is(err, ErrNotYours) {
		t.Errorf("another officer paused it: %v", err)
	}
	for _, step := range []struct {
		do   func() (store.Outreach, error)
		want store.OutreachState
	}{
		{func() (store.Outreach, error) { return d.Pause(t.Context(), o.ID, author, now) }, store.OutreachPaused},
		{func() (store.Outreach, error) { return d.Resume(t.Context(), o.ID, second, now) }, store.OutreachSending},
		{func() (store.Outreach, error) { return d.Cancel(t.Context(), o.ID, author, now) }, store.OutreachCancelled},
	} {
		if got, err := step.do(); err != nil || got.State != step.want {
			t.Errorf("%s, %v; want %s", got.State, err, step.want)
		}
	}
	if _, err := d.Resume(t.Context(), o.ID, author, now); !errors.Is(err, store.ErrConflict) {
		t.Errorf("what was cancelled went on: %v", err)
	}
}

func TestNobodyActsBeyondTheirScope(t *testing.T) {
	d, now := deskOf(t, 6), time.Now()
	elsewhere := func(m store.Staff) store.Staff { m.Towns = []string{"44430"}; return m }
	o := written(t, d, nil)
	if _, err := d.HandIn(t.Context(), o.ID, elsewhere(author), now); !errors.Is(err, ErrNotYours) {
		t.Errorf("handed in for another town: %v", err)
	}
	if _, err := d.HandIn(t.Context(), o.ID, author, now); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() (store.Outreach, error){
		"approve":   func() (store.Outreach, error) { return d.Approve(t.Context(), o.ID, elsewhere(second), now) },
		"send back": func() (store.Outreach, error) { return d.SendBack(t.Context(), o.ID, elsewhere(second), now) },
		"cancel":    func() (store.Outreach, error) { return d.Cancel(t.Context(), o.ID, elsewhere(second), now) },
		"send back one's own": func() (store.Outreach, error) {
			m := second
			m.ID = author.ID
			return d.SendBack(t.Context(), o.ID, m, now)
		},
	} {
		if _, err := do(); !errors.Is(err, ErrNotYours) && !errors.Is(err, ErrOwnWork) {
			t.Errorf("%s: %v", name, err)
		}
	}
	here := second
	here.Towns = []string{"54001", "44430"}
	if got, err := d.Approve(t.Context(), o.ID, here, now); err != nil || got.State != store.OutreachScheduled {
		t.Errorf("%s, %v", got.State, err)
	}
}

// An approval that comes late does not send at a moment that is over.
func TestALateApprovalSendsNow(t *testing.T) {
	d, now := deskOf(t, 6), time.Now()
	o := written(t, d, func(o *store.Outreach) { o.At = now.Add(time.Hour) })
	if _, err := d.HandIn(t.Context(), o.ID, author, now); err != nil {
		t.Fatal(err)
	}
	late := now.Add(3 * time.Hour)
	got, err := d.Approve(t.Context(), o.ID, second, late)
	if err != nil || !got.At.Equal(late) || !got.Until.Equal(late.Add(worth)) {
		t.Errorf("at %v until %v, %v", got.At, got.Until, err)
	}
}

func TestWhatLiesWithinAScope(t *testing.T) {
	line := groupsOf("emprendimiento:CUMPLE_PRELIMINAR emprendimiento:REVISION_HUMANA")
	town := groupsOf("municipality:54001")
	both := append(line, town...)
	for _, tc := range []struct {
		name   string
		groups [][]flows.Entry
		scope  Scope
		want   bool
	}{
		{"everybody, without a bound", nil, Scope{}, true},
		{"everybody, with a bound", nil, Scope{Lines: []string{"emprendimiento"}}, false},
		{"the line", line, Scope{Lines: []string{"emprendimiento"}}, true},
		{"another line", line, Scope{Lines: []string{"inclusion_laboral"}}, false},
		{"the line, and a town is asked for", line, Scope{Lines: []string{"emprendimiento"}, Towns: []string{"54001"}}, false},
		{"both", both, Scope{Lines: []string{"emprendimiento"}, Towns: []string{"54001"}}, true},
		{"a town or a department", groupsOf("municipality:54001 department:44"), Scope{Towns: []string{"54001"}}, false},
		{"an empty group", [][]flows.Entry{{}}, Scope{Towns: []string{"54001"}}, false},
	} {
		if got := Within(tc.groups, tc.scope); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

func TestASelectionComesBackFromItsAudience(t *testing.T) {
	for _, s := range []Selection{
		{}, {ByLine: {"emprendimiento"}, ByMunicipality: {"54001"}, ByDepartment: {"44"}},
		{ByOutcome: {"FALTAN_DOCUMENTOS"}}, {ByLine: {"emprendimiento"}, ByOutcome: {"FALTAN_DOCUMENTOS"}, ByLanguage: {"ht", "es"}},
	} {
		if diff := cmp.Diff(s, SelectionOf(s.Groups(Scope{}))); diff != "" {
			t.Errorf("%v: %s", s, diff)
		}
	}
}
