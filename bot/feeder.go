package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// A feeder goes through the people of one outreach, piece by piece of the work
// that all replicas share. It leaves each a notice and runs their turn at once;
// the timers are only there for what a crash leaves. How many are under way is
// bounded, so that a pause leaves few behind and the pace alone decides.

// Bounds of feeding.
const (
	windowTime = 2 * time.Second  // of the pace under way at once
	workIdle   = 20 * time.Second // after so long without a word the work is another's
	workKeep   = 5 * time.Second  // how often that word is said
	lookAgain  = time.Second      // after no piece was free
	tellWithin = 15 * time.Second // somebody's turn is run by who left the notice; then by the timers
	tellAtOnce = 24               // turns under way: with more, replies would wait for a connection to Redis
)

// feeders are the outreaches that this replica works on.
type feeders struct {
	mu    sync.Mutex
	busy  map[string]bool
	after map[string]time.Time // when to look again

	bulk   chan struct{} // a place for each recipient under way: of announcements,
	prompt chan struct{} // and of what must not wait behind them
	turns  chan struct{} // a place for each that needs Redis now
	all    sync.WaitGroup
}

func newFeeders(perSecond float64) *feeders {
	size := underWay(perSecond)
	return &feeders{
		busy: map[string]bool{}, after: map[string]time.Time{},
		bulk: make(chan struct{}, size), prompt: make(chan struct{}, size), turns: make(chan struct{}, tellAtOnce),
	}
}

// underWay is how many recipients may be under way.
func underWay(perSecond float64) int { return max(16, int(perSecond*windowTime.Seconds())) }

// places are those of an outreach of that kind.
func (f *feeders) places(k store.OutreachKind) chan struct{} {
	if k == store.KindAnnouncement {
		return f.bulk
	}
	return f.prompt
}

// begin notes that this replica works on an outreach; false when it does, or
// looked a moment ago.
func (f *feeders) begin(id string, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.busy[id] || now.Before(f.after[id]) {
		return false
	}
	f.busy[id] = true
	f.all.Add(1)
	return true
}

func (f *feeders) end(id string, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.busy, id)
	f.after[id] = now.Add(lookAgain)
	f.all.Done()
}

// forget drops what is known of outreaches that are over.
func (f *feeders) forget(live map[string]store.OutreachState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id := range f.after {
		if _, ok := live[id]; !ok {
			delete(f.after, id)
		}
	}
}

// runFeeders begins with every outreach that has work left.
func (b *Bot) runFeeders(ctx context.Context) {
	m := b.outreaches.known.Load()
	if m == nil {
		return
	}
	b.feeders.forget(m.states)
	for id := range m.left {
		o, ok := m.records[id]
		if state := m.states[id]; !ok || state != store.OutreachSending && state != store.OutreachCancelled {
			continue
		}
		if b.feeders.begin(id, time.Now()) {
			go func() {
				defer func() { b.feeders.end(id, time.Now()) }()
				b.feed(ctx, o)
			}()
		}
	}
}

// feed takes pieces of an outreach's work until none is free.
func (b *Bot) feed(ctx context.Context, o store.Outreach) {
	defer func() {
		if p := recover(); p != nil {
			b.notePanic(p)
		}
	}()
	for ctx.Err() == nil {
		w, err := b.cfg.Store.NextWork(ctx, o.ID, workIdle)
		if err != nil && ctx.Err() == nil {
			b.log.Warn("looking for work of an outreach", "outreach", o.ID, "error", err)
		}
		if w == nil {
			return
		}
		done, err := b.feedPiece(ctx, o, *w)
		if err != nil && ctx.Err() == nil {
			b.log.Warn("feeding an outreach", "outreach", o.ID, "error", err)
		}
		if !done {
			return
		}
		if err := b.cfg.Store.DoneWork(ctx, *w); err != nil {
			return // it is done again, and changes nothing
		}
	}
}

// feedPiece leaves a notice with everybody of one piece; true when all have it,
// or the outreach was cancelled.
func (b *Bot) feedPiece(ctx context.Context, o store.Outreach, w store.Work) (bool, error) {
	telling := ctx // what is to be said is said, also when the piece is done or another's
	ctx, lose := context.WithCancel(ctx)
	defer lose()
	var kept sync.WaitGroup
	kept.Go(func() { b.keepWork(ctx, w, lose) })
	defer kept.Wait()
	defer lose()
	people, err := b.recipients(ctx, o, w)
	if err != nil {
		return false, err
	}
	notice := noticeOf(o)
	places := b.feeders.places(o.Kind)
	var noticed sync.WaitGroup // all of the piece have their notice
	for _, id := range people {
		if !b.mayFeed(ctx, o) {
			break
		}
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		noticed.Add(1)
		there := sync.OnceFunc(noticed.Done)
		b.tasks.run(func() {
			defer func() { <-places }()
			defer there()
			if left := b.notify(ctx, o.Kind, id, notice); left {
				there()
				b.tellNow(telling, id, true)
			}
		})
	}
	noticed.Wait()
	return ctx.Err() == nil, nil
}

