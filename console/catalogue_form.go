package console

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"arraigo/programme"
	"arraigo/store"
)

// Hidden fields of the form of an offer, beside those that every form has.
const (
	fieldWas  = "_was"  // the cells as they were when the form was made
	fieldFull = "_full" // everything that is missing is told, not only what was typed
)

// A verdict is what the checks say about a row while it is written: whether
// people will see it, and what is to mend where.
type verdict struct {
	Chip    Chip
	Text    string
	General []string // what belongs to no field
	said    []string // about fields, in the order of the list
	fields  map[string]fieldFinds
}

// all is everything that is said, each once.
func (d verdict) all() []string {
	return union(d.General, d.said)
}

// fieldFinds is what is to mend in one field.
type fieldFinds struct {
	words []string
	marks []string // words of the field that gave it away
}

// An offerForm is a form with the verdict above it.
type offerForm struct {
	Form    *Form
	Verdict verdict
	Twins   []Link // others that seem to be the same thing
	Lost    Link   // leads to the row as it is, without what was typed; zero: nothing collides
}

// draft is a row while it is written in a form.
type draft[T any] struct {
	row    T
	good   bool // it can be saved
	form   *Form
	values map[string]string
}

// blank makes the form of a row out of its cells.
func (k *offerKind[T]) blank(v *visit, l *listed, values map[string]string, submit string) *Form {
	columns := map[string]programme.Column{}
	for _, c := range k.sheet.Columns() {
		columns[c.Name] = c
	}
	rows := k.rows(l)
	var groups []Group
	for _, g := range k.groups {
		group := Group{Title: v.text(g.words)}
		for _, name := range g.columns {
			c := columns[name]
			group.Fields = append(group.Fields, v.field(c, values[name], used(k.sheet, rows, c)))
		}
		groups = append(groups, group)
	}
	f := v.newForm(submit, groups...)
	f.Check = k.path + "/check"
	return f
}

// hide adds a hidden field to a form.
func (f *Form) hide(name, value string) {
	f.Groups = append(f.Groups, Group{Fields: []Field{{Kind: FieldHidden, Name: name, Value: value}}})
}

// typed reads a form that was posted and says beside each field what is wrong.
// Without full, what is only missing is left unsaid: somebody is still at it.
func (k *offerKind[T]) typed(v *visit, l *listed, submit string, full bool) draft[T] {
	values := v.posted(k.sheet.Columns())
	d := draft[T]{values: values}
	var errs []programme.RowError
	d.row, errs = k.sheet.Read(v.set.Data, values)
	d.form = k.blank(v, l, values, submit)
	for _, c := range k.sheet.Columns() {
		field := d.form.Field(c.Name)
		switch field.Kind {
		case FieldChecks:
		case FieldSelect:
			if !field.offers(values[c.Name]) {
				field.Value = ""
			}
		default:
			field.Value = values[c.Name] // as it was typed
		}
	}
	for _, e := range errs {
		if full || strings.TrimSpace(values[e.Column]) != "" {
			v.refuse(d.form, e.Column, v.rowError(e))
		}
	}
	if len(errs) == 0 && !k.covers(v, d.row) {
		v.refuse(d.form, k.scopeColumn(v, d.row), v.text("sheet.row.not_yours"))
	}
	d.good = len(errs) == 0 && len(d.form.Errors) == 0
	return d
}

// scopeColumn is the field that takes a row out of the scope of who visits.
func (k *offerKind[T]) scopeColumn(v *visit, t T) string {
	if a := k.about(t); k.places && !v.staff.Covers(a.Line, "") {
		return "linea"
	}
	return "municipio_codigo"
}

// rowError is what is wrong with a cell, with what would do.
func (v *visit) rowError(e programme.RowError) string {
	text := v.text(e.Key(), "earlier", e.Earlier)
	var near []string
	for _, s := range e.Suggestions {
		near = append(near, v.codeName(s))
	}
	if len(near) > 0 {
		text += " " + v.text("console.offers.could_be", "lista", strings.Join(near, " / "))
	}
	return upperFirst(text)
}

// upperFirst begins a sentence.
func upperFirst(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}

// judge puts what the checks say beside the fields and returns what is said
// about the whole. Without full, fields that are empty stay in peace.
func (k *offerKind[T]) judge(v *visit, d draft[T], full bool) verdict {
	if k.finds == nil {
		return verdict{}
	}
	found := k.finds(v, d.row)
	for column, finds := range found.fields {
		field := d.form.Field(column)
		if field == nil || field.Error != "" || !full && strings.TrimSpace(d.values[column]) == "" {
			continue
		}
		field.Warning = strings.Join(finds.words, " ")
		field.Marked = markWords(d.values[column], finds.marks)
	}
	return found
}

