package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/store"
	"arraigo/store/storetest"
)

// Two replicas show what the team published soon after, also the one that starts
// later. What does not fit these files is left out, and the log says which it is
// and not what it says.
func TestReplicasShowWhatIsPublished(t *testing.T) {
	files, err := wholeSet()
	if err != nil {
		t.Fatal(err)
	}
	var log output
	s := storetest.Open(t, store.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	group, ctx := errgroup.WithContext(ctx)
	defer func() {
		cancel()
		_ = group.Wait()
	}()
	replica := func() *shown {
		r := newShown(files, slog.New(slog.NewTextHandler(&log, nil)))
		if err := r.follow(ctx, group, s, time.Now); err != nil {
			t.Fatal(err)
		}
		return r
	}
	publish := func(key, words string) {
		e := flows.Edit{Text: &locales.Change{Lang: "es", Key: key, Forms: map[string]string{"other": words}}}
		p := store.Proposal{ID: store.NewProposalID(), About: e.About(), Edit: &e, Staff: "s-abc234"}
		if err := s.Propose(ctx, p); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Publish(ctx, p, "-", "s-abc234", time.Now().Unix()); err != nil {
			t.Fatal(err)
		}
	}
	says := func(r *shown) string { return r.now().Catalog.Text("es", "cancel.done", nil) }
	first := replica()
	publish("gone.text", "marca-que-no-se-ve")
	publish("cancel.done", "Listo, se dejó así.")
	second := replica()
	if got := says(second); got != "Listo, se dejó así." {
		t.Errorf("the replica that starts later says %q", got)
	}
	eventually(t, "the other replica has it", func() bool { return says(first) == "Listo, se dejó así." })
	if got := log.String(); strings.Count(got, "about=text:es:gone.text") != 2 || strings.Contains(got, "marca-que-no-se-ve") {
		t.Errorf("the log says %s", got)
	}
}
