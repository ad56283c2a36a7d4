package console

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store"
)

func textPath(key string) string { return contentPath + "/texts/" + pathOf(key) }

// A textsPage lists texts.
type textsPage struct {
	Filters Filters
	List    Table
}

// The states to which the list of texts can be narrowed.
const (
	textsMissing = "missing"
	textsChanged = "changed"
	textsHard    = "hard"
)

// hardBelow is the reading below which a text is listed as hard.
const hardBelow = 70

func (v *visit) textsPage() error {
	c, err := v.content()
	if err != nil {
		return err
	}
	catalog := c.set.Catalog
	var langs, parts []Option
	for _, l := range catalog.Languages() {
		if l.Status != locales.Empty {
			langs = append(langs, Option{Value: l.Tag, Text: l.Name})
		}
	}
	langs[0].Value = "" // Spanish, unasked
	parts = append(parts, Option{Text: v.text("console.content.any_part")})
	for _, row := range c.texts {
		part, _, _ := strings.Cut(row.key, ".")
		if parts[len(parts)-1].Value != part {
			parts = append(parts, Option{Value: part, Text: part})
		}
	}
	states := []Option{{Text: v.text("console.content.any_state")}}
	for _, s := range []string{textsMissing, textsChanged, textsHard} {
		states = append(states, Option{Value: s, Text: v.text("console.content.only." + s)})
	}
	f := v.filters(
		Field{Kind: FieldSearch, Name: "q", Label: v.text("console.content.search"), Max: 80},
		Field{Kind: FieldSelect, Name: "lang", Label: v.text("console.content.language"), Options: langs},
		Field{Kind: FieldSelect, Name: "part", Label: v.text("console.content.part"), Options: parts},
		Field{Kind: FieldSelect, Name: "state", Label: v.text("console.content.state"), Options: states},
	)
	lang := f.value("lang")
	if lang == "" {
		lang = spanish
	}
	words := strings.Fields(programme.Normalize(f.value("q")))
	var rows []textRow
	for _, row := range c.texts {
		has := catalog.Has(lang, row.key)
		if part := f.value("part"); part != "" && !strings.HasPrefix(row.key, part+".") {
			continue
		}
		switch f.value("state") {
		case textsMissing:
			if has {
				continue
			}
		case textsChanged:
			if !c.changed(flows.AboutText + lang + ":" + row.key) {
				continue
			}
		case textsHard:
			if !row.long || row.reading >= hardBelow {
				continue
			}
		}
		if has && lang != spanish {
			row.words = locales.PlainText(catalog.Forms(lang, row.key)["other"])
		}
		if len(words) > 0 && !holdsWords(" "+programme.Normalize(strings.ReplaceAll(row.key, ".", " ")+" "+row.words), words) && !strings.Contains(row.key, strings.TrimSpace(f.value("q"))) {
			continue
		}
		rows = append(rows, row)
	}
	from, to, pager := v.pager(len(rows))
	t := Table{
		Caption: v.text("console.content.texts"), Pager: pager,
		Columns: []Column{
			{Text: v.text("console.content.text")}, {Text: v.text("console.content.used")},
			{Text: v.text("console.content.reading"), Number: true}, {Text: v.text("console.content.state")},
		},
		Empty: Empty{Title: v.text("console.content.no_texts"), Text: v.text("console.content.no_texts_text")},
	}
	for _, row := range rows[from:to] {
		reading := ""
		if row.long && lang == spanish {
			reading = v.number(int(row.reading))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: excerpt(row.words), Href: textPath(row.key), Sub: row.key}, {Text: v.usedShort(c.places[row.key])},
			{Text: reading}, {Chips: v.textChips(c, lang, row.key)},
		}})
	}
	return v.show(view{
		name: "content-texts", title: v.text("console.content.texts"), lead: v.text("console.content.texts_lead"), section: "content", wide: true,
		crumbs: v.contentCrumbs(), style: contentStyle,
	}, textsPage{f, t})
}

