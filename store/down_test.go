package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"
)

func TestWithoutRedisEverythingIsUnavailableAndNothingIsLost(t *testing.T) {
	srv := storetest.Start(t)
	s := storetest.Open(t, store.Config{URL: srv.URL(0), Timeout: 300 * time.Millisecond})
	ref := owe(t, s, ana, "k")
	r := load(t, s, ana)
	srv.Stop()
	ctx := t.Context()
	for name, do := range map[string]func() error{
		"ping":          func() error { return s.Ping(ctx) },
		"load":          func() error { _, err := s.Load(ctx, ana); return err },
		"load by id":    func() error { _, err := s.LoadID(ctx, r.ID); return err },
		"commit":        func() error { _, err := s.Commit(ctx, store.Turn{Record: r, Now: noon}); return err },
		"erase":         func() error { _, err := s.Commit(ctx, store.Turn{Record: r, Erase: true, Now: noon}); return err },
		"delivered":     func() error { return s.Delivered(ctx, ref, noon, 1) },
		"undeliverable": func() error { return s.Undeliverable(ctx, ref, noon, store.ReasonRejected) },
		"extend":        func() error { _, err := s.Extend(ctx, ref, noon); return err },
		"postpone":      func() error { return s.Postpone(ctx, ref, noon) },
		"progress":      func() error { return s.Progress(ctx, ref, 1) },
		"claim":         func() error { _, err := s.Claim(ctx, noon, 1); return err },
		"claim own":     func() error { _, err := s.ClaimOwn(ctx, noon, 1); return err },
		"due":           func() error { _, err := s.Due(ctx, noon, 1); return err },
		"find":          func() error { _, err := s.Find(ctx, store.Everyone()); return err },
		"remind":        func() error { _, err := s.Remind(ctx, baking(1), store.Due{}, noon); return err },
		"matched":       func() error { _, err := s.Matched(ctx, noon); return err },
		"note matched":  func() error { return s.NoteMatched(ctx, map[string]time.Time{"V-01": noon}) },
		"count":         func() error { _, err := s.Count(ctx, store.Everyone()); return err },
		"members":       func() error { _, err := s.Members(ctx, 0, store.Everyone()); return err },
		"stored":        func() error { _, err := s.Stored(ctx, ana, noon); return err },
		"block":         func() error { return s.SetBlocked(ctx, r.ID, true) },
		"lease":         func() error { _, err := s.Lease(ctx, "x", time.Second); return err },
		"offset":        func() error { _, err := s.Offset(ctx, 1); return err },
		"held":          func() error { _, err := s.Held(ctx); return err },
		"hold":          func() error { return s.HoldAll(ctx, noon, noon.Add(time.Minute)) },
		"keep text":     func() error { _, err := s.KeepText(ctx, "x"); return err },
		"consent text":  func() error { _, err := s.ConsentText(ctx, "x"); return err },
		"unreadable":    func() error { _, err := s.Unreadable(ctx, 1, noon); return err },
		"begin form":    func() error { _, _, err := s.BeginForm(ctx, "x"); return err },
		"end form":      func() error { return s.EndForm(ctx, "x", "/console/") },
		"free form":     func() error { return s.FreeForm(ctx, "x") },
		"login of":      func() error { _, err := s.LoginOf(ctx, strings.Repeat("A", 26)); return err },
		"fills":         func() error { _, err := s.Fills(ctx, []store.Offer{{Kind: "course", ID: "C"}}); return err },
		"tickets":       func() error { _, err := s.Tickets(ctx, []store.OpenTicket{{Contact: r.ID}}); return err },
		"funnel":        func() error { _, err := s.Funnel(ctx, noon); return err },
		"rotate":        func() error { _, err := s.Rotate(ctx); return err },
		"relays":        func() error { _, err := s.Relays(ctx); return err },
		"carry":         func() error { _, err := s.Carry(ctx, store.Relay{Contact: r.ID}, 1); return err },
		"ticket":        func() error { _, err := s.Ticket(ctx, r.ID); return err },
		"new ticket":    func() error { _, err := s.NewTicket(ctx, noon); return err },
		"open tickets":  func() error { _, err := s.OpenTickets(ctx); return err },
		"people":        func() error { _, err := s.People(ctx, store.Everyone(), 0, 10); return err },
		"records":       func() error { _, err := s.Records(ctx, []store.ContactID{r.ID}); return err },
		"referred":      func() error { _, err := s.Referred(ctx, r.ID.Reference()); return err },
		"conversation":  func() error { _, err := s.Conversation(ctx, r.ID, noon); return err },
		"talk mark":     func() error { _, err := s.TalkMark(ctx, r.ID); return err },
		"trim talk":     func() error { return s.TrimTalk(ctx, r.ID, noon) },
		"closed":        func() error { _, err := s.ClosedTickets(ctx, noon); return err },
		"tell":          func() error { return s.Tell(ctx, store.Relay{Contact: r.ID, Kind: store.RelayReply}, "x", []byte("x")) },
		"reopen":        func() error { return s.Reopen(ctx, store.Relay{Contact: r.ID}, "x") },
		"act":           func() error { return s.Act(ctx, r.ID, flows.StaffAct{}, "", "x", noon) },
		"acting":        func() error { _, err := s.Acting(ctx, r.ID); return err },
		"enclosure":     func() error { _, err := s.Enclosure(ctx, r.ID, "x"); return err },
		"note":          func() error { return s.AddNote(ctx, r.ID, store.PersonNote{}, "x", noon) },
		"notes":         func() error { _, err := s.NotesAbout(ctx, r.ID); return err },
		"drop note":     func() error { return s.DropNote(ctx, r.ID, "x") },
		"open requests": func() error { _, err := s.OpenRequests(ctx); return err },
		"answered":      func() error { _, err := s.AnsweredRequests(ctx, 1); return err },
		"requests of":   func() error { _, err := s.RequestsOf(ctx, r.ID); return err },
		"request":       func() error { _, err := s.Request(ctx, "r-abc234"); return err },
		"thread":        func() error { _, err := s.ThreadOf(ctx, -1, 1); return err },
		"said":          func() error { _, err := s.Said(ctx, r.ID); return err },
		"once":          func() error { _, err := s.Once(ctx, "x", time.Minute); return err },
		"file report":   func() error { _, err := s.FileReport(ctx, store.NewReportCode(), store.Report{}, noon); return err },
		"reports":       func() error { _, _, err := s.Reports(ctx, 0, 1); return err },
		"reporter":      func() error { _, err := s.Reporter(ctx, "x"); return err },
		"outreach":      func() error { _, err := s.Outreach(ctx, "a-111111"); return err },
		"outreaches":    func() error { _, err := s.Outreaches(ctx, nil, 1); return err },
		"states":        func() error { _, err := s.OutreachStates(ctx); return err },
		"new outreach":  func() error { _, err := s.CreateOutreach(ctx, announcement("a-111111")); return err },
		"work":          func() error { _, err := s.NextWork(ctx, "a-111111", time.Minute); return err },
		"motion":        func() error { _, _, err := s.Motion(ctx); return err },
		"keep work":     func() error { return s.KeepWork(ctx, store.Work{}) },
		"done work":     func() error { return s.DoneWork(ctx, store.Work{}) },
		"work left":     func() error { _, err := s.WorkLeft(ctx, "a-111111"); return err },
		"sends":         func() error { _, err := s.ReserveSends(ctx, 1, 0, 30); return err },
		"invite staff":  func() error { _, _, err := s.InviteStaff(ctx, store.Staff{Role: store.RoleOfficer}, noon); return err },
		"accept":        func() error { _, err := s.AcceptInvitation(ctx, rand.Text(), ana, noon); return err },
		"all staff":     func() error { _, err := s.AllStaff(ctx); return err },
		"staff member":  func() error { _, err := s.StaffMember(ctx, "s-000000"); return err },
		"staff of":      func() error { _, err := s.StaffOf(ctx, ana); return err },
		"change staff": func() error {
			_, err := s.ChangeStaff(ctx, store.Staff{ID: "s-000000", Role: store.RoleAdmin})
			return err
		},
		"remove staff":  func() error { return s.RemoveStaff(ctx, "s-000000", noon) },
		"ensure admin":  func() error { _, err := s.EnsureAdmin(ctx, ana, noon); return err },
		"staff version": func() error { _, err := s.StaffVersion(ctx); return err },
		"new login":     func() error { _, err := s.NewLogin(ctx, "s-000000"); return err },
		"redeem login":  func() error { _, err := s.RedeemLogin(ctx, rand.Text()); return err },
		"new session":   func() error { _, err := s.NewSession(ctx, "s-000000", "", noon); return err },
		"session":       func() error { _, err := s.Session(ctx, "c-0000000000."+rand.Text()); return err },
		"sessions":      func() error { _, err := s.Sessions(ctx, "s-000000"); return err },
		"end session":   func() error { return s.EndSession(ctx, "c-0000000000") },
		"owing":         func() error { _, err := s.Owing(ctx); return err },
		"draft":         func() error { _, err := s.Draft(ctx, "s-111111"); return err },
		"save draft":    func() error { _, err := s.SaveDraft(ctx, store.Draft{Staff: "s-111111"}, 1); return err },
		"drop draft":    func() error { return s.DropDraft(ctx, store.Draft{Staff: "s-111111"}) },
		"cards":         func() error { _, err := s.Cards(ctx, "a-111111"); return err },
		"carded":        func() error { _, err := s.Carded(ctx); return err },
		"set card":      func() error { return s.SetCard(ctx, "a-111111", "s-111111", 1) },
		"row":           func() error { _, err := store.KeptRow[programme.Course](ctx, s, "C-01"); return err },
		"change row": func() error {
			_, err := store.ChangeRows(ctx, s, []store.Kept[programme.Course]{{Row: programme.Course{ID: "C-01"}}})
			return err
		},
		"decide":      func() error { return s.Decide(ctx, "V-01", "x", programme.Decision{}) },
		"keep upload": func() error { _, err := s.KeepUpload(ctx, "s-aaaaaa", nil); return err },
		"upload":      func() error { _, err := s.Upload(ctx, "x", "s-aaaaaa"); return err },
		"roster":      func() error { _, err := s.Roster(ctx, store.Offer{}); return err },
		"attendance":  func() error { _, err := s.Attendance(ctx, store.Offer{}); return err },
		"came": func() error {
			_, err := s.Came(ctx, store.Offer{}, today, []store.Tick{{Contact: r.ID}}, noon)
			return err
		},
		"append audit": func() error {
			return s.AppendAudit(ctx, store.AuditEntry{Staff: store.AuditOperator, Act: "x"}, noon)
		},
		"audit":        func() error { _, err := s.AuditLog(ctx, store.AuditFilter{}, "", 1); return err },
		"verify audit": func() error { _, err := s.VerifyAudit(ctx, noon); return err },
		"trim audit":   func() error { _, err := s.TrimAudit(ctx, noon); return err },
		"bulk reads":   func() error { _, err := s.BulkReads(ctx, noon); return err },
		"begin":        func() error { _, err := s.Begin(ctx, ref, store.Terms{}, noon); return err },
		"not sent":     func() error { return s.NotSent(ctx, ref, noon) },
		"uncertain":    func() error { return s.Uncertain(ctx, ref, noon) },
		"withhold":     func() error { return s.Withhold(ctx, ref, noon, store.GateCancelled) },
		"tally":        func() error { _, err := s.Tally(ctx, "a-111111"); return err },
		"messages":     func() error { _, err := s.MessagesTo(ctx, r.ID); return err },
		"tidy":         func() error { return s.Tidy(ctx, noon) },
		"ledger": func() error {
			return s.Ledger(ctx, "a-111111", func(store.ContactID, string, time.Time) error { return nil })
		},
		"check": func() error { _, err := s.Check(ctx); return err },
	} {
		start := time.Now()
		if err := do(); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %v, want ErrUnavailable", name, err)
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%s: took %s to say so", name, d)
		}
	}
	if _, err := store.Open(ctx, store.Config{URL: srv.URL(0), Keys: storetest.Keys(t), Timeout: 300 * time.Millisecond}); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("open: %v, want ErrUnavailable", err)
	}

	// The server comes back with its append-only file and without the scripts.
	srv.Restart(t)
	for deadline := time.Now().Add(20 * time.Second); s.Ping(ctx) != nil; {
		if time.Now().After(deadline) {
			t.Fatal("the store does not find the server again")
		}
	}
	if got := load(t, s, ana); got.Revision != r.Revision || !got.Delivery.Pending {
		t.Errorf("after the restart: %+v", got)
	}
	if got := claim(t, s, noon.Add(lease)); len(got) != 1 || got[0].Ref != ref {
		t.Errorf("owed after the restart: %v", got)
	}
	owe(t, s, ana, "k")
}

