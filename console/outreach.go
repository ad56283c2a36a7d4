package console

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/programme"
	"arraigo/store"
)

const outreachPath = "/console/outreach"

// outreachesShown is how many the list reads, newest first.
const outreachesShown = 300

// An outreachesPage lists what was sent, is being sent or waits.
type outreachesPage struct {
	Filters Filters
	List    Table
}

func (v *visit) outreachesPage() error {
	var states, kinds []Option
	states = append(states, Option{Text: v.text("console.outreach.any_state")})
	for _, s := range []store.OutreachState{store.OutreachDraft, store.OutreachApproval, store.OutreachScheduled, store.OutreachSending, store.OutreachPaused, store.OutreachCancelled, store.OutreachDone} {
		states = append(states, Option{Value: string(s), Text: v.text("console.outreach.state." + string(s))})
	}
	kinds = append(kinds, Option{Text: v.text("console.outreach.announcements")}, Option{Value: "automatic", Text: v.text("console.outreach.automatic")})
	f := v.filters(
		Field{Kind: FieldSelect, Name: "state", Label: v.text("console.outreach.state_label"), Options: states},
		Field{Kind: FieldSelect, Name: "kind", Label: v.text("console.outreach.kind_label"), Options: kinds},
	)
	want := []store.OutreachKind{store.KindAnnouncement}
	if f.value("kind") == "automatic" {
		want = []store.OutreachKind{store.KindVacancyAlert, store.KindReminder, store.KindPlace, store.KindChange, store.KindNudge}
	}
	all, err := v.store.Outreaches(v.ctx(), want, outreachesShown)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o store.Outreach) bool {
		return f.value("state") != "" && string(o.State) != f.value("state") || !v.seesOutreach(o)
	})
	from, to, pager := v.pager(len(all))
	p := outreachesPage{Filters: f, List: v.outreachTable(all[from:to])}
	p.List.Pager = pager
	page := view{name: "outreaches", title: v.text("console.menu.outreach"), lead: v.text("console.outreach.lead"), section: "outreach", wide: true}
	if v.may(store.Announce) {
		page.actions = []Link{{Href: outreachPath + "/new", Text: v.text("console.outreach.new"), Icon: "plus", Primary: true}}
	}
	return v.show(page, p)
}

// seesOutreach reports whether somebody may read what an announcement says before
// it is sent: a draft is its author's.
func (v *visit) seesOutreach(o store.Outreach) bool {
	return o.State != store.OutreachDraft || o.Author == v.staff.ID
}

func (v *visit) outreachTable(all []store.Outreach) Table {
	t := Table{
		Caption: v.text("console.outreach.list"),
		Columns: []Column{
			{Text: v.text("console.outreach.title")}, {Text: v.text("console.outreach.state_label")},
			{Text: v.text("console.outreach.when")}, {Text: v.text("console.outreach.people"), Number: true},
		},
		Empty: Empty{Title: v.text("console.outreach.none"), Text: v.text("console.outreach.none_text")},
	}
	for _, o := range all {
		t.Rows = append(t.Rows, Row{Quiet: !o.Ended.IsZero(), Cells: []Cell{
			{Text: v.outreachTitle(o), Href: outreachPath + "/" + pathOf(o.ID), Sub: v.text("console.outreach.kind." + string(o.Kind))},
			{Chips: []Chip{v.outreachChip(o)}},
			{Text: v.moment(cmp.Or(o.Started, o.At, o.Created), v.now)},
			{Text: v.number(o.Size), Number: true},
		}})
	}
	return t
}

func (v *visit) outreachTitle(o store.Outreach) string {
	if o.Title != "" {
		return o.Title
	}
	return o.ID
}

func (v *visit) outreachChip(o store.Outreach) Chip {
	tone := map[store.OutreachState]string{
		store.OutreachDraft: ToneOff, store.OutreachApproval: ToneWait, store.OutreachScheduled: ToneInfo, store.OutreachSending: ToneInfo,
		store.OutreachPaused: ToneWait, store.OutreachCancelled: ToneBad, store.OutreachDone: ToneGood,
	}[o.State]
	return Chip{v.text("console.outreach.state." + string(o.State)), tone}
}

// An outreachPage is one of them: what it says, to whom, and what became of it.
type outreachPage struct {
	Facts    []Fact
	Phones   []phone
	Acts     []*Act
	Links    []Link
	Warning  string
	Progress *progress
	Live     string // path of the events; "": nothing moves
	Report   []Chart
}

// A phone is a message as a telephone shows it.
type phone struct {
	Language string // its own name
	Lang     string // tag
	Media    string // words
	Text     any    // template.HTML
	Button   string
}

