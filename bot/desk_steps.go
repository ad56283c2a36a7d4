package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/outreach"
	"arraigo/programme"
	"arraigo/store"
)

// The steps of a draft. Each shows itself; some hear messages. Buttons work in
// every step: they name what is to be, never what is to be turned over, so that
// one that is tapped twice, or much later, does the same.
const (
	stepAudience = "audience" // who is to get it
	stepChoose   = "choose"   // the values of one dimension
	stepText     = "text"     // which languages there are
	stepWrite    = "write"    // the message in one of them is awaited
	stepReview   = "review"   // how it looks, and when it goes
	stepWhen     = "when"     // a date and time are awaited
	stepTitle    = "title"    // a name for the lists is awaited
	stepConfirm  = "confirm"  // once more before it goes
)

type deskStep struct {
	show func(*deskTurn, context.Context) error
	hear func(*deskTurn, context.Context) error // nil: it wants a button
}

// deskSteps are all steps. It is filled in init because the steps name it.
var deskSteps map[string]deskStep

// draftVerbs are what buttons about a draft do, by their name in the data.
var draftVerbs map[string]func(*deskTurn, context.Context, []string) error

// outreachVerbs are those about an outreach that is there already.
var outreachVerbs map[string]func(*deskTurn, context.Context, string, []string) error

