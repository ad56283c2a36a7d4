package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/outreach"
	"arraigo/store"
)

// showReview shows the message as people will see it, and under it what is to be
// decided.
func (t *deskTurn) showReview(ctx context.Context) error {
	size, err := t.size(ctx)
	if err != nil {
		return err
	}
	t.preview = !t.d.Shown
	var langs []flows.Text
	for _, lang := range slices.Sorted(maps.Keys(t.d.Content)) {
		langs = append(langs, t.languageName(lang))
	}
	text := []flows.Text{
		flows.Key("announce.review").With("idiomas", flows.Text{List: langs}),
		audienceLines(t.b.cfg.Set(), t.offer(), t.groups()),
		{Lines: []flows.Text{people(size), t.when(), flows.Key("announce.titled").With("titulo", t.title())}},
	}
	notes := t.notes()
	if t.b.outdesk.NeedsApproval(size) {
		notes = append(notes, flows.Key("announce.note.approval").With("count", flows.Text{Count: &t.b.cfg.ApprovalAbove}))
	}
	if len(notes) > 0 {
		text = append(text, flows.Text{Lines: notes})
	}
	send := t.button("send", "step", stepConfirm)
	if t.d.At != 0 {
		send = t.button("schedule", "step", stepConfirm)
	}
	rows := [][]flows.Button{
		{send},
		{t.button("when", "step", stepWhen), t.button("title", "step", stepTitle)},
		{t.button("test", "test"), t.button("message", "step", stepText)},
		{t.button("audience", "step", stepAudience), t.button("drop", "drop")},
	}
	if t.d.At != 0 {
		rows = slices.Insert(rows, 1, []flows.Button{t.button("now", "now")})
	}
	t.say = append(t.say, deskView{text: text, rows: rows, edit: !t.preview && t.inPlace()})
	return nil
}

// when says when it will be sent, and what becomes of it in quiet hours.
func (t *deskTurn) when() flows.Text {
	if t.d.At == 0 {
		return t.b.startWords(time.Time{}, t.now)
	}
	return t.b.startWords(time.Unix(t.d.At, 0), t.now)
}

// startWords says when something begins; what should have begun already begins
// now.
func (b *Bot) startWords(at, now time.Time) flows.Text {
	begin := now
	text := flows.Key("announce.when.now")
	if at.After(now) {
		begin, text = at, moment("announce.when.at", at)
	}
	if awake := b.cfg.Set().Awake(begin); awake.After(begin) {
		return flows.Text{Lines: []flows.Text{text, moment("announce.when.quiet", awake)}}
	}
	return text
}

// moment puts a day and an hour into a text.
func moment(key string, at time.Time) flows.Text {
	return flows.Key(key).With("dia", flows.Text{Date: at.Unix()}).With("hora", flows.Text{Time: at.Unix()})
}

// showPieces sends the message as people will get it, in each of its languages;
// false when Telegram does not take it.
func (b *Bot) showPieces(ctx context.Context, chat int64, content map[string]store.Piece) bool {
	langs := slices.Sorted(maps.Keys(content))
	if i := slices.Index(langs, locales.Spanish); i > 0 { // what most people read comes first
		langs = append([]string{locales.Spanish}, slices.Delete(langs, i, i+1)...)
	}
	for _, lang := range langs {
		if _, err := b.sendNow(ctx, chat, b.pieceMessage(lang, content[lang])); err != nil {
			var f *outreach.SendError
			if errors.As(err, &f) && f.Outcome == outreach.Rejected {
				return false
			}
			b.log.Warn("a preview was not sent", "error", err)
		}
	}
	return true
}

// test sends the message to its author alone.
func (t *deskTurn) test(ctx context.Context, _ []string) error {
	toast := flows.Key("announce.tested")
	if !t.b.showPieces(ctx, t.a.chat, t.d.Content) {
		toast = flows.Key("announce.refused.telegram")
	}
	t.toast = &toast
	return nil
}

// atOnce takes the moment back: it goes as soon as it is sent.
func (t *deskTurn) atOnce(ctx context.Context, _ []string) error {
	t.d.At, t.d.Step = 0, stepReview
	return t.show(ctx)
}

func (t *deskTurn) showWhen(context.Context) error {
	t.say = append(t.say, deskView{
		text: []flows.Text{flows.Key("announce.when_ask"), flows.Key("announce.when_how").With("ejemplos", flows.Literal(t.examples()))},
		rows: [][]flows.Button{{t.button("back", "step", stepReview)}}, edit: t.inPlace(),
	})
	return nil
}

// examples are moments as they may be typed.
func (t *deskTurn) examples() string {
	next := t.now.In(t.b.cfg.Set().Location()).AddDate(0, 0, 2)
	if staffSession(t.m).Language == locales.Spanish {
		return "mañana 9:00, " + next.Format("2/1") + " 14:30"
	}
	return "tomorrow 9:00, " + next.Format("2/1") + " 14:30"
}

// hearWhen reads the moment, which must be ahead.
func (t *deskTurn) hearWhen(ctx context.Context) error {
	if t.a.input.Kind != flows.InputText {
		return t.show(ctx)
	}
	local := t.now.In(t.b.cfg.Set().Location())
	at, err := outreach.ReadMoment(t.a.input.Text, local)
	switch {
	case errors.Is(err, outreach.ErrPast):
		t.tell(moment("announce.when_past", at), moment("announce.when_today", local))
		return t.show(ctx)
	case errors.Is(err, outreach.ErrFar):
		days := int(outreach.FarthestStart / (24 * time.Hour))
		t.tell(moment("announce.when_far", at).With("count", flows.Text{Count: &days}))
		return t.show(ctx)
	case err != nil:
		t.tell(flows.Key("announce.when_unclear"))
		return t.show(ctx)
	}
	t.d.At, t.d.Step = at.Unix(), stepReview
	return t.show(ctx)
}

