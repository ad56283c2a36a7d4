package store_test

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// crockford decodes a contact id as an outsider would, to search for its bytes.
func crockford(t testing.TB, id store.ContactID) string {
	t.Helper()
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	var n uint64
	for i, c := range string(id) {
		d := strings.IndexRune(digits, c)
		if d < 0 || len(id) != 13 {
			t.Fatalf("%q is no contact id", id)
		}
		if i == 12 { // 13 times 5 bits are one more than 64
			n = n<<4 | uint64(d>>1)
		} else {
			n = n<<5 | uint64(d)
		}
	}
	return string(binary.BigEndian.AppendUint64(nil, n))
}

// live gives somebody an entry in every kind of key that a contact can be in.
func live(t testing.TB, s *store.Store, chat int64) (*store.Record, store.OwedRef) {
	t.Helper()
	ref := turn(t, s, chat, 1000, func(tn *store.Turn) {
		tn.Record.Session = flows.Session{Language: "es", Slots: map[string][]string{"name": {"MARKER"}}}
		tn.Index = []flows.Entry{{Dimension: "municipality", Value: "11001"}, {Dimension: "seeks", Value: "trabajo"}}
		tn.Replies = []flows.Reply{{Parts: []flows.Text{flows.Literal("MARKER")}}}
		tn.Due = noon.Add(time.Hour)
		tn.Steps = []string{"screening.age"}
	})
	attended(t, s, chat, 900)
	if err := s.Delivered(t.Context(), turn(t, s, chat, 901, func(tn *store.Turn) {
		tn.Replies, tn.Due = says("k"), noon.Add(time.Hour)
		tn.Index = []flows.Entry{{Dimension: "municipality", Value: "11001"}, {Dimension: "seeks", Value: "trabajo"}}
		tn.Relay = &flows.Relay{Kind: flows.RelayMessage, Message: 3}
	}), noon, 0, 0, 4, 5); err != nil {
		t.Fatal(err)
	}
	if err := s.NameReporter(t.Context(), store.NewReportCode(), s.ContactID(chat)); err != nil {
		t.Fatal(err)
	}
	r := load(t, s, chat)
	if err := s.AddNote(t.Context(), r.ID, store.PersonNote{By: "s-abc234", Text: "MARKER"}, "once", noon); err != nil {
		t.Fatal(err)
	}
	ticket, err := s.Ticket(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Tell(t.Context(), store.Relay{Contact: r.ID, Kind: store.RelayReply, Ticket: ticket.Number, Text: "MARKER", Media: "document", Since: noon}, "once", []byte("MARKER")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.OpenRequest(t.Context(), store.Request{Kind: store.RequestExport, Contact: r.ID, Way: "phone", Asked: noon.Unix(), Due: noon.Add(time.Hour).Unix(), Note: "MARKER", By: "s-abc234"}); err != nil {
		t.Fatal(err)
	}
	if err := s.SetBlocked(t.Context(), r.ID, true); err != nil {
		t.Fatal(err)
	}
	return load(t, s, chat), ref
}

func TestNothingOfAPersonRestsInTheClear(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	live(t, s, ana)
	if found := storetest.Find(t, s, "MARKER", strconv.FormatInt(ana, 10)); len(found) > 0 {
		t.Errorf("in the clear: %v", found)
	}
}

func TestErasureLeavesNothing(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		neighbours := inBucket(s, s.ContactID(ana).Bucket(), 3)
		for _, chat := range neighbours { // others in the same bucket must stay
			if chat != ana {
				live(t, s, chat)
			}
		}
		r, _ := live(t, s, ana)
		raw := crockford(t, r.ID)
		if len(storetest.Find(t, s, raw)) != 1 {
			t.Fatal("the search does not see the roster")
		}
		if found := storetest.Find(t, s, string(r.ID)); len(found) < 4 {
			t.Fatalf("the search finds a living person only in %v", found)
		}
		before := claim(t, s, noon)
		if len(before) != 0 {
			t.Fatal("unexpected", before)
		}
		farewell := turn(t, s, ana, 1001, func(tn *store.Turn) {
			tn.Erase = true
			tn.Replies = says("erase.done")
			tn.Steps = []string{"erase.erase"}
		})
		if !farewell.Farewell() {
			t.Errorf("%v is not a farewell", farewell)
		}
		if found := storetest.Find(t, s, string(r.ID), raw, "MARKER"); len(found) > 0 {
			t.Errorf("left: %v", found)
		}
		owed := claim(t, s, noon.Add(lease))
		var mine []store.Owed
		for _, o := range owed {
			if o.ChatID == ana {
				mine = append(mine, o)
			}
		}
		want := []store.Owed{{Ref: farewell, ChatID: ana, Language: "es", Replies: says("erase.done"), Since: noon, Attempts: 1}}
		if diff := cmp.Diff(want, mine); diff != "" {
			t.Errorf("farewell (-want +got):\n%s", diff)
		}
		if err := s.Delivered(t.Context(), farewell, noon, 0); err != nil {
			t.Fatal(err)
		}
		for _, o := range claim(t, s, noon.Add(time.Hour)) {
			if o.ChatID == ana {
				t.Errorf("still owed: %v", o)
			}
		}
		if day, err := s.Erased(t.Context(), ana); day != "2026-11-22" || err != nil {
			t.Errorf("tombstone %q, %v", day, err)
		}
		if got := load(t, s, ana); got.Revision != 0 || got.Blocked || len(got.Session.Slots) != 0 {
			t.Errorf("loaded after the erasure: %+v", got)
		}
		for _, chat := range neighbours {
			if chat != ana && load(t, s, chat).Session.Slots["name"][0] != "MARKER" {
				t.Error("a neighbour lost their record")
			}
		}
		if n, err := s.Count(t.Context(), store.In("seeks", "trabajo")); err != nil || n != len(neighbours)-1 {
			t.Errorf("%d left in the index, %v, want %d", n, err, len(neighbours)-1)
		}
		if got, err := s.Funnel(t.Context(), noon); got["erase.erase"] != 1 || err != nil {
			t.Errorf("funnel %v, %v", got, err)
		}
	})
}

