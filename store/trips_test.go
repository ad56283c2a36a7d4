package store_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/redis/go-redis/v9"
)

// trips counts round trips: a command or a whole pipeline is one.
type trips struct{ n atomic.Int64 }

func (c *trips) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *trips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.n.Add(1)
		return next(ctx, cmd)
	}
}

func (c *trips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c.n.Add(1)
		return next(ctx, cmds)
	}
}

func TestATurnIsTwoRoundTrips(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	if err := s.Ping(t.Context()); err != nil { // connected
		t.Fatal(err)
	}
	var c trips
	s.AddHook(&c)
	text := "the exact text of the consent"
	if _, err := s.KeepText(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"a stranger", "somebody known", "an erasure"} {
		c.n.Store(0)
		turn(t, s, ana, int64(i+1), func(tn *store.Turn) {
			if _, err := s.KeepText(t.Context(), text); err != nil { // seen before: free
				t.Fatal(err)
			}
			tn.Replies, tn.Steps, tn.Erase = says("k"), []string{"a.b", "a.c"}, name == "an erasure"
			_, tn.Index = newCrowd(uint64(i)).screened()
		})
		want := int64(2)
		if name == "an erasure" {
			want = 4 // it also asks which offers and requests there are, to give places back and to close them
		}
		if n := c.n.Load(); n != want {
			t.Errorf("%s: %d round trips, want %d", name, n, want)
		}
	}
}

// Many updates of one person at once: each takes effect once, none is lost.
func TestConcurrentTurnsOfOnePerson(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		const replicas, each = 4, 25
		var conflicts atomic.Int64
		// All have read before the first commits: there is a conflict on every machine.
		var wg, read sync.WaitGroup
		read.Add(replicas)
		for n := range replicas {
			s := storetest.Open(t, store.Config{URL: url, Keys: keys})
			wg.Go(func() {
				together := sync.OnceFunc(func() { read.Done(); read.Wait() })
				for i := range each {
					// Every update arrives at two replicas.
					update := int64(1 + (n/2)*each + i)
					for {
						r, err := s.Load(t.Context(), ana)
						together()
						if err != nil {
							t.Error(err)
							return
						}
						if r.Has(update) {
							break
						}
						r.Session.Question++
						_, err = s.Commit(t.Context(), store.Turn{Record: r, Update: update, Consented: true, Now: noon, Replies: says("k"), Steps: []string{"a.b"}})
						if errors.Is(err, store.ErrConflict) {
							conflicts.Add(1)
							continue
						}
						if err != nil {
							t.Error(err)
						}
						break
					}
				}
			})
		}
		wg.Wait()
		s := storetest.Open(t, store.Config{URL: url, Keys: keys})
		const want = replicas / 2 * each
		if got := load(t, s, ana).Session.Question; got != want {
			t.Errorf("%d turns took effect, want %d", got, want)
		}
		if got, err := s.Funnel(t.Context(), noon); err != nil || got["a.b"] != want {
			t.Errorf("funnel %v, %v, want %d", got, err, want)
		}
		if got := claim(t, s, noon.Add(lease)); len(got) != want {
			t.Errorf("%d replies owed, want %d", len(got), want)
		}
		if conflicts.Load() == 0 {
			t.Error("no conflict: the test tried nothing")
		}
	})
}
