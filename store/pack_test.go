package store_test

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPackingKeepsEveryByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		got, err := store.Unpack(store.Pack(text))
		if err != nil || !bytes.Equal(got, text) {
			t.Fatalf("%q became %q, %v", text, got, err)
		}
	})
}

func TestGarbageIsRefused(t *testing.T) {
	for _, garbage := range []string{"", "\xff\xff\xff", strings.Repeat("\xaa", 100), string(store.Pack(bytes.Repeat([]byte("x"), 2<<20)))} {
		if got, err := store.Unpack([]byte(garbage)); err == nil {
			t.Errorf("%d bytes of garbage became %d bytes", len(garbage), len(got))
		}
	}
}

// Records written before S2 are still read.
func TestDeflatedRecordsAreRead(t *testing.T) {
	const text = `{"s":{"language":["es"],"municipality":["54001"]},"l":"es"}`
	var packed bytes.Buffer
	w, err := flate.NewWriterDict(&packed, 5, store.Dictionary1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := store.Inflate(packed.Bytes())
	if err != nil || string(got) != text {
		t.Errorf("%q, %v", got, err)
	}
	for _, garbage := range []string{"", "\xff\xff\xff", strings.Repeat("\xaa", 100)} {
		if got, err := store.Inflate([]byte(garbage)); err == nil {
			t.Errorf("%d bytes of garbage became %d bytes", len(garbage), len(got))
		}
	}
}

// What was packed once must be read for ever, whatever the library becomes.
func TestTheFormatsNeverChange(t *testing.T) {
	const text = `{"s":{"language":["es"],"municipality":["54001"],"population":["migrante_ve"]},"l":"es"}`
	for _, f := range []struct {
		name, packed string
		unpack       func([]byte) ([]byte, error)
	}{
		{"first", "58147b2273223a7b15b76613040435348d131992426203287d2c226c223a226573227d", store.UnpackFirst},
		{"second", "58607b2273223a7b226c616e6775616765223a5b226573225d2c222e630030223a5b223534303031225d2c22195f0c223a5b222aa30c30225d7d2c226c223a226573227d", store.Unpack},
	} {
		packed, err := hex.DecodeString(f.packed)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.unpack(packed); err != nil || string(got) != text {
			t.Errorf("%s: %q, %v; now it is packed as %x", f.name, got, err, store.Pack([]byte(text)))
		}
	}
}

// Records in people's servers need these very dictionaries. To change one, add
// another one under a new format byte.
func TestTheDictionariesNeverChange(t *testing.T) {
	for i, want := range []string{
		"8105a7ff58d5f43be6cb3f82897c05d2ae7cfffbebb568a5cc25ac350fc283c5",
		"a0f013c3f375f49c3f30eb654667591547c132278b258966134c30ca07ec3f90",
	} {
		sum := sha256.Sum256([][]byte{store.Dictionary1, store.Dictionary2}[i])
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("dictionary %d has become %s", i+1, got)
		}
	}
}

