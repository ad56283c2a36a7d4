package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// What is told about places has no audience that could be written down: who is
// told was noted with the place itself. Each such telling belongs to an outreach
// all the same, one for what happened to one offer at one time, so that its
// ledger says what became of it.

// tellingKinds say which kind of outreach a telling belongs to.
var tellingKinds = map[flows.NoticeKind]store.OutreachKind{
	flows.PlaceOffered:    store.KindPlace,
	flows.PlaceLost:       store.KindPlace,
	flows.CourseCancelled: store.KindChange,
	flows.CourseChanged:   store.KindChange,
	flows.EventChanged:    store.KindChange,
	flows.ConfirmCourse:   store.KindReminder,
	flows.RemindOffer:     store.KindReminder,
	flows.EventFeedback:   store.KindReminder,
}

// telling is the outreach of something that is to be told about a place.
func telling(published *programme.Offer, t store.Telling, n flows.Notice, now time.Time) store.Outreach {
	kind := tellingKinds[n.Kind]
	words := []string{string(kind), t.Offer.Kind, t.Offer.ID}
	if n.Kind != flows.RemindOffer {
		words = append(words, strings.ReplaceAll(string(n.Kind), "_", "-"))
	}
	o := store.Outreach{
		ID:      store.OutreachID(append(words, markWords(t.Mark)...)...),
		Kind:    kind,
		State:   store.OutreachSending,
		Title:   titleOf(published, t.Offer),
		Again:   true,
		Created: now,
		Started: now,
	}
	if n.Until != 0 {
		o.Until = time.Unix(n.Until, 0)
	}
	return o
}

// markWords are a mark as words of an id. One that says how something was changed
// to is long, and stands for its words by a digest.
func markWords(mark string) []string {
	const longest = 32
	plain := len(mark) <= longest && !strings.ContainsFunc(mark, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && r != '.' && r != '-'
	})
	if plain {
		return strings.Split(mark, ".")
	}
	sum := sha256.Sum256([]byte(mark))
	return []string{hex.EncodeToString(sum[:6])}
}

// titleOf is what the team calls an offer; its id when it is gone.
func titleOf(published *programme.Offer, o store.Offer) string {
	if c, ok := published.Course(o.ID); ok && o.Kind == store.OfferCourse {
		return c.Title
	}
	if e, ok := published.Event(o.ID); ok && o.Kind == store.OfferEvent {
		return e.Title
	}
	return o.ID
}
