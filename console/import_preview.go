package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"arraigo/programme"
)

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
