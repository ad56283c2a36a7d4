package console

import (
	"net/url"
	"strconv"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// Who tapped Me interesa on an offer of work asked to be written to by the team.
// That is no leave to pass anything on: a referral is noted with the person's
// yes, and the person reads what was noted.

// The acts about referrals.
const (
	actListReferrals act = "list-referrals"
	actRefer         act = "refer-person"
)

const referralsPath = "/console/referrals"

// The states of interests that the list shows.
const (
	referralsWaiting = "" // the default
	referralsDone    = "done"
)

// A referralsPage is who waits to be referred, or was dealt with.
type referralsPage struct {
	Filters Filters
	List    Table
}

func (v *visit) referralsPage() error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	p := referralsPage{Filters: v.filters(
		Field{Kind: FieldSelect, Name: "state", Label: v.text("console.referral.state"), Options: []Option{
			{Value: referralsWaiting, Text: v.text("console.referral.waiting")}, {Value: referralsDone, Text: v.text("console.referral.done")},
		}},
		Field{Kind: FieldSuggest, Name: "offer", Label: v.text("console.referral.offer"), Options: v.vacancyOptions(l), Max: 80},
	)}
	state, offer := p.Filters.value("state"), p.Filters.value("offer")
	from, _ := strconv.Atoi(v.query("from"))
	page, err := v.store.People(v.ctx(), v.referralFilter(state, offer), max(0, from), peopleRows)
	if err != nil {
		return err
	}
	about := ""
	if offer != "" && offerName(offer) {
		about = vacancyKind.ref(offer)
	}
	if err := v.recordPeople(actListReferrals, about, len(page.Records), ""); err != nil {
		return err
	}
	p.List = v.referralTable(l, page, state, offer)
	p.List.Pager = v.fromPager(max(0, from), len(page.Records), page.Total)
	shown := view{
		name: "referrals", title: v.text("console.referral.title"), lead: v.text("console.referral.lead"), section: "people", wide: true,
		crumbs: []Link{{Href: peoplePath, Text: v.text("console.menu.people")}},
	}
	if offer != "" && page.Total > 0 && v.may(store.ExportPeople) {
		shown.actions = []Link{{Href: peoplePath + "/file?" + url.Values{"offer": {offer}}.Encode(), Text: v.text("console.people.file"), Icon: "download"}}
	}
	return v.show(shown, p)
}

// vacancyOptions suggests the offers of work within the scope that are listed.
func (v *visit) vacancyOptions(l *listed) (out []Option) {
	for _, t := range l.Vacancies {
		if current(l, t) && v.staff.Covers(string(programme.InclusionLaboral), t.Municipality) {
			out = append(out, Option{Value: t.ID, Text: t.Title})
		}
	}
	return out
}

// referralFilter chooses those within the scope who wait, or were dealt with, for
// one vacancy or for any.
func (v *visit) referralFilter(state, offer string) store.Filter {
	if !v.seesLine(programme.InclusionLaboral) || !offerName(offer) {
		return store.Or()
	}
	in := func(e flows.Entry) store.Filter { return store.In(e.Dimension, e.Value) }
	parts := []store.Filter{v.reachable()}
	switch {
	case state == referralsWaiting && offer == "":
		parts = append(parts, in(flows.ReferralsWaiting()))
	case state == referralsWaiting:
		parts = append(parts, in(flows.ReferralWaiting(offer)))
	case offer == "":
		parts = append(parts, in(flows.ReferralsDone()))
	default:
		parts = append(parts, in(flows.Referral(offer)), store.Not(in(flows.ReferralWaiting(offer))))
	}
	return store.And(parts...)
}

// referralTable has a row for each interest of the people of a page.
func (v *visit) referralTable(l *listed, page store.Page, state, offer string) Table {
	t := Table{
		Caption: v.text("console.people.list", "count", page.Total),
		Columns: []Column{
			{Text: v.text("console.people.who")}, {Text: v.text("console.referral.offer")}, {Text: v.text("console.referral.since")},
			{Text: v.text("console.people.result")}, {Text: v.text("console.referral.agreed")}, {Text: v.text("console.referral.state")},
		},
		Empty: Empty{Title: v.text("console.referral.none"), Text: v.text("console.referral.none_text")},
	}
	for _, r := range page.Records {
		for _, h := range r.Session.Holds {
			if h.Kind != flows.HeldVacancy || offer != "" && h.Offer != offer || (h.State == flows.HoldInterested) != (state == referralsWaiting) {
				continue
			}
			title, path := v.heldTitle(l, h)
			what := Cell{Text: title, Href: path + "/" + pathOf(h.Offer), Sub: h.Offer}
			if known, ok := l.vacancy(h.Offer); ok && !current(l, known) {
				what.Chips = []Chip{v.standingChip(known.Standing(l.Today))}
			}
			act := v.referralCell(r, h)
			t.Rows = append(t.Rows, Row{Cells: []Cell{
				{Text: r.ID.Reference(), Href: personPath(r.ID), Sub: v.placeName(r.Session.Value("municipality"))},
				what, {Text: v.shortDate(unix(h.At)), Sub: v.since(h.At)}, {Chips: v.workChips(&r.Session)}, {Text: v.agreedTo(&r.Session)}, act,
			}})
		}
	}
	return t
}

