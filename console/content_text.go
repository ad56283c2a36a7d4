package console

import (
	"slices"
	"strings"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/store"
)

func textPath(key string) string { return contentPath + "/texts/" + pathOf(key) }

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
