package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// funnelSteps are the steps of a person's first way that /estado shows, in order.
var funnelSteps = []struct{ step, name string }{
	{"welcome.ask_language", "came"},
	{"welcome.accept", "agreed"},
	{"screening.age", "began"},
	{"screening.seeks", "half"},
	{"screening.result", "finished"},
}

// today is /estado: how the day goes, in words and in a picture.
func (t *deskTurn) today(ctx context.Context) error {
	b := t.b
	funnel, err := b.cfg.Store.Funnel(ctx, t.now)
	if err != nil {
		return err
	}
	lost, err := b.cfg.Store.Undelivered(ctx, t.now)
	if err != nil {
		return err
	}
	everybody, err1 := b.cfg.Store.Count(ctx, store.Everyone())
	blocked, err2 := b.cfg.Store.Count(ctx, store.Blocked())
	reachable, err3 := b.outdesk.Count(ctx, nil)
	owing, err4 := b.cfg.Store.Owing(ctx)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	moving, err := t.moving(ctx)
	if err != nil {
		return err
	}
	lines := []flows.Text{
		moment("announce.today.header", t.now),
		count("announce.today.people", everybody),
		count("announce.today.reachable", reachable),
	}
	if blocked > 0 {
		lines = append(lines, count("announce.today.blocked", blocked))
	}
	var bars []bar
	way := []flows.Text{flows.Key("announce.today.way")}
	for _, f := range funnelSteps {
		n := int(funnel[f.step])
		label := flows.Key("announce.today.step." + f.name)
		way = append(way, flows.Key("announce.today.line").With("nombre", label).With("count", flows.Text{Count: &n}))
		bars = append(bars, bar{flows.Words(b.cfg.Set(), t.session(), label), n})
	}
	work := []flows.Text{count("announce.today.owing", owing)}
	work = append(work, moving...)
	failed := 0
	for _, n := range lost {
		failed += int(n)
	}
	trouble := []flows.Text{count("announce.today.failed", failed)}
	for _, reason := range slices.Sorted(maps.Keys(lost)) {
		n := int(lost[reason])
		trouble = append(trouble, flows.Key("announce.today.line").With("nombre", outreach.ReasonWords(b.cfg.Set().Catalog, store.StateFailed(reason))).With("count", flows.Text{Count: &n}))
	}
	reply := flows.Reply{Parts: []flows.Text{{Lines: lines}, {Lines: way}, {Lines: work}, {Lines: trouble}}}
	t.sendChart(ctx, reply, flows.Key("announce.today.chart"), bars)
	return nil
}

// moving says which announcements are under way, of those that the staff member
// may see.
func (t *deskTurn) moving(ctx context.Context) ([]flows.Text, error) {
	states, err := t.b.cfg.Store.OutreachStates(ctx)
	if err != nil {
		return nil, err
	}
	byState := map[store.OutreachState]int{}
	for id, state := range states {
		if state == store.OutreachDraft || !strings.HasPrefix(id, "a-") {
			continue
		}
		o, err := t.b.cfg.Store.Outreach(ctx, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if err == nil && o.Kind == store.KindAnnouncement {
			byState[state]++
		}
	}
	var lines []flows.Text
	for _, state := range []store.OutreachState{store.OutreachSending, store.OutreachPaused, store.OutreachApproval, store.OutreachScheduled} {
		if n := byState[state]; n > 0 {
			lines = append(lines, flows.Key("announce.today.line").With("nombre", flows.Key("announce.state."+string(state))).With("count", flows.Text{Count: &n}))
		}
	}
	if len(lines) > 0 {
		lines = append([]flows.Text{flows.Key("announce.today.outreaches")}, lines...)
	}
	return lines, nil
}

// sendChart sends words with a picture; without the picture if that cannot be
// drawn.
func (t *deskTurn) sendChart(ctx context.Context, r flows.Reply, title flows.Text, bars []bar) {
	if !t.b.sendChart(ctx, t.m, r, flows.Words(t.b.cfg.Set(), t.session(), title), bars) {
		t.b.log.Warn("the team was not answered", "staff", t.m)
	}
}

func (b *Bot) sendChart(ctx context.Context, m store.Staff, r flows.Reply, title string, bars []bar) bool {
	s := staffSession(m)
	words := flows.Render(b.cfg.Set(), s, r)
	picture, err := chart(title, bars, func(n int) string { return b.cfg.Set().Catalog.Number(s.Language, int64(n)) })
	if err == nil {
		err = b.sendPicture(ctx, m.Chat, picture, words)
		return err == nil
	}
	b.log.Error("a chart was not drawn", "error", err)
	_, heard := b.tellStaff(ctx, m, r)
	return heard
}

// sendReport sends what became of an announcement: a picture, and in words the
// counts with their reasons.
func (b *Bot) sendReport(ctx context.Context, m store.Staff, o store.Outreach) bool {
	p := progressOf(o, o.Totals)
	s := staffSession(m)
	word := func(t flows.Text) string { return flows.Words(b.cfg.Set(), s, t) }
	var bars []bar
	for _, c := range []struct {
		name string
		n    int
	}{{"sent", p.sent}, {"blocked", p.blocked}, {"failed", p.failed}, {"withheld", p.withheld}, {"unsure", p.unsure}} {
		bars = append(bars, bar{word(flows.Key("announce.bar_name." + c.name)), c.n})
	}
	lines := []flows.Text{p.counts()}
	for _, state := range slices.Sorted(maps.Keys(o.Totals)) {
		if n := o.Totals[state]; n > 0 && strings.Contains(state, ":") {
			lines = append(lines, flows.Key("announce.today.line").With("nombre", outreach.ReasonWords(b.cfg.Set().Catalog, state)).With("count", flows.Text{Count: &n}))
		}
	}
	lasted := max(1, int(o.Ended.Sub(o.Started).Minutes()+0.5))
	reply := flows.Reply{
		Parts: []flows.Text{
			flows.Key("announce.report").With("titulo", flows.Literal(o.Title)).With("estado", flows.Key("announce.state."+string(o.State))),
			{Lines: lines},
			moment("announce.report_time", o.Started).With("count", flows.Text{Count: &lasted}),
			flows.Key("announce.report_export").With("orden", flows.Literal("arraigo export outreach "+o.ID)),
		},
	}
	return b.sendChart(ctx, m, reply, word(flows.Key("announce.report_chart")), bars)
}

// showReport sends the report once more.
func (t *deskTurn) showReport(ctx context.Context, id string, _ []string) error {
	o, ok, err := t.outreachOf(ctx, id)
	if err != nil || !ok || o.Ended.IsZero() {
		return err
	}
	if !t.b.sendReport(ctx, t.m, o) {
		t.b.log.Warn("a report was not sent", "outreach", id)
	}
	return nil
}