// Records of every format are read, and what they hold is the same.
func TestOldRecordsAreRead(t *testing.T) {
	const chat, created = 5_000_000_001, 1_795_449_370
	session := flows.Session{
		Flow: "screening", Version: 1, Step: "sector", Question: 7, Asking: true, Language: "es", Seen: created,
		Slots:    map[string][]string{"language": {"es"}, "seeks": {"negocio", "cursos"}},
		History:  []flows.Frame{{Flow: "screening", Step: "age"}},
		Consents: []flows.Consent{{Text: "welcome.consent_answer.ask", Version: 1, Hash: "h", Language: "es", Purposes: []string{"evaluate"}, Given: true, At: created, Update: 12}},
		Holds:    []flows.Hold{{Kind: flows.HeldCourse, Offer: "C-01", State: flows.HoldEnrolled, At: created}},
		Shown:    &flows.Shown{At: 3, Message: 4},
	}
	for _, f := range []struct{ name, body string }{
		{"JSON, deflate", "011082c8afa025b488a3b00d82989abc040c82968278fa6290240eee8499238d5b80b561962458d239b45c06c53581f18358cce46d6262696c6e404622cf202995c3ac2955b2323402b923096e5f727e6911b8c19caf64a5e4ac0b8ec26290c17945f93939a929e86e05e9ce07054e899295b18e52ae9295492d2c99a3a60e946a2bb616100000ffff"},
		{"JSON, S2", "021082c8afa025b488a3b00d82989abc040c8b03107b2273223a728c0d2c6563746f72222c2271223a372ab8100c73223a7b15ee994a4ae80220637572736f73225d7d824010005d5d403074223a31373935343439333730cae5020068428d026ee60211672475223a31327d5d2c226275557c636f75727365222c226f223a22432d3031222c2273223a22656e726f6c6c65643eac00687d5d2c226f223a7b2274223a332c226d223a347d7d2c2269223a5b3530043a65d9a820637572736f73225d7d"},
		{"CBOR", "031082c8afa025b488a3b00d82989abc040cfc010ca36173ab42b4484066736563746f726171076161f5616881a232220010706361676559f610621a6163818ef60204616809354af60220621a61750c616281a446e534261f3444741a6b04621a616fa2617403616d046176823291021e361f36592e086169822e3a010e4a1011000073"},
	} {
		body, err := hex.DecodeString(f.body)
		if err != nil {
			t.Fatal(err)
		}
		var r store.Record
		if err := r.DecodeBody(body); err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		if diff := cmp.Diff(session, r.Session); diff != "" || r.ChatID != chat || r.Created != created || !r.Has(600_000_007) || len(r.Entries()) != 2 {
			t.Errorf("%s: %+v %s", f.name, r, diff)
		}
	}
	r := store.Record{ChatID: chat, Created: created, Session: session}
	r.Remember(600_000_001)
	r.Remember(600_000_007)
	r.Enter("language:es", "seeks:cursos")
	body, err := r.Body()
	var back store.Record
	if err != nil || back.DecodeBody(body) != nil || !cmp.Equal(back.Session, session) {
		t.Errorf("%x, %v became %+v", body, err, back.Session)
	}
}

// Replies that an earlier version owes are still delivered.
func TestOldOutboxIsRead(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	turn(t, s, ana, 1, nil)
	ref := store.OwedRef{Contact: s.ContactID(ana), Revision: 7}
	if err := s.PutOwedJSON(t.Context(), ref, `{"c":5,"l":"es","r":[{"p":[{"k":"menu.again","p":{"n":{"n":3}}}],"e":4}],"t":1795449370000}`); err != nil {
		t.Fatal(err)
	}
	three := 3
	want := []flows.Reply{{Parts: []flows.Text{{Key: "menu.again", Params: map[string]flows.Text{"n": {Count: &three}}}}, Edit: 4}}
	got := claim(t, s, noon.Add(lease))
	if len(got) != 1 || got[0].ChatID != 5 || got[0].Language != "es" || !cmp.Equal(got[0].Replies, want) {
		t.Errorf("%+v", got)
	}
}

func TestRecordsSurviveAnySession(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	rapid.Check(t, func(rt *rapid.T) {
		want := flows.Session{
			Flow:  rapid.String().Draw(rt, "flow"),
			Slots: rapid.MapOf(rapid.String(), rapid.SliceOfN(rapid.String(), 1, 3)).Draw(rt, "slots"),
			Seen:  rapid.Int64().Draw(rt, "seen"),
		}
		if len(want.Slots) == 0 {
			want.Slots = nil
		}
		update := rapid.Int64().Draw(rt, "update")
		r, err := s.Load(t.Context(), ana)
		if err != nil {
			rt.Fatal(err)
		}
		if r.Has(update) {
			return
		}
		r.Session = want
		if _, err := s.Commit(t.Context(), store.Turn{Record: r, Update: update, Now: noon}); err != nil {
			rt.Fatal(err)
		}
		got, err := s.Load(t.Context(), ana)
		if err != nil || got.Session.Flow != want.Flow || got.Session.Seen != want.Seen || len(got.Session.Slots) != len(want.Slots) || (update != 0) != got.Has(update) {
			rt.Fatalf("%+v became %+v, %v", want, got, err)
		}
		for name, values := range want.Slots {
			if strings.Join(got.Session.Slots[name], "\x00") != strings.Join(values, "\x00") {
				rt.Fatalf("slot %q: %q became %q", name, values, got.Session.Slots[name])
			}
		}
	})
}

func TestLogsShowNobody(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	live(t, s, ana)
	owed := claim(t, s, noon.Add(lease))
	r := load(t, s, ana)
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("x", "record", r, "turn", store.Turn{Record: r, Replies: owed[0].Replies}, "owed", owed[0], "ref", owed[0].Ref, "session", r.Session)
	for _, secret := range []string{"MARKER", strconv.FormatInt(ana, 10)} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the log shows %s: %s", secret, out.String())
		}
	}
	if !strings.Contains(out.String(), string(r.ID)) {
		t.Errorf("the log does not name the contact: %s", out.String())
	}
}
