package bot

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/outreach"
	"arraigo/store"
)

// showText shows in which languages the message is written, and how many of its
// people read each.
func (t *deskTurn) showText(ctx context.Context) error {
	var lines []flows.Text
	var rows [][]flows.Button
	groups := t.groups()
	for _, l := range t.b.cfg.Set().Catalog.Languages() {
		readers, err := t.b.outdesk.Count(ctx, append(slices.Clone(groups), []flows.Entry{{Dimension: string(outreach.ByLanguage), Value: l.Tag}}))
		if err != nil {
			return err
		}
		p, written := t.d.Content[l.Tag]
		if readers == 0 && !written && l.Tag != locales.Spanish {
			continue
		}
		line, label := "announce.language_missing", "announce.button.language_add"
		if written {
			line, label = "announce.language", "announce.button.language_change"
		}
		text := flows.Key(line).With("idioma", flows.Literal(l.Name)).With("count", flows.Text{Count: &readers})
		if written {
			text = text.With("contenido", contents(p))
		}
		lines = append(lines, text)
		row := []flows.Button{deskButton(flows.Key(label).With("idioma", flows.Literal(l.Name)), t.d.Outreach, "lang", l.Tag)}
		if written && l.Tag != locales.Spanish {
			row = append(row, t.button("language_less", "less", l.Tag))
		}
		rows = append(rows, row)
	}
	if _, ok := t.d.Content[locales.Spanish]; ok {
		rows = append(rows, []flows.Button{t.button("preview", "step", stepReview)})
	}
	rows = append(rows, []flows.Button{t.button("audience", "step", stepAudience), t.button("drop", "drop")})
	t.say = append(t.say, deskView{
		text: []flows.Text{flows.Key("announce.text_ask"), {Lines: lines}, flows.Key("announce.text_hint")},
		rows: rows, edit: t.inPlace(),
	})
	return nil
}

// contents says what a message in one language consists of.
func contents(p store.Piece) flows.Text {
	n := outreach.TextLength(p.HTML)
	length := flows.Key("announce.content.text").With("count", flows.Text{Count: &n})
	switch {
	case p.Media == "":
		return length
	case n == 0:
		return flows.Key("announce.content." + p.Media)
	}
	return flows.Text{List: []flows.Text{flows.Key("announce.content." + p.Media), length}}
}

// write awaits the message in one language.
func (t *deskTurn) write(ctx context.Context, args []string) error {
	if _, ok := t.b.cfg.Set().Catalog.Language(first(args)); !ok {
		return nil
	}
	t.d.Step, t.d.Language = stepWrite, first(args)
	return t.show(ctx)
}

// unwrite takes a language out; Spanish stays, because who reads none of the
// languages gets that.
func (t *deskTurn) unwrite(ctx context.Context, args []string) error {
	if lang := first(args); lang != locales.Spanish {
		t.d.Content, t.d.Written, t.d.Sizes = maps.Clone(t.d.Content), maps.Clone(t.d.Written), maps.Clone(t.d.Sizes)
		delete(t.d.Content, lang)
		delete(t.d.Written, lang)
		delete(t.d.Sizes, lang)
		t.d.Shown = false
	}
	t.d.Step = stepText
	return t.show(ctx)
}

func (t *deskTurn) languageName(tag string) flows.Text {
	l, _ := t.b.cfg.Set().Catalog.Language(tag)
	return flows.Literal(l.Name)
}

func (t *deskTurn) showWrite(context.Context) error {
	back := t.button("back", "step", stepText)
	if len(t.d.Content) == 0 {
		back = t.button("back", "step", stepAudience)
	}
	t.say = append(t.say, deskView{
		text: []flows.Text{flows.Key("announce.write").With("idioma", t.languageName(t.d.Language)), flows.Key("announce.write_how")},
		rows: [][]flows.Button{{back}, {t.button("drop", "drop")}}, edit: t.inPlace(),
	})
	return nil
}

// hearWrite takes the message in, or says why not and what would do.
func (t *deskTurn) hearWrite(ctx context.Context) error {
	w, err := readWritten(t.a.raw)
	if err != nil {
		return t.refuse(ctx, refusedOther)
	}
	lang, next := t.d.Language, stepText
	if t.a.input.Kind == flows.InputEdited { // of what was written before
		lang = t.languageOf(w.ID)
		if t.d.Step == stepReview || t.d.Step == stepConfirm {
			next = stepReview
		}
	}
	if w.Album != "" {
		if w.Album == t.d.Album {
			return nil // its other pictures
		}
		t.d.Album = w.Album
	}
	p, size, why := w.piece()
	if why != taken {
		return t.refuse(ctx, why)
	}
	if err := outreach.CheckPiece(p); err != nil {
		return t.refuseText(ctx, lang, err)
	}
	t.d.Content, t.d.Written, t.d.Sizes = maps.Clone(t.d.Content), maps.Clone(t.d.Written), maps.Clone(t.d.Sizes)
	if t.d.Content == nil {
		t.d.Content = map[string]store.Piece{}
	}
	if t.d.Written == nil {
		t.d.Written = map[string]int{}
	}
	if t.d.Sizes == nil {
		t.d.Sizes = map[string]int64{}
	}
	t.d.Content[lang], t.d.Written[lang], t.d.Sizes[lang] = p, w.ID, size
	t.d.Step, t.d.Shown = next, false
	return t.show(ctx)
}

// languageOf is the language whose text came from a message.
func (t *deskTurn) languageOf(message int) string {
	for lang, id := range t.d.Written {
		if id == message {
			return lang
		}
	}
	return ""
}

func (t *deskTurn) refuse(ctx context.Context, why refusal) error {
	t.tell(flows.Key("announce.refused." + string(why)))
	return t.show(ctx)
}

// refuseText names the language: the others may well fit.
func (t *deskTurn) refuseText(ctx context.Context, lang string, err error) error {
	text := flows.Key("announce.refused.markup")
	if long, ok := errors.AsType[*outreach.LengthError](err); ok {
		over := long.Length - long.Limit
		text = flows.Key("announce.refused.long").With("count", flows.Text{Count: &over}).
			With("limite", flows.Text{Count: &long.Limit}).With("largo", flows.Text{Count: &long.Length})
		if long.Limit == outreach.MaxCaption {
			text.Key = "announce.refused.long_caption"
		}
	}
	t.tell(text.With("idioma", t.languageName(lang)))
	t.d.Step, t.d.Language = stepWrite, lang
	return t.show(ctx)
}

// signs are marks that people type for formatting and that Telegram shows as they
// are.
var signs = regexp.MustCompile(`\*\*|__|~~|\|\||&lt;/?(?:b|i|u|s|a|strong|em|code|pre|br)\b`)

// tagForm is one tag of our own HTML: an address in it is no text.
var tagForm = regexp.MustCompile(`<[^>]*>`)

// notes are what the team should know before it sends.
func (t *deskTurn) notes() (notes []flows.Text) {
	for _, lang := range slices.Sorted(maps.Keys(t.d.Content)) {
		if signs.MatchString(tagForm.ReplaceAllString(t.d.Content[lang].HTML, "")) {
			notes = append(notes, flows.Key("announce.note.signs").With("idioma", t.languageName(lang)))
		}
		if size := t.d.Sizes[lang]; size > heavy {
			mega := int(size >> 20)
			notes = append(notes, flows.Key("announce.note.heavy").With("count", flows.Text{Count: &mega}))
		}
	}
	return notes
}