func (v *visit) textChips(c *content, lang, key string) (chips []Chip) {
	if !c.set.Catalog.Has(lang, key) {
		chips = append(chips, Chip{v.text("console.content.lacks"), ToneWait})
	}
	if c.changed(flows.AboutText + lang + ":" + key) {
		chips = append(chips, Chip{v.text("console.content.is_changed"), ToneInfo})
	}
	if flows.IsConsent(key) {
		chips = append(chips, Chip{v.text("console.content.is_consent"), ToneOff})
	}
	return chips
}

// usedShort says where a text is used, in a cell.
func (v *visit) usedShort(places []flows.Place) string {
	if len(places) == 0 {
		return v.text("console.content.by_program")
	}
	first := v.usedAt(places[0])
	if len(places) > 1 {
		return v.text("console.content.and_more", "lugar", first, "mas", len(places)-1)
	}
	return first
}

// usedAt is a place as the drawings of the conversations call it.
func (v *visit) usedAt(p flows.Place) string {
	at := p.Flow
	if p.Step != "" {
		at += "." + p.Step
	}
	return v.text("console.content.use."+p.Use, "paso", at)
}

// A textPage is one text in all languages.
type textPage struct {
	Facts   []Fact
	Consent string // why it is not changed here; "" for all others
	Words   []textIn
	Waiting Table      // proposals about it
	Places  []partLink // where it is shown, when there are several
	Chats   []chat
	Note    string // about the telephones
	History Table
}

// mostTabs bounds the places that the page of one text offers: a word such as yes
// is on many buttons.
const mostTabs = 8

// A textIn is a text in one language.
type textIn struct {
	Lang, Name string
	Forms      []Fact // label only when there are several
	Chips      []Chip
	Edit       Link
}

func (v *visit) textPage() error {
	c, err := v.content()
	if err != nil {
		return err
	}
	key := v.r.PathValue("key")
	if !c.publishes(key) {
		return store.ErrNotFound
	}
	history, err := v.store.ContentHistory(v.ctx())
	if err != nil {
		return err
	}
	p := textPage{Facts: v.textFacts(c, key)}
	if flows.IsConsent(key) {
		p.Consent = v.text("console.content.consent")
	}
	for _, l := range c.set.Catalog.Languages() {
		if l.Status == locales.Empty {
			continue
		}
		in := textIn{Lang: l.Tag, Name: l.Name, Chips: v.textChips(c, l.Tag, key)}
		forms := c.set.Catalog.Forms(l.Tag, key)
		for _, form := range c.set.Catalog.PluralForms(l.Tag, key) {
			if words, ok := forms[form]; ok {
				in.Forms = append(in.Forms, Fact{Label: v.formName(c, key, form), Text: words})
			}
		}
		if p.Consent == "" {
			in.Edit = Link{Href: textPath(key) + "/" + l.Tag, Text: v.text("console.content.edit"), Icon: "edit"}
		}
		p.Words = append(p.Words, in)
	}
	var shown []flows.Place
	for _, at := range c.places[key] {
		if at.Shown() && len(shown) < mostTabs {
			shown = append(shown, at)
		}
	}
	chosen := 0
	for i, at := range shown {
		if v.query("at") == at.Flow+"."+at.Step {
			chosen = i
		}
	}
	if len(shown) > 1 {
		for i, at := range shown {
			p.Places = append(p.Places, partLink{Link{Href: v.with("at", at.Flow+"."+at.Step), Text: at.Flow + "." + at.Step}, i == chosen})
		}
		shown = append([]flows.Place{shown[chosen]}, shown...)
	}
	for _, lang := range languages {
		if c.set.Catalog.Has(lang, key) {
			p.Chats = append(p.Chats, v.chatAt(c.set, lang, key, shown))
		}
	}
	p.Note = v.chatNote(shown)
	waiting, err := v.store.Proposals(v.ctx())
	if err != nil {
		return err
	}
	p.Waiting = v.waitingTable(c, slices.DeleteFunc(waiting, func(w store.Proposal) bool {
		return !strings.HasPrefix(w.About, flows.AboutText) || !strings.HasSuffix(w.About, ":"+key)
	}))
	p.History = v.historyTable(c, slices.DeleteFunc(history, func(e store.ContentEntry) bool {
		return !strings.HasPrefix(e.About, flows.AboutText) || !strings.HasSuffix(e.About, ":"+key)
	}))
	return v.show(view{
		name: "content-text", title: key, section: "content", wide: true, style: contentStyle,
		crumbs: v.contentCrumbs(Link{Href: contentPath + "/texts", Text: v.text("console.content.texts")}),
	}, p)
}