func TestScriptsAreSentAgainInAPipeline(t *testing.T) {
	srv := storetest.Start(t)
	s := storetest.Open(t, store.Config{URL: srv.URL(0)})
	for chat := range int64(20) {
		owe(t, s, chat, "k")
	}
	if _, err := s.Do(t.Context(), "SCRIPT", "FLUSH"); err != nil {
		t.Fatal(err)
	}
	if got := claim(t, s, noon.Add(lease)); len(got) != 20 {
		t.Errorf("claimed %d, want 20", len(got))
	}
}

func TestAServerThatCannotWriteIsUnavailable(t *testing.T) {
	srv := storetest.Start(t)
	s := storetest.Open(t, store.Config{URL: srv.URL(0)})
	turn(t, s, ana, 1, nil)
	if _, err := s.Do(t.Context(), "CONFIG", "SET", "maxmemory", "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := tryTurn(t, s, ana, 2, nil); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a known person, out of memory: %v, want ErrUnavailable", err)
	}
	if _, err := tryTurn(t, s, beto, 1, nil); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a stranger, out of memory: %v, want ErrUnavailable", err)
	}
	if r := load(t, s, ana); r.Has(2) {
		t.Error("a refused turn left something")
	}
	turn(t, s, ana, 3, func(tn *store.Turn) { tn.Erase = true }) // forgetting needs no memory
}

func TestACancelledCallIsNoOutage(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Load(ctx, ana); !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrUnavailable) {
		t.Errorf("%v, want context.Canceled alone", err)
	}
}