func TestAnUpdateOfAnErasedLifeIsADuplicate(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		live(t, s, ana) // update 1000
		turn(t, s, ana, 1001, func(tn *store.Turn) { tn.Erase = true })
		for _, u := range []int64{1000, 1001} {
			if _, err := tryTurn(t, s, ana, u, nil); !errors.Is(err, store.ErrDuplicate) {
				t.Errorf("update %d delivered again: %v, want ErrDuplicate", u, err)
			}
		}
		turn(t, s, ana, 1002, nil) // a new life is welcome
		if r := load(t, s, ana); r.Revision == 0 {
			t.Error("no record in the new life")
		}
	})
}

func TestATurnOfAnErasedLifeIsAConflict(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	live(t, s, ana)
	late := load(t, s, ana)
	turn(t, s, ana, 1001, func(tn *store.Turn) { tn.Erase = true })
	commitLate := func() error {
		_, err := s.Commit(t.Context(), store.Turn{Record: late, Consented: true, Now: noon})
		return err
	}
	if err := commitLate(); !errors.Is(err, store.ErrConflict) {
		t.Errorf("after the erasure: %v, want ErrConflict", err)
	}
	// In a new life that is as many turns old, the old record must not fit either.
	turn(t, s, ana, 1002, nil)
	if err := commitLate(); !errors.Is(err, store.ErrConflict) {
		t.Errorf("in the next life: %v, want ErrConflict", err)
	}
	stale := load(t, s, ana)
	turn(t, s, ana, 1003, nil)
	if _, err := s.Commit(t.Context(), store.Turn{Record: stale, Erase: true, Now: noon}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a late erasure: %v, want ErrConflict", err)
	}
}

func TestErasingAStrangerSaysFarewellOnly(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ref := turn(t, s, ana, 5, func(tn *store.Turn) { tn.Erase, tn.Replies = true, says("erase.done") })
	if got := claim(t, s, noon.Add(lease)); len(got) != 1 || got[0].Ref != ref {
		t.Errorf("owed %v", got)
	}
	if day, err := s.Erased(t.Context(), ana); day != "" || err != nil {
		t.Errorf("tombstone %q, %v, for somebody who was never here", day, err)
	}
}

func TestAFarewellDoesNotOutliveItsLifetime(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	turn(t, s, ana, 1, nil)
	turn(t, s, ana, 2, func(tn *store.Turn) { tn.Erase, tn.Replies = true, says("erase.done") })
	key := "{b" + strconv.Itoa(s.ContactID(ana).Bucket()) + "}:"
	ttl, err := s.Do(t.Context(), "TTL", key+"farewell")
	if err != nil || ttl.(int64) <= 0 || ttl.(int64) > 2*24*3600 {
		t.Fatalf("lifetime %v, %v", ttl, err)
	}
	if _, err := s.Do(t.Context(), "DEL", key+"farewell"); err != nil { // as if it were over
		t.Fatal(err)
	}
	if got := claim(t, s, noon.Add(lease)); len(got) != 0 {
		t.Errorf("claimed %v", got)
	}
	if n, err := s.Do(t.Context(), "EXISTS", key+"owed"); err != nil || n.(int64) != 0 {
		t.Errorf("its lease is still noted: %v, %v", n, err)
	}
}

// Every row with an effect must name its keys in full, or the effect would
// clean a key that does not exist.
func TestEveryEffectFindsItsKeys(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	r, _ := live(t, s, ana)
	for _, row := range store.Rows() {
		keys := r.ErasedKeys(row)
		touched := row.Erase != store.EraseNone && row.Erase != store.EraseProof && row.Erase != store.ErasePlace && row.Erase != store.EraseListed
		if touched != (len(keys) > 0) {
			t.Errorf("%s: effect %s, keys %v", row.Name, row.Erase, keys)
		}
		for _, key := range keys {
			if got, ok := store.Match(key); !ok || got.Name != row.Name {
				t.Errorf("%s: cleans %q, which is of row %q", row.Name, key, got.Name)
			}
		}
	}
}
