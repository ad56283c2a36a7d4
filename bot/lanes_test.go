package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAChatIsInOrderAndChatsAreInParallel(t *testing.T) {
	l := newLanes(4)
	var mu sync.Mutex
	got := map[int64][]int{}
	for n := range 50 {
		for chat := range int64(5) {
			err := l.submit(chat, job{run: func(bool) {
				mu.Lock()
				got[chat] = append(got[chat], n)
				mu.Unlock()
			}, settle: func(p bool) bool { return p }})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := l.close(context.Background()); err != nil {
		t.Fatal(err)
	}
	for chat, order := range got {
		if len(order) != 50 || !slices.IsSorted(order) {
			t.Errorf("chat %d ran %v", chat, order)
		}
	}
	if l.active() != 0 {
		t.Error("an idle chat still costs something")
	}
}

func TestASlowChatDoesNotHoldOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := newLanes(2)
		release, done := make(chan struct{}), make(chan struct{})
		_ = l.submit(1, job{run: func(bool) { <-release }, settle: func(p bool) bool { return p }})
		_ = l.submit(2, job{run: func(bool) { close(done) }, settle: func(p bool) bool { return p }})
		<-done // deadlocks, and so fails, if chat 2 waited
		close(release)
	})
}

func TestWhoSettlesKeepsNoPlace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := newLanes(1)
		release, done := make(chan struct{}), make(chan struct{})
		order := make(chan string, 3)
		_ = l.submit(1, job{run: func(bool) { order <- "1a" }, settle: func(bool) bool { <-release; return true }})
		_ = l.submit(1, job{run: func(bool) { order <- "1b" }, settle: func(p bool) bool { return p }})
		synctest.Wait()
		_ = l.submit(2, job{run: func(bool) { order <- "2"; close(done) }, settle: func(p bool) bool { return p }})
		<-done
		close(release)
		if got := []string{<-order, <-order, <-order}; !slices.Equal(got, []string{"1a", "2", "1b"}) {
			t.Errorf("ran %v", got)
		}
	})
}

func TestAFloodOfOneChatIsRefused(t *testing.T) {
	l := newLanes(1)
	release := make(chan struct{})
	var err error
	for n := 0; n <= maxWaiting+1 && err == nil; n++ {
		err = l.submit(1, job{run: func(bool) { <-release }, settle: func(p bool) bool { return p }})
	}
	if !errors.Is(err, errBusy) {
		t.Errorf("error %v, want errBusy", err)
	}
	if err := l.submit(2, job{run: func(bool) {}, settle: func(p bool) bool { return p }}); err != nil {
		t.Errorf("another chat is refused: %v", err)
	}
	close(release)
	if err := l.close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := l.submit(3, job{}); !errors.Is(err, errStopping) {
		t.Errorf("error %v after close, want errStopping", err)
	}
}

func TestCloseDoesNotWaitForEver(t *testing.T) {
	l := newLanes(1)
	release := make(chan struct{})
	defer close(release)
	_ = l.submit(1, job{run: func(bool) { <-release }, settle: func(p bool) bool { return p }})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := l.close(ctx); err == nil {
		t.Error("close returned although a job is under way")
	}
}

func TestAfterOneVainWaitTheChatIsNotPatientAnyMore(t *testing.T) {
	l := newLanes(1)
	var got []bool
	answers := []bool{true, false, false, true, true}
	for i := range answers {
		_ = l.submit(1, job{
			run:    func(patient bool) { got = append(got, patient) },
			settle: func(bool) bool { return answers[i] },
		})
	}
	if err := l.close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if want := []bool{true, true, false, false, true}; !slices.Equal(got, want) {
		t.Errorf("patient: %v, want %v", got, want)
	}
}

// bubble runs a test on a clock of its own, and on it waits for the goroutines
// that are kept for the next job.
func bubble(t *testing.T, test func(*testing.T)) {
	synctest.Test(t, func(t *testing.T) {
		test(t)
		time.Sleep(time.Minute)
	})
}