func init() {
	deskSteps = map[string]deskStep{
		stepAudience: {show: (*deskTurn).showAudience},
		stepChoose:   {show: (*deskTurn).showChoose, hear: (*deskTurn).hearChoose},
		stepText:     {show: (*deskTurn).showText},
		stepWrite:    {show: (*deskTurn).showWrite, hear: (*deskTurn).hearWrite},
		stepReview:   {show: (*deskTurn).showReview},
		stepWhen:     {show: (*deskTurn).showWhen, hear: (*deskTurn).hearWhen},
		stepTitle:    {show: (*deskTurn).showTitle, hear: (*deskTurn).hearTitle},
		stepConfirm:  {show: (*deskTurn).showConfirm},
	}
	draftVerbs = map[string]func(*deskTurn, context.Context, []string) error{
		"step": (*deskTurn).toStep,    // STEP
		"dim":  (*deskTurn).choose,    // DIMENSION [PAGE]
		"pick": (*deskTurn).pick,      // DIMENSION VALUE 1|0
		"lang": (*deskTurn).write,     // LANGUAGE
		"less": (*deskTurn).unwrite,   // LANGUAGE
		"test": (*deskTurn).test,      //
		"now":  (*deskTurn).atOnce,    //
		"yes":  (*deskTurn).submit,    // the button that sends
		"anew": (*deskTurn).anew,      //
		"drop": (*deskTurn).dropDraft, //
	}
	outreachVerbs = map[string]func(*deskTurn, context.Context, string, []string) error{
		"list": func(t *deskTurn, ctx context.Context, _ string, args []string) error {
			page, _ := strconv.Atoi(first(args))
			return t.list(ctx, page)
		},
		"see":    (*deskTurn).see,
		"pause":  (*deskTurn).pause,
		"resume": (*deskTurn).resume,
		"cancel": (*deskTurn).askCancel,
		"end":    (*deskTurn).cancel,
		"keep":   (*deskTurn).keepSending,
		"ok":     (*deskTurn).approve,
		"back":   (*deskTurn).sendBack,
		"fix":    (*deskTurn).fix,
		"report": (*deskTurn).showReport,
	}
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// begin is /difundir: a new draft, or what is to become of the one there is.
func (t *deskTurn) begin(context.Context) error {
	if t.open && t.d.Step != "" {
		t.say = append(t.say, deskView{
			text: []flows.Text{flows.Key("announce.open").With("titulo", t.title())},
			rows: [][]flows.Button{{t.button("go_on", "step", t.d.Step)}, {t.button("anew", "anew")}},
		})
		return nil
	}
	return t.anew(context.Background(), nil)
}

// anew begins an empty draft in the place of the one there may be.
func (t *deskTurn) anew(ctx context.Context, _ []string) error {
	if t.open {
		t.d = t.d.Anew()
	} else {
		t.d, t.open = store.Draft{Staff: t.m.ID, Outreach: store.NewOutreachID()}, true
	}
	t.d.Step = stepAudience
	return t.show(ctx)
}

// show shows the step where the draft stands.
func (t *deskTurn) show(ctx context.Context) error {
	step, ok := deskSteps[t.d.Step]
	if !ok { // of a newer program
		t.d.Step = stepAudience
		step = deskSteps[stepAudience]
	}
	return step.show(t, ctx)
}

// inPlace reports whether the step may be shown in the place of the tapped message:
// it must be the newest, and nothing said after it.
func (t *deskTurn) inPlace() bool { return len(t.say) == 0 && t.a.input.Message == t.d.Card }

// toStep goes to a step that a button names. Those that need to know more are
// reached by verbs of their own.
func (t *deskTurn) toStep(ctx context.Context, args []string) error {
	to := first(args)
	if _, ok := deskSteps[to]; !ok {
		return nil
	}
	switch {
	case to == stepText || to == stepReview || to == stepConfirm || to == stepWhen || to == stepTitle:
		if size, err := t.size(ctx); err != nil {
			return err
		} else if size == 0 {
			t.d.Step = stepAudience
			t.tell(flows.Key("announce.empty"))
			return t.show(ctx)
		}
		if _, ok := t.d.Content["es"]; !ok && to != stepText {
			to = stepText
		}
	case to == stepChoose && t.d.Choosing == "", to == stepWrite && t.d.Language == "":
		to = stepAudience
	}
	if to == stepText && len(t.d.Content) == 0 { // nothing is written yet
		return t.write(ctx, []string{"es"})
	}
	t.d.Step = to
	return t.show(ctx)
}

// dropDraft throws the draft away.
func (t *deskTurn) dropDraft(context.Context, []string) error {
	t.drop = true
	t.say = append(t.say, deskView{text: []flows.Text{flows.Key("announce.dropped")}, edit: true})
	return nil
}

// title is how the draft, or an outreach made of it, is called. Somebody who has
// several announcements waiting reads it in a list, so that it must not say whom
// they are for: without one it is how the message begins.
func (t *deskTurn) title() flows.Text { return flows.Literal(t.titleWords()) }

func (t *deskTurn) titleWords() string {
	if t.d.Title != "" {
		return t.d.Title
	}
	text := strings.Join(strings.Fields(locales.PlainText(tagForm.ReplaceAllString(t.d.Content[locales.Spanish].HTML, ""))), " ")
	if text == "" {
		text = flows.Words(t.b.cfg.Set(), &flows.Session{Language: locales.Spanish}, flows.Key("announce.untitled"))
	}
	if short := cut(text, maxTitle-1); short != text {
		return short + "…"
	}
	return text
}

// maxTitle bounds the name of an announcement, in code points.
const maxTitle = 50

// offer is what is offered today; nil while that is not known.
func (t *deskTurn) offer() *programme.Offer { return t.b.offers.offer.Load() }

func (t *deskTurn) selection() outreach.Selection {
	s := outreach.Selection{}
	for d, values := range t.d.Chosen {
		s[outreach.Dimension(d)] = values
	}
	return s
}

func (t *deskTurn) groups() [][]flows.Entry { return t.selection().Groups(outreach.ScopeOf(t.m)) }

// size is how many people the draft would reach now.
func (t *deskTurn) size(ctx context.Context) (int, error) { return t.b.outdesk.Count(ctx, t.groups()) }

// people is a number of people in words.
func people(n int) flows.Text {
	return flows.Key("announce.people").With("count", flows.Text{Count: &n})
}

// audienceLines say who is to get it, one under the other.
func audienceLines(set *flows.Set, offer *programme.Offer, groups [][]flows.Entry) flows.Text {
	lines := outreach.Describe(set, offer, groups)
	if len(lines) == 0 {
		return flows.Key("announce.everybody")
	}
	return flows.Text{Lines: lines}
}

// dimensionCodes are the dimensions in callback data, which has 64 bytes.
var dimensionCodes = map[string]outreach.Dimension{
	"l": outreach.ByLine, "o": outreach.ByOutcome, "m": outreach.ByMunicipality, "d": outreach.ByDepartment, "j": outreach.ByOccupation,
	"c": outreach.ByCourse, "e": outreach.ByEvent, "g": outreach.ByLanguage, "p": outreach.ByPopulation,
}

func dimensionCode(d outreach.Dimension) string {
	for code, known := range dimensionCodes {
		if known == d {
			return code
		}
	}
	panic("bot: a dimension without a code: " + string(d))
}

// showAudience shows who is chosen and by what one can choose.
func (t *deskTurn) showAudience(ctx context.Context) error {
	size, err := t.size(ctx)
	if err != nil {
		return err
	}
	var list []flows.Button
	for _, d := range outreach.Dimensions() {
		offered, err := t.offered(ctx, d)
		if err != nil {
			return err
		}
		chosen := len(t.d.Chosen[string(d)]) > 0
		if len(offered) == 0 && !chosen {
			continue
		}
		label := flows.Key("announce.by." + string(d))
		if chosen {
			label = flows.Key("announce.chosen").With("valor", label)
		}
		list = append(list, deskButton(label, t.d.Outreach, "dim", dimensionCode(d)))
	}
	rows := append(pairs(list), []flows.Button{t.button("continue", "step", stepText)}, []flows.Button{t.button("drop", "drop")})
	t.say = append(t.say, deskView{
		text: []flows.Text{flows.Key("announce.audience_ask"), audienceLines(t.b.cfg.Set(), t.offer(), t.groups()), people(size)},
		rows: rows, edit: t.inPlace(),
	})
	return nil
}

// offered are the choices of a dimension. Populations are offered only where so
// many people are of them that nobody could be recognised.
func (t *deskTurn) offered(ctx context.Context, d outreach.Dimension) ([]outreach.Choice, error) {
	all := outreach.Choices(t.b.cfg.Set(), t.offer(), d, outreach.ScopeOf(t.m))
	if d != outreach.ByPopulation {
		return all, nil
	}
	without := t.selection()
	delete(without, d)
	var out []outreach.Choice
	for _, c := range all {
		n, err := t.b.outdesk.Count(ctx, without.With(d, c.Value, true).Groups(outreach.ScopeOf(t.m)))
		if err != nil {
			return nil, err
		}
		if n >= outreach.LeastGroup {
			out = append(out, c)
		}
	}
	return out, nil
}

// choose opens a dimension, or turns its pages.
func (t *deskTurn) choose(ctx context.Context, args []string) error {
	d, ok := dimensionCodes[first(args)]
	if !ok {
		return nil
	}
	t.d.Step, t.d.Choosing, t.d.Page = stepChoose, string(d), 0
	if len(args) > 1 {
		t.d.Page, _ = strconv.Atoi(args[1])
	}
	return t.show(ctx)
}

// pick puts a value in or takes it out, as the button says.
func (t *deskTurn) pick(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return nil
	}
	d, ok := dimensionCodes[args[0]]
	if !ok {
		return nil
	}
	t.d.Step, t.d.Choosing = stepChoose, string(d)
	why, err := t.put(ctx, d, args[1], args[2] == "1")
	if err != nil {
		return err
	}
	t.toast = why
	return t.show(ctx)
}