// keepWork says from time to time that this replica is at it; lose ends what it
// does when another took the work over.
func (b *Bot) keepWork(ctx context.Context, w store.Work, lose func()) {
	for sleep(ctx, workKeep) == nil {
		if err := b.cfg.Store.KeepWork(ctx, w); errors.Is(err, store.ErrConflict) {
			lose()
			return
		}
	}
}

// recipients are the people of one piece of work.
func (b *Bot) recipients(ctx context.Context, o store.Outreach, w store.Work) ([]store.ContactID, error) {
	f := audience(o)
	if w.Whole() {
		return b.cfg.Store.Find(ctx, f)
	}
	return b.cfg.Store.Members(ctx, w.Bucket, f)
}

// mayFeed waits while the outreach is paused or the hour is not decent; false
// when it is cancelled, expired or ctx ends.
func (b *Bot) mayFeed(ctx context.Context, o store.Outreach) bool {
	for {
		now := b.cfg.Now()
		if !o.Until.IsZero() && !now.Before(o.Until) {
			return false
		}
		switch b.outreaches.control([]string{o.ID}) {
		case outreach.Go:
			return ctx.Err() == nil
		case outreach.Drop:
			return false
		}
		if sleep(ctx, statesEvery) != nil {
			return false
		}
	}
}

// noticeOf is what an outreach leaves with each of its people.
func noticeOf(o store.Outreach) flows.Notice {
	n := o.Notice
	if n.Kind == "" {
		n.Kind, n.Offer = flows.Announcement, o.ID
	}
	n.ID, n.Outreach, n.Again = o.ID, o.ID, o.Again
	if !o.Until.IsZero() {
		n.Until = o.Until.Unix()
	}
	return n
}

// notified labels what became of a notice.
var notified = map[store.NotifyResult]string{store.NotifyLeft: "left", store.NotifyKnown: "known", store.NotifyAbsent: "absent"}

// notify leaves a notice, however long Redis is away; true when it was not there
// before and the person is to be told.
func (b *Bot) notify(ctx context.Context, kind store.OutreachKind, id store.ContactID, n flows.Notice) bool {
	b.feeders.turns <- struct{}{}
	defer func() { <-b.feeders.turns }()
	for pause := newPause(); ; {
		now := b.cfg.Now()
		result, err := b.cfg.Store.NotifyBy(ctx, id, n, now, now.Add(tellWithin))
		if err == nil {
			b.metrics.fed.WithLabelValues(string(kind), notified[result]).Inc()
			return result == store.NotifyLeft
		}
		if !again(err) {
			b.log.Error("a notice could not be left", "contact", string(id), "error", err)
			return false
		}
		if sleep(ctx, pause.next()) != nil {
			return false
		}
	}
}

// tellNow runs the turn that tells a person of their notices. With arrive it
// waits until what is said is off our hands.
func (b *Bot) tellNow(ctx context.Context, id store.ContactID, arrive bool) {
	if d := b.noticeTurn(ctx, id); arrive && d != nil {
		b.offOurHands(d)
	}
}

// noticeTurn runs that turn and returns what it owes; nil for nothing. Should it
// fail, the timer sees to it.
func (b *Bot) noticeTurn(ctx context.Context, id store.ContactID) *outreach.Delivery {
	b.feeders.turns <- struct{}{}
	defer func() { <-b.feeders.turns }()
	r, noticed, err := b.cfg.Store.LoadNoticedID(ctx, id)
	if err != nil {
		return nil
	}
	a := b.timerTurn(r, &loaded{r, noticed})
	var owed waiting
	done := make(chan struct{})
	err = b.lanes.submit(a.chat, job{
		run: func(bool) {
			defer close(done)
			owed, _ = b.handle(ctx, a, false)
		},
		settle: func(patient bool) bool { return patient },
	})
	if err != nil {
		return nil
	}
	<-done
	return owed.delivery
}

// offOurHands waits until something is off our hands, or stands still because staff,
// or the hour, hold it back: that must not keep others from being told.
func (b *Bot) offOurHands(d *outreach.Delivery) {
	look := time.NewTicker(statesEvery)
	defer look.Stop()
	for {
		select {
		case <-d.Done():
			return
		case <-look.C:
			if ids := d.Outreaches(); len(ids) > 0 && b.outreaches.control(ids) == outreach.Wait {
				return
			}
		}
	}
}

// tellAllNow runs the turns of people who have a notice, at the pace of what does
// not wait behind announcements. Whom it does not come to, the timers do.
func (b *Bot) tellAllNow(ctx context.Context, people []store.ContactID) {
	for _, id := range people {
		select {
		case b.feeders.prompt <- struct{}{}:
		case <-ctx.Done():
			return
		}
		b.tasks.run(func() {
			defer func() { <-b.feeders.prompt }()
			b.tellNow(ctx, id, true)
		})
	}
}
