package store_test

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/redis/go-redis/v9"
)

// cluster starts three masters that share the slots, and returns their
// addresses.
func cluster(t *testing.T) []string {
	t.Helper()
	const nodes, slots = 3, 16384
	var addrs []string
	for i := range nodes {
		srv := storetest.Start(t, "--cluster-enabled", "yes", "--databases", "1")
		c := redis.NewClient(&redis.Options{Addr: srv.Addr})
		t.Cleanup(func() { c.Close() })
		if err := c.Do(t.Context(), "CLUSTER", "ADDSLOTSRANGE", i*slots/nodes, (i+1)*slots/nodes-1).Err(); err != nil {
			t.Fatal(err)
		}
		for _, a := range addrs {
			host, port, _ := net.SplitHostPort(a)
			if err := c.ClusterMeet(t.Context(), host, port).Err(); err != nil {
				t.Fatal(err)
			}
		}
		addrs = append(addrs, srv.Addr)
	}
	for _, a := range addrs {
		c := redis.NewClient(&redis.Options{Addr: a})
		t.Cleanup(func() { c.Close() })
		for deadline := time.Now().Add(30 * time.Second); ; {
			info, err := c.ClusterInfo(t.Context()).Result()
			if err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:"+strconv.Itoa(nodes)) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("the cluster does not form: %v\n%s", err, info)
			}
		}
	}
	return addrs
}

// A cluster refuses a script whose keys are in two slots, so walking every
// operation through one proves that none is.
func TestAClusterServesEveryOperation(t *testing.T) {
	addrs := cluster(t)
	s := storetest.Open(t, store.Config{URL: "redis://" + strings.Join(addrs, ",")})
	const people = 120
	for chat := range int64(people) {
		turn(t, s, chat, 1, func(tn *store.Turn) {
			tn.Index = []flows.Entry{{Dimension: "seeks", Value: "trabajo"}}
			tn.Replies, tn.Steps, tn.Due = says("k"), []string{"a.b"}, noon
		})
	}
	count := func(want int) {
		t.Helper()
		if n, err := s.Count(t.Context(), store.In("seeks", "trabajo")); n != want || err != nil {
			t.Errorf("%d in the index, %v, want %d", n, err, want)
		}
	}
	count(people)
	if due, err := s.Due(t.Context(), noon, 1000); len(due) != people || err != nil {
		t.Errorf("%d due, %v", len(due), err)
	}
	owed := claim(t, s, noon.Add(lease))
	if len(owed) != people {
		t.Errorf("%d owed", len(owed))
	}
	for i, o := range owed {
		if i%2 == 0 {
			if err := s.Delivered(t.Context(), o.Ref, noon, 5); err != nil {
				t.Fatal(err)
			}
		} else if err := s.Undeliverable(t.Context(), o.Ref, noon, store.ReasonBlocked); err != nil {
			t.Fatal(err)
		}
	}
	for chat := range int64(people / 2) {
		turn(t, s, chat, 2, func(tn *store.Turn) { tn.Erase, tn.Replies = true, says("bye") })
	}
	count(people / 2)
	if got, err := s.ClaimOwn(t.Context(), noon, 1000); len(got) != 0 || err != nil {
		t.Errorf("own: %d, %v", len(got), err)
	}
	if got := claim(t, s, noon.Add(lease)); len(got) != people/2 {
		t.Errorf("%d farewells", len(got))
	}
	if got, err := s.Rotate(t.Context()); err != nil || got.Records != people/2 {
		t.Errorf("rotate: %+v, %v", got, err)
	}
	if ok, err := s.Lease(t.Context(), "timers", time.Minute); !ok || err != nil {
		t.Errorf("lease: %v, %v", ok, err)
	}
	if err := s.HoldAll(t.Context(), noon, noon.Add(time.Minute)); err != nil {
		t.Error(err)
	}
	started(t, s, "a-111111")
	if w := next(t, s, time.Minute); w == nil {
		t.Error("no work")
	} else if err := errors.Join(s.KeepWork(t.Context(), *w), s.DoneWork(t.Context(), *w)); err != nil {
		t.Error(err)
	}
	joined(t, s, ana)
	feed(t, s, ana, "a-111111")
	ref := tell(t, s, ana, store.StateOwed)
	if got := begin(t, s, ref); got != store.BeginMay {
		t.Errorf("begin: %v", got)
	}
	if err := errors.Join(s.NotSent(t.Context(), ref, noon), s.Delivered(t.Context(), ref, noon, 0)); err != nil {
		t.Error(err)
	}
	expectState(t, s, ana, "a-111111", store.StateSent)
	if _, err := s.MessagesTo(t.Context(), ref.Contact); err != nil {
		t.Error(err)
	}
	turn(t, s, ana, 99, func(tn *store.Turn) { tn.Erase = true })
	expectState(t, s, ana, "a-111111", "")
	if err := s.Tidy(t.Context(), noon.AddDate(0, 6, 0)); err != nil {
		t.Error(err)
	}
	if _, err := s.Outreaches(t.Context(), nil, 10); err != nil {
		t.Error(err)
	}
	if _, err := s.ReserveSends(t.Context(), 1, 1, 30); err != nil {
		t.Error(err)
	}
	if w, err := s.Check(t.Context()); len(w) != 0 || err != nil {
		t.Errorf("check: %v, %v", w, err)
	}
	if faults, err := s.Audit(t.Context()); len(faults) != 0 || err != nil {
		t.Errorf("audit: %v, %v", faults, err)
	}
	if _, err := s.KeepText(t.Context(), "text"); err != nil {
		t.Error(err)
	}
	_, c := sampleCatalogue(t)
	if err := s.PutCatalogue(t.Context(), c); err != nil {
		t.Error(err)
	}
	if got, version, err := s.Catalogue(t.Context()); len(got.Vacancies) != 20 || version != 4 || err != nil {
		t.Errorf("catalogue: %d vacancies, version %d, %v", len(got.Vacancies), version, err)
	}
	if n, err := store.Withdraw[programme.Event](t.Context(), s, programme.Date{Year: 2026, Month: 11, Day: 23}, func(string) bool { return false }); n != 10 || err != nil {
		t.Errorf("closed %d, %v", n, err)
	}
}