// put changes the audience, unless nobody may choose that: then it says why.
func (t *deskTurn) put(ctx context.Context, d outreach.Dimension, value string, chosen bool) (*flows.Text, error) {
	next := t.selection().With(d, value, chosen)
	because := func(key string) (*flows.Text, error) {
		why := flows.Key(key)
		return &why, nil
	}
	if chosen {
		switch err := next.Check(t.b.cfg.Set(), t.offer(), outreach.ScopeOf(t.m)); {
		case errors.Is(err, outreach.ErrScope):
			return because("announce.beyond")
		case err != nil:
			return because("announce.no_value")
		}
	}
	if chosen || d != outreach.ByPopulation { // to take a value out may leave fewer people too
		switch hidden, err := t.hides(ctx, next); {
		case err != nil:
			return nil, err
		case !hidden:
			return because("announce.exposes")
		}
	}
	t.d.Chosen = map[string][]string{}
	for d, values := range next {
		t.d.Chosen[string(d)] = values
	}
	return nil, nil
}

// hides reports whether nobody of the audience could be recognised by it.
func (t *deskTurn) hides(ctx context.Context, s outreach.Selection) (bool, error) {
	if len(s[outreach.ByPopulation]) == 0 {
		return true, nil
	}
	groups := s.Groups(outreach.ScopeOf(t.m))
	n, err := t.b.outdesk.Count(ctx, groups)
	if err != nil || outreach.Exposes(groups, n) {
		return false, err
	}
	// Of several populations each must have its own numbers.
	for _, v := range s[outreach.ByPopulation] {
		one := s.With(outreach.ByPopulation, v, true)
		one[outreach.ByPopulation] = []string{v}
		if n, err = t.b.outdesk.Count(ctx, one.Groups(outreach.ScopeOf(t.m))); err != nil || n < outreach.LeastGroup {
			return false, err
		}
	}
	return true, nil
}