// markWords cuts a text around the words that are to be seen, with some words
// before and after each. Without any it is empty.
func markWords(text string, marks []string) []Piece {
	const around = 40 // letters
	type span struct{ from, to int }
	var spans []span
	for _, m := range marks {
		for at := 0; m != ""; {
			i := strings.Index(text[at:], m)
			if i < 0 {
				break
			}
			spans = append(spans, span{at + i, at + i + len(m)})
			at += i + len(m)
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var out []Piece
	done := 0
	for n, s := range spans {
		if s.from < done {
			continue
		}
		before := text[done:s.from]
		if cut := firstOf(before, around); n == 0 && cut > 0 {
			before = "… " + before[cut:]
		}
		if before != "" {
			out = append(out, Piece{Text: before})
		}
		out = append(out, Piece{text[s.from:s.to], true})
		done = s.to
	}
	if len(out) == 0 {
		return nil
	}
	if rest := []rune(text[done:]); len(rest) > around {
		out = append(out, Piece{Text: string(rest[:around]) + " …"})
	} else if len(rest) > 0 {
		out = append(out, Piece{Text: string(rest)})
	}
	return out
}

// firstOf is where the last letters of a text begin, so many of them.
func firstOf(text string, letters int) int {
	runes := []rune(text)
	if len(runes) <= letters {
		return 0
	}
	return len(string(runes[:len(runes)-letters]))
}

// showForm shows the form of an offer.
func (k *offerKind[T]) showForm(v *visit, title string, crumbs []Link, p offerForm) error {
	page := view{name: "offer-form", style: "offers.css", title: title, section: k.menu, crumbs: append(k.crumb(v), crumbs...)}
	if v.r.Method == http.MethodPost && (len(p.Form.Errors) > 0 || len(p.Form.Conflict) > 0) {
		page.status = http.StatusUnprocessableEntity
	}
	return v.show(page, p)
}

// like are links to others that seem to be the same thing.
func (k *offerKind[T]) like(v *visit, l *listed, t T) []Link {
	var out []Link
	for _, id := range k.sheet.TwinsOf(t, k.rows(l), l.Today) {
		out = append(out, Link{Href: k.at(id), Text: id})
	}
	return out
}

func (k *offerKind[T]) newPage(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	var ids []string
	for _, t := range k.rows(l) {
		ids = append(ids, k.sheet.ID(t))
	}
	values := map[string]string{"id": programme.NextID(ids, k.letter)}
	f := k.blank(v, l, values, v.text("console.form.save"))
	f.Action = k.path + "/new"
	f.Cancel = Link{Href: k.path, Text: v.text("console.form.cancel")}
	return k.showForm(v, v.text(k.words.add), nil, offerForm{Form: f})
}

func (k *offerKind[T]) create(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	d := k.typed(v, l, v.text("console.form.save"), true)
	d.form.Action = k.path + "/new"
	d.form.Cancel = Link{Href: k.path, Text: v.text("console.form.cancel")}
	d.form.hide(fieldFull, "1")
	p := offerForm{Form: d.form, Verdict: k.judge(v, d, true), Twins: k.like(v, l, d.row)}
	if !d.good {
		return k.showForm(v, v.text(k.words.add), nil, p)
	}
	id := k.sheet.ID(d.row)
	if err := v.record(actAddOffer, k.ref(id)); err != nil {
		return err
	}
	refused, err := store.ChangeRows(v.ctx(), v.store, []store.Kept[T]{{Row: d.row}})
	if err != nil {
		return err
	}
	if len(refused) > 0 {
		v.refuse(d.form, "id", v.text("console.offers.id_taken"))
		return k.showForm(v, v.text(k.words.add), nil, p)
	}
	return k.done(v, k.words.added, d.row)
}

// done leads to the page of a row that was saved, and says so.
func (k *offerKind[T]) done(v *visit, words string, t T) error {
	return v.redirect(k.at(k.sheet.ID(t)), strings.TrimPrefix(words, "console.done."), "codigo", k.sheet.ID(t))
}

// check answers while somebody types: what is wrong with what they have typed so
// far, and whether people would see it.
func (k *offerKind[T]) check(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	full := v.form.Get(fieldFull) != ""
	d := k.typed(v, l, "", full)
	p := offerForm{Form: d.form, Verdict: k.judge(v, d, full)}
	if d.good {
		p.Twins = k.like(v, l, d.row)
	}
	return v.part("checked-offer", p)
}

func (k *offerKind[T]) editPage(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	row, err := k.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	values := k.sheet.Values(row.Row)
	d := draft[T]{row: row.Row, values: values, form: k.blank(v, l, values, v.text("console.form.save"))}
	if err := k.changes(v, d.form, row, values); err != nil {
		return err
	}
	return k.showEdit(v, row, offerForm{Form: d.form, Verdict: k.judge(v, d, true), Twins: k.like(v, l, row.Row)})
}

// changes makes a form one that changes a row: it carries what was read.
func (k *offerKind[T]) changes(v *visit, f *Form, row store.Kept[T], was map[string]string) error {
	text, err := json.Marshal(was)
	if err != nil {
		return err
	}
	id := f.Field("id")
	id.Kind, id.Value, id.Hint = FieldReadOnly, k.sheet.ID(row.Row), "" // others refer to it
	f.Action = k.at(k.sheet.ID(row.Row)) + "/edit"
	f.Cancel = Link{Href: k.at(k.sheet.ID(row.Row)), Text: v.text("console.form.cancel")}
	f.Version = row.Mark
	f.hide("id", k.sheet.ID(row.Row))
	f.hide(fieldWas, string(text))
	f.hide(fieldFull, "1")
	return nil
}

func (k *offerKind[T]) showEdit(v *visit, row store.Kept[T], p offerForm) error {
	id := k.sheet.ID(row.Row)
	return k.showForm(v, v.text(k.words.edit, "codigo", id), []Link{{Href: k.at(id), Text: k.about(row.Row).Title}}, p)
}

// edit saves a changed row. Of two who changed it at once the second sees what
// differs: what only the other touched is taken over, what both touched is for
// them to choose.
func (k *offerKind[T]) edit(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	row, err := k.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	v.form.Set("id", k.sheet.ID(row.Row))
	d := k.typed(v, l, v.text("console.form.save"), true)
	d.row = k.sheet.Relisted(d.row, k.sheet.Withdrawn(row.Row))
	if d.good && v.form.Get("_version") != row.Mark {
		if d = k.collide(v, l, row, d); len(d.form.Conflict) > 0 {
			d.good = false
		}
	}
	var saved bool
	if d.good {
		if saved, err = k.save(v, store.Kept[T]{Row: d.row, Mark: row.Mark}); err != nil {
			return err
		}
		if !saved { // in this very moment
			return store.ErrConflict
		}
		return k.done(v, k.words.saved, d.row)
	}
	if err := k.changes(v, d.form, row, k.sheet.Values(row.Row)); err != nil {
		return err
	}
	p := offerForm{Form: d.form, Verdict: k.judge(v, d, true), Twins: k.like(v, l, d.row)}
	if len(d.form.Conflict) > 0 {
		p.Lost = Link{Href: k.at(k.sheet.ID(row.Row)) + "/edit", Text: v.text("console.offers.take_theirs")}
	}
	return k.showEdit(v, row, p)
}

// save records and writes one row; false when somebody else was faster.
func (k *offerKind[T]) save(v *visit, row store.Kept[T]) (bool, error) {
	if err := v.record(actChangeOffer, k.ref(k.sheet.ID(row.Row))); err != nil {
		return false, err
	}
	refused, err := store.ChangeRows(v.ctx(), v.store, []store.Kept[T]{row})
	return len(refused) == 0, err
}

// collide lays what somebody typed over what somebody else saved meanwhile.
func (k *offerKind[T]) collide(v *visit, l *listed, theirs store.Kept[T], mine draft[T]) draft[T] {
	was := map[string]string{}
	if json.Unmarshal([]byte(v.form.Get(fieldWas)), &was) != nil {
		was = map[string]string{} // then everything that differs is for them to choose
	}
	columns := map[string]programme.Column{}
	for _, c := range k.sheet.Columns() {
		columns[c.Name] = c
	}
	values := k.sheet.Values(mine.row)
	var differ []Difference
	for _, c := range k.sheet.Collide(was, theirs.Row, mine.row) {
		column := columns[c.Column]
		mineNow := v.shown(column, c.Mine)
		if c.Mine == c.Base { // only the other one touched it
			values[c.Column] = c.Theirs
			mineNow = v.text("console.offers.untouched")
		}
		differ = append(differ, Difference{c.Column, v.columnName(c.Column), v.shown(column, c.Theirs), mineNow})
	}
	if len(differ) == 0 {
		return mine
	}
	d := draft[T]{values: values, form: k.blank(v, l, values, v.text("console.form.save"))}
	d.row, _ = k.sheet.Read(v.set.Data, values)
	d.form.Conflict = differ
	return d
}

// relist takes a row out of its list, or puts it back.
func (k *offerKind[T]) relist(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	row, err := k.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	out, done := l.Today, "offer_withdrawn"
	if v.form.Get("listed") == "yes" {
		out, done = programme.Date{}, "offer_listed"
	}
	if k.sheet.Withdrawn(row.Row).IsZero() != out.IsZero() {
		row.Row = k.sheet.Relisted(row.Row, out)
	}
	if err := v.record(actChangeOffer, k.ref(k.sheet.ID(row.Row))); err != nil {
		return err
	}
	refused, err := store.ChangeRows(v.ctx(), v.store, []store.Kept[T]{row})
	if err == nil && len(refused) > 0 {
		err = store.ErrConflict
	}
	if err != nil {
		return err
	}
	to := k.at(k.sheet.ID(row.Row))
	if v.form.Get("twins") != "" {
		to = k.path + "/twins"
	}
	return v.redirect(to, done, "codigo", k.sheet.ID(row.Row))
}