// publishes reports whether the team may change a text of that key.
func (c *content) publishes(key string) bool {
	return !ownWords(key) && c.set.Catalog.Has(spanish, key)
}

func (v *visit) textFacts(c *content, key string) []Fact {
	var used []string
	for _, p := range c.places[key] {
		used = append(used, v.usedAt(p))
	}
	if len(used) == 0 {
		used = []string{v.text("console.content.by_program")}
	}
	facts := []Fact{{Label: v.text("console.content.used"), Text: strings.Join(used, " · ")}}
	if names := c.set.Catalog.Placeholders(spanish, key); len(names) > 0 {
		facts = append(facts, Fact{Label: v.text("console.content.placeholders"), Text: "{" + strings.Join(names, "} {") + "}"})
	}
	if reading, ok := c.set.Catalog.Reading(spanish, key); ok {
		facts = append(facts, Fact{Label: v.text("console.content.reading"), Text: v.readingWords(reading)})
	}
	return facts
}

// formName is what a plural form is for; "" for a text that has only one.
func (v *visit) formName(c *content, key, form string) string {
	if len(c.set.Catalog.PluralForms(spanish, key)) == 1 {
		return ""
	}
	return v.text("console.content.form." + form + "_form")
}

// A chat is messages as a telephone shows them, with the keys below.
type chat struct {
	Title, Lang string
	Bubbles     []bubble
}

type bubble struct {
	Text any // template.HTML; nil: keys alone
	Rows [][]string
}

// chatOf shows a text in the conversation in which it is used, as set says it.
func (v *visit) chatOf(c *content, set *flows.Set, lang, key string) chat {
	return v.chatAt(set, lang, key, c.places[key])
}

// chatAt is chatOf at the first of some places that comes to show it.
func (v *visit) chatAt(set *flows.Set, lang, key string, places []flows.Place) chat {
	l, _ := set.Catalog.Language(lang)
	out := chat{Title: l.Name, Lang: lang}
	var messages []flows.Message
	offer := v.someOffer()
	for _, at := range places {
		if messages = set.Preview(lang, key, at, offer, v.now); messages != nil {
			break
		}
	}
	if messages == nil {
		messages = []flows.Message{set.Sample(lang, key, set.IsLabel(key, places))}
	}
	for _, m := range messages {
		b := bubble{}
		if m.HTML != "" {
			b.Text = phoneHTML(m.HTML)
		}
		for _, row := range m.Buttons {
			var words []string
			for _, key := range row {
				words = append(words, key.Text)
			}
			b.Rows = append(b.Rows, words)
		}
		out.Bubbles = append(out.Bubbles, b)
	}
	return out
}

// someOffer is a little of what is offered today, for a conversation that shows
// it; nothing while it cannot be read.
func (v *visit) someOffer() *programme.Offer {
	const some = 12
	l, err := v.listed()
	if err != nil {
		return nil
	}
	few := l.Catalogue
	few.Courses, few.Events, few.Vacancies = few.Courses[:min(some, len(few.Courses))], few.Events[:min(some, len(few.Events))], few.Vacancies[:min(some, len(few.Vacancies))]
	return programme.NewOffer(v.set.Data, few, l.Today)
}

// chatNote says how the telephone came to show what it shows.
func (v *visit) chatNote(places []flows.Place) string {
	for _, at := range places {
		if at.Shown() {
			return v.text("console.content.preview_at", "paso", at.Flow+"."+at.Step)
		}
	}
	return v.text("console.content.preview_alone")
}

