package console

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store"
)

const (
	contentPath  = "/console/content"
	contentStyle = "phone.css"
)

// What is done to the content. Entries are about text:es:menu.title, call:ID,
// parameter:NAME:DAY or helpline:ID.
const (
	actPropose        act = "propose-content"
	actPublish        act = "publish-content"
	actDropProposal   act = "drop-proposal"
	actVerifyHelpLine act = "verify-helpline"
	actChangeHelpLine act = "change-helpline"
)

// contentRoutes are the pages of what people read. Nothing is published from a
// form: a form makes a proposal, and the page of the proposal shows what it would
// change, in the real conversation; there it is published.
func contentRoutes() []route {
	return []route{
		{"GET /console/content", store.ChangeCatalogue, (*visit).contentPage},
		{"GET /console/content/texts", store.ChangeContent, (*visit).textsPage},
		{"GET /console/content/texts/{key}", store.ChangeContent, (*visit).textPage},
		{"GET /console/content/texts/{key}/{lang}", store.ChangeContent, (*visit).editTextPage},
		{"POST /console/content/texts/{key}/{lang}", store.ChangeContent, (*visit).proposeText},
		{"POST /console/content/texts/{key}/{lang}/check", store.ChangeContent, (*visit).checkText},
		{"GET /console/content/proposals/{id}", store.ChangeContent, (*visit).proposalPage},
		{"POST /console/content/proposals/{id}/publish", store.PublishContent, (*visit).publish},
		{"POST /console/content/proposals/{id}/drop", store.ChangeContent, (*visit).dropProposal},
		{"GET /console/content/history", store.ChangeContent, (*visit).contentHistoryPage},
		{"POST /console/content/history/{revision}/undo", store.ChangeContent, (*visit).undo},
		{"GET /console/content/calls", store.ChangeContent, (*visit).callsPage},
		{"GET /console/content/calls/{id}", store.ChangeContent, (*visit).callPage},
		{"POST /console/content/calls/{id}", store.ChangeContent, (*visit).proposeCall},
		{"GET /console/content/figures", store.ChangeContent, (*visit).figuresPage},
		{"GET /console/content/figures/{name}", store.ChangeContent, (*visit).figurePage},
		{"POST /console/content/figures/{name}", store.ChangeContent, (*visit).proposeFigure},
		{"GET /console/content/lines", store.ChangeCatalogue, (*visit).helpLinesPage},
		{"GET /console/content/lines/{id}", store.ChangeCatalogue, (*visit).helpLinePage},
		{"POST /console/content/lines/{id}", store.ChangeCatalogue, (*visit).changeHelpLine},
		{"POST /console/content/lines/{id}/verify", store.ChangeCatalogue, (*visit).verifyHelpLine},
	}
}

// A content is what is published, over the files, with what the pages need to
// know of it. It does not change; a newer one takes its place.
type content struct {
	store.Content
	set    *flows.Set
	left   []flows.LeftOut
	places map[string][]flows.Place
	texts  []textRow // that people read, by key
}

// A textRow is one text as the list shows it.
type textRow struct {
	key     string
	words   string // in Spanish, without markup
	reading float64
	long    bool // enough for a reading
}

// A contentCache keeps what was read last. A page asks for the revision only,
// which is one round trip.
type contentCache struct {
	mu    sync.Mutex
	known *content
	files *flows.Set
	day   programme.Date
}

// content is what is published now, also before the bot has taken it.
func (v *visit) content() (*content, error) {
	return v.Server.contents.read(v.ctx(), v.store, v.set.Files(), v.set.Today(v.now))
}

func (c *contentCache) read(ctx context.Context, s *store.Store, files *flows.Set, today programme.Date) (*content, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	revision, err := s.ContentRevision(ctx)
	if err != nil {
		return nil, err
	}
	if c.known != nil && c.known.Revision == revision && c.files == files && c.day == today {
		return c.known, nil
	}
	published, err := s.Content(ctx)
	if err != nil {
		return nil, err
	}
	next := &content{Content: published}
	next.set, next.left = files.Publish(published.Edits, today)
	next.places = next.set.Places()
	for _, key := range next.set.Catalog.Keys() {
		if !ownWords(key) {
			row := textRow{key: key, words: locales.PlainText(next.set.Catalog.Forms(spanish, key)["other"])}
			row.reading, row.long = next.set.Catalog.Reading(spanish, key)
			next.texts = append(next.texts, row)
		}
	}
	c.known, c.files, c.day = next, files, today
	return next, nil
}

