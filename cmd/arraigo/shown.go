package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// publishedEvery is how often it is looked whether the team published something:
// people read it in every replica soon after.
const publishedEvery = time.Second

// shown is what people read at this moment: the files, with what the team
// published in their place.
type shown struct {
	log     *slog.Logger
	current atomic.Pointer[flows.Set]

	// Of current, as one goroutine at a time has made it.
	revision int64
	day      programme.Date
}

func newShown(files *flows.Set, log *slog.Logger) *shown {
	s := &shown{log: log, revision: -1}
	s.current.Store(files)
	return s
}

// now is the present set. Whoever does something takes it once, so that a change
// in the middle is not seen.
func (s *shown) now() *flows.Set { return s.current.Load() }

// follow reads what is published and goes on to look for more, in the group. When
// it returns, people are shown no older texts than those. What cannot be read
// keeps nobody from starting: the files hold then.
func (s *shown) follow(ctx context.Context, group *errgroup.Group, from *store.Store, clock func() time.Time) error {
	s.look(ctx, from, clock)
	group.Go(func() error {
		for {
			if err := pauseFor(ctx, publishedEvery); err != nil {
				return err
			}
			s.look(ctx, from, clock)
		}
	})
	return ctx.Err()
}

// look makes another set when something was published or the day changed.
func (s *shown) look(ctx context.Context, from *store.Store, clock func() time.Time) {
	revision, err := from.ContentRevision(ctx)
	day := s.now().Today(clock())
	if err == nil && revision == s.revision && day == s.day {
		return
	}
	var content store.Content
	if err == nil {
		content, err = from.Content(ctx)
	}
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("what the team published could not be read; what was known holds", "error", err)
		}
		return
	}
	set, left := s.now().Publish(content.Edits, day)
	s.current.Store(set)
	if content.Revision != s.revision {
		for _, l := range left {
			s.log.Warn("something that was published does not fit these files and is left out; the console shows it", "about", l.About)
		}
	}
	s.revision, s.day = content.Revision, day
}