// choicesShown is how many choices one page has.
const choicesShown = 8

// showChoose shows the values of a dimension, the chosen ones marked.
func (t *deskTurn) showChoose(ctx context.Context) error {
	d := outreach.Dimension(t.d.Choosing)
	all, err := t.offered(ctx, d)
	if err != nil {
		return err
	}
	return t.showChoices(ctx, d, all, flows.Key("announce.choose."+string(d)))
}

// showChoices shows a list of values, before which come those that are chosen and
// not in it.
func (t *deskTurn) showChoices(ctx context.Context, d outreach.Dimension, all []outreach.Choice, ask flows.Text) error {
	size, err := t.size(ctx)
	if err != nil {
		return err
	}
	chosen := t.d.Chosen[string(d)]
	var list []outreach.Choice
	for _, v := range chosen {
		if !hasChoice(all, v) {
			list = append(list, outreach.Choice{Value: v, Label: outreach.Label(t.b.cfg.Set(), t.offer(), d, v)})
		}
	}
	list = append(list, all...)
	pages := max(1, (len(list)+choicesShown-1)/choicesShown)
	t.d.Page = min(max(t.d.Page, 0), pages-1)
	var rows [][]flows.Button
	code := dimensionCode(d)
	for _, c := range list[t.d.Page*choicesShown : min(len(list), (t.d.Page+1)*choicesShown)] {
		label, put := c.Label, "1"
		for _, v := range chosen {
			if v == c.Value {
				label, put = flows.Key("announce.chosen").With("valor", c.Label), "0"
			}
		}
		if data := deskData(t.d.Outreach, "pick", code, c.Value, put); len(data) <= maxData {
			rows = append(rows, []flows.Button{{Label: label, Data: data}})
		}
	}
	if pages > 1 {
		turn := func(name string, page int) flows.Button {
			return t.button(name, "dim", code, strconv.Itoa((page+pages)%pages))
		}
		rows = append(rows, []flows.Button{turn("previous", t.d.Page-1), turn("more", t.d.Page+1)})
	}
	rows = append(rows, []flows.Button{t.button("done", "step", stepAudience)})
	t.say = append(t.say, deskView{
		text: []flows.Text{ask, audienceLines(t.b.cfg.Set(), t.offer(), t.groups()), people(size)},
		rows: rows, edit: t.inPlace(),
	})
	return nil
}

func hasChoice(list []outreach.Choice, value string) bool {
	for _, c := range list {
		if c.Value == value {
			return true
		}
	}
	return false
}

// hearChoose looks for what was typed among municipalities or occupations. One
// that is meant for sure is taken; the others are buttons.
func (t *deskTurn) hearChoose(ctx context.Context) error {
	d := outreach.Dimension(t.d.Choosing)
	if d != outreach.ByMunicipality && d != outreach.ByOccupation || t.a.input.Kind != flows.InputText {
		return t.show(ctx)
	}
	found := outreach.Search(t.b.cfg.Set(), d, t.a.input.Text, outreach.ScopeOf(t.m))
	t.d.Page = 0
	switch len(found) {
	case 0:
		t.tell(flows.Key("announce.not_found"))
		return t.show(ctx)
	case 1:
		why, err := t.put(ctx, d, found[0].Value, true)
		if err != nil {
			return err
		}
		if why != nil {
			t.tell(*why)
		}
		return t.show(ctx)
	}
	return t.showChoices(ctx, d, found, flows.Key("announce.which"))
}
