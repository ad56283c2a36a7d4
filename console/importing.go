package console

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"arraigo/programme"
	"arraigo/store"
)

// Bounds of a spreadsheet that is brought in here. The command line takes more.
const (
	maxSheetRows = 5000
	planShown    = 50 // rows on one page of a preview
)

// uploadPage asks for a spreadsheet.
func (k *offerKind[T]) uploadPage(v *visit) error { return k.showUpload(v, "") }

// An uploadPage is where a spreadsheet is chosen.
type uploadPage struct {
	Form     *Form
	Needed   []string // columns without which it cannot be read
	Template Link
	Current  Link
}

func (k *offerKind[T]) showUpload(v *visit, wrong string) error {
	f := v.newForm(v.text("console.import.look"), Group{Fields: []Field{{
		Kind: FieldFile, Name: "file", Label: v.text("console.import.file"), Hint: v.text("console.import.file_hint"), Required: true, Wide: true,
		Accept: ".csv,.xlsx,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}}})
	f.Action, f.Upload = importRoot+k.menu, true
	f.Cancel = Link{Href: k.path, Text: v.text("console.form.cancel")}
	p := uploadPage{Form: f,
		Template: Link{Href: k.path + "/export?format=xlsx&empty=1", Text: v.text("console.import.template"), Icon: "download"},
		Current:  Link{Href: k.path + "/export?format=xlsx", Text: v.text("console.import.current"), Icon: "download"},
	}
	p.Needed = k.sheet.Needed()
	page := view{name: "upload", style: "offers.css", title: v.text(k.words.upload), lead: v.text(k.words.uploadLead), section: k.menu, crumbs: k.crumb(v)}
	if wrong != "" {
		v.refuse(f, "file", wrong)
		page.status = http.StatusUnprocessableEntity
	}
	return v.show(page, p)
}

// upload takes a spreadsheet apart and keeps it until somebody says yes to what
// it would do.
func (k *offerKind[T]) upload(v *visit) error {
	file, _, err := v.r.FormFile("file")
	if err != nil {
		return k.showUpload(v, v.text("console.import.no_file"))
	}
	defer file.Close()
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("look at an upload: %w", err)
	}
	raw, err := k.sheet.TakeApart(file, size, maxSheetRows)
	if sheet, bad := isSheetError(err); bad {
		return k.showUpload(v, v.text(sheet.Key(), "columns", v.catalog.List(v.lang, sheet.Columns)))
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(raw)
	if err != nil {
		return fmt.Errorf("keep an upload: %w", err)
	}
	if err := v.record(actUpload, k.noun); err != nil {
		return err
	}
	u, err := v.store.KeepUpload(v.ctx(), v.staff.ID, body)
	if err != nil {
		return err
	}
	// Who sends a large file waits for it anyway: the page that follows, and each of
	// its parts, then need not work it out.
	if _, err := k.planned(v, u); err != nil {
		return err
	}
	return v.redirect(k.uploaded(u.ID), "")
}

func (k *offerKind[T]) uploaded(id string) string { return importRoot + k.menu + "/" + pathOf(id) }

// A bringing is a spreadsheet beside the list as it is now.
type bringing[T store.Listed] struct {
	upload store.Upload
	raw    programme.RawSheet
	plan   programme.Plan[T]
	kept   map[string]store.Kept[T]
	print  string // of what it would do
	today  programme.Date
	hidden map[int]bool // good rows that people would not see, by their number
}

// bringing reads the spreadsheet of the address and works out what it would do.
func (k *offerKind[T]) bringing(v *visit) (bringing[T], error) {
	u, err := v.store.Upload(v.ctx(), v.r.PathValue("upload"), v.staff.ID)
	if err != nil {
		return bringing[T]{}, err
	}
	return k.planned(v, u)
}

// planned works out what a spreadsheet would do. While neither it nor the list
// changes, that is done once: the parts of a preview are looked at one after the
// other.
func (k *offerKind[T]) planned(v *visit, u store.Upload) (bringing[T], error) {
	version, err := v.store.CatalogueVersion(v.ctx())
	if err != nil {
		return bringing[T]{}, err
	}
	today := v.set.Today(v.now)
	key := fmt.Sprint(k.noun, sha256.Sum256(u.Body), version, today, v.staff.ID, v.staff.Lines, v.staff.Towns)
	if known, ok := v.previews.find(key).(bringing[T]); ok {
		known.upload = u
		return known, nil
	}
	b := bringing[T]{upload: u, kept: map[string]store.Kept[T]{}, hidden: map[int]bool{}, today: today}
	d := json.NewDecoder(bytes.NewReader(u.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(&b.raw); err != nil || !slices.Equal(b.raw.Columns, k.sheet.Headers()) {
		return b, store.ErrNotFound // of another list
	}
	rows, err := store.KeptRows[T](v.ctx(), v.store)
	if err != nil {
		return b, err
	}
	all := make([]T, len(rows))
	for i, row := range rows {
		b.kept[k.sheet.ID(row.Row)], all[i] = row, row.Row
	}
	b.plan = k.sheet.Plan(v.set.Data, b.raw, all, func(t T) bool { return k.covers(v, t) }, b.today)
	b.print = k.printOf(b.plan)
	for _, r := range b.plan.Rows {
		if k.visible != nil && r.Act != programme.ActRefuse && !k.visible(v, k.decided(b, r)) {
			b.hidden[r.Number] = true
		}
	}
	v.previews.keep(key, b)
	return b, nil
}

// A previewCache holds what the newest spreadsheets would do.
type previewCache struct {
	mu    sync.Mutex
	known [4]struct {
		key string
		b   any
	}
	next int
}

func (c *previewCache) find(key string) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.known {
		if k.key == key {
			return k.b
		}
	}
	return nil
}

func (c *previewCache) keep(key string, b any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[c.next].key, c.known[c.next].b = key, b
	c.next = (c.next + 1) % len(c.known)
}

// printOf is equal for two plans that do the same.
func (k *offerKind[T]) printOf(p programme.Plan[T]) string {
	h := sha256.New()
	for _, r := range p.Rows {
		fmt.Fprint(h, r.Number, r.ID, r.Act, r.Changes)
	}
	for _, t := range p.Closes {
		fmt.Fprint(h, k.sheet.ID(t))
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// A previewPage is what a spreadsheet would do, before it does anything.
type previewPage struct {
	Read  string // from where, and what was left out
	Tabs  []partTab
	Table Table
	Form  *Form  // the yes; nil: there is nothing to bring in
	Why   string // why there is none
	Again Link
	Shown string // how many offers of work people would see
}

// A partTab leads to one part of a page.
type partTab struct {
	Link
	Count   string
	Tone    string
	Current bool
}

// The parts of a preview, in the order in which they need somebody.
const (
	planRefused = "refused"
	planStopped = "stopped" // come in, and people do not see them
	planChanged = "changed"
	planNew     = "new"
	planClosed  = "closed"
	planSame    = "same"
)

func (k *offerKind[T]) previewPage(v *visit) error {
	b, err := k.bringing(v)
	if err != nil {
		return err
	}
	return k.showPreview(v, b, "")
}

func (k *offerKind[T]) showPreview(v *visit, b bringing[T], wrong string) error {
	p := previewPage{Read: v.text("console.import.read", "count", len(b.plan.Rows)), Again: Link{Href: importRoot + k.menu, Text: v.text("console.import.other_file")}}
	if b.raw.Sheet != "" {
		p.Read += " " + v.text("import.sheet", "sheet", b.raw.Sheet)
	}
	if len(b.raw.Ignored) > 0 {
		p.Read += " " + v.text("import.ignored", "columns", v.catalog.List(v.lang, b.raw.Ignored))
	}
	parts := k.planParts(b)
	current := v.query("show")
	if !slices.ContainsFunc(parts, func(x planPart[T]) bool { return x.name == current && x.count() > 0 }) {
		current = ""
		for _, x := range parts {
			if x.count() > 0 {
				current = cmp.Or(current, x.name)
			}
		}
	}
	for _, x := range parts {
		if x.count() == 0 {
			continue
		}
		p.Tabs = append(p.Tabs, partTab{Link{Href: k.uploaded(b.upload.ID) + "?show=" + x.name, Text: v.text("console.import_part." + x.name)}, v.number(x.count()), x.tone, x.name == current})
		if x.name == current {
			p.Table = k.planTable(v, b, x)
		}
	}
	k.askYes(v, b, &p, wrong)
	page := view{name: "import", style: "offers.css", title: v.text("console.import.preview"), lead: v.text("console.import.preview_lead"), section: k.menu, wide: true,
		crumbs: append(k.crumb(v), Link{Href: importRoot + k.menu, Text: v.text(k.words.upload)})}
	if wrong != "" {
		page.status = http.StatusUnprocessableEntity
	}
	return v.show(page, p)
}

// askYes adds the form that brings the rows in.
func (k *offerKind[T]) askYes(v *visit, b bringing[T], p *previewPage, wrong string) {
	count := b.plan.Count
	in := count[programme.ActNew] + count[programme.ActChange] + count[programme.ActReopen]
	if k.visible != nil {
		good := len(b.plan.Rows) - count[programme.ActRefuse]
		p.Shown = v.text("console.import.shown", "count", good-len(b.hidden), "total", good)
	}
	if in == 0 && len(b.plan.Closes) == 0 {
		p.Why = v.text("console.import.nothing")
		return
	}
	f := v.newForm(v.text("console.import.bring", "count", in))
	f.Action, f.Version = k.uploaded(b.upload.ID), b.print
	if n := len(b.plan.Closes); n > 0 {
		whole := ""
		if in == 0 {
			whole = "whole"
		}
		f.Groups = []Group{{Fields: []Field{{
			Kind: FieldRadio, Name: "whole", Label: v.text("console.import.missing", "count", n), Value: whole, Required: true, Wide: true,
			Options: []Option{{"", v.text("console.import.leave"), v.text("console.import.leave_hint")}, {"whole", v.text("console.import.close"), v.text("console.import.close_hint")}},
		}}}}
		f.Groups[0].Fields[0].Required, f.Groups[0].Fields[0].Plain = false, true
	} else if b.plan.Open {
		p.Why = v.text("import.kept_open")
	}
	if wrong != "" {
		v.refuse(f, "", wrong)
	}
	p.Form = f
}

// A planPart is the rows of a preview that have something in common.
type planPart[T any] struct {
	name, tone string
	rows       []programme.PlannedRow[T]
	closes     []T
}

func (x planPart[T]) count() int { return len(x.rows) + len(x.closes) }

func (k *offerKind[T]) planParts(b bringing[T]) []planPart[T] {
	refused, stopped := planPart[T]{name: planRefused, tone: ToneBad}, planPart[T]{name: planStopped, tone: ToneWait}
	changed, added := planPart[T]{name: planChanged, tone: ToneInfo}, planPart[T]{name: planNew, tone: ToneGood}
	same := planPart[T]{name: planSame, tone: ToneOff}
	for _, r := range b.plan.Rows {
		if b.hidden[r.Number] {
			stopped.rows = append(stopped.rows, r)
		}
		switch r.Act {
		case programme.ActRefuse:
			refused.rows = append(refused.rows, r)
		case programme.ActChange, programme.ActReopen:
			changed.rows = append(changed.rows, r)
		case programme.ActNew:
			added.rows = append(added.rows, r)
		default:
			same.rows = append(same.rows, r)
		}
	}
	return []planPart[T]{refused, stopped, changed, added, {name: planClosed, tone: ToneOff, closes: b.plan.Closes}, same}
}

// decided is a row with what was decided about the one that it changes.
func (k *offerKind[T]) decided(b bringing[T], r programme.PlannedRow[T]) T {
	row := r.Row
	if v, ok := any(&row).(*programme.Vacancy); ok {
		if old, ok := any(b.kept[r.ID].Row).(programme.Vacancy); ok {
			v.Decision = old.Decision
		}
	}
	return row
}

// planTable shows this page of a part.
func (k *offerKind[T]) planTable(v *visit, b bringing[T], x planPart[T]) Table {
	from, to, pager := v.pagerOf(x.count(), planShown)
	t := Table{Caption: v.text("console.import_part." + x.name), Pager: pager}
	t.Columns = []Column{{Text: v.text("console.import.what")}, {Text: v.text("console.import.row"), Number: true}, {Text: v.text("console.import_why." + x.name)}}
	if x.name == planClosed {
		t.Columns = []Column{{Text: v.text("console.import.what")}, {Text: v.text("console.import_why.closed")}}
		for _, row := range x.closes[from:to] {
			id := k.sheet.ID(row)
			t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: k.about(row).Title, Href: k.at(id), Sub: id}, {Text: v.text("console.import.not_there")}}})
		}
		return t
	}
	for _, r := range x.rows[from:to] {
		t.Rows = append(t.Rows, k.planRow(v, b, x.name, r))
	}
	return t
}

func (k *offerKind[T]) planRow(v *visit, b bringing[T], part string, r programme.PlannedRow[T]) Row {
	title := k.about(r.Row).Title
	first := Cell{Text: cmp.Or(title, r.ID, v.text("console.import.no_title")), Sub: r.ID, Href: k.uploaded(b.upload.ID) + "/" + strconv.Itoa(r.Number)}
	var why Cell
	switch part {
	case planRefused:
		for _, e := range r.Errors {
			why.Lines = append(why.Lines, v.cellError(e))
		}
	case planStopped:
		why.Lines = k.finds(v, k.decided(b, r)).all()
	case planChanged:
		if r.Act == programme.ActReopen {
			why.Lines = append(why.Lines, v.text("console.import.reopens"))
		}
		columns := map[string]programme.Column{}
		for _, c := range k.sheet.Columns() {
			columns[c.Name] = c
		}
		for _, c := range r.Changes {
			none := v.text("console.offers.nothing")
			why.Lines = append(why.Lines, v.text("console.import.change", "dato", v.columnName(c.Column),
				"antes", cmp.Or(v.shown(columns[c.Column], c.Old), none), "ahora", cmp.Or(v.shown(columns[c.Column], c.New), none)))
		}
	case planNew:
		why.Text = joined(k.about(r.Row).Whose, v.town(k.about(r.Row).Town))
	}
	for _, id := range r.Twins {
		first.Chips = append(first.Chips, Chip{v.text("console.import.twin", "codigo", id), ToneWait})
	}
	return Row{Cells: []Cell{first, {Text: v.number(r.Number)}, why}}
}

// cellError is a mistake in a cell, with the column in which it stands.
func (v *visit) cellError(e programme.RowError) string {
	text := v.rowError(e)
	switch {
	case e.Column == "":
		return text
	case e.Value == "":
		return v.text("console.import.cell", "columna", v.columnName(e.Column), "texto", text)
	}
	return v.text("console.import.cell_value", "columna", v.columnName(e.Column), "valor", e.Value, "texto", text)
}

// bringIn does what the preview showed, if it would still do that.
func (k *offerKind[T]) bringIn(v *visit) error {
	b, err := k.bringing(v)
	if errors.Is(err, store.ErrNotFound) {
		return errUploadGone
	}
	if err != nil {
		return err
	}
	if v.form.Get("_version") != b.print {
		return k.showPreview(v, b, v.text("console.import.moved"))
	}
	var rows []store.Kept[T]
	for _, r := range b.plan.Rows {
		switch r.Act {
		case programme.ActNew, programme.ActChange, programme.ActReopen:
			rows = append(rows, store.Kept[T]{Row: r.Row, Mark: b.kept[r.ID].Mark})
		}
	}
	in := len(rows)
	if v.form.Get("whole") == "whole" {
		for _, t := range b.plan.Closes {
			rows = append(rows, store.Kept[T]{Row: k.sheet.Relisted(t, b.today), Mark: b.kept[k.sheet.ID(t)].Mark})
		}
	}
	if len(rows) == 0 {
		return k.showPreview(v, b, v.text("console.import.nothing"))
	}
	if err := v.record(actImport, k.noun); err != nil {
		return err
	}
	refused, err := store.ChangeRows(v.ctx(), v.store, rows)
	if err != nil {
		return err
	}
	left := b.plan.Count[programme.ActRefuse] + len(refused)
	if left == 0 {
		if err := v.store.DropUpload(v.ctx(), b.upload); err != nil {
			return err
		}
		return v.redirect(k.path, "imported", "filas", v.number(in), "cerradas", v.number(len(rows)-in))
	}
	return v.redirect(k.uploaded(b.upload.ID), "imported_some", "filas", v.number(len(rows)-len(refused)), "count", left)
}

// mendPage shows one row of a spreadsheet as a form, with what is wrong with it.
func (k *offerKind[T]) mendPage(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	b, number, values, err := k.mending(v)
	if err != nil {
		return err
	}
	v.form = map[string][]string{}
	for _, c := range k.sheet.Columns() {
		v.form[c.Name] = []string{values[c.Name]}
		if c.Kind == programme.CellDocuments || c.Kind == programme.CellCodes {
			v.form[c.Name] = splitCodes(values[c.Name])
		}
	}
	return k.showMend(v, l, b, number, k.typed(v, l, v.text("console.import.mend"), true))
}

// mending finds the row of the address.
func (k *offerKind[T]) mending(v *visit) (bringing[T], int, map[string]string, error) {
	b, err := k.bringing(v)
	if err != nil {
		return b, 0, nil, err
	}
	number, _ := strconv.Atoi(v.r.PathValue("row"))
	i := slices.IndexFunc(b.plan.Rows, func(r programme.PlannedRow[T]) bool { return r.Number == number })
	if i < 0 {
		return b, 0, nil, store.ErrNotFound
	}
	values, _ := b.raw.Filled(number)
	if r := b.plan.Rows[i]; r.Act != programme.ActRefuse {
		values = k.sheet.Values(r.Row) // as it was understood
	}
	return b, number, values, nil
}

func (k *offerKind[T]) showMend(v *visit, l *listed, b bringing[T], number int, d draft[T]) error {
	f := d.form
	f.Action = k.uploaded(b.upload.ID) + "/" + strconv.Itoa(number)
	f.Cancel = Link{Href: k.uploaded(b.upload.ID), Text: v.text("console.form.cancel")}
	f.hide(fieldFull, "1")
	if i := slices.IndexFunc(b.plan.Rows, func(r programme.PlannedRow[T]) bool { return r.Number == number }); i >= 0 && len(f.Errors) == 0 {
		for _, e := range b.plan.Rows[i].Errors { // of the row as a whole, or of its place in the sheet
			v.refuse(f, e.Column, v.rowError(e))
		}
	}
	return k.showForm(v, v.text("console.import.mend_title", "fila", number), []Link{{Href: k.uploaded(b.upload.ID), Text: v.text("console.import.preview")}},
		offerForm{Form: f, Verdict: k.judge(v, d, true), Twins: k.like(v, l, d.row)})
}

// mend puts a row as the form has it into the spreadsheet. Nothing of it is in
// the list before somebody brings it in.
func (k *offerKind[T]) mend(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	b, number, _, err := k.mending(v)
	if errors.Is(err, store.ErrNotFound) {
		return errUploadGone
	}
	if err != nil {
		return err
	}
	d := k.typed(v, l, v.text("console.import.mend"), true)
	if !d.good {
		return k.showMend(v, l, bringing[T]{upload: b.upload}, number, d)
	}
	body, err := json.Marshal(k.sheet.Mended(b.raw, number, d.values))
	if err != nil {
		return fmt.Errorf("keep an upload: %w", err)
	}
	if err := v.record(actMendUpload, k.noun); err != nil {
		return err
	}
	if _, err := v.store.ChangeUpload(v.ctx(), b.upload, body); err != nil {
		return err
	}
	return v.redirect(k.uploaded(b.upload.ID), "row_mended", "fila", v.number(number))
}