// ownWords reports whether a text is of the program itself: of this console, of
// the page of the demo, of how a language is written, of spreadsheets. They come
// with the program, and the team does not change them.
func ownWords(key string) bool {
	return slices.ContainsFunc([]string{"console.", "page.", "format.", "fallback.", "sheet.", "import."}, func(table string) bool {
		return strings.HasPrefix(key, table)
	})
}

// changed is whether something other than the files' word holds.
func (c *content) changed(about string) bool { return c.Of(about) != nil }

// A contentPage is the first of these pages: how complete the texts are, and what
// waits.
type contentPage struct {
	Hands    []Hand
	Coverage Table
	Hard     Table
	Waiting  Table
	Left     []string
}

func (v *visit) contentPage() error {
	c, err := v.content()
	if err != nil {
		return err
	}
	p := contentPage{}
	lines, err := v.helpLines()
	if err != nil {
		return err
	}
	hidden := 0
	for _, l := range lines {
		if l.Row.Withdrawn.IsZero() && !v.lineShown(l.Row) {
			hidden++
		}
	}
	hand := func(name string, n int, tone, path string) {
		if n == 0 {
			tone = ToneOff
		}
		p.Hands = append(p.Hands, Hand{
			Figure: v.number(n), Title: v.text("console.content.hand." + name), Text: v.text("console.content.hand." + name + "_text"), Tone: tone, Href: path,
		})
	}
	if v.may(store.ChangeContent) {
		waiting, err := v.store.Proposals(v.ctx())
		if err != nil {
			return err
		}
		hand("proposals", len(waiting), ToneWait, contentPath+"#waiting")
		hand("texts", len(c.texts), ToneInfo, contentPath+"/texts")
		p.Waiting, p.Coverage, p.Hard = v.waitingTable(c, waiting), v.coverageTable(c), v.hardTable(c)
		for _, l := range c.left {
			p.Left = append(p.Left, v.aboutName(c, l.About))
		}
	}
	hand("lines", hidden, ToneWait, contentPath+"/lines")
	if v.may(store.ChangeContent) {
		hand("calls", len(c.set.Data.Calls.All()), ToneInfo, contentPath+"/calls")
		hand("figures", len(c.set.Data.Parameters.Names()), ToneInfo, contentPath+"/figures")
	}
	page := view{name: "content", title: v.text("console.menu.content"), lead: v.text("console.content.lead"), section: "content", wide: true, style: contentStyle}
	if v.may(store.ChangeContent) {
		page.actions = []Link{{Href: contentPath + "/history", Text: v.text("console.content.history"), Icon: "history"}}
	}
	return v.show(page, p)
}

// crumb leads back to the first page, and on to further links.
func (v *visit) contentCrumbs(more ...Link) []Link {
	return append([]Link{{Href: contentPath, Text: v.text("console.menu.content")}}, more...)
}

// coverageTable says how many of the texts each language has.
func (v *visit) coverageTable(c *content) Table {
	t := Table{
		Caption: v.text("console.content.coverage"),
		Columns: []Column{
			{Text: v.text("console.content.language")}, {Text: v.text("console.content.there"), Number: true},
			{Text: v.text("console.content.missing"), Number: true}, {Text: v.text("console.content.changed"), Number: true}, {Text: v.text("console.content.state")},
		},
	}
	for _, l := range c.set.Catalog.Languages() {
		there, changed := 0, 0
		for _, row := range c.texts {
			if c.set.Catalog.Has(l.Tag, row.key) {
				there++
			}
		}
		for _, e := range c.Edits {
			if e.Text != nil && e.Text.Lang == l.Tag {
				changed++
			}
		}
		tone := map[locales.Status]string{locales.Complete: ToneGood, locales.Draft: ToneWait}[l.Status]
		missing := Cell{Text: v.number(len(c.texts) - there)}
		if missing.Text != "0" && l.Status != locales.Empty {
			missing.Href = contentPath + "/texts?state=missing&lang=" + l.Tag
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: l.Name, Href: contentPath + "/texts?lang=" + l.Tag},
			{Text: v.text("console.content.share", "textos", v.number(there), "parte", there*100/max(1, len(c.texts)))},
			missing, {Text: v.number(changed)},
			{Chips: []Chip{{v.text("console.content.status." + string(l.Status)), cmp.Or(tone, ToneOff)}}},
		}})
	}
	return t
}