func (v *visit) outreachPage() error {
	o, err := v.readOutreach()
	if err != nil {
		return err
	}
	offer, err := v.offer()
	if err != nil {
		return err
	}
	p := outreachPage{Facts: v.outreachFacts(o, offer), Phones: v.phones(o.Content)}
	v.outreachActs(&p, o)
	if !o.Started.IsZero() {
		counts := o.Totals
		if o.Live() {
			if counts, err = v.store.Tally(v.ctx(), o.ID); err != nil {
				return err
			}
			p.Live = outreachPath + "/" + pathOf(o.ID) + "/live"
		}
		p.Progress = v.progress(o, counts)
		p.Report = v.report(counts)
	}
	page := view{
		name: "outreach", style: "phone.css", title: v.outreachTitle(o), section: "outreach",
		crumbs: []Link{{Href: outreachPath, Text: v.text("console.menu.outreach")}},
	}
	if !o.Started.IsZero() && v.may(store.ExportPeople) {
		page.actions = append(page.actions, Link{Href: outreachPath + "/" + pathOf(o.ID) + "/report.xlsx", Text: v.text("console.outreach.download"), Icon: "download"})
	}
	return v.show(page, p)
}

// readOutreach reads the one of the address. A colleague's draft is not there.
func (v *visit) readOutreach() (store.Outreach, error) {
	o, err := v.store.Outreach(v.ctx(), v.r.PathValue("id"))
	if err == nil && !v.seesOutreach(o) {
		err = fmt.Errorf("read outreach: %w", store.ErrNotFound)
	}
	return o, err
}

// offer is what is offered to people today.
func (v *visit) offer() (*programme.Offer, error) {
	l, err := v.listed()
	if err != nil {
		return nil, err
	}
	return programme.NewOffer(v.set.Data, l.Catalogue, l.Today), nil
}

// say writes a text of the flows in the language of who looks.
func (v *visit) say(t flows.Text) string {
	return flows.Words(v.set, &flows.Session{Language: v.lang}, t)
}

func (v *visit) outreachFacts(o store.Outreach, offer *programme.Offer) []Fact {
	facts := []Fact{{Label: v.text("console.outreach.state_label"), Chip: v.outreachChip(o)}}
	add := func(key, text string) {
		if text != "" {
			facts = append(facts, Fact{Label: v.text(key), Text: text})
		}
	}
	var whom []string
	for _, t := range outreach.Describe(v.set, offer, o.Audience) {
		whom = append(whom, v.say(t))
	}
	if len(whom) == 0 {
		whom = []string{v.text("console.outreach.everybody")}
	}
	add("console.outreach.audience", strings.Join(whom, " · "))
	if o.Size > 0 {
		add("console.outreach.people", v.number(o.Size))
	}
	if !o.At.IsZero() {
		add("console.outreach.when", v.moment(o.At, v.now))
	}
	add("console.outreach.author", v.memberName(o.Author))
	add("console.outreach.approver", v.memberName(o.Approver))
	if !o.Ended.IsZero() {
		add("console.outreach.ended", v.moment(o.Ended, v.now))
	}
	return facts
}

// memberName is how somebody of the team is called, also after they left.
func (v *visit) memberName(id string) string {
	if id == "" {
		return ""
	}
	if m, err := v.store.StaffMember(v.ctx(), id); err == nil {
		return v.nameOf(m)
	}
	return id
}

// phones shows each language's message, Spanish first.
func (v *visit) phones(content map[string]store.Piece) []phone {
	var out []phone
	for _, l := range v.set.Catalog.Languages() {
		piece, ok := content[l.Tag]
		if !ok {
			continue
		}
		ph := phone{Language: l.Name, Lang: l.Tag, Text: phoneHTML(piece.HTML), Button: v.catalog.Text(l.Tag, "button.stop", nil)}
		if piece.Media != "" {
			ph.Media = v.text("console.outreach.media." + piece.Media)
		}
		out = append(out, ph)
	}
	slices.SortStableFunc(out, func(a, b phone) int {
		return cmp.Compare(strings.TrimPrefix(a.Lang, spanish), strings.TrimPrefix(b.Lang, spanish))
	})
	return out
}

// outreachActs are what who looks may do with it now.
func (v *visit) outreachActs(p *outreachPage, o store.Outreach) {
	path := outreachPath + "/" + pathOf(o.ID)
	act := func(name string) {
		p.Acts = append(p.Acts, v.actButton(path+"/"+name, v.text("console.outreach.act."+name)))
	}
	link := func(name string) {
		p.Links = append(p.Links, Link{Href: path + "/" + name, Text: v.text("console.outreach.act." + name)})
	}
	own := o.Author == v.staff.ID && v.may(store.Announce)
	steers := outreach.MaySteer(v.staff, o)
	switch o.State {
	case store.OutreachDraft:
		if own {
			act("submit")
			if v.cfg.Bot.TestOutreach != nil {
				act("test")
			}
			link("edit")
		}
	case store.OutreachApproval:
		if v.may(store.ApproveAnnouncement) && o.Author != v.staff.ID {
			act("approve")
			act("return")
		}
	case store.OutreachSending:
		if steers {
			act("pause")
		}
	case store.OutreachPaused:
		if steers {
			act("resume")
		}
	}
	if steers && o.Live() && o.State != store.OutreachCancelled {
		link("cancel")
	}
	if o.State == store.OutreachApproval && o.Author == v.staff.ID {
		p.Warning = v.text("console.outreach.waits")
	}
}