// referralCell is how an interest stands, and leads to what can be done about it.
func (v *visit) referralCell(r *store.Record, h flows.Hold) Cell {
	c := Cell{Chips: []Chip{v.holdChip(h)}}
	if h.Why != "" {
		c.Sub = v.text("console.referral.why." + h.Why)
	}
	if v.may(store.ChangeStage) && v.seesLine(programme.InclusionLaboral) {
		c.Text, c.Href = v.text("console.referral.answer"), referralPath(r.ID, h.Offer)
		if h.State != flows.HoldInterested {
			c.Text = v.text("console.referral.change")
		}
	}
	return c
}

func referralPath(id store.ContactID, offer string) string {
	return personPath(id) + "/referral/" + pathOf(offer)
}

// holdChip is the state of a hold in a word.
func (v *visit) holdChip(h flows.Hold) Chip {
	tone := ToneGood
	switch h.State {
	case flows.HoldWaiting, flows.HoldOffered:
		tone = ToneWait
	case flows.HoldNotify, flows.HoldInterested:
		tone = ToneInfo
	case flows.HoldUnsuitable:
		tone = ToneOff
	}
	return Chip{v.text("console.person.hold." + h.State), tone}
}

// workChips is the outcome of the line of work.
func (v *visit) workChips(s *flows.Session) []Chip {
	o := programme.Outcome(s.Value(flows.OutcomeSlot(programme.InclusionLaboral)))
	if o == "" {
		return []Chip{{v.text("console.referral.not_screened"), ToneWait}}
	}
	return []Chip{v.outcomeChip(o)}
}

// agreedTo names what a person gave their consent to.
func (v *visit) agreedTo(s *flows.Session) string {
	var given []string
	for _, purpose := range []string{flows.PurposeEvaluate, flows.PurposeOffers, flows.PurposeAlerts, flows.PurposeShare} {
		if s.Consented(purpose) {
			given = append(given, purpose)
		}
	}
	return v.purposes(given)
}

// interest is the person of the address, and their interest in the vacancy of it.
func (v *visit) interest() (*store.Record, flows.Hold, error) {
	r, err := v.person()
	if err != nil {
		return nil, flows.Hold{}, err
	}
	h, held := r.Session.Hold(flows.HeldVacancy, v.r.PathValue("offer"))
	if !held || !v.seesLine(programme.InclusionLaboral) {
		return nil, flows.Hold{}, store.ErrNotFound
	}
	return r, h, nil
}

// referralPage asks what the team made of an interest.
func (v *visit) referralPage() error {
	r, h, err := v.interest()
	if err != nil {
		return err
	}
	return v.showReferral(r, h, v.referralForm(r, h))
}

func (v *visit) referralForm(r *store.Record, h flows.Hold) *Form {
	var options []Option
	for _, way := range flows.ReferralWays() {
		options = append(options, Option{Value: way, Text: v.text("console.referral.why." + way)})
	}
	for _, reason := range flows.ReferralReasons() {
		options = append(options, Option{Value: reason, Text: v.text("console.referral.why." + reason)})
	}
	f := v.newForm(v.text("console.referral.go_on"), Group{Fields: []Field{
		{Kind: FieldRadio, Name: "why", Label: v.text("console.referral.what"), Options: options, Value: h.Why, Required: true, Wide: true},
		{Kind: FieldTick, Name: "yes", Label: v.text("console.referral.yes"), Hint: v.text("console.referral.yes_hint"), Wide: true, Plain: true},
	}})
	f.Action, f.Version = referralPath(r.ID, h.Offer), h.State+"."+h.Why
	f.Cancel = Link{Href: referralsPath, Text: v.text("console.form.cancel")}
	return f
}