// hardShown is how many of the hardest texts the first page shows.
const hardShown = 6

// hardTable shows the Spanish texts that are the hardest to read.
func (v *visit) hardTable(c *content) Table {
	t := Table{
		Caption: v.text("console.content.hard"),
		Columns: []Column{{Text: v.text("console.content.text")}, {Text: v.text("console.content.reading"), Number: true}},
	}
	long := slices.DeleteFunc(slices.Clone(c.texts), func(r textRow) bool { return !r.long })
	slices.SortStableFunc(long, func(a, b textRow) int { return cmp.Compare(a.reading, b.reading) })
	for _, row := range long[:min(len(long), hardShown)] {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: excerpt(row.words), Href: textPath(row.key), Sub: row.key}, {Text: v.readingWords(row.reading)},
		}})
	}
	return t
}

// readingWords is a reading with what it means.
func (v *visit) readingWords(reading float64) string {
	scale := "hard"
	switch {
	case reading >= 80:
		scale = "very_easy"
	case reading >= 65:
		scale = "easy"
	case reading >= 55:
		scale = "normal"
	}
	return v.number(int(reading)) + " · " + v.text("console.content.scale."+scale)
}

// waitingTable lists proposals.
func (v *visit) waitingTable(c *content, waiting []store.Proposal) Table {
	t := Table{
		Caption: v.text("console.content.waiting"),
		Columns: []Column{{Text: v.text("console.content.what")}, {Text: v.text("console.content.who")}, {Text: v.text("console.content.when")}},
		Empty:   Empty{Title: v.text("console.content.none_waiting")},
	}
	for _, p := range waiting {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: v.aboutName(c, p.About), Href: proposalPath(p.ID), Sub: v.editWords(c, p.About, p.Edit)},
			{Text: v.memberName(p.Staff)}, {Text: v.short(unix(p.At), v.now)},
		}})
	}
	return t
}

// aboutName says what an edit is about.
func (v *visit) aboutName(c *content, about string) string {
	kind, name, _ := strings.Cut(about, ":")
	switch kind + ":" {
	case flows.AboutText:
		lang, key, _ := strings.Cut(name, ":")
		if l, ok := c.set.Catalog.Language(lang); ok {
			lang = l.Name
		}
		return v.text("console.content.about.text", "clave", key, "lengua", lang)
	case flows.AboutCall:
		return v.text("console.content.about.call", "codigo", v.callName(c, name))
	case flows.AboutParameter:
		name, _, _ = strings.Cut(name, ":")
		return v.text("console.content.about.figure", "nombre", v.figureName(name))
	}
	return about
}

// editWords is what an edit says, in short.
func (v *visit) editWords(c *content, about string, e *flows.Edit) string {
	switch {
	case e == nil && strings.HasPrefix(about, flows.AboutText):
		lang, key, _ := strings.Cut(strings.TrimPrefix(about, flows.AboutText), ":")
		if words := v.set.Files().Catalog.Forms(lang, key)["other"]; words != "" {
			return excerpt(locales.PlainText(words))
		}
		return v.text("console.content.as_spanish")
	case e == nil:
		return v.text("console.content.as_files")
	case e.Text != nil:
		return excerpt(locales.PlainText(e.Text.Forms["other"]))
	case e.Parameter != nil:
		return v.figureRow(*e.Parameter)
	}
	return ""
}

// excerpt is the beginning of a text, on one line.
func excerpt(words string) string {
	const letters = 100
	words = strings.Join(strings.Fields(words), " ")
	if r := []rune(words); len(r) > letters {
		return string(r[:letters-1]) + "…"
	}
	return words
}