// A progress is how far a running one is.
type progress struct {
	Done, Size int
	Permille   int
	Text       string
	Counts     []Fact
	Left       string
}

// progress works out how far it is.
func (v *visit) progress(o store.Outreach, counts map[string]int) *progress {
	sum := map[byte]int{}
	for state, n := range counts {
		sum[state[0]] += n
	}
	final := sum['s'] + sum['b'] + sum['f'] + sum['w'] + sum['u']
	p := &progress{Done: final, Size: max(o.Size, final+sum['p']+sum['o']+sum['t'])}
	if p.Size > 0 {
		p.Permille = final * 1000 / p.Size
	}
	p.Text = v.text("console.outreach.progress", "hechos", v.number(final), "total", v.number(p.Size))
	for _, state := range []string{"s", "b", "f", "w", "u"} {
		if n := sum[state[0]]; n > 0 || state == "s" {
			p.Counts = append(p.Counts, Fact{Label: v.text("console.outreach.ledger." + state), Text: v.number(n)})
		}
	}
	if o.State == store.OutreachSending && final > 0 && final < p.Size {
		left := time.Duration(float64(v.now.Sub(o.Started)) / float64(final) * float64(p.Size-final))
		p.Left = v.text("console.outreach.left", "tiempo", v.ago(left))
	}
	return p
}

// report draws what became of the messages, and why some did not arrive.
func (v *visit) report(counts map[string]int) []Chart {
	by := Chart{Title: v.text("console.outreach.results"), Label: v.text("console.outreach.result"), Series: []string{v.text("console.outreach.people")}}
	sum := map[string]int{}
	var reasons []Point
	for state, n := range counts {
		sum[state[:1]] += n
		if strings.Contains(state, ":") && n > 0 {
			reasons = append(reasons, Point{Label: v.say(outreach.ReasonWords(v.catalog, state)), Values: []int{n}})
		}
	}
	for _, state := range []string{"s", "b", "f", "w", "u"} {
		by.Points = append(by.Points, Point{Label: v.text("console.outreach.ledger." + state), Values: []int{sum[state]}})
	}
	charts := []Chart{by}
	if len(reasons) > 0 {
		slices.SortFunc(reasons, func(a, b Point) int { return cmp.Or(b.Values[0]-a.Values[0], strings.Compare(a.Label, b.Label)) })
		charts = append(charts, Chart{Title: v.text("console.outreach.reasons"), Label: v.text("console.outreach.reason_label"), Series: by.Series, Points: reasons})
	}
	return charts
}

// liveProgress tells how far it is, about once a second, for as long as a request
// lasts; the browser asks again.
func (v *visit) liveProgress() error {
	o, err := v.readOutreach()
	if err != nil {
		return err
	}
	w := v.stream("text/event-stream", "")
	fmt.Fprint(w, "retry: 500\n\n")
	for {
		counts := o.Totals
		if o.Live() {
			if counts, err = v.store.Tally(v.ctx(), o.ID); err != nil {
				return nil // the browser asks again
			}
		}
		v.now = v.cfg.Now()
		if err := v.event(w, "part", "progress", v.progress(o, counts)); err != nil {
			return err
		}
		if !o.Live() {
			fmt.Fprint(w, "event: end\ndata: \n\n")
			return nil
		}
		if pause(v, time.Second) != nil {
			return nil
		}
		if o, err = v.store.Outreach(v.ctx(), o.ID); err != nil {
			return nil
		}
	}
}

// outreachFile is the report as a workbook: totals, and recipients by their
// pseudonymous ids. Like every file with rows of people it needs the right to
// export, and counts as a look at so many.
func (v *visit) outreachFile() error {
	o, err := v.readOutreach()
	if err != nil {
		return err
	}
	if o.Started.IsZero() {
		return store.ErrNotFound
	}
	totals := o.Totals
	if o.Live() {
		if totals, err = v.store.Tally(v.ctx(), o.ID); err != nil {
			return err
		}
	}
	people := 0
	for _, n := range totals {
		people += n
	}
	if err := v.recordPeople(actExportOutreach, o.ID, people, ""); err != nil {
		return err
	}
	report := outreach.Report{
		Totals: totals, Words: v.say, Zone: v.zone,
		Ledger: func(each func(store.ContactID, string, time.Time) error) error {
			return v.store.Ledger(v.ctx(), o.ID, each)
		},
		Reason: func(state string) flows.Text { return outreach.ReasonWords(v.catalog, state) },
	}
	w := v.stream("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "arraigo-"+o.ID+".xlsx")
	_, err = report.Write(w, programme.XLSX)
	return err
}
