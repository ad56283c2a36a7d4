package console

import (
	"strings"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
)

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
