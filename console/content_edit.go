package console

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/store"
)

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