// An editPage is the form of one text in one language, with the telephone beside
// it.
type editPage struct {
	Form  *Form
	Look  look
	Here  string // the text in Spanish, for who translates
	About []Fact
}

// A look is what is seen of a text while it is written.
type look struct {
	Chat  *chat // nil: it cannot be shown as it is
	Note  string
	Other []string // what is wrong with the text as a whole
}

// textAt reads the address of one text in one language.
func (v *visit) textAt() (c *content, key, lang string, err error) {
	if c, err = v.content(); err != nil {
		return nil, "", "", err
	}
	key, lang = v.r.PathValue("key"), v.r.PathValue("lang")
	l, ok := c.set.Catalog.Language(lang)
	if !ok || l.Status == locales.Empty || !c.publishes(key) || flows.IsConsent(key) {
		return nil, "", "", store.ErrNotFound
	}
	return c, key, lang, nil
}

const fieldForm = "form_" // and the name of a plural form

func (v *visit) textForm(c *content, key, lang string) *Form {
	forms := c.set.Catalog.Forms(lang, key)
	label := c.set.IsLabel(key, c.places[key])
	var fields []Field
	for _, form := range c.set.Catalog.PluralForms(lang, key) {
		f := Field{
			Kind: FieldArea, Name: fieldForm + form, Label: v.formName(c, key, form), Value: forms[form],
			Max: flows.MaxMessage, Rows: 3, Required: true, Wide: true,
		}
		if f.Label == "" {
			f.Rows = 6
			l, _ := c.set.Catalog.Language(lang)
			f.Label, f.Hint = v.text("console.content.text_in", "lengua", l.Name), v.text("console.content.text_hint")
		}
		if label {
			f.Rows, f.Hint = 2, v.text("console.content.label_hint")
		}
		fields = append(fields, f)
	}
	submit := "console.content.propose"
	if v.may(store.PublishContent) {
		submit = "console.content.go_on"
	}
	f := v.newForm(v.text(submit), Group{Fields: fields})
	f.Check = textPath(key) + "/" + lang + "/check"
	f.Cancel = Link{Href: textPath(key), Text: v.text("console.form.cancel")}
	f.Version = c.Mark(flows.AboutText + lang + ":" + key)
	return f
}

func (v *visit) editTextPage() error {
	c, key, lang, err := v.textAt()
	if err != nil {
		return err
	}
	f := v.textForm(c, key, lang)
	var l look
	if c.set.Catalog.Has(lang, key) {
		l = v.lookAt(c, f, v.typedChange(f, key, lang))
		f.Errors = nil
	}
	return v.showTextForm(c, key, lang, f, l)
}

func (v *visit) showTextForm(c *content, key, lang string, f *Form, l look) error {
	p := editPage{Form: f, Look: l, About: v.textFacts(c, key)}
	if lang != spanish {
		p.Here = c.set.Catalog.Forms(spanish, key)["other"]
	}
	name, _ := c.set.Catalog.Language(lang)
	page := view{
		name: "content-edit", title: v.text("console.content.edit_title", "lengua", name.Name), section: "content", wide: true, style: contentStyle,
		crumbs: v.contentCrumbs(Link{Href: contentPath + "/texts", Text: v.text("console.content.texts")}, Link{Href: textPath(key), Text: key}),
	}
	if len(f.Errors) > 0 || len(f.Conflict) > 0 {
		page.status = 422
	}
	return v.show(page, p)
}

// typedChange is what the form says.
func (v *visit) typedChange(f *Form, key, lang string) locales.Change {
	change := locales.Change{Lang: lang, Key: key, Forms: map[string]string{}}
	for _, field := range f.Groups[0].Fields {
		change.Forms[strings.TrimPrefix(field.Name, fieldForm)] = field.Value
	}
	return change
}

