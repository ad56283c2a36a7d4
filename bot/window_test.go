package bot

import (
	"context"
	"encoding/json"
	"testing"
	"time"
)

func begin(t *testing.T, w *window, ids ...int64) {
	t.Helper()
	for _, id := range ids {
		if !w.begin(id) {
			t.Fatalf("update %d is not to be handled", id)
		}
	}
}

func wantOffset(t *testing.T, w *window, want int64) {
	t.Helper()
	if got := w.offset(); got != want {
		t.Errorf("offset %d, want %d", got, want)
	}
}

func TestTheOffsetNeverPassesAnUncommittedUpdate(t *testing.T) {
	w := newWindow(0)
	wantOffset(t, w, 0) // confirms nothing
	begin(t, w, 10, 11, 12)
	wantOffset(t, w, 10)
	w.finish(11)
	w.finish(12)
	wantOffset(t, w, 10)
	if w.begin(11) || w.begin(10) {
		t.Error("an update that came again is handled again")
	}
	begin(t, w, 13)
	w.finish(10)
	wantOffset(t, w, 13)
	w.finish(13)
	wantOffset(t, w, 14)
	if len(w.state) != 0 {
		t.Errorf("%d confirmed updates remembered", len(w.state))
	}
}

func TestADroppedUpdateIsHandledWhenItComesAgain(t *testing.T) {
	w := newWindow(0)
	begin(t, w, 10, 11)
	w.finish(11)
	w.drop(10)
	wantOffset(t, w, 10)
	begin(t, w, 10)
	w.finish(10)
	wantOffset(t, w, 11)
}

// Telegram chooses a new number at random after a week without updates.
func TestNumbersThatBeginAnewAreFollowed(t *testing.T) {
	w := newWindow(0)
	begin(t, w, 5000)
	w.finish(5000)
	wantOffset(t, w, 5001)
	begin(t, w, 40)
	w.finish(40)
	wantOffset(t, w, 41)
	begin(t, w, 41)
	wantOffset(t, w, 41)
}

// After a crash between commit and confirmation one batch comes again.
func TestTheBatchOfAnEarlierLifeIsNotHandledAgain(t *testing.T) {
	w := newWindow(1000)
	for id := int64(990); id < 1000; id++ {
		if w.begin(id) {
			t.Errorf("update %d was committed before and is handled again", id)
		}
	}
	begin(t, w, 1000)
	wantOffset(t, w, 1000)
	w.finish(1000)
	wantOffset(t, w, 1001)
}

func TestAStoredOffsetDoesNotHideANewCount(t *testing.T) {
	w := newWindow(1000)
	begin(t, w, 100) // far below: no redelivery
	w = newWindow(1000)
	w.heard(0) // nothing was left to deliver again
	begin(t, w, 990)
}

func TestAnUpdateWithoutIDHasTheNext(t *testing.T) {
	w := newWindow(0)
	begin(t, w, w.identify(json.RawMessage(`{"update_id":20}`)))
	if got := w.identify(json.RawMessage(`broken`)); got != 21 {
		t.Errorf("id %d, want 21", got)
	}
	if got := w.identify(json.RawMessage(`{"update_id":30,"message":{"text":`)); got != 30 {
		t.Errorf("id %d, want 30", got)
	}
}

func TestSettleWaitsForAllButNotForEver(t *testing.T) {
	w := newWindow(0)
	begin(t, w, 1, 2)
	w.finish(1)
	go w.finish(2)
	if err := w.settle(context.Background(), time.Minute); err != nil {
		t.Fatal(err)
	}
	begin(t, w, 3)
	started := time.Now()
	if err := w.settle(context.Background(), 30*time.Millisecond); err != nil || time.Since(started) < 30*time.Millisecond {
		t.Errorf("settled with an update under way: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.settle(ctx, time.Minute); err == nil {
		t.Error("the end of the context is not reported")
	}
}