func (t *deskTurn) showTitle(context.Context) error {
	t.say = append(t.say, deskView{
		text: []flows.Text{flows.Key("announce.title_ask")},
		rows: [][]flows.Button{{t.button("back", "step", stepReview)}}, edit: t.inPlace(),
	})
	return nil
}

func (t *deskTurn) hearTitle(ctx context.Context) error {
	title := strings.Join(strings.Fields(t.a.input.Text), " ")
	if t.a.input.Kind != flows.InputText || title == "" {
		return t.show(ctx)
	}
	t.d.Title, t.d.Step = cut(title, maxTitle), stepReview
	return t.show(ctx)
}

// showConfirm asks once more: what is sent cannot be taken back.
func (t *deskTurn) showConfirm(ctx context.Context) error {
	size, err := t.size(ctx)
	if err != nil {
		return err
	}
	ask := flows.Key("announce.confirm")
	if t.b.outdesk.NeedsApproval(size) {
		ask = flows.Key("announce.confirm_approval")
	}
	t.say = append(t.say, deskView{
		text: []flows.Text{ask, {Lines: []flows.Text{people(size), t.when()}}},
		rows: [][]flows.Button{{t.button("yes", "yes")}, {t.button("back", "step", stepReview)}}, edit: t.inPlace(),
	})
	return nil
}

// submit hands the draft in: it is an outreach from now on, which goes or waits for
// a second person. All that was looked at while it was written is looked at again.
func (t *deskTurn) submit(ctx context.Context, _ []string) error {
	if t.d.Step != stepConfirm {
		return t.show(ctx) // a button of long ago
	}
	if err := t.selection().Check(t.b.cfg.Set(), t.offer(), outreach.ScopeOf(t.m)); err != nil {
		t.d.Step = stepAudience
		t.tell(flows.Key("announce.beyond"))
		return t.show(ctx)
	}
	switch hidden, err := t.hides(ctx, t.selection()); {
	case err != nil:
		return err
	case !hidden:
		return t.complain(ctx, outreach.ErrExposes)
	}
	o := store.Outreach{
		ID: t.d.Outreach, Kind: store.KindAnnouncement, State: store.OutreachDraft, Topic: flows.PurposeOffers,
		Title: t.titleWords(), Audience: t.groups(), Content: t.d.Content, Author: t.m.ID, Created: t.now,
	}
	if t.d.At != 0 {
		o.At = time.Unix(t.d.At, 0)
	}
	if _, err := t.b.outdesk.Check(ctx, o, t.now); err != nil {
		return t.complain(ctx, err)
	}
	if err := t.keepOutreach(ctx, o); err != nil {
		return err
	}
	if err := t.audit(ctx, "submit-outreach", o.ID); err != nil {
		return err
	}
	_, err := t.b.outdesk.HandIn(ctx, o.ID, t.m, t.now)
	switch {
	case errors.Is(err, store.ErrConflict): // by this very tap, which came before
	case err != nil:
		return t.complain(ctx, err)
	}
	t.drop, t.follow = true, o.ID
	t.say = append(t.say, deskView{text: []flows.Text{flows.Key("announce.given")}, edit: true})
	t.b.kickCards()
	return nil
}

// keepOutreach writes the outreach as a draft: a new one, or in the place of the
// one that was sent back. One that was handed in meanwhile stays as it is.
func (t *deskTurn) keepOutreach(ctx context.Context, o store.Outreach) error {
	_, err := t.b.cfg.Store.CreateOutreach(ctx, o)
	if !errors.Is(err, store.ErrConflict) {
		return err
	}
	there, err := t.b.cfg.Store.Outreach(ctx, o.ID)
	if err != nil || there.State != store.OutreachDraft || there.Author != t.m.ID {
		return err
	}
	_, err = t.b.cfg.Store.ChangeOutreach(ctx, o.ID, there.Version, o)
	return err
}

// complain says why it cannot be handed in, at the step where that is mended.
func (t *deskTurn) complain(ctx context.Context, why error) error {
	at := func(step, key string) error {
		t.d.Step = step
		t.tell(flows.Key(key))
		return t.show(ctx)
	}
	if piece, ok := errors.AsType[*outreach.PieceError](why); ok {
		return t.refuseText(ctx, piece.Language, piece.Err)
	}
	switch {
	case errors.Is(why, outreach.ErrNobody):
		return at(stepAudience, "announce.empty")
	case errors.Is(why, outreach.ErrExposes):
		return at(stepAudience, "announce.exposes")
	case errors.Is(why, outreach.ErrNotYours):
		return at(stepAudience, "announce.beyond")
	case errors.Is(why, outreach.ErrPast):
		t.d.Step = stepWhen
		t.tell(moment("announce.when_past", time.Unix(t.d.At, 0)))
		return t.show(ctx)
	}
	return why
}

// approvalAbove is how many people an announcement may reach without a second
// person.
const approvalAbove = 200

// pieceMessage is a message as people get it: what the team wrote in one language,
// with the button that stops such messages.
func (b *Bot) pieceMessage(language string, p store.Piece) outreach.Outgoing {
	m := flows.Render(b.cfg.Set(), &flows.Session{Language: language}, flows.AnnouncementReply(""))
	m.HTML = p.HTML
	return outreach.Outgoing{Message: m, Media: p.Media, FileID: p.FileID}
}