// lookAt checks a change as the files are checked, says beside the fields what is
// found, and shows the text in its conversation.
func (v *visit) lookAt(c *content, f *Form, change locales.Change) look {
	set, found := v.tryText(c, change)
	l := look{Note: v.chatNote(c.places[change.Key])}
	for _, finding := range found {
		words := v.findingWords(finding)
		field := f.Field(fieldForm + finding.Form)
		switch {
		case finding.Severity == locales.Error && field != nil && field.Error == "":
			v.refuse(f, field.Name, words)
		case finding.Severity == locales.Error:
			v.refuse(f, "", words)
			l.Other = append(l.Other, words)
		case field != nil:
			field.Warning = strings.TrimSpace(field.Warning + " " + words)
		default:
			l.Other = append(l.Other, words)
		}
	}
	if set != nil {
		shown := v.chatOf(c, set, change.Lang, change.Key)
		l.Chat = &shown
	}
	return l
}

// tryText is the set with one more change, and what is to be said of it. The set
// is nil when the change would break what people are shown.
func (v *visit) tryText(c *content, change locales.Change) (*flows.Set, []locales.Finding) {
	catalog, found := c.set.Files().Catalog.With([]locales.Change{change})
	if len(found) > 0 {
		return nil, found
	}
	found = catalog.CheckText(change.Lang, change.Key, c.set.IsLabel(change.Key, c.places[change.Key]))
	about := flows.Edit{Text: &change}.About()
	edits := slices.DeleteFunc(slices.Clone(c.Edits), func(e flows.Edit) bool { return e.About() == about })
	set, left := c.set.Files().Publish(append(edits, flows.Edit{Text: &change}), v.set.Today(v.now))
	for _, l := range left {
		if l.About != about {
			continue
		}
		for _, f := range l.Findings {
			if !slices.ContainsFunc(found, func(known locales.Finding) bool { return known.Rule == f.Rule }) {
				found = append(found, locales.Finding{Key: f.Key, Rule: f.Rule, Message: f.Message, Mend: f.Mend})
			}
		}
		set = nil
	}
	return set, found
}

// quotedWords is what a finding quotes of the text.
var quotedWords = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)

// findingWords says what is wrong, for who writes and does not know our files.
func (v *visit) findingWords(f locales.Finding) string {
	key := "console.content.rule." + strings.ReplaceAll(f.Rule, "-", "_")
	if !v.has(key) {
		return f.Message
	}
	quoted := ""
	if m := quotedWords.FindStringSubmatch(f.Message); m != nil {
		quoted = m[1]
	}
	return v.text(key, "cita", quoted, "mejor", strings.TrimPrefix(f.Mend, "say: "))
}

// checkText answers what a form says so far, while it is being written.
func (v *visit) checkText() error {
	c, key, lang, err := v.textAt()
	if err != nil {
		return err
	}
	f := v.textForm(c, key, lang)
	v.fill(f)
	l := v.lookAt(c, f, v.typedChange(f, key, lang))
	return v.part("checked-text", editPage{Form: f, Look: l})
}

// proposeText makes a proposal of a text that passes the checks.
func (v *visit) proposeText() error {
	c, key, lang, err := v.textAt()
	if err != nil {
		return err
	}
	f := v.textForm(c, key, lang)
	v.fill(f)
	change := v.typedChange(f, key, lang)
	l := v.lookAt(c, f, change)
	about := flows.Edit{Text: &change}.About()
	now := c.set.Catalog.Forms(lang, key)
	if len(f.Errors) == 0 && maps.Equal(now, change.Forms) {
		v.refuse(f, "", v.text("console.content.same"))
	}
	if len(f.Errors) == 0 && v.form.Get("_version") != "" && v.form.Get("_version") != f.Version {
		f.Conflict = []Difference{{fieldForm + "other", v.text("console.content.text"), now["other"], change.Forms["other"]}}
	}
	if len(f.Errors) > 0 || len(f.Conflict) > 0 {
		return v.showTextForm(c, key, lang, f, l)
	}
	return v.propose(c, about, &flows.Edit{Text: &change}, f, func() error { return v.showTextForm(c, key, lang, f, l) })
}