func (v *visit) showReferral(r *store.Record, h flows.Hold, f *Form) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	title, path := v.heldTitle(l, h)
	facts := []Fact{
		{Label: v.text("console.referral.offer"), Text: title, Href: path + "/" + pathOf(h.Offer)},
		{Label: v.text("console.referral.state"), Chip: v.holdChip(h)},
		{Label: v.text("console.referral.since"), Text: v.date(unix(h.At))},
		{Label: v.text("console.people.result"), Chip: v.workChips(&r.Session)[0]},
		{Label: v.text("console.referral.agreed"), Text: v.agreedTo(&r.Session)},
	}
	if known, ok := l.vacancy(h.Offer); ok && !current(l, known) {
		facts[0].Chip = v.standingChip(known.Standing(l.Today))
	}
	page := view{
		name: "confirm", title: v.text("console.referral.of", "codigo", r.ID.Reference()), section: "people",
		crumbs: []Link{{Href: peoplePath, Text: v.text("console.menu.people")}, {Href: referralsPath, Text: v.text("console.referral.title")}, {Href: personPath(r.ID), Text: r.ID.Reference()}},
	}
	if len(f.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, Confirm{Text: v.text("console.referral.text"), Facts: facts, Form: f})
}

// answerReferral notes what the team made of an interest, after a page that shows
// what the person will read.
func (v *visit) answerReferral() error {
	r, h, err := v.interest()
	if err != nil {
		return err
	}
	f := v.referralForm(r, h)
	now := f.Version
	v.fill(f)
	why := f.Field("why").Value
	if v.form.Get("_version") != now {
		v.refuse(f, "why", v.text("console.referral.meanwhile"))
	} else if flows.ReferralState(why) == flows.HoldReferred && f.Field("yes").Value == "" {
		v.refuse(f, "yes", v.text("console.referral.no_yes"))
	}
	if len(f.Errors) > 0 {
		return v.showReferral(r, h, f)
	}
	if v.form.Get("sure") != "1" {
		return v.askReferral(r, h, f)
	}
	if err := v.record(actRefer, string(r.ID)); err != nil {
		return err
	}
	done, err := v.actOnPerson(r, flows.StaffAct{Do: flows.StaffRefer, Offer: h.Offer, Why: why}, "", func(s *flows.Session) bool {
		after, held := s.Hold(flows.HeldVacancy, h.Offer)
		return !held || after.Why == why
	})
	if err != nil {
		return err
	}
	if !done {
		return v.redirect(referralsPath, "on_its_way")
	}
	return v.redirect(referralsPath, "referral_noted")
}

// askReferral is the page before: what the person will read.
func (v *visit) askReferral(r *store.Record, h flows.Hold, given *Form) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	why := given.Field("why").Value
	f := v.newForm(v.text("console.referral.do"), Group{Fields: []Field{
		{Kind: FieldHidden, Name: "why", Value: why}, {Kind: FieldHidden, Name: "yes", Value: given.Field("yes").Value}, {Kind: FieldHidden, Name: "sure", Value: "1"},
	}})
	f.Action, f.Version = given.Action, given.Version
	f.Cancel = Link{Href: given.Action, Text: v.text("console.form.cancel")}
	title, _ := v.heldTitle(l, h)
	reads := ""
	for _, text := range flows.ReferralTexts(why, title) {
		reads = joinedWords(reads, flows.Words(v.set, &r.Session, text))
	}
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	return v.show(view{
		name: "confirm", title: v.text("console.referral.ask", "codigo", r.ID.Reference()), section: "people",
		crumbs: append(v.personCrumbs(r), Link{Href: given.Action, Text: title}),
	}, Confirm{Text: v.text("console.person.move_text"), Facts: []Fact{
		{Label: v.text("console.referral.offer"), Text: title},
		{Label: v.text("console.referral.what"), Text: v.text("console.referral.why." + why)},
		{Label: v.text("console.person.will_read"), Text: reads},
	}, Form: f})
}

// joinedWords puts one sentence after another.
func joinedWords(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// referralHand counts who within the scope waits to be referred.
func (v *visit) referralHand() (Hand, error) {
	n, err := v.store.Count(v.ctx(), v.referralFilter(referralsWaiting, ""))
	if err != nil {
		return Hand{}, err
	}
	h := Hand{Title: v.text("console.today.referrals"), Text: v.text("console.today.referrals_none"), Href: v.reach(referralsPath)}
	return v.counted(h, n, ToneWait, v.text("console.today.referrals_text"), ""), nil
}

// referralFacts says on the page of a vacancy how many wait to be referred to it,
// and leads to them.
func (v *visit) referralFacts(id string, p *offerPage) error {
	if !v.may(store.SeePeople) || !v.seesLine(programme.InclusionLaboral) {
		return nil
	}
	n, err := v.store.Count(v.ctx(), v.referralFilter(referralsWaiting, id))
	if err != nil {
		return err
	}
	p.Places = append(p.Places, Fact{Label: v.text("console.referral.waiting"), Text: v.number(n)})
	p.Acts = append(p.Acts, Link{Href: referralsPath + "?" + url.Values{"offer": {id}}.Encode(), Text: v.text("console.referral.see"), Icon: "people"})
	return nil
}
